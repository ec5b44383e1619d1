//! Search, and the explained words.

use actix_web::web::{Data, Query};
use serde::Deserialize;

use super::find::Answer;
use crate::curriculum::Shelf;
use crate::learning::Reader;
use crate::learning::views::{GlossaryPage, SearchPage};
use crate::web::{House, Ui, html, text};

/// The longest query that is looked at, in characters; the search itself reads no more.
const MOST_QUERY: usize = 40;
/// Things shown.
const MOST_HITS: usize = 20;

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

/// `GET /search?q=…`: courses, lessons and explained words.
///
/// # Errors
/// What the database answers.
pub async fn search(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>, query: Query<SearchQuery>) -> Answer {
    let asked: String = text::line(&query.q).chars().filter(|c| !text::is_hidden_mark(*c)).take(MOST_QUERY).collect();
    let hits = shelf.search(&asked, MOST_HITS);
    html(&SearchPage::new(reader.page(&house, ui), &shelf, &asked, &hits))
}

/// `GET /glossary`: all explained words.
///
/// # Errors
/// What the database answers.
pub async fn glossary(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>) -> Answer {
    html(&GlossaryPage::new(reader.page(&house, ui), shelf.glossary()))
}
