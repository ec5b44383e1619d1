//! What somebody should look at, the newest first; one signal; what was found when somebody looked.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::views::{SignalPage, SignalRow, SignalsPage, Words};
use super::{Signal, State, forms, service};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Looker, Role, Session};
use crate::kernel::{LearnerId, SignalId};
use crate::web::{Filled, House, ListPage, Page, Posted, Tab, Ui, html, html_with, redirect};
use crate::{places, recognition};

/// Which page of a list.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    pub(super) page: u64,
}

/// What a link says besides.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    pub(super) said: String,
}

pub(super) fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// The full names of places, by code.
pub(super) async fn place_names<'a>(
    house: &House,
    codes: impl Iterator<Item = &'a String>,
) -> Result<HashMap<String, String>, AppError> {
    let mut names = HashMap::new();
    for code in codes {
        if !names.contains_key(code) {
            let path = places::list_path(house.db.read(), code).await?;
            names.insert(code.clone(), places::full_name(&path));
        }
    }
    Ok(names)
}

/// `GET /staff/looks`: what is to be looked at.
///
/// # Errors
/// What the database answers.
pub async fn list(
    staff: Looker,
    which: Query<Which>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), staff.scope.areas(Role::LOOKERS));
    let total = service::count(db, &areas).await?;
    let shown = ListPage::asked(which.page).within(total);
    let (number, pages) = (shown.number(), ListPage::pages(total));
    let signals = service::list(db, &areas, shown.part()).await?;
    let passes = recognition::count_awaiting(db, &areas).await?;
    let words = Words { lang: ui.lang, shelf: Shelf::clone(&shelf) };
    let rows = rows_of(&house, &signals, &words).await?;
    html(&SignalsPage { page: page_of(&house, ui, &staff.session), rows, passes, total, number, pages })
}

async fn rows_of(house: &House, signals: &[Signal], words: &Words) -> Result<Vec<SignalRow>, AppError> {
    let people: Vec<LearnerId> =
        signals.iter().flat_map(|signal| [Some(signal.about), signal.looked.map(|looked| looked.0)]).flatten().collect();
    let names = identity::staff_names_of(house.db.read(), &house.keys, &people).await?;
    let places = place_names(house, signals.iter().map(|signal| &signal.place_code)).await?;
    Ok(signals.iter().map(|signal| SignalRow::of(signal, &names, &places, words)).collect())
}

/// `GET /staff/looks/{id}`: one signal.
///
/// # Errors
/// [`AppError::NotFound`] where it is not theirs to look at.
pub async fn show(
    staff: Looker,
    id: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let said = if matches!(link.said.as_str(), "fine" | "asked") { "signal-said" } else { "" };
    html(&signal_page(&house, &shelf, &staff, &id, ui, (Filled::default(), said)).await?)
}

/// `POST /staff/looks/{id}`: all is well (`doing=fine`), or somebody was asked (`doing=asked`). Nothing else follows from it.
///
/// # Errors
/// As [`show`]; where it is about the reader, or somebody has said otherwise.
pub async fn look(
    staff: Looker,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let said = match forms::said(&posted.fields) {
        Ok(said) => said,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let page = signal_page(&house, &shelf, &staff, &id, posted.ui, (form, "")).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (signal, scope) = (parse(&id)?, staff.scope.clone());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::look(tx, &scope, signal, said).await).await?;
    Ok(redirect(&format!("/staff/looks/{signal}?said={}", said.code())))
}

fn parse(id: &str) -> Result<SignalId, AppError> {
    id.parse().map_err(|_| AppError::NotFound)
}

async fn signal_page(
    house: &House,
    shelf: &Shelf,
    staff: &Looker,
    id: &str,
    ui: Ui,
    (form, notice): (Filled, &'static str),
) -> Result<SignalPage, AppError> {
    let (signal, learners) = service::see(house.db.read(), &staff.scope, parse(id)?).await?;
    let words = Words { lang: ui.lang, shelf: shelf.clone() };
    let row = rows_of(house, std::slice::from_ref(&signal), &words).await?.pop().ok_or(AppError::NotFound)?;
    let page = page_of(house, ui, &staff.session);
    let is_own = signal.about == staff.scope.actor();
    Ok(SignalPage {
        row,
        is_own,
        may_look: !is_own && signal.state != State::Fine,
        may_ask: signal.state == State::Open,
        learners,
        notice: if notice.is_empty() { String::new() } else { page.t(notice) },
        form,
        page,
    })
}
