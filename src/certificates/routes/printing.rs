//! A certificate on paper, for its owner: as PDF, and as a page to be printed.

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::desk_of;
use crate::certificates::service::{self, NotDrawn, Press, Printable};
use crate::certificates::sheet_views::{CertificatePrintPage, MissingGlyphPage, sheet_page, sheet_words};
use crate::credentials::paper::CannotDraw;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::identity::{Act, Learner, Session};
use crate::kernel::CertificateId;
use crate::web::{House, Page, Tab, Ui, html, html_with, id_in, text};

async fn own(house: &House, shelf: &Shelf, session: &Session, id: CertificateId) -> Result<Printable, AppError> {
    let desk = desk_of(house, shelf);
    Ok(service::printable(house.db.read(), &desk, (&session.accounts(), id), house.clock().now()).await?)
}

async fn seal_of(house: &House, printable: &Printable) -> Result<Option<Vec<u8>>, AppError> {
    let Some(seal) = &printable.seal else { return Ok(None) };
    house.files.get(seal.file).await.map_err(|error| AppError::Fault(error.to_string()))
}

/// `GET /certificates/{id}/pdf`: drawn when asked, two at once; the same certificate is the same file.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs, [`AppError::Changed`] where it was revoked, [`AppError::Busy`] while others are drawn.
pub async fn pdf(
    Learner(session): Learner,
    request: HttpRequest,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::UseCredit)?;
    let id = id_in(&id)?;
    let printable = own(&house, &shelf, &session, id).await?;
    let etag = format!("\"{}\"", printable.mark());
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim() == etag) {
        return Ok(HttpResponse::NotModified().insert_header((header::ETAG, etag)).finish());
    }
    let page = Page::new(&house, ui, Tab::Passbook).of(Some(session.who()));
    let (_, phone) = text::phone_number(&house.config.help_phone);
    let (words, seal) = (sheet_words(&sheet_page(&page), &printable, &phone), seal_of(&house, &printable).await?);
    let name = format!("attachment; filename=\"certificate-{}.pdf\"", printable.facts.number);
    match house.rooms.get::<Press>().draw(house.config.fallback_fonts.clone(), (printable, words, seal)).await {
        Ok(file) => Ok(HttpResponse::Ok()
            .content_type("application/pdf")
            .insert_header((header::ETAG, etag))
            .insert_header((header::CONTENT_DISPOSITION, name))
            .body(file)),
        Err(NotDrawn::Busy) => Err(AppError::Busy),
        Err(NotDrawn::Cannot(CannotDraw::Missing(character))) => {
            house.metrics.glyph_missing();
            html_with(StatusCode::CONFLICT, &MissingGlyphPage { page, href: format!("/certificates/{id}"), character })
        }
        Err(NotDrawn::Cannot(error)) => Err(AppError::Fault(error.to_string())),
        Err(NotDrawn::Broken(error)) => Err(AppError::Fault(error)),
    }
}

/// `GET /certificates/{id}/print`: the same facts and words, by the reader's own fonts.
///
/// # Errors
/// As [`pdf`].
pub async fn print_page(
    Learner(session): Learner,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::UseCredit)?;
    let id = id_in(&id)?;
    let printable = own(&house, &shelf, &session, id).await?;
    let page = Page::new(&house, ui, Tab::Passbook).of(Some(session.who()));
    let (_, phone) = text::phone_number(&house.config.help_phone);
    let words = sheet_words(&sheet_page(&page), &printable, &phone);
    let seal = seal_of(&house, &printable).await?.map(|bytes| format!("data:image/png;base64,{}", STANDARD.encode(bytes)));
    html(&CertificatePrintPage::of(page, format!("/certificates/{id}"), &printable, (words, seal)))
}
