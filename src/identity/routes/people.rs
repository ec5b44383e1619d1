//! Administrators: the staff of their area, added by a one-time link, with roles that are given, ended and given back.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::learners::page_of;
use super::sign_in::Link;
use super::welcome::{sender_of, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::guard::Administrator;
use crate::identity::roles::Role;
use crate::identity::scope::{Grant, StaffScope};
use crate::identity::secrets::Secret;
use crate::identity::service::{self, Added, Delivery, NewStaff, SetupLink};
use crate::identity::staff_forms::{self, PlaceTyped};
use crate::identity::staff_views::{GrantChoices, LinkPage, PeopleAddPage, PeoplePage, RoleWords, StaffCardPage};
use crate::identity::{Error, lines};
use crate::kernel::LearnerId;
use crate::places::{self, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Ui, html, html_with, redirect};

/// Rows on one page.
const ON_A_PAGE: u64 = 200;
/// Organisations to choose from.
const MOST: u64 = 200;

/// Which page of the list.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
}

/// `GET /staff/people`.
pub async fn list(admin: Administrator, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let number = which.page.clamp(1, 10_000);
    let at = ((number - 1) * ON_A_PAGE, ON_A_PAGE);
    let staff = service::list_staff(house.db.read(), &house.keys, &admin.scope, at).await?;
    let grants = staff.members.iter().map(|member| &member.row.grant);
    let words = words_for(&house, &admin.scope, grants).await?;
    let pages = staff.total.div_ceil(ON_A_PAGE).max(1);
    let page = page_of(&house, ui, &admin.session);
    html(&PeoplePage { page, staff: staff.members, words, total: staff.total, number, pages })
}

async fn words_for(house: &House, scope: &StaffScope, grants: impl Iterator<Item = &Grant>) -> Result<RoleWords, AppError> {
    let codes = grants.map(|grant| grant.area.as_str()).filter(|code| !code.is_empty()).map(str::to_owned);
    let places = places::list_by_codes(house.db.read(), codes.collect()).await?;
    let organisations = places::list_organisations(house.db.read(), &scope.areas(Role::ADMINISTRATORS), MOST).await?;
    let places = places.into_iter().map(|place| (place.code, place.name));
    let words: HashMap<String, String> =
        places.chain(organisations.into_iter().map(|organisation| (organisation.id.to_string(), organisation.name))).collect();
    Ok(RoleWords(words))
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
    let page = page_of(house, ui, &admin.session);
    let choices = grant_choices(house, &admin.scope, &page).await?;
    html_with(status, &PeopleAddPage { page, form, choices })
}

async fn grant_choices(house: &House, scope: &StaffScope, page: &Page) -> Result<GrantChoices, AppError> {
    let open = places::list_organisations(house.db.read(), &scope.areas(Role::ADMINISTRATORS), MOST).await?;
    let none = |key: &str| std::iter::once((String::new(), page.t(key)));
    let words = |family: &str, code: &str| (code.to_owned(), page.t(&format!("{family}-{code}")));
    Ok(GrantChoices {
        roles: Role::ALL.iter().map(|role| words("role", role.code())).collect(),
        organisations: none("identity-organisation-none")
            .chain(open.into_iter().map(|row| (row.id.to_string(), row.name)))
            .collect(),
        lines: none("identity-line-all").chain(lines::codes().map(|code| words("line", code))).collect(),
    })
}

/// What is wrong with a role that was refused, at its field; the error itself where it is none of the form's.
fn wrong_grant(error: Error) -> Result<FieldError, AppError> {
    let at = |field: &'static str, key: &'static str| Ok(FieldError::new(field, Message::of(key)));
    match error {
        Error::LoginTaken => at("login", "identity-login-taken"),
        Error::NoSuchPerson => at("phone", "identity-staff-no-phone"),
        Error::NotAllowed => at("line", "identity-line-not-yours"),
        Error::OrganisationElsewhere => at("organisation", "identity-organisation-elsewhere"),
        Error::Place(places::Error::UnknownOrganisation) => at("organisation", "identity-organisation-unknown"),
        error => Err(error.into()),
    }
}

/// `POST /staff/people/add`. The link goes to the person's own phone; only where there is none it is shown here, once.
pub async fn add(admin: Administrator, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        add_page(&house, &admin, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let grant = staff_forms::grant(&posted.fields, area_typed(&house, &admin.scope, &posted).await?);
    let ((person, login), grant) = match (staff_forms::staff_person(&posted.fields), grant) {
        (Ok(person), Ok(grant)) => (person, grant),
        (person, grant) => return again(person.err().into_iter().chain(grant.err()).flatten().collect()).await,
    };
    let new = NewStaff { person, login, grant, by: Some(admin.scope.actor()), is_sample: false };
    let (keys, token, sender) = (house.keys.clone(), token_of(&house, &admin, &posted)?, sender_of(&house));
    match write(&house, async move |tx| service::add_staff(tx, &keys, &new, &token, &sender).await).await {
        Ok(added) => delivered(&house, &admin, &posted, &added),
        Err(error) => again(vec![wrong_grant(error)?]).await,
    }
}

/// A form that is sent twice gives one link.
fn token_of(house: &House, admin: &Administrator, posted: &Posted) -> Result<Secret, AppError> {
    let (once, actor) = (posted.once()?, admin.session.acting.learner.uuid());
    Ok(Secret::derived(&house.keys, "staff-link", &[actor.as_bytes(), once.as_str().as_bytes()]))
}

fn delivered(house: &House, admin: &Administrator, posted: &Posted, added: &Added) -> Result<HttpResponse, AppError> {
    match &added.delivery {
        Delivery::Shown(link) => link_page(house, admin, posted.ui.clone(), link),
        Delivery::Sent => Ok(redirect(&card_path(added.learner, "sent"))),
        Delivery::NotNeeded => Ok(redirect(&card_path(added.learner, "added"))),
    }
}

fn link_page(house: &House, admin: &Administrator, ui: Ui, link: &SetupLink) -> Result<HttpResponse, AppError> {
    let shown = format!("{}{}", sender_of(house).site, link.path());
    html(&LinkPage { page: page_of(house, ui, &admin.session), link: shown, until: link.expires_at })
}

fn card_path(learner: LearnerId, said: &str) -> String {
    format!("/staff/people/{learner}?said={said}")
}

/// `GET /staff/people/{learner}`: somebody of the staff, with a form for one role more.
pub async fn card(
    admin: Administrator,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let learner = path.parse().map_err(|_| AppError::NotFound)?;
    card_page(&house, &admin, ui, learner, (Filled::default(), &link.said)).await
}

async fn card_page(
    house: &House,
    admin: &Administrator,
    ui: Ui,
    learner: LearnerId,
    (form, said): (Filled, &str),
) -> Result<HttpResponse, AppError> {
    let (keys, scope) = (house.keys.clone(), admin.scope.clone());
    let card = write(house, async move |tx| service::show_staff(tx, &keys, &scope, learner).await).await?;
    let words = words_for(house, &admin.scope, card.roles.iter().map(|row| &row.grant)).await?;
    let page = page_of(house, ui, &admin.session);
    let choices = grant_choices(house, &admin.scope, &page).await?;
    let notice = match (said, &card.phone_tail) {
        ("sent", Some(tail)) => Some(Message::of("identity-link-sent").with("tail", tail)),
        ("added", _) => Some(Message::of("identity-role-added")),
        ("ended", _) => Some(Message::of("identity-role-ended")),
        _ => None,
    };
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let is_own = learner == admin.scope.actor();
    html_with(status, &StaffCardPage { page, form, id: learner, card, words, choices, is_own, notice })
}

/// `POST /staff/people/{learner}/roles`: one role more.
pub async fn add_role(
    admin: Administrator,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let learner: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        card_page(&house, &admin, posted.ui.clone(), learner, (form, "")).await
    };
    let grant = match staff_forms::grant(&posted.fields, area_typed(&house, &admin.scope, &posted).await?) {
        Ok(grant) => grant,
        Err(errors) => return again(errors).await,
    };
    let scope = admin.scope.clone();
    match write(&house, async move |tx| service::add_role(tx, &scope, learner, &grant).await).await {
        Ok(()) => Ok(redirect(&card_path(learner, "added"))),
        Err(Error::NoSuchPerson) => Err(AppError::NotFound),
        Err(error) => again(vec![wrong_grant(error)?]).await,
    }
}

/// The area of a role: where nothing is written, all that the administrator administers, if that is one area.
async fn area_typed(house: &House, scope: &StaffScope, posted: &Posted) -> Result<PlaceTyped, AppError> {
    let typed = posted.fields.get("place");
    let mut own = scope.administering().map(|grant| &grant.area);
    match (typed.trim().is_empty(), own.next(), own.next()) {
        (true, Some(only), None) => Ok(Ok(only.clone())),
        _ => place_typed(house.db.read(), scope, typed).await,
    }
}

/// The place that an administrator has written as a code, or by a name that only one place in their area has; empty stays empty.
/// Otherwise the key of the message that says what is wrong.
///
/// # Errors
/// What the database answers.
pub async fn place_typed(db: &impl ConnectionTrait, scope: &StaffScope, typed: &str) -> Result<PlaceTyped, AppError> {
    let areas: Vec<PlaceCode> = scope.administering().map(|grant| grant.area.clone()).collect();
    place_within(db, &areas, typed).await
}

/// The place within `areas` that somebody at the desk has written; it may not be left out.
///
/// # Errors
/// What the database answers.
pub async fn place_at_desk(db: &impl ConnectionTrait, areas: &[PlaceCode], typed: &str) -> Result<PlaceTyped, AppError> {
    if typed.trim().is_empty() { Ok(Err("identity-place-empty")) } else { place_within(db, areas, typed).await }
}

/// The place that was written as a code, or by a name that only one place within `areas` has.
async fn place_within(db: &impl ConnectionTrait, areas: &[PlaceCode], typed: &str) -> Result<PlaceTyped, AppError> {
    let typed = typed.trim();
    let area = match PlaceCode::parse(typed) {
        Some(code) => Some(code),
        None => {
            let mut found = Vec::new();
            for area in areas {
                found.extend(places::search(db, typed, area, 2).await?);
            }
            found.dedup_by(|one, other| one.code == other.code);
            match found.as_slice() {
                [one] => PlaceCode::parse(&one.code),
                [] => None,
                _ => return Ok(Err("identity-place-several")),
            }
        }
    };
    let Some(area) = area else { return Ok(Err("identity-place-unknown")) };
    let exists = area.as_str().is_empty() || places::find_place(db, area.as_str()).await?.is_some();
    Ok(match (exists, areas.iter().any(|own| own.covers(area.as_str()))) {
        (false, _) => Err("identity-place-unknown"),
        (true, false) => Err("identity-place-not-yours"),
        (true, true) => Ok(area),
    })
}

fn ids((learner, id): &(String, String)) -> Result<(LearnerId, uuid::Uuid), AppError> {
    let learner = learner.parse().map_err(|_| AppError::NotFound)?;
    Ok((learner, id.parse().map_err(|_| AppError::NotFound)?))
}

/// `POST /staff/people/{learner}/roles/{id}/end`. The next page offers to give it back.
pub async fn end_role(
    admin: Administrator,
    path: Path<(String, String)>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (learner, id) = ids(&path)?;
    let scope = admin.scope;
    write(&house, async move |tx| service::end_role(tx, &scope, learner, id).await).await?;
    Ok(redirect(&card_path(learner, "ended")))
}

/// `POST /staff/people/{learner}/roles/{id}/back`: gives a role back that was ended.
pub async fn give_back(
    admin: Administrator,
    path: Path<(String, String)>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (learner, id) = ids(&path)?;
    let scope = admin.scope;
    write(&house, async move |tx| service::give_role_back(tx, &scope, learner, id).await).await?;
    Ok(redirect(&card_path(learner, "added")))
}

/// `POST /staff/people/{learner}/link`: a new one-time link.
pub async fn renew(
    admin: Administrator,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let learner: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let (keys, scope) = (house.keys.clone(), admin.scope.clone());
    let (token, sender) = (token_of(&house, &admin, &posted)?, sender_of(&house));
    let added = write(&house, async move |tx| service::renew_link(tx, &keys, &scope, learner, (&token, &sender)).await).await?;
    delivered(&house, &admin, &posted, &added)
}
