//! Nothing typed is lost: a form that could not be taken just now is shown once more with all that was filled in, ready to be sent again.
//!
//! Only what certainly came from a page of ours is ever shown so ([`super::received::Received::ours`]): else another site could put words
//! into somebody's mouth and have them pressed. Secrets are never kept. The key that makes repeats one act stays the first one.

use std::io::{Read, Write};

use actix_web::cookie::{Cookie, time::Duration};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use serde::{Deserialize, Serialize};

use super::{Fields, House, Page, Ui, cookie_name, html_with, keep_cookie, local_path};
use crate::error::AppError;
use crate::kernel::{SealKey, Timestamp};

/// Fields that are never kept and never shown again: passwords, PINs, codes, pictures, numbers of documents.
const SECRETS: [&str; 8] = ["password", "pin", "otp", "code", "digits", "pick", "document", "papers"];
/// The cookie that keeps a form while its author signs in.
const COOKIE: &str = "again";
/// How long: on a shared device the next person should not find it.
const MINUTES: i64 = 30;
/// Characters of a cookie that every browser keeps, with room for name and attributes.
const MOST_CHARS: usize = 3_500;
/// Bytes that a kept form may have once opened: as much as a form may have at all.
const MOST_OPENED: u64 = 128 * 1024;

/// A form as it was sent, without its token and its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Path and query it was sent to.
    path: String,
    fields: Vec<(String, String)>,
    kept_at_ms: i64,
    /// Whether something secret was in it, which has to be typed anew.
    had_secrets: bool,
}

/// Why a form is shown again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    Expired,
    Busy,
    TooFast,
    Fault,
    SignedIn,
}

impl Why {
    /// The reason behind an answer; none where sending the same once more could not help.
    pub(super) const fn of(status: StatusCode, error: Option<&AppError>) -> Option<Self> {
        match (status, error) {
            (StatusCode::FORBIDDEN, Some(AppError::FormExpired)) => Some(Self::Expired),
            (StatusCode::SERVICE_UNAVAILABLE, _) => Some(Self::Busy),
            (StatusCode::TOO_MANY_REQUESTS, _) => Some(Self::TooFast),
            (StatusCode::INTERNAL_SERVER_ERROR, _) => Some(Self::Fault),
            _ => None,
        }
    }

    /// Keys of the heading, the sentence and the button.
    const fn keys(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Expired => ("again-expired-title", "again-expired", "again-send"),
            Self::Busy => ("again-busy-title", "again-busy", "again-send"),
            Self::TooFast => ("again-too-fast-title", "again-too-fast", "again-send"),
            Self::Fault => ("again-fault-title", "again-fault", "again-send"),
            Self::SignedIn => ("again-signed-in-title", "again-signed-in", "again-go-on"),
        }
    }
}

/// The form, ready to be sent once more.
#[derive(Template)]
#[template(path = "web/again.html")]
pub(super) struct AgainPage {
    page: Page,
    title: &'static str,
    what: &'static str,
    button: &'static str,
    kept: Kept,
    help_code: String,
}

impl AgainPage {
    pub(super) fn new(page: Page, kept: Kept, why: Why) -> Self {
        let (title, what, button) = why.keys();
        Self { title, what, button, help_code: page.ui.help_code(), kept, page }
    }
}

impl Kept {
    /// What is kept of a form that was sent to `path`.
    pub(super) fn of(path: &str, fields: &Fields, now: Timestamp) -> Self {
        let is_secret = |name: &str| SECRETS.contains(&name);
        Self {
            path: local_path(path).to_owned(),
            fields: fields.0.iter().filter(|(name, _)| name != "csrf" && !is_secret(name)).cloned().collect(),
            kept_at_ms: now.ms(),
            had_secrets: fields.0.iter().any(|(name, value)| is_secret(name) && !value.is_empty()),
        }
    }

    /// The form that this browser keeps, if it is not too old.
    #[must_use]
    pub fn in_cookie(request: &HttpRequest, house: &House, ui: &Ui) -> Option<Self> {
        let cookie = request.cookie(&cookie_name(COOKIE, house.config.is_https()))?;
        let kept = Self::opened(cookie.value(), house, &ui.visit)?;
        let is_fresh = house.clock().now() < Timestamp::from_ms(kept.kept_at_ms).plus_minutes(MINUTES);
        is_fresh.then_some(kept)
    }

    /// The page that offers to send it, for somebody who has signed in.
    ///
    /// # Errors
    /// Where the template fails.
    pub fn after_sign_in(self, page: Page) -> Result<HttpResponse, AppError> {
        self.page(page, Why::SignedIn, StatusCode::OK)
    }

    pub(super) fn page(self, page: Page, why: Why, status: StatusCode) -> Result<HttpResponse, AppError> {
        html_with(status, &AgainPage::new(page, self, why))
    }

    /// The cookie that keeps it in this browser; `None` where it is too long for one.
    pub(super) fn cookie(&self, house: &House, ui: &Ui) -> Option<Cookie<'static>> {
        let sealed = self.sealed(house, &ui.visit)?;
        let mut cookie = keep_cookie(COOKIE, sealed, None, house.config.is_https());
        cookie.set_max_age(Duration::minutes(MINUTES));
        Some(cookie)
    }

    /// Takes the cookie away once what it keeps has been sent to where it was meant for.
    pub(super) fn cookie_used_up(request: &HttpRequest, house: &House, ui: &Ui) -> Option<Cookie<'static>> {
        let path = request.uri().path_and_query()?.as_str();
        Self::in_cookie(request, house, ui).filter(|kept| kept.path == path)?;
        let mut cookie = keep_cookie(COOKIE, String::new(), None, house.config.is_https());
        cookie.make_removal();
        Some(cookie)
    }

    /// Sealed for this very browser: in another one it does not open.
    fn sealed(&self, house: &House, visit: &str) -> Option<String> {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::best());
        deflate.write_all(&serde_json::to_vec(self).ok()?).ok()?;
        let sealed = URL_SAFE_NO_PAD.encode(key(house).seal(&place(visit), &deflate.finish().ok()?));
        (sealed.len() <= MOST_CHARS).then_some(sealed)
    }

    fn opened(sealed: &str, house: &House, visit: &str) -> Option<Self> {
        let packed = key(house).open(&place(visit), &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
        let mut bytes = Vec::new();
        DeflateDecoder::new(packed.as_slice()).take(MOST_OPENED).read_to_end(&mut bytes).ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}

fn key(house: &House) -> SealKey {
    SealKey::from_bytes(house.keys.for_purpose(COOKIE))
}

fn place(visit: &str) -> String {
    format!("{COOKIE} {visit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neither_token_nor_secret_is_kept_and_the_first_key_stays() {
        let fields = Fields::from_pairs(&[("csrf", "c"), ("once", "first"), ("login", "li"), ("password", "p"), ("code", "")]);
        let kept = Kept::of("/sign-in/staff", &fields, Timestamp::from_ms(0));
        assert_eq!(kept.fields, [("once", "first"), ("login", "li")].map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert!(kept.had_secrets);
        assert!(!Kept::of("/", &Fields::from_pairs(&[("password", "")]), Timestamp::from_ms(0)).had_secrets);
    }

    /// A field whose template hides what is typed, or takes a code.
    #[test]
    fn every_secret_field_of_the_templates_is_known_here() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found = 0;
        for entry in walkdir::WalkDir::new(root).into_iter().filter_map(Result::ok).filter(|entry| entry.file_type().is_file()) {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            for call in text.split("{% call ").skip(1).filter_map(|rest| rest.split("%}").next()) {
                let is_secret = call.contains("::digits(") || call.contains("\"password\", \"");
                let name = call.split('"').nth(1).unwrap_or_default();
                assert!(!is_secret || SECRETS.contains(&name), "{name} in {}", entry.path().display());
                found += usize::from(is_secret);
            }
        }
        assert!(found >= 6, "{found}");
    }

    #[test]
    fn only_what_another_try_may_mend_is_offered_again() {
        let cases = [
            (StatusCode::FORBIDDEN, Some(AppError::FormExpired), Some(Why::Expired)),
            (StatusCode::FORBIDDEN, Some(AppError::NotAllowed), None),
            (StatusCode::SERVICE_UNAVAILABLE, None, Some(Why::Busy)),
            (StatusCode::TOO_MANY_REQUESTS, Some(AppError::TooMany(9)), Some(Why::TooFast)),
            (StatusCode::CONFLICT, None, None),
            (StatusCode::NOT_FOUND, None, None),
        ];
        for (status, error, expected) in cases {
            assert_eq!(Why::of(status, error.as_ref()), expected, "{status} {error:?}");
        }
    }
}
