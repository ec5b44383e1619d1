//! Verifying where there is no network: the page, the worker that keeps it, and the book of keys that it reads, which the log's key signs.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Data;

use crate::certificates::offline_views::OfflinePage;
use crate::certificates::{origin_of, service};
use crate::config::keys_folder;
use crate::credentials::Origin;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::kernel::sha256_of;
use crate::ledger::seal;
use crate::web::{Filled, House, Page, Tab, Ui, html};

/// Whoever verifies may keep it so long.
const FOR_FIVE_MINUTES: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// `GET /v/offline`: the page that keeps working. Telephones keep it, so it is nobody's: it knows no session and sets no cookie.
///
/// # Errors
/// Where the template fails.
pub async fn offline(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let host = origin_of(&house.config).map_or_else(String::new, |origin| origin.host().to_owned());
    let page = Page::new(&house, ui, Tab::Elsewhere);
    let mut answer = html(&OfflinePage { page, form: Filled::default(), host })?;
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(answer)
}

/// `GET /v/worker.js` and `GET /V/worker.js`: what keeps the page. It stands at both, and not among the static files, since a worker reaches only
/// what lies below its own address, and codes on paper are written in capitals.
pub async fn worker() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(include_str!("../../../static/verify-worker.js"))
}

/// The book of keys as it is published now, with where the bank is.
async fn published(house: &House, shelf: &Shelf) -> Result<(Origin, String), AppError> {
    let origin = origin_of(&house.config).ok_or(AppError::NotFound)?;
    let book = service::key_book(house.db.read(), shelf, &origin, house.clock().now()).await?;
    Ok((origin, book.to_json().to_string()))
}

/// `GET /v/keys.json`: the keys of all agencies there ever were, with their days; kinds and units. The same for an hour, unless something in it
/// changes.
///
/// # Errors
/// [`AppError::NotFound`] where the bank has no public address, since then it issues nothing; what the database answers.
pub async fn keys(shelf: Shelf, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (_, book) = published(&house, &shelf).await?;
    Ok(HttpResponse::Ok().insert_header(FOR_FIVE_MINUTES).content_type("application/json").body(book))
}

/// `GET /v/keys.json.note`: the word of the log's key that this is the book, by its SHA-256 (C2SP signed-note). Where it does not fit a book at
/// hand, that one is older: both are asked for again.
///
/// # Errors
/// [`AppError::NotFound`] where the bank has no public address or its log was not opened yet; [`AppError::Fault`] where this process cannot
/// read the log's key.
pub async fn keys_note(shelf: Shelf, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (origin, book) = published(&house, &shelf).await?;
    let (digest, _) = sha256_of(book.as_bytes()).map_err(|error| AppError::Fault(error.to_string()))?;
    let folder = keys_folder(&house.config.data_dir);
    let signer = seal::current_signer(house.db.read(), &folder).await;
    let signer = signer.map_err(|refusal| AppError::Fault(refusal.to_string()))?;
    let note = signer.ok_or(AppError::NotFound)?.sign_keys(origin.host(), &digest);
    Ok(HttpResponse::Ok().insert_header(FOR_FIVE_MINUTES).content_type("text/plain; charset=utf-8").body(note))
}
