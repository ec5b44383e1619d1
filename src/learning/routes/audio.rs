//! Recordings, whole or in parts.

use actix_web::http::header::{self, EntityTag};
use actix_web::web::{Bytes, Path, block};
use actix_web::{HttpRequest, HttpResponse};

use super::find::Answer;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::web::{Part, content_range, part_asked_for};

/// `GET /audio/{name}`: a recording. A player that asks for a part gets that part, so that one can go back and forth in it.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such recording, or no longer.
pub async fn recording(request: HttpRequest, shelf: Shelf, name: Path<String>) -> Answer {
    let name = name.into_inner();
    let (shelf, wanted) = (shelf, name.clone());
    // The file is read on a thread that may wait.
    let found = block(move || shelf.audio(&wanted).map(|(voice, bytes)| (voice.sound.media_type(), bytes))).await;
    let (kind, bytes) = found.map_err(|error| AppError::Fault(error.to_string()))?.ok_or(AppError::NotFound)?;
    let bytes = Bytes::from(bytes);
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let tag = EntityTag::new_strong(name);
    let (mut answer, body) = match part_asked_for(&request, &tag, length) {
        Part::Whole => (HttpResponse::Ok(), bytes),
        Part::Between(first, last) => {
            let mut answer = HttpResponse::PartialContent();
            answer.insert_header(content_range(Some((first, last)), length));
            (answer, slice(&bytes, first, last))
        }
        Part::Beyond => {
            let mut answer = HttpResponse::RangeNotSatisfiable();
            answer.insert_header(content_range(None, length));
            (answer, Bytes::new())
        }
    };
    Ok(answer
        .content_type(kind)
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::ETAG, tag.to_string()))
        // A sound is packed already, and a part of it must not be packed again.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(body))
}

fn slice(bytes: &Bytes, first: u64, last: u64) -> Bytes {
    let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(first)..at(last.saturating_add(1)).max(at(first)))
}
