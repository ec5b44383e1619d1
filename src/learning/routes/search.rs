//! Search, and the explained words.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::find::Answer;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::learning::Reader;
use crate::learning::views::{GlossaryPage, SearchPage, TermPage};
use crate::web::{House, Ui, html, html_with, text};

/// The longest query that is looked at, in characters; the search itself reads no more.
const MOST_QUERY: usize = 40;
/// Things that are found at most.
const MOST_HITS: usize = 20;

/// What is looked for.
#[derive(Debug, Deserialize)]
pub struct SearchQuery {
    /// The words; none before anything was asked.
    q: Option<String>,
    /// Whether to show everything that was found.
    all: Option<String>,
}

/// `GET /search?q=…`: courses, lessons and explained words; the first few, or all.
///
/// # Errors
/// What the database answers.
pub async fn search(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, query: Query<SearchQuery>) -> Answer {
    let page = reader.page(&house, ui);
    let Some(asked) = &query.q else { return html(&SearchPage::blank(page)) };
    let asked: String = text::line(asked).chars().filter(|c| !text::is_hidden_mark(*c)).take(MOST_QUERY).collect();
    if asked.trim().is_empty() {
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &SearchPage::empty(page));
    }
    let hits = shelf.search(&asked, MOST_HITS);
    html(&SearchPage::new(page, &shelf, &asked, &hits, query.all.is_some()))
}

/// `GET /glossary`: all explained words, under their headings.
///
/// # Errors
/// What the database answers.
pub async fn glossary(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    html(&GlossaryPage::new(reader.page(&house, ui), shelf.glossary()))
}

/// `GET /glossary/{word}`: what a word means, and which lessons explain it.
///
/// # Errors
/// [`AppError::NotFound`] where the word is not explained.
pub async fn term(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, word: Path<String>) -> Answer {
    let term = shelf.term(&word).ok_or(AppError::NotFound)?;
    html(&TermPage::new(reader.page(&house, ui), &shelf, term))
}
