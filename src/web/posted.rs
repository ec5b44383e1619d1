//! A form that was posted: read within bounds of size and time, from our own page, by the browser it was shown to.

use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::{BytesMut, Data};
use actix_web::{FromRequest, HttpRequest};
use futures_util::{Stream, StreamExt};

use super::{Fields, House, Ui};
use crate::db::OnceKey;
use crate::error::AppError;
use crate::kernel::{Digest, digest_of};

/// Bytes that a form may have: somebody who pastes 10,000 characters, of at most 12 bytes each once escaped, gets them back
/// with a word on how to shorten them.
const MOST_BYTES: usize = 128 * 1024;

/// The fields of a POST that may be trusted to come from our own page.
#[derive(Clone, Debug)]
pub struct Posted {
    /// What was filled in.
    pub fields: Fields,
    /// The reader.
    pub ui: Ui,
}

impl Posted {
    /// The key that makes a repeat of this form one act.
    ///
    /// # Errors
    /// [`AppError::Malformed`] where the form carries none.
    pub fn once(&self) -> Result<OnceKey, AppError> {
        OnceKey::parse(self.fields.get("once")).ok_or(AppError::Malformed("once"))
    }

    /// Digest of what was asked, by which a repeat is told from a second request under the same key.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let parts: Vec<&[u8]> = self
            .fields
            .0
            .iter()
            .filter(|(name, _)| name != "csrf")
            .flat_map(|(name, value)| [name.as_bytes(), value.as_bytes()])
            .collect();
        digest_of(&parts)
    }
}

impl FromRequest for Posted {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, AppError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?.clone();
            let ui = Ui::extract(&request).await?;
            same_site(&request)?;
            let limit = Duration::from_secs(house.config.request_seconds);
            let body = actix_web::rt::time::timeout(limit, read(&request, payload)).await.map_err(|_| AppError::TooSlow)??;
            let fields = parse(&body)?;
            // Both are our own hex of one length: compared without a short way out.
            let given = fields.get("csrf");
            let same =
                given.len() == ui.csrf.len() && given.bytes().zip(ui.csrf.bytes()).fold(0, |diff, (a, b)| diff | (a ^ b)) == 0;
            if same { Ok(Self { fields, ui }) } else { Err(AppError::FormExpired) }
        })
    }
}

/// A browser says where a POST comes from; what says it comes from elsewhere is refused.
fn same_site(request: &HttpRequest) -> Result<(), AppError> {
    let text = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    if matches!(text("sec-fetch-site"), Some("cross-site" | "same-site")) {
        return Err(AppError::FormExpired);
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let host = origin.split_once("://").map(|(_, host)| host);
    let info = request.connection_info();
    if host == text("host") || host == Some(info.host()) { Ok(()) } else { Err(AppError::FormExpired) }
}

async fn read(request: &HttpRequest, mut payload: Payload) -> Result<BytesMut, AppError> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-www-form-urlencoded") {
        return Err(AppError::Malformed("content-type"));
    }
    if payload.size_hint().0 > MOST_BYTES {
        return Err(AppError::TooLarge);
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| AppError::Malformed("body"))?;
        if body.len() + chunk.len() > MOST_BYTES {
            return Err(AppError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn parse(body: &[u8]) -> Result<Fields, AppError> {
    let text = std::str::from_utf8(body).map_err(|_| AppError::Malformed("utf-8"))?;
    let well_formed = text
        .bytes()
        .zip(text.bytes().skip(1).chain([0]))
        .zip(text.bytes().skip(2).chain([0, 0]))
        .all(|((a, b), c)| a != b'%' || (b.is_ascii_hexdigit() && c.is_ascii_hexdigit()));
    if !well_formed {
        return Err(AppError::Malformed("escapes"));
    }
    let pairs: Vec<(String, String)> =
        form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    if pairs.iter().any(|(_, value)| value.contains('\u{FFFD}')) {
        return Err(AppError::Malformed("utf-8"));
    }
    Ok(Fields(pairs))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_read_or_refused_as_a_whole() {
        let cases: [(&[u8], Option<&str>); 7] = [
            (b"a=%E7%8E%8B", Some("王")),
            (b"a=1+2", Some("1 2")),
            (b"a=", Some("")),
            (b"a=%E7%8E", None),
            (b"a=%zz", None),
            (b"a=%4", None),
            (b"a=\xff", None),
        ];
        for (body, expected) in cases {
            assert_eq!(parse(body).ok().map(|fields| fields.get("a").to_owned()).as_deref(), expected, "{body:?}");
        }
    }
}
