//! All that is kept of the reader: as a page to read and to print, and as a file.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;
use serde_json::Value;

use super::{page_of, place_name};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::identity::{self, Act, Learner};
use crate::kernel::LearnerId;
use crate::me::kept::{self, Reader};
use crate::me::service;
use crate::me::views::KeptPage;
use crate::web::{House, Ui, html};

/// `GET /me/kept`: everything, subject by subject, in words.
///
/// # Errors
/// [`AppError::TooWeak`] for a session that may not.
pub async fn show_kept(Learner(session): Learner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    session.allow(Act::ReadAll)?;
    let (db, now) = (house.db.read(), house.clock().now());
    let mut all = Vec::new();
    for account in session.accounts() {
        all.push((account, service::export(db, &house.keys, account, now).await?));
    }
    let readers: Vec<LearnerId> =
        all.iter().flat_map(|(_, data)| kept::people_in(data)).filter_map(|id| id.parse().ok()).collect();
    let names = identity::names_of(db, &house.keys, &readers).await?;
    let names: HashMap<String, String> = names.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let mut places = HashMap::new();
    for code in all.iter().flat_map(|(_, data)| kept::places_in(data)) {
        if let Some(name) = place_name(db, Some(&code)).await? {
            places.insert(code, name);
        }
    }
    let mut reader = Reader { lang: ui.lang, shelf: &shelf, names, places, own: String::new() };
    let mut sections = Vec::new();
    for (account, data) in &all {
        reader.own = account.to_string();
        let of_account = kept::sections(data, &reader).into_iter().filter(|section| !section.records.is_empty());
        if *account == session.acting.learner {
            sections = kept::sections(data, &reader);
        } else {
            sections.extend(of_account.map(|section| kept::of_other_account(section, ui.lang)));
        }
    }
    html(&KeptPage { sections, made_on: now.day(), page: page_of(&house, ui, &session) })
}

/// `GET /me/export`: everything as one JSON file.
///
/// # Errors
/// [`AppError::TooWeak`] for a session that may not.
pub async fn take_away(Learner(session): Learner, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::ReadAll)?;
    let now = house.clock().now();
    let data: Value = service::export_all(house.db.read(), &house.keys, &session.accounts(), now).await?;
    let text = serde_json::to_string_pretty(&data).map_err(|error| AppError::Fault(error.to_string()))?;
    let name = format!("attachment; filename=\"my-data-{}.json\"", now.day());
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .insert_header((header::CONTENT_DISPOSITION, name))
        .body(text))
}
