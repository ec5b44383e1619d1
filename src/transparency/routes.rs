//! Reading the sealed book.

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::{Data, Path};

use super::rules::tile_named;
use super::views::{BookPage, EntryPage, KeyLine, Newest, witness_words};
use crate::error::AppError;
use crate::identity::{Session, Visitor};
use crate::ledger::seal;
use crate::ledger::seal::tiles::Place;
use crate::web::{House, Page, Tab, Ui, html};

/// A tile is never another one later: it may be kept for ever.
const FOR_EVER: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=31536000, immutable");
/// The newest checkpoint may be a second old.
const FOR_A_MOMENT: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=1");

fn page_of(house: &House, ui: Ui, visitor: &Visitor) -> Page {
    Page::new(house, ui, Tab::Passbook).of(visitor.0.as_ref().map(Session::who))
}

/// `GET /ledger`: the sealed book in plain words.
///
/// # Errors
/// What the database answers.
pub async fn book(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = page_of(&house, ui, &visitor);
    let keys = seal::keys(db).await?.into_iter().rev().map(KeyLine::from).collect();
    let newest = match seal::latest(db).await? {
        Some(signed) => Some(Newest {
            witnesses: witness_words(&page, &seal::witnesses(db, signed.size).await?),
            size: signed.size,
            signed_at: signed.signed_at,
            root: signed.root.to_string(),
        }),
        None => None,
    };
    html(&BookPage { page, newest, keys })
}

/// `GET /ledger/entry/{number}`: one number of the book, counted from 1, as far as anybody may see it.
///
/// # Errors
/// [`AppError::NotFound`] where the signed book does not reach that far.
pub async fn entry(number: Path<String>, visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let seq = number.parse::<u64>().ok().and_then(|number| number.checked_sub(1)).ok_or(AppError::NotFound)?;
    let proven = seal::prove_leaf(house.db.read(), seq).await?.ok_or(AppError::NotFound)?;
    html(&EntryPage::of(page_of(&house, ui, &visitor), &proven))
}

/// `GET /ledger/checkpoint`: the newest signed checkpoint, with the lines of its witnesses (C2SP tlog-checkpoint).
///
/// # Errors
/// [`AppError::NotFound`] where nothing was signed yet.
pub async fn checkpoint(house: Data<House>) -> Result<HttpResponse, AppError> {
    let note = seal::checkpoint(house.db.read()).await?.ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok().insert_header(FOR_A_MOMENT).content_type("text/plain; charset=utf-8").body(note))
}

/// `GET /ledger/tile/{path}`: the hashes of one tile of the tree (C2SP tlog-tiles).
///
/// # Errors
/// [`AppError::NotFound`] where the signed book has no such tile.
pub async fn tile(path: Path<String>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (level, index, width) = tile_named(&path).ok_or(AppError::NotFound)?;
    let hashes = seal::tile(house.db.read(), Place { level, index }, width).await?.ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok().insert_header(FOR_EVER).content_type("application/octet-stream").body(hashes))
}
