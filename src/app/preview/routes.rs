//! The pages that only a preview has.

use std::time::Duration;

use actix_web::rt::time::timeout;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, guard, web};
use serde::Deserialize;

use super::super::routes::{Access, RouteEntry};
use super::stand::Stand;
use super::views::{PreviewItemPage, PreviewItemsPage, PreviewPage};
use crate::curriculum::model::Course;
use crate::curriculum::{CourseCode, Shelf};
use crate::error::AppError;
use crate::web::{House, Page, Posted, Tab, Ui, html, redirect};

/// Beside those of the bank.
pub(super) const ROUTES: &[RouteEntry] = &[
    RouteEntry { method: "GET", path: "/preview", access: Access::Public, make: || web::get().to(start) },
    RouteEntry { method: "GET", path: "/preview/changes", access: Access::Public, make: || web::get().to(changes) },
    RouteEntry { method: "GET", path: "/preview/{code}/items", access: Access::Public, make: || web::get().to(items) },
    RouteEntry {
        method: "GET",
        path: "/preview/{code}/items/{item}",
        access: Access::Public,
        make: || web::route().guard(guard::Get()).to(item),
    },
    RouteEntry { method: "POST", path: "/preview/{code}/items/{item}", access: Access::Public, make: || web::post().to(again) },
];

/// How long a page waits for a change before it asks anew.
const PATIENCE: Duration = Duration::from_secs(25);

/// What a page was made of.
#[derive(Debug, Deserialize)]
pub(super) struct Seen {
    #[serde(default)]
    seen: String,
}

/// `GET /preview/changes?seen=…`: answers when something has changed since, and after a while in any case.
async fn changes(stand: Data<Stand>, seen: Query<Seen>) -> HttpResponse {
    let mut stands = stand.subscribe();
    drop(timeout(PATIENCE, stands.wait_for(|state| state.number.to_string() != seen.seen)).await);
    HttpResponse::Ok().content_type("text/plain").body(stand.now().number.to_string())
}

fn page_of(house: &House, ui: Ui) -> Page {
    Page::new(house, ui, Tab::Elsewhere)
}

/// `GET /preview`: all courses, and everything that is wrong.
async fn start(ui: Ui, house: Data<House>, shelf: Shelf, stand: Data<Stand>) -> Result<HttpResponse, AppError> {
    html(&PreviewPage::new(page_of(&house, ui), &shelf, &stand.now()))
}

fn course_of<'s>(shelf: &'s Shelf, code: &str) -> Result<&'s Course, AppError> {
    CourseCode::parse(code).and_then(|code| shelf.course(code)).ok_or(AppError::NotFound)
}

/// `GET /preview/{code}/items`: the item bank with what is right.
async fn items(ui: Ui, house: Data<House>, shelf: Shelf, code: Path<String>) -> Result<HttpResponse, AppError> {
    html(&PreviewItemsPage::new(page_of(&house, ui), course_of(&shelf, &code)?))
}

/// `GET /preview/{code}/items/{item}`: one item as learners see it, answered rightly.
async fn item(ui: Ui, house: Data<House>, shelf: Shelf, path: Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let course = course_of(&shelf, &path.0)?;
    let item = course.item(&path.1).ok_or(AppError::NotFound)?;
    html(&PreviewItemPage::new(page_of(&house, ui), &shelf, course, item))
}

/// `POST /preview/{code}/items/{item}`: nothing is kept of what an author answers.
async fn again(_posted: Posted, path: Path<(String, String)>) -> HttpResponse {
    redirect(&format!("/preview/{}/items/{}", path.0, path.1))
}
