//! The page about the package, and the package.

use std::fs::File;
use std::io;

use actix_web::body::SizedStream;
use actix_web::http::header::{self, EntityTag};
use actix_web::web::{Data, block};
use actix_web::{HttpRequest, HttpResponse};

use super::store::{Package, package_of};
use super::views::OpenPage;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::identity::{Session, Visitor};
use crate::web::{House, Page, Part, Tab, Ui, content_range, html, part_asked_for, stream_of};

/// `GET /open`: what is in the package, under what terms, how large it is.
///
/// # Errors
/// Where the package cannot be made.
pub async fn about(visitor: Visitor, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (package, _) = ready(&house, &shelf).await?;
    let page = Page::new(&house, ui, Tab::Learn).of(visitor.0.as_ref().map(Session::who));
    html(&OpenPage::new(page, shelf.edition(), package.bytes))
}

/// `GET /open/curriculum.zip`: the package, whole or in parts.
///
/// # Errors
/// Where the package cannot be made or read.
pub async fn download(request: HttpRequest, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (package, file) = ready(&house, &shelf).await?;
    let tag = EntityTag::new_strong(package.digest.to_string());
    if is_known(&request, &tag) {
        return Ok(HttpResponse::NotModified()
            .insert_header((header::ETAG, tag.to_string()))
            .insert_header(FOR_AN_HOUR)
            .finish());
    }
    let (mut answer, first, count) = match part_asked_for(&request, &tag, package.bytes) {
        Part::Whole => (HttpResponse::Ok(), 0, package.bytes),
        Part::Between(first, last) => {
            let mut answer = HttpResponse::PartialContent();
            answer.insert_header(content_range(Some((first, last)), package.bytes));
            (answer, first, last.saturating_sub(first).saturating_add(1))
        }
        Part::Beyond => {
            let mut answer = HttpResponse::RangeNotSatisfiable();
            answer.insert_header(content_range(None, package.bytes));
            (answer, 0, 0)
        }
    };
    let name = format!("attachment; filename=\"credit-bank-curriculum-{}.zip\"", shelf.edition().manifest.version);
    Ok(answer
        .content_type("application/zip")
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::ETAG, tag.to_string()))
        .insert_header((header::CONTENT_DISPOSITION, name))
        // It is packed already, and a part of it must not be packed again.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header(FOR_AN_HOUR)
        .body(SizedStream::new(count, stream_of(file, first, count))))
}

/// An edition lasts for months.
pub(super) const FOR_AN_HOUR: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=3600");

/// Whether whoever asks has this very edition already.
pub(super) fn is_known(request: &HttpRequest, tag: &EntityTag) -> bool {
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag.to_string()))
}

async fn ready(house: &Data<House>, shelf: &Shelf) -> Result<(Package, File), AppError> {
    let (house, shelf) = (house.clone(), shelf.clone());
    let made = block(move || package_of(&house, &shelf)).await;
    made.map_err(|error| AppError::Fault(error.to_string()))?.map_err(fault)
}

fn fault(error: io::Error) -> AppError {
    let words = format!("the open package: {error}");
    if error.kind() == io::ErrorKind::StorageFull { AppError::NoRoom(words) } else { AppError::Fault(words) }
}
