//! What is kept of the reader at a glance; name, year of birth and place put right.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::undo::{Before, Change};
use super::{page_of, place_name, with_cookie};
use crate::audit;
use crate::db::Tx;
use crate::error::AppError;
use crate::help::{self, CaseLine};
use crate::i18n::Message;
use crate::identity::{self, Act, Learner};
use crate::kernel::LearnerId;
use crate::me::forms::Correction;
use crate::me::views::{CorrectPage, Facts, MePage, Notice, PlacePage, Reading, is_checked};
use crate::places::{self, Place, PlaceCode};
use crate::recordings;
use crate::web::{Fields, Filled, House, Posted, Ui, html, html_with, redirect};

/// Lines of who read something that the page shows; the whole list stands with all that is kept.
const READINGS: u64 = 20;

/// What has just been done.
#[derive(Debug, Deserialize)]
pub struct Said {
    #[serde(default)]
    pub(super) said: String,
}

/// `GET /me`.
///
/// # Errors
/// What the database answers.
pub async fn show(
    Learner(session): Learner,
    said: Query<Said>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (db, learner, lang) = (house.db.read(), session.acting.learner, ui.lang);
    let facts = if session.may(Act::ReadAll) {
        let profile = identity::profile(db, &house.keys, learner).await?;
        let place = place_name(db, profile.place_code.as_deref()).await?;
        Some(Facts::of(&profile, place, lang))
    } else {
        None
    };
    let rows = audit::list_access(db, learner, READINGS).await?;
    let actors: Vec<LearnerId> = rows.iter().map(|row| row.actor).collect();
    let names = identity::names_of(db, &house.keys, &actors).await?;
    let name = |actor| names.get(&actor).map_or("", String::as_str);
    let readings = rows.iter().map(|row| Reading::of(row, name(row.actor), lang)).collect();
    let cases = help::list_of(db, learner).await?.iter().map(|case| CaseLine::of(case, lang)).collect();
    let has_voice = recordings::has_spoken(db, learner).await?;
    let notice = Notice::of(&said.said, Before::of(&request, &house, &session).is_some());
    html(&MePage { facts, readings, has_voice, cases, notice, page: page_of(&house, ui, &session) })
}

/// `GET /me/correct`: name and year of birth.
///
/// # Errors
/// [`AppError::TooWeak`] for a session that may not.
pub async fn correct_form(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::ChangeDoor)?;
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
    session.allow(Act::ChangeDoor)?;
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
    let is_renamed = correction.name.as_str() != profile.name;
    let is_born_anew = Some(correction.year.value()) != profile.birth_year;
    if !is_renamed && !is_born_anew {
        return Ok(redirect("/me"));
    }
    let (keys, acting) = (house.keys.clone(), session.acting);
    let work = async move |tx: &Tx| {
        if is_renamed {
            identity::rename(tx, &keys, &acting, &correction.name).await?;
        }
        if is_born_anew {
            identity::correct_birth_year(tx, &acting, correction.year).await?;
        }
        Ok::<_, identity::Error>(())
    };
    house.db.write_for(posted.ui.request, work).await?;
    let before = Before::new(&session, Change::Name { name: profile.name, year: profile.birth_year });
    with_cookie(redirect("/me?said=name"), &before.cookie(&house))
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
    session.allow(Act::ChangeDoor)?;
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
    session.allow(Act::ChangeDoor)?;
    let (acting, code) = (session.acting, posted.fields.get("place").to_owned());
    let code = (!code.is_empty()).then_some(code);
    let before = Before::new(&session, Change::Place(session.place_code.clone()));
    let is_same = code == session.place_code;
    let work = async move |tx: &Tx| identity::choose_place(tx, &acting, code.clone()).await;
    house.db.write_for(posted.ui.request, work).await?;
    let response = redirect("/me?said=place");
    // Choosing again what stands already leaves the way back to what was before.
    if is_same { Ok(response) } else { with_cookie(response, &before.cookie(&house)) }
}
