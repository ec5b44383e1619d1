//! Administrators: the staff of their area, added by a one-time link, with roles that can be ended.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::welcome::write;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::guard::Administrator;
use crate::identity::roles::{Grant, Role, StaffScope};
use crate::identity::secrets::Secret;
use crate::identity::service::{self, NewStaff, SetupLink, StaffPerson};
use crate::identity::values::{Login, PersonName, Phone};
use crate::identity::views::{LinkPage, PeopleAddPage, PeoplePage};
use crate::identity::{Error, service::StaffMember};
use crate::kernel::{LearnerId, OrganisationId};
use crate::places::{self, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

/// Rows on one page.
const MOST: u64 = 200;
/// The lines of work that a role can be bound to.
const LINES: [&str; 6] = ["women", "agriculture", "veterans", "civil_servants", "education", "elders"];

fn page_of(house: &House, ui: Ui, admin: &Administrator) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(admin.session.who()))
}

/// `GET /staff/people`.
pub async fn list(admin: Administrator, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let staff = service::list_staff(house.db.read(), &house.keys, &admin.scope, MOST).await?;
    let names = names_for(&house, &admin.scope, &staff).await?;
    html(&PeoplePage { page: page_of(&house, ui, &admin), staff, names })
}

async fn names_for(house: &House, scope: &StaffScope, staff: &[StaffMember]) -> Result<HashMap<String, String>, AppError> {
    let codes = staff.iter().map(|member| member.row.grant.area.as_str()).filter(|code| !code.is_empty()).map(str::to_owned);
    let places = places::list_by_codes(house.db.read(), codes.collect()).await?;
    let organisations = places::list_organisations(house.db.read(), &scope.areas(&[Role::Administrator]), MOST).await?;
    let places = places.into_iter().map(|place| (place.code, place.name));
    Ok(places.chain(organisations.into_iter().map(|organisation| (organisation.id.to_string(), organisation.name))).collect())
}

/// What a link to the form may fill in.
#[derive(Debug, Deserialize)]
pub struct AddLink {
    #[serde(default)]
    place: String,
}

/// `GET /staff/people/add`.
pub async fn add_form(admin: Administrator, link: Query<AddLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let place = PlaceCode::parse(&link.place).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[("place", place.as_str())]));
    add_page(&house, &admin, ui, (StatusCode::OK, form)).await
}

async fn add_page(
    house: &House,
    admin: &Administrator,
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = page_of(house, ui, admin);
    let open = places::list_organisations(house.db.read(), &admin.scope.areas(&[Role::Administrator]), MOST).await?;
    let none = [(String::new(), page.t("identity-organisation-none"))];
    let organisations = none.into_iter().chain(open.into_iter().map(|row| (row.id.to_string(), row.name))).collect();
    let roles = Role::ALL.iter().map(|role| (role.code().to_owned(), page.t(&format!("role-{}", role.code())))).collect();
    let none = [(String::new(), page.t("identity-line-all"))];
    let lines = none.into_iter().chain(LINES.iter().map(|line| ((*line).to_owned(), page.t(&format!("line-{line}"))))).collect();
    html_with(status, &PeopleAddPage { page, form, roles, organisations, lines })
}

/// `POST /staff/people/add`: the link is shown once, on the page that answers.
pub async fn add(admin: Administrator, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        add_page(&house, &admin, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let new = match new_staff(&house, &admin.scope, &posted.fields).await? {
        Ok(new) => new,
        Err(errors) => return again(errors).await,
    };
    let (keys, token) = (house.keys.clone(), token_of(&house, &admin, &posted)?);
    match write(&house, async move |tx| service::add_staff(tx, &keys, &new, &token).await).await {
        Ok(Some(link)) => link_page(&house, &admin, posted.ui, &link),
        Ok(None) => Ok(redirect("/staff/people")),
        Err(Error::LoginTaken) => again(vec![FieldError::new("login", Message::of("identity-login-taken"))]).await,
        Err(Error::NoSuchPerson) => again(vec![FieldError::new("phone", Message::of("identity-staff-no-phone"))]).await,
        Err(Error::Place(places::Error::UnknownOrganisation)) => {
            again(vec![FieldError::new("organisation", Message::of("identity-organisation-unknown"))]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A form that is sent twice gives one link.
fn token_of(house: &House, admin: &Administrator, posted: &Posted) -> Result<Secret, AppError> {
    let (once, actor) = (posted.once()?, admin.session.acting.learner.uuid());
    Ok(Secret::derived(&house.keys, "staff-link", &[actor.as_bytes(), once.as_str().as_bytes()]))
}

fn link_page(house: &House, admin: &Administrator, ui: Ui, link: &SetupLink) -> Result<HttpResponse, AppError> {
    let public = house.config.public_url.clone().unwrap_or_else(|| format!("http://{}", house.config.listen));
    let link = (format!("{public}{}", link.path()), link.expires_at);
    html(&LinkPage { page: page_of(house, ui, admin), link: link.0, until: link.1 })
}

async fn new_staff(house: &House, scope: &StaffScope, fields: &Fields) -> Result<Result<NewStaff, FieldErrors>, AppError> {
    let wrong = |field: &'static str, key: &'static str| FieldError::new(field, Message::of(key));
    let person = if fields.get("phone").trim().is_empty() {
        PersonName::parse(fields.get("name")).map(StaffPerson::Named).map_err(|error| FieldError::new("name", error.into()))
    } else {
        Phone::parse(fields.get("phone")).map(StaffPerson::WithPhone).map_err(|error| FieldError::new("phone", error.into()))
    };
    let login = Login::parse(fields.get("login")).map_err(|error| FieldError::new("login", error.into()));
    let role = Role::from_code(fields.get("role")).ok_or_else(|| wrong("role", "identity-role-choose"));
    let organisation = match fields.get("organisation") {
        "" => Ok(None),
        id => id.parse::<OrganisationId>().map(Some).map_err(|_| wrong("organisation", "identity-organisation-unknown")),
    };
    let line = match fields.get("line") {
        "" => Ok(None),
        line if LINES.contains(&line) => Ok(Some(line.to_owned())),
        _ => Err(wrong("line", "identity-line-unknown")),
    };
    let area = place_typed(house.db.read(), scope, fields.get("place")).await?.map_err(|key| wrong("place", key));
    Ok(match (person, login, role, organisation, line, area) {
        (Ok(person), Ok(login), Ok(role), Ok(organisation), Ok(line), Ok(area)) => {
            let grant = Grant { role, organisation, area, line };
            Ok(NewStaff { person, login, grant, by: Some(scope.actor()), is_sample: false })
        }
        (person, login, role, organisation, line, area) => {
            Err([person.err(), login.err(), role.err(), area.err(), organisation.err(), line.err()]
                .into_iter()
                .flatten()
                .collect())
        }
    })
}

/// The place that an administrator has written as a code, or by a name that only one place in their area has; empty stays empty.
/// Otherwise the key of the message that says what is wrong.
///
/// # Errors
/// What the database answers.
pub async fn place_typed(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    typed: &str,
) -> Result<Result<PlaceCode, &'static str>, AppError> {
    let typed = typed.trim();
    let areas = scope.areas(&[Role::Administrator]);
    let area = match PlaceCode::parse(typed) {
        Some(code) => Some(code),
        None => {
            let mut found = Vec::new();
            for area in &areas {
                found.extend(places::search(db, typed, area, 2).await?);
            }
            match found.as_slice() {
                [one] => PlaceCode::parse(&one.code),
                [] => None,
                _ => return Ok(Err("identity-place-several")),
            }
        }
    };
    let Some(area) = area else { return Ok(Err("identity-place-unknown")) };
    let exists = area.as_str().is_empty() || places::find_place(db, area.as_str()).await?.is_some();
    Ok(match (exists, scope.administers(&area)) {
        (false, _) => Err("identity-place-unknown"),
        (true, false) => Err("identity-place-not-yours"),
        (true, true) => Ok(area),
    })
}

/// `POST /staff/people/{learner}/roles/{id}/end`.
pub async fn end_role(
    admin: Administrator,
    path: Path<(String, String)>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (learner, id) = path.into_inner();
    let learner: LearnerId = learner.parse().map_err(|_| AppError::NotFound)?;
    let id = id.parse().map_err(|_| AppError::NotFound)?;
    let scope = admin.scope;
    write(&house, async move |tx| service::end_role(tx, &scope, learner, id).await).await?;
    Ok(redirect("/staff/people"))
}

/// `POST /staff/people/{learner}/link`: a new one-time link.
pub async fn renew(
    admin: Administrator,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let learner: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let (scope, token) = (admin.scope.clone(), token_of(&house, &admin, &posted)?);
    let link = write(&house, async move |tx| service::renew_link(tx, &scope, learner, &token).await).await?;
    link_page(&house, &admin, posted.ui, &link)
}
