//! The pages of one's own data.

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Query};
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::forms::{self, Correction};
use super::service;
use super::views::{ComplaintPage, CorrectPage, Facts, LeavePage, LeftPage, MePage, PlacePage, Reading, is_checked};
use crate::audit;
use crate::db::Tx;
use crate::error::AppError;
use crate::help::{self, Asked, Asker, CaseLine, Kind, Request};
use crate::i18n::Message;
use crate::identity::{self, Act, CONSENT_VETERAN, Learner, Session, Visitor};
use crate::kernel::LearnerId;
use crate::places::{self, Place, PlaceCode};
use crate::web::{Fields, Filled, House, Page, Posted, SESSION_COOKIE, Tab, Ui, html, html_with, keep_cookie, redirect};

/// Lines of who read something that the page shows; the file holds all.
const READINGS: u64 = 20;

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// What not every session may do; a card that was found in the street opens none of it.
fn allow(session: &Session, act: Act) -> Result<(), AppError> {
    if session.may(act) { Ok(()) } else { Err(AppError::NotAllowed) }
}

/// `GET /me`.
///
/// # Errors
/// What the database answers.
pub async fn show(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, learner, lang) = (house.db.read(), session.acting.learner, ui.lang);
    let facts = if session.may(Act::ReadAll) {
        let profile = identity::profile(db, &house.keys, learner).await?;
        let place = place_name(db, profile.place_code.as_deref()).await?;
        Some(Facts::of(&profile, place))
    } else {
        None
    };
    let rows = audit::list_access(db, learner, READINGS).await?;
    let actors: Vec<LearnerId> = rows.iter().map(|row| row.actor).collect();
    let names = identity::names_of(db, &house.keys, &actors).await?;
    let name = |actor| names.get(&actor).map_or("", String::as_str);
    let readings = rows.iter().map(|row| Reading::of(row, name(row.actor), lang)).collect();
    let cases = help::list_of(db, learner).await?.iter().map(|case| CaseLine::of(case, lang)).collect();
    html(&MePage { facts, readings, cases, page: page_of(&house, ui, &session) })
}

async fn place_name(db: &impl ConnectionTrait, code: Option<&str>) -> Result<Option<String>, AppError> {
    let Some(code) = code else { return Ok(None) };
    let path = places::list_path(db, code).await?;
    Ok(Some(if path.is_empty() { code.to_owned() } else { places::full_name(&path) }))
}

/// `GET /me/correct`: name and year of birth.
///
/// # Errors
/// [`AppError::NotAllowed`] for a session that may not.
pub async fn correct_form(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    allow(&session, Act::ChangeDoor)?;
    let profile = identity::profile(house.db.read(), &house.keys, session.acting.learner).await?;
    let year = profile.birth_year.map(|year| year.to_string()).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[("name", &profile.name), ("year", &year)]));
    html(&CorrectPage { form, is_checked: is_checked(&profile), page: page_of(&house, ui, &session) })
}

/// `POST /me/correct`.
///
/// # Errors
/// As [`correct_form`]; [`AppError::Refused`] where a document was seen.
pub async fn correct(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    allow(&session, Act::ChangeDoor)?;
    let profile = identity::profile(house.db.read(), &house.keys, session.acting.learner).await?;
    if is_checked(&profile) {
        return Err(AppError::Refused(Message::of("me-checked")));
    }
    let correction = match Correction::parse(&posted.fields, house.clock().now().day()) {
        Ok(correction) => correction,
        Err(errors) => {
            let page = page_of(&house, posted.ui, &session);
            let form = Filled::wrong(posted.fields, errors);
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &CorrectPage { page, form, is_checked: false });
        }
    };
    let (keys, acting) = (house.keys.clone(), session.acting);
    let work = async move |tx: &Tx| {
        if correction.name.as_str() != profile.name {
            identity::rename(tx, &keys, &acting, &correction.name).await?;
        }
        if Some(correction.year.value()) != profile.birth_year {
            identity::correct_birth_year(tx, &acting, correction.year).await?;
        }
        Ok::<_, identity::Error>(())
    };
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect("/me"))
}

/// How far down the tree of places the reader has come.
#[derive(Debug, Deserialize)]
pub struct Within {
    #[serde(rename = "in")]
    code: Option<String>,
}

/// `GET /me/place?in=3301`: from the province down, as far as the reader likes.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such place.
pub async fn place_form(
    Learner(session): Learner,
    within: Query<Within>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    allow(&session, Act::ChangeDoor)?;
    let home = house.config.home_place.clone();
    let code = PlaceCode::parse(within.code.as_deref().unwrap_or(&home)).ok_or(AppError::NotFound)?;
    let db = house.db.read();
    let parent = (!code.as_str().is_empty()).then(|| code.as_str());
    let path = match parent {
        Some(code) => places::list_path(db, code).await?,
        None => Vec::new(),
    };
    if parent.is_some() && path.last().is_none_or(|place| place.code != code.as_str()) {
        return Err(AppError::NotFound);
    }
    let children = places::list_children(db, parent).await?;
    let pair = |place: Place| (place.code, place.name);
    html(&PlacePage {
        here: parent.map(|code| (code.to_owned(), places::full_name(&path))),
        within: children.into_iter().map(pair).collect(),
        can_leave_home: parent.is_some(),
        page: page_of(&house, ui, &session),
    })
}

/// `POST /me/place`.
///
/// # Errors
/// [`AppError::Refused`] where there is no such place.
pub async fn choose_place(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    allow(&session, Act::ChangeDoor)?;
    let (acting, code) = (session.acting, posted.fields.get("place").to_owned());
    let code = (!code.is_empty()).then_some(code);
    let work = async move |tx: &Tx| identity::choose_place(tx, &acting, code.clone()).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect("/me"))
}

/// `POST /me/veteran/stop`: takes back the consent to keep that one is a veteran.
///
/// # Errors
/// What the database answers.
pub async fn stop_veteran(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let acting = session.acting;
    let work = async move |tx: &Tx| identity::withdraw_consent(tx, &acting, CONSENT_VETERAN).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect("/me"))
}

/// `GET /me/export`: everything as one JSON file.
///
/// # Errors
/// [`AppError::NotAllowed`] for a session that may not.
pub async fn take_away(Learner(session): Learner, house: Data<House>) -> Result<HttpResponse, AppError> {
    allow(&session, Act::ReadAll)?;
    let now = house.clock().now();
    let data = service::export(house.db.read(), &house.keys, session.acting.learner, now).await?;
    let text = serde_json::to_string_pretty(&data).map_err(|error| AppError::Fault(error.to_string()))?;
    let name = format!("attachment; filename=\"my-data-{}.json\"", now.day());
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(text))
}

/// `GET /me/complaint`.
///
/// # Errors
/// Where the template fails.
pub async fn complaint_form(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let officer = house.config.data_officer.clone();
    html(&ComplaintPage { page: page_of(&house, ui, &session), form: Filled::default(), officer })
}

/// `POST /me/complaint`: goes to the person responsible for data.
///
/// # Errors
/// What help refuses.
pub async fn complain(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let told = match forms::complaint(&posted.fields) {
        Ok(told) => told,
        Err(errors) => {
            let (page, officer) = (page_of(&house, posted.ui, &session), house.config.data_officer.clone());
            let form = Filled::wrong(posted.fields, errors);
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &ComplaintPage { page, form, officer });
        }
    };
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    // The whole bank's matter, wherever the person lives.
    let place_code = house.config.home_place.clone();
    let wish = Request { kind: Kind::DataComplaint, about: None, told, phone: None, place_code, source: None };
    let key = help::key_of(house.db.read(), &house.keys, session.acting.learner).await?;
    let asker = Asker::Learner(session.acting);
    let work = async move |tx: &Tx| help::open(tx, &asker, &key, &wish, &asked).await;
    let opened = house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&format!("/help/{}", opened.number.as_str())))
}

/// `GET /me/leave`: what is deleted, what stays and until when.
///
/// # Errors
/// [`AppError::NotAllowed`] for a session that may not.
pub async fn leave_check(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    allow(&session, Act::Leave)?;
    let cases = help::list_of(house.db.read(), session.acting.learner).await?;
    let waiting = cases.iter().filter(|case| case.state.is_waiting()).count();
    html(&LeavePage { page: page_of(&house, ui, &session), waiting })
}

/// `POST /me/leave`: forgets the person. Whoever has left already is told so.
///
/// # Errors
/// As [`leave_check`].
pub async fn leave(visitor: Visitor, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Some(session) = visitor.0 else { return Ok(redirect("/me/left")) };
    allow(&session, Act::Leave)?;
    let (keys, acting) = (house.keys.clone(), session.acting);
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::forget(tx, &keys, &acting).await).await?;
    let mut response = redirect("/me/left");
    response.add_cookie(&gone(&house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}

fn gone(house: &House) -> Cookie<'static> {
    let mut cookie = keep_cookie(SESSION_COOKIE, String::new(), None, house.config.is_https());
    cookie.make_removal();
    cookie
}

/// `GET /me/left`: what was deleted, what stays and until when.
///
/// # Errors
/// Where the template fails.
pub async fn left(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let officer = house.config.data_officer.clone();
    html(&LeftPage { page: Page::new(&house, ui, Tab::Elsewhere), officer })
}
