//! What software of others looks up: who an agency is by its keys, how its certificates stand, what a kind of certificate is.

use actix_web::http::header;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

use super::verify::page_of;
use crate::agencies;
use crate::certificates::verify_views::KindPage;
use crate::certificates::{origin_of, service};
use crate::credentials::status::Purpose;
use crate::credentials::{KeyFacts, MOST_LISTS, did_document};
use crate::curriculum::{self, Shelf};
use crate::error::AppError;
use crate::kernel::AgencyId;
use crate::web::{House, Ui, html, id_in};

/// Software in browsers of others may read it.
const FOR_ALL: (header::HeaderName, &str) = (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
const JWT: &str = "application/vc+jwt";

/// `GET /issuers/{agency}/did.json`: all keys of an agency, for good; of a closed one too.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or the bank has no public address.
pub async fn did(id: Path<String>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let origin = origin_of(&house.config).ok_or(AppError::NotFound)?;
    let agency = agencies::find_agency(house.db.read(), id_in(&id)?).await?.ok_or(AppError::NotFound)?;
    let keys = agencies::verifying_keys_of(house.db.read(), agency.id).await?;
    let facts: Vec<KeyFacts> = keys
        .into_iter()
        .map(|key| KeyFacts { public: key.public, from: key.from, until: key.until, distrusted_at: key.distrusted_at })
        .collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .insert_header(FOR_ALL)
        .content_type("application/did+json")
        .body(did_document(&origin, agency.id, &facts).to_string()))
}

/// The headers that a list has, sent or not.
fn of_list(mut builder: HttpResponseBuilder, etag: &str) -> HttpResponseBuilder {
    builder
        .insert_header((header::CACHE_CONTROL, "public, max-age=30"))
        .insert_header((header::VARY, "Accept"))
        .insert_header((header::ETAG, etag.to_owned()))
        .insert_header(FOR_ALL);
    builder
}

/// `GET /issuers/{agency}/status/{purpose}/{list}`: as JSON-LD, or as a JWT for whoever asks for that.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such list.
pub async fn status(
    request: HttpRequest,
    path: Path<(String, String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (agency, purpose, list) = path.into_inner();
    let agency: AgencyId = id_in(&agency)?;
    let purpose = Purpose::parse(&purpose).ok_or(AppError::NotFound)?;
    let list: u32 = list.parse().ok().filter(|number| (1..=MOST_LISTS).contains(number)).ok_or(AppError::NotFound)?;
    let filled = service::find_list(house.db.read(), agency, purpose, list).await?.ok_or(AppError::NotFound)?;
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_jwt = accept.split(',').any(|kind| kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JWT)));
    let (kind, body, form) = if is_jwt { (JWT, filled.jwt, "jwt") } else { ("application/vc", filled.document, "json") };
    let etag = format!("\"{}-{form}\"", filled.generation);
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if known.split(',').any(|tag| tag.trim().trim_start_matches("W/") == etag) {
        return Ok(of_list(HttpResponse::NotModified(), &etag).finish());
    }
    Ok(of_list(HttpResponse::Ok(), &etag).content_type(kind).body(body))
}

/// `GET /credentials/{kind}/{version}`: what a kind of certificate is, in the words of the edition that documents name; years later too.
///
/// # Errors
/// [`AppError::NotFound`] where no edition of this version was ever up, or it has no such kind.
pub async fn kind_page(path: Path<(String, String)>, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (id, version) = path.into_inner();
    let page = page_of(&house, ui);
    let in_force = shelf.certificates().iter().find(|rule| rule.id == id && shelf.edition().manifest.version == version);
    let (title, criteria, footer) = match in_force {
        Some(rule) => (rule.title.clone(), rule.criteria.clone(), rule.footer.clone()),
        None => {
            let kept = curriculum::find_kind(house.db.read(), (&id, &version)).await?.ok_or(AppError::NotFound)?;
            (kept.title, kept.criteria, kept.footer)
        }
    };
    html(&KindPage { page, title, version, criteria, footer })
}
