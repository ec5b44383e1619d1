//! One person before the desk.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use serde::Deserialize;
use serde_json::json;

use super::{page_of, place_name, write};
use crate::enrolment::Error;
use crate::enrolment::forms::{self, PlaceTyped};
use crate::enrolment::service::{self, Decided, Enrolled};
use crate::enrolment::views::{AlikePage, AlikeShown, EnrolPage};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Alike, Finder, Likeness, Role, place_at_desk, sender_of};
use crate::places::{self, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Ui, html_with, redirect};

/// Fields of the form that go along while it is asked whether somebody is known.
const ALONG: [&str; 15] = [
    "once",
    "name",
    "year",
    "month",
    "day",
    "phone",
    "nophone",
    "font",
    "consent",
    "place",
    "remembered",
    "group",
    "card",
    "guardian",
    "relation",
];

/// What a link to the form may carry.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    /// Place and reading list of an enrolment that was taken back.
    #[serde(default)]
    place: String,
    #[serde(default)]
    group: String,
}

/// `GET /staff/learners/register`.
pub async fn enrol_form(staff: Finder, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let notice = (link.said == "undone").then(|| Message::of("enrolment-undone"));
    // Whoever takes an enrolment back goes on in the same village.
    let (place, group) = if link.place.is_empty() {
        let last = service::remembered(house.db.read(), staff.scope.actor()).await?;
        (last.place_code, last.group)
    } else {
        (Some(link.place.clone()), forms::group(&link.group))
    };
    let group = group.map_or("", |group| group.code());
    let areas = staff.scope.areas(Role::FINDERS);
    // Who works elsewhere by now is not led back to the place of yesterday.
    let own = place.filter(|code| areas.iter().any(|area| area.covers(code)));
    let place = own.or_else(|| only_town(&staff));
    let name = match &place {
        Some(code) => place_name(&house, code).await?,
        None => String::new(),
    };
    let form = Filled::with(Fields::from_pairs(&[("group", group), ("font", "normal"), ("place", &name)]));
    enrol_page(&house, &staff, ui, (StatusCode::OK, form, notice), place).await
}

/// The area of somebody who has one only, where it is a town or smaller: then nothing need be written at all.
fn only_town(staff: &Finder) -> Option<String> {
    match staff.scope.areas(Role::FINDERS).as_slice() {
        [only] if only.as_str().len() >= 9 => Some(only.as_str().to_owned()),
        _ => None,
    }
}

async fn enrol_page(
    house: &House,
    staff: &Finder,
    ui: Ui,
    (status, form, notice): (StatusCode, Filled, Option<Message>),
    place: Option<String>,
) -> Result<HttpResponse, AppError> {
    let remembered = match place {
        Some(code) => Some((code.clone(), place_name(house, &code).await?)),
        None => None,
    };
    html_with(status, &EnrolPage { page: page_of(house, ui, &staff.session), form, remembered, notice })
}

/// The place that was written; as it was remembered where nothing else is written.
async fn place_of(house: &House, staff: &Finder, fields: &Fields) -> Result<PlaceTyped, AppError> {
    let areas = staff.scope.areas(Role::FINDERS);
    let (typed, remembered) = (fields.get("place").trim(), fields.get("remembered"));
    let is_remembered = !remembered.is_empty() && place_name(house, remembered).await? == typed;
    let typed = if is_remembered { remembered } else { typed };
    place_at_desk(house.db.read(), &areas, typed).await
}

/// `POST /staff/learners/register`.
pub async fn enrol(staff: Finder, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        let form = Filled::wrong(posted.fields.clone(), errors);
        let is_place = |code: &String| PlaceCode::parse(code).is_some_and(|code| !code.as_str().is_empty());
        let place = Some(posted.fields.get("remembered").to_owned()).filter(is_place);
        enrol_page(&house, &staff, posted.ui.clone(), (status, form, None), place).await
    };
    // Whoever saw somebody who sounds alike may go back and mend what was typed.
    if posted.fields.get("decided") == "back" {
        return again(Vec::new()).await;
    }
    let area = place_of(&house, &staff, &posted.fields).await?;
    let new = match forms::in_person(&posted.fields, area, house.clock().now().day()) {
        Ok(new) => new,
        Err(errors) => return again(errors).await,
    };
    let decided = if posted.fields.get("decided") == "new" { Decided::IsNew } else { Decided::No };
    let (once, keys, scope, sender) = (posted.once()?, house.keys.clone(), staff.scope.clone(), sender_of(&house));
    let name = new.name.as_str().to_owned();
    let work = async move |tx: &crate::db::Tx| service::enrol(tx, &keys, (&scope, &sender), (&new, decided), &once).await;
    let held = || again(vec![FieldError::new("phone", Message::of("identity-register-phone-held"))]);
    match write(&house, &posted.ui, work).await {
        Ok(Enrolled::New(learner)) => Ok(redirect(&format!("/staff/learners/{learner}/card?said=registered"))),
        Ok(Enrolled::Alike(alike)) => {
            let along = ALONG.into_iter().filter(|name| posted.fields.has(name));
            let typed = along.map(|name| (name.to_owned(), posted.fields.get(name).to_owned())).collect();
            let (page, alike) = (page_of(&house, posted.ui.clone(), &staff.session), shown(&house, alike).await?);
            html_with(StatusCode::OK, &AlikePage { page, typed, name, alike })
        }
        // Or another form was faster with the same phone.
        Ok(Enrolled::PhoneHeld) | Err(Error::Identity(identity::Error::PhoneTaken)) => held().await,
        Err(Error::Identity(identity::Error::NoSuchBlank)) => {
            again(vec![FieldError::new("card", Message::of("identity-blank-unknown"))]).await
        }
        Err(error) => Err(error.into()),
    }
}

async fn shown(house: &House, alike: Vec<Alike>) -> Result<Vec<AlikeShown>, AppError> {
    let codes = alike.iter().map(|one| one.place_code.clone()).collect();
    let places = places::names_by_codes(house.db.read(), codes).await?;
    let one = |one: Alike| AlikeShown {
        learner: one.learner,
        name: one.name,
        place: places.get(&one.place_code).cloned().unwrap_or(one.place_code),
        is_same_year: one.is_same_year,
    };
    Ok(alike.into_iter().map(one).collect())
}

/// `POST /staff/learners/alike`: the same look while somebody types, for the page's script. By POST, so that no name stands in an address.
pub async fn alike(staff: Finder, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let area = place_of(&house, &staff, &posted.fields).await?;
    let likeness = forms::likeness(&posted.fields, house.clock().now().day());
    let (Ok(area), Some((name, year))) = (area, likeness) else { return Ok(HttpResponse::Ok().json(json!({ "people": [] }))) };
    let wanted = Likeness { name, year, area };
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let found = write(&house, &posted.ui, async move |tx| service::look_alike(tx, &keys, &scope, &wanted).await).await?;
    let lang = posted.ui.lang;
    let people: Vec<_> = shown(&house, found)
        .await?
        .into_iter()
        .map(|one| {
            let year = if one.is_same_year { "enrolment-alike-same-year" } else { "enrolment-alike-near-year" };
            json!({ "name": one.name, "place": one.place, "year": lang.t(year), "href": format!("/staff/learners/{}", one.learner) })
        })
        .collect();
    Ok(HttpResponse::Ok().json(json!({ "title": lang.t("enrolment-alike-title"), "people": people })))
}
