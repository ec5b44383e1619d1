//! A form with a file in it: read only by a handler that already knows who sends it, piece by piece, within bounds of size and time.
//!
//! Its token has to stand before the file: without the right one nothing more is read.

use std::future::{Ready, ready};
use std::rc::Rc;
use std::time::Duration;

use actix_multipart::{Field, Multipart};
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, dev};
use futures_util::StreamExt;

use super::posted::posted;
use super::received::{Received, Unread, is_same};
use super::sender::Sender;
use super::{Fields, Posted, Ui, text};
use crate::error::AppError;

/// Seconds that a file may take: five megabytes over the thinnest line of a village.
const MOST_SECONDS: u64 = 300;
/// Bytes of all other fields.
const MOST_FIELD_BYTES: usize = 16 * 1024;
/// Parts of a form.
const MOST_PARTS: usize = 40;

/// A form that nobody has read yet.
pub struct Upload {
    request: HttpRequest,
    payload: dev::Payload,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Upload")
    }
}

/// A file as it was sent. Neither its name nor its declared type is kept: what counts is the content.
#[derive(Debug, PartialEq, Eq)]
pub enum SentFile {
    /// The content; empty where nothing was chosen.
    Whole(Vec<u8>),
    /// More than may be sent; not read to its end.
    TooLarge,
}

/// A form with its file.
#[derive(Debug)]
pub struct Uploaded {
    /// The fields, the reader, as with every form.
    pub posted: Posted,
    /// The file of the field that was asked for; empty where there is none.
    pub file: SentFile,
}

impl FromRequest for Upload {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl Upload {
    fn has_parts(&self) -> bool {
        let kind = self.request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
    }

    /// Its reader, where no other site sent it.
    fn ours(&self) -> Result<Rc<Ui>, AppError> {
        let extensions = self.request.extensions();
        let missing = || AppError::Fault("the middleware `finish` is missing".to_owned());
        let ui = extensions.get::<Rc<Ui>>().ok_or_else(missing)?;
        let received = extensions.get::<Rc<Received>>().ok_or_else(missing)?;
        if received.sender == Sender::Foreign { Err(AppError::FormExpired) } else { Ok(Rc::clone(ui)) }
    }

    /// Whether the form may come from our own page, as far as that can be told before it is read: for who answers before the file has come.
    ///
    /// # Errors
    /// [`AppError::FormExpired`] where another site sent it, or where it has no file and not the right token.
    pub fn must_be_ours(&self) -> Result<(), AppError> {
        if self.has_parts() { self.ours().map(drop) } else { posted(&self.request).map(drop) }
    }

    /// Reads the form: fields, and the file of `field` with at most `most` bytes. A form without any file is read too.
    ///
    /// # Errors
    /// [`AppError::FormExpired`] where it does not come from our own page; [`AppError::TooSlow`]; where it cannot be read.
    pub async fn read(self, field: &str, most: usize) -> Result<Uploaded, AppError> {
        self.read_within(field, most, Duration::from_secs(MOST_SECONDS)).await
    }

    /// The same within `limit`, where a file may not take as long as from a village.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub async fn read_within(self, field: &str, most: usize, limit: Duration) -> Result<Uploaded, AppError> {
        if !self.has_parts() {
            return Ok(Uploaded { posted: posted(&self.request)?, file: SentFile::Whole(Vec::new()) });
        }
        let ui = self.ours()?;
        let mut form = Form { parts: Multipart::new(self.request.headers(), self.payload), fields: Fields::default(), bytes: 0 };
        let reading = form.read(&ui, field, most);
        let file = actix_web::rt::time::timeout(limit, reading).await.map_err(|_| AppError::TooSlow)??;
        let act = format!("{} {}", self.request.method(), self.request.path());
        Ok(Uploaded { posted: Posted { fields: form.fields, ui: Ui::clone(&ui), act }, file })
    }
}

struct Form {
    parts: Multipart,
    fields: Fields,
    /// Bytes of all fields so far.
    bytes: usize,
}

impl Form {
    async fn read(&mut self, ui: &Ui, wanted: &str, most: usize) -> Result<SentFile, AppError> {
        let (mut file, mut has_token) = (SentFile::Whole(Vec::new()), false);
        for _ in 0..MOST_PARTS {
            let Some(part) = self.parts.next().await else {
                return if has_token { Ok(file) } else { Err(AppError::FormExpired) };
            };
            let mut part = part.map_err(|_| Unread::Malformed("multipart"))?;
            let name = part.name().unwrap_or_default().to_owned();
            if name == wanted {
                if !has_token {
                    return Err(AppError::FormExpired);
                }
                file = file_of(&mut part, most).await?;
                if file == SentFile::TooLarge {
                    // Nothing behind it is waited for.
                    return Ok(file);
                }
                continue;
            }
            let value = self.value_of(&mut part).await?;
            has_token |= name == "csrf" && is_same(&value, &ui.csrf);
            self.fields.0.push((name, value));
        }
        Err(Unread::TooLarge.into())
    }

    async fn value_of(&mut self, part: &mut Field) -> Result<String, AppError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = part.next().await {
            let chunk = chunk.map_err(|_| Unread::Malformed("multipart"))?;
            self.bytes += chunk.len();
            if self.bytes > MOST_FIELD_BYTES {
                return Err(Unread::TooLarge.into());
            }
            bytes.extend_from_slice(&chunk);
        }
        let value = String::from_utf8(bytes).map_err(|_| Unread::Malformed("utf-8"))?;
        Ok(text::without_invisible(&value))
    }
}

async fn file_of(part: &mut Field, most: usize) -> Result<SentFile, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.next().await {
        let chunk = chunk.map_err(|_| Unread::Malformed("multipart"))?;
        if bytes.len() + chunk.len() > most {
            return Ok(SentFile::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(SentFile::Whole(bytes))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use actix_web::error::PayloadError;
    use actix_web::test::TestRequest;
    use actix_web::web::Bytes;
    use futures_util::stream;

    use super::*;
    use crate::i18n::Lang;

    /// A form whose file has begun and does not come to its end.
    fn dripping() -> Upload {
        let head = "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nt\r\n";
        let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\nx";
        let begun: Result<Bytes, PayloadError> = Ok(Bytes::from([head, file].concat()));
        let kind = (header::CONTENT_TYPE, "multipart/form-data; boundary=b");
        let request = TestRequest::post().uri("/v/file").insert_header(kind).to_http_request();
        let received = Received { fields: Ok(Fields::default()), sender: Sender::Unsaid, has_token: false };
        let ui = Ui { csrf: "t".to_owned(), ..Ui::sample(Lang::Chinese) };
        request.extensions_mut().insert(Rc::new(ui));
        request.extensions_mut().insert(Rc::new(received));
        let payload = stream::once(ready(begun)).chain(stream::pending()).boxed_local();
        Upload { request, payload: dev::Payload::Stream { payload } }
    }

    #[actix_web::test]
    async fn a_file_that_does_not_come_is_waited_for_as_long_as_was_said() {
        for limit in [Duration::ZERO, Duration::from_millis(200)] {
            let begun = Instant::now();
            let read = dripping().read_within("file", 10, limit).await;
            assert!(matches!(read, Err(AppError::TooSlow)), "{read:?}");
            assert!(begun.elapsed() >= limit && begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
        }
    }
}
