//! 学习小组: founded, joined, printed, ended.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Said, beside, own_points, staff_page, write};
use crate::classes::forms::{self, GroupAct};
use crate::classes::service::{self, GroupChange};
use crate::classes::views::{GroupAddPage, GroupPage, GroupRow, GroupsPage, Member, RosterPage};
use crate::classes::{Error, StudyGroup};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Host, ListOf, Role};
use crate::kernel::{LearnerId, OrganisationId, RequestId};
use crate::places;
use crate::web::{FieldErrors, Fields, Filled, House, Posted, Ui, html, html_with, id_in, redirect};

fn row_at(group: &StudyGroup, people: i64, point: Option<&str>) -> GroupRow {
    GroupRow {
        href: format!("/staff/groups/{}", group.id),
        name: group.name.clone(),
        place: point.unwrap_or_default().to_owned(),
        timetable: group.timetable.clone(),
        people,
    }
}

async fn row_of(house: &House, group: &StudyGroup, people: i64) -> Result<GroupRow, AppError> {
    let point = places::find_organisation(house.db.read(), group.organisation).await?;
    Ok(row_at(group, people, point.as_ref().map(|point| point.name.as_str())))
}

/// `GET /staff/groups`.
///
/// # Errors
/// What the database answers.
pub async fn groups(host: Host, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let all = service::list_groups(house.db.read(), &host.scope).await?;
    let mut ids: Vec<OrganisationId> = all.iter().map(|(group, _)| group.organisation).collect();
    ids.sort_unstable();
    ids.dedup();
    let points = places::list_organisations_by_ids(house.db.read(), &ids).await?;
    let name = |id: OrganisationId| points.iter().find(|point| point.id == id).map(|point| point.name.as_str());
    let rows = all.iter().map(|(group, people)| row_at(group, *people, name(group.organisation))).collect();
    html(&GroupsPage { page: staff_page(&house, ui, &host.session), rows })
}

/// `GET /staff/groups/add`.
///
/// # Errors
/// What the database answers.
pub async fn group_add_form(host: Host, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    add_page(&house, &host, ui, (StatusCode::OK, Filled::default())).await
}

async fn add_page(house: &House, host: &Host, ui: Ui, (status, form): (StatusCode, Filled)) -> Result<HttpResponse, AppError> {
    let points = own_points(house.db.read(), &host.scope).await?;
    let points = points.into_iter().map(|point| (point.id.to_string(), point.name)).collect();
    html_with(status, &GroupAddPage { page: staff_page(house, ui, &host.session), form, points })
}

/// `POST /staff/groups/add`.
///
/// # Errors
/// What the service refuses.
pub async fn add_group(host: Host, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        add_page(&house, &host, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let new = match forms::group(&posted.fields) {
        Ok(new) => new,
        Err(errors) => return again(errors).await,
    };
    let (once, digest, scope) = (posted.once()?, posted.digest(), host.scope.clone());
    let work = async move |tx: &Tx| service::found_group(tx, &scope, &new, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(id) => Ok(redirect(&format!("/staff/groups/{id}"))),
        Err(error @ Error::NameTaken) => again(vec![beside(error, "name")?]).await,
        Err(error) => again(vec![beside(error, "point")?]).await,
    }
}

async fn own_group(house: &House, host: &Host, id: &str) -> Result<StudyGroup, AppError> {
    Ok(service::get_group(house.db.read(), &host.scope, id_in(id)?).await?)
}

/// The members of a group, with their names; that they were seen on its list is kept.
async fn members_of(house: &House, (host, request): (&Host, RequestId), group: &StudyGroup) -> Result<Vec<Member>, AppError> {
    let members = service::members_of(house.db.read(), group.id).await?;
    let year = i64::from(house.clock().now().day().year());
    let people = identity::people_of(house.db.read(), &house.keys, &members, year).await?;
    let organisation = Some(group.organisation);
    let list = ListOf { what: "group_list", roles: Role::HOSTS, organisation, place_code: &group.place_code };
    identity::keep_listed(&house.db, request, (&host.scope, list), people.keys().copied()).await?;
    let member = |learner: &LearnerId| {
        let person = people.get(learner)?;
        Some(Member {
            learner: learner.to_string(),
            name: person.name.clone(),
            tail: person.card_tail.clone(),
            convenes: group.convenor == Some(*learner),
        })
    };
    Ok(members.iter().filter_map(member).collect())
}

/// `GET /staff/groups/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn group(
    host: Host,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let group = own_group(&house, &host, &id).await?;
    group_page(&house, &host, ui, &group, (&said, Vec::new(), Fields::default())).await
}

async fn group_page(
    house: &House,
    host: &Host,
    ui: Ui,
    group: &StudyGroup,
    (said, errors, typed): (&Said, FieldErrors, Fields),
) -> Result<HttpResponse, AppError> {
    let members = members_of(house, (host, ui.request), group).await?;
    let left = said.who.parse::<LearnerId>().ok().filter(|_| said.said == "left" && !group.has_ended);
    let left = left.map(|who| who.to_string()).filter(|who| members.iter().all(|member| member.learner != *who));
    let timetable = if typed.has("timetable") { typed.get("timetable") } else { &group.timetable };
    let typed = Fields::from_pairs(&[("number", typed.get("number")), ("timetable", timetable)]);
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = GroupPage {
        page: staff_page(house, ui, &host.session),
        row: row_of(house, group, i64::try_from(members.len()).unwrap_or(0)).await?,
        form: Filled::wrong(typed, errors),
        members,
        has_ended: group.has_ended,
        is_kept: said.said == "kept",
        left,
    };
    html_with(status, &view)
}

/// `POST /staff/groups/{id}`: somebody joins or leaves, another convenor or timetable, or its end.
///
/// # Errors
/// As [`group`].
pub async fn act_on_group(host: Host, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let group = own_group(&house, &host, &id).await?;
    let again = async |errors: FieldErrors| {
        group_page(&house, &host, posted.ui.clone(), &group, (&Said::default(), errors, posted.fields.clone())).await
    };
    let act = match forms::group_act(&posted.fields) {
        Ok(act) => act,
        Err(error) => return again(vec![error]).await,
    };
    let said = match &act {
        GroupAct::Change(GroupChange::Leaves(learner)) => format!("left&who={learner}"),
        _ => "kept".to_owned(),
    };
    let (keys, scope, id) = (house.keys.clone(), host.scope.clone(), group.id);
    let work = async move |tx: &Tx| match &act {
        GroupAct::Join(card) => service::add_member(tx, &keys, &scope, (id, card)).await.map(|_| ()),
        GroupAct::Back(learner) => service::take_back(tx, &keys, &scope, (id, *learner)).await,
        GroupAct::Change(change) => service::change_group(tx, &scope, id, change).await,
    };
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect(&format!("/staff/groups/{}?said={said}", group.id))),
        Err(error) => again(vec![beside(error, "number")?]).await,
    }
}

/// `GET /staff/groups/{id}/print`: the roster.
///
/// # Errors
/// As [`group`].
pub async fn roster(host: Host, id: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let group = own_group(&house, &host, &id).await?;
    let members = members_of(&house, (&host, ui.request), &group).await?;
    let row = row_of(&house, &group, i64::try_from(members.len()).unwrap_or(0)).await?;
    html(&RosterPage { page: staff_page(&house, ui, &host.session), row, members })
}
