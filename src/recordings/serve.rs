//! Sounds, whole or in parts.

use actix_web::http::header::{self, EntityTag};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::Voices;
use crate::curriculum::model::Sound;
use crate::error::AppError;
use crate::web::{House, Part, content_range, part_asked_for};

/// How long a browser may keep a sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// For good: it belongs to the curriculum, and its name changes with every byte.
    ForEver,
    /// An hour, and nobody on the way: it may be taken back.
    AnHour,
    /// Not at all: it is not published.
    Never,
}

/// `GET /audio/{name}`: a recording. A player that asks for a part gets that part, so that one can go back and forth in it.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such recording, or no longer.
pub async fn recording(
    request: HttpRequest,
    voices: Voices,
    house: Data<House>,
    name: Path<String>,
) -> Result<HttpResponse, AppError> {
    let (sound, bytes, keep) = voices.sound(&house.files, &name).await?.ok_or(AppError::NotFound)?;
    Ok(give(&request, sound, bytes, (name.into_inner(), keep)))
}

/// Gives `bytes`, or the part of them that is asked for.
pub(super) fn give(request: &HttpRequest, sound: Sound, bytes: Vec<u8>, (name, keep): (String, Keep)) -> HttpResponse {
    let bytes = Bytes::from(bytes);
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    let tag = EntityTag::new_strong(name);
    let (mut answer, body) = match part_asked_for(request, &tag, length) {
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
    let term = match keep {
        Keep::ForEver => "public, max-age=31536000, immutable",
        Keep::AnHour => "private, max-age=3600",
        Keep::Never => "private, no-store",
    };
    answer
        .content_type(sound.media_type())
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((header::ETAG, tag.to_string()))
        // A sound is packed already, and a part of it must not be packed again.
        .insert_header((header::CONTENT_ENCODING, "identity"))
        .insert_header((header::CACHE_CONTROL, term))
        .body(body)
}

fn slice(bytes: &Bytes, first: u64, last: u64) -> Bytes {
    let at = |byte: u64| usize::try_from(byte).unwrap_or(usize::MAX).min(bytes.len());
    bytes.slice(at(first)..at(last.saturating_add(1)).max(at(first)))
}
