//! The volunteer's own page, and planning.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::{beside, class_path, own_points, rows_of, staff_page, write};
use crate::classes::forms::{self, Plan};
use crate::classes::rules::{FILLED_IN_DAYS, Kind, State};
use crate::classes::service::{self, NewClass};
use crate::classes::views::{Choices, HallPage, PlanPage};
use crate::classes::{ClassSession, Error};
use crate::curriculum::{CourseCode, Shelf};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Host, Role, StaffScope};
use crate::kernel::LearnerId;
use crate::places::{self, Organisation};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Ui, html, html_with, redirect};

/// Days that the page looks ahead.
const AHEAD: u32 = 28;

/// `GET /staff/hall`: the sessions of which a part is today, those that nobody has closed, and what comes.
///
/// # Errors
/// What the database answers.
pub async fn hall(host: Host, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let today = house.clock().now().day();
    let back = u32::try_from(FILLED_IN_DAYS).unwrap_or(14);
    let (areas, lang, tomorrow) = (host.scope.areas(Role::HOSTS), ui.lang, today.plus_days(1).start());
    let mut past = service::list_within(db, &areas, (today.minus_days(back).start(), today.start())).await?;
    past.retain(|class| class.hours.ends_at <= today.start());
    let (open, mut closed): (Vec<ClassSession>, Vec<ClassSession>) =
        past.into_iter().partition(|class| class.state == State::Planned);
    closed.reverse();
    let on_today = service::list_within(db, &areas, (today.start(), tomorrow)).await?;
    let mut coming = service::list_within(db, &areas, (tomorrow, today.plus_days(AHEAD).start())).await?;
    coming.retain(|class| class.hours.starts_at >= tomorrow);
    html(&HallPage {
        today: rows_of(db, &on_today, lang).await?,
        open: rows_of(db, &open, lang).await?,
        coming: rows_of(db, &coming, lang).await?,
        closed: rows_of(db, &closed, lang).await?,
        has_points: !own_points(db, &host.scope).await?.is_empty(),
        page: staff_page(&house, ui, &host.session),
    })
}

/// `GET /staff/classes/add`.
///
/// # Errors
/// What the database answers.
pub async fn plan_form(host: Host, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let teacher = host.scope.actor().to_string();
    let form =
        Filled::with(Fields::from_pairs(&[("kind", Kind::Class.code()), ("teacher", &teacher), ("seats", "20"), ("times", "1")]));
    plan_page(&house, &host, ui, &shelf, (StatusCode::OK, form)).await
}

async fn plan_page(
    house: &House,
    host: &Host,
    ui: Ui,
    shelf: &Shelf,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = staff_page(house, ui, &host.session);
    let points = own_points(house.db.read(), &host.scope).await?;
    let choices = choices(house, &host.scope, &page, shelf, &points).await?;
    html_with(status, &PlanPage { page, form, choices, changes: None })
}

/// What a plan chooses from: courses, service points of one's places, those who hold sessions there, groups.
pub(super) async fn choices(
    house: &House,
    scope: &StaffScope,
    page: &Page,
    shelf: &Shelf,
    points: &[Organisation],
) -> Result<Choices, AppError> {
    let none = |key: &str| std::iter::once((String::new(), page.t(key)));
    let codes: Vec<&str> = points.iter().map(|point| point.place_code.as_str()).collect();
    let mut people: Vec<(LearnerId, String)> = identity::list_hosts(house.db.read(), &house.keys, &codes).await?;
    people.retain(|(learner, _)| *learner != scope.actor());
    let own = identity::names_of(house.db.read(), &house.keys, &[scope.actor()]).await?;
    let own = own.into_iter().map(|(learner, name)| (learner.to_string(), page.t1("classes-myself", "name", name)));
    let named: Vec<(String, String)> = people.into_iter().map(|(learner, name)| (learner.to_string(), name)).collect();
    let own: Vec<(String, String)> = own.collect();
    let groups = service::list_groups(house.db.read(), scope).await?;
    let open = shelf.courses().iter().filter(|course| course.is_complete());
    Ok(Choices {
        courses: none("classes-course-none").chain(open.map(|course| (course.code.to_string(), course.title.clone()))).collect(),
        points: points.iter().map(|point| (point.id.to_string(), point.name.clone())).collect(),
        people: own.iter().cloned().chain(named.iter().cloned()).collect(),
        seconds: none("classes-witness-none").chain(own).chain(named).collect(),
        groups: none("classes-group-none")
            .chain(groups.into_iter().map(|(group, _)| (group.id.to_string(), group.name)))
            .collect(),
    })
}

/// `POST /staff/classes/add`: one session, or a series.
///
/// # Errors
/// What the service refuses.
pub async fn plan(host: Host, posted: Posted, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        plan_page(&house, &host, posted.ui.clone(), &shelf, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let plan = match forms::plan(&posted.fields, house.clock().now().day()) {
        Ok(plan) => plan,
        Err(errors) => return again(errors).await,
    };
    let new = match completed(&house, &host.scope, &shelf, &plan).await? {
        Ok(new) => new,
        Err(error) => return again(vec![error]).await,
    };
    let (once, digest, scope) = (posted.once()?, posted.digest(), host.scope.clone());
    let work = async move |tx: &crate::db::Tx| service::plan_classes(tx, &scope, &new, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(first) => Ok(redirect(&class_path(first, "planned"))),
        Err(error @ Error::OnePerson) => again(vec![beside(error, "witness")?]).await,
        Err(error @ Error::Past) => again(vec![beside(error, "day")?]).await,
        Err(Error::NoSuchGroup) => again(vec![FieldError::new("group", Message::of("classes-group-choose"))]).await,
        Err(error) => again(vec![beside(error, "point")?]).await,
    }
}

/// The plan with the course's title, and checked people.
async fn completed(
    house: &House,
    scope: &StaffScope,
    shelf: &Shelf,
    plan: &Plan,
) -> Result<Result<NewClass, FieldError>, AppError> {
    let course = CourseCode::parse(&plan.course).and_then(|code| shelf.course(code)).filter(|course| course.is_complete());
    if plan.kind == Kind::Class && course.is_none() {
        return Ok(Err(FieldError::new("course", Message::of("classes-course-choose"))));
    }
    let point = places::find_organisation(house.db.read(), plan.point).await?;
    let place = point.map(|point| point.place_code).unwrap_or_default();
    if let Err(error) = known(house, (scope, &place), plan.frame.teacher, plan.frame.witness).await? {
        return Ok(Err(error));
    }
    let group = match plan.group {
        Some(group) => service::get_group(house.db.read(), scope, group).await.ok().map(|group| group.name),
        None => None,
    };
    let titles = [course.map(|course| course.title.clone()), Some(plan.title.clone()).filter(|title| !title.is_empty()), group];
    Ok(Ok(NewClass {
        kind: plan.kind,
        course: course.map(|course| course.code.to_string()),
        title: titles.into_iter().flatten().next().unwrap_or_default(),
        organisation: plan.point,
        hours: plan.all_hours(),
        seats: plan.frame.seats,
        teacher: plan.frame.teacher,
        witness: plan.frame.witness,
        notes: plan.frame.notes.clone(),
        group: plan.group,
        is_sample: false,
    }))
}

/// Whether teacher and second witness hold sessions at `place`.
pub(super) async fn known(
    house: &House,
    (scope, place): (&StaffScope, &str),
    teacher: LearnerId,
    witness: Option<LearnerId>,
) -> Result<Result<(), FieldError>, AppError> {
    let hosts = identity::list_hosts(house.db.read(), &house.keys, &[place]).await?;
    let is_known = |person: LearnerId| person == scope.actor() || hosts.iter().any(|(host, _)| *host == person);
    Ok(if !is_known(teacher) {
        Err(FieldError::new("teacher", Message::of("classes-teacher-choose")))
    } else if witness.is_some_and(|witness| !is_known(witness)) {
        Err(FieldError::new("witness", Message::of("classes-teacher-choose")))
    } else {
        Ok(())
    })
}
