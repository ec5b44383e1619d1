//! What courses may name: numbers, laws, institutions.

use actix_web::web::Data;

use super::find::Answer;
use crate::curriculum::Shelf;
use crate::learning::Reader;
use crate::learning::views::{HotlinesPage, SourcesPage};
use crate::web::{House, Ui, html};

/// `GET /hotlines`: all numbers that courses name, with what each is for.
///
/// # Errors
/// What the database answers.
pub async fn hotlines(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    html(&HotlinesPage::new(reader.page(&house, ui), shelf.edition()))
}

/// `GET /sources`: the laws and institutions that courses name, and where their names were read.
///
/// # Errors
/// What the database answers.
pub async fn sources(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    html(&SourcesPage::new(reader.page(&house, ui), shelf.edition()))
}
