//! What a request says of its reader: language, text size, the cookie that ties its forms to the browser.

use std::rc::Rc;

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::dev::{Payload, ServiceRequest};
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::{Ready, ready};

use super::sender::referer_path;
use super::{House, SESSION_COOKIE, VISIT_COOKIE, is_read};
use crate::error::AppError;
use crate::i18n::Lang;
use crate::kernel::{Chance, RequestId, mac_of};

/// Text size, kept in the cookie `font`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Font {
    /// 标准.
    #[default]
    Normal,
    /// 大字.
    Large,
    /// 特大.
    Xlarge,
}

impl Font {
    /// All sizes.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Large, Self::Xlarge];

    /// The code in cookie, attribute and column.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::Large => "large",
            Self::Xlarge => "xlarge",
        }
    }

    /// The size of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|font| font.code() == code)
    }
}

/// What is known of the reader before anybody is asked who it is.
#[derive(Clone, Debug)]
pub struct Ui {
    /// The language of our words.
    pub lang: Lang,
    /// The text size.
    pub font: Font,
    /// Whether the reader has chosen a size yet.
    pub font_chosen: bool,
    /// Whether the reader has chosen a language yet.
    pub lang_chosen: bool,
    /// The request.
    pub request: RequestId,
    /// Path and query of the page, for links that lead back here. After a POST: of the page that holds the form.
    pub path: String,
    /// The token every form of this browser carries.
    pub csrf: String,
    /// The same for a reader who is not signed in: by it a browser is known again before and after its owner signs in.
    pub visitor: String,
    /// The value of the `visit` cookie, which ties forms to this browser.
    pub(super) visit: String,
    /// Whether the browser had none yet.
    pub(super) is_first_visit: bool,
}

impl Ui {
    pub(super) fn of(request: &ServiceRequest, house: &House) -> Self {
        let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
        let font = cookie("font").and_then(|code| Font::from_code(&code));
        let https = house.config.is_https();
        let lang = cookie("lang").and_then(|tag| Lang::from_tag(&tag));
        let visit = cookie(&cookie_name(VISIT_COOKIE, https)).filter(|visit| visit.len() == 32);
        let is_first_visit = visit.is_none();
        let visit = visit.unwrap_or_else(|| hex::encode(Chance::secret::<16>()));
        let session = cookie(&cookie_name(SESSION_COOKIE, https)).unwrap_or_default();
        let here = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let form = if is_read(request.method()) { None } else { referer_path(request.headers(), &house.config) };
        Self {
            lang: lang.unwrap_or_default(),
            font: font.unwrap_or_default(),
            font_chosen: font.is_some(),
            lang_chosen: lang.is_some(),
            request: RequestId::fresh(house.clock().now()),
            path: form.unwrap_or(here).to_owned(),
            csrf: csrf_token(house, &visit, &session),
            visitor: csrf_token(house, &visit, ""),
            visit,
            is_first_visit,
        }
    }

    /// A reader to try templates with.
    pub(super) fn sample(lang: Lang) -> Self {
        Self {
            lang,
            font: Font::Normal,
            font_chosen: true,
            lang_chosen: true,
            request: RequestId::from_uuid(uuid::Uuid::nil()),
            path: "/".to_owned(),
            csrf: String::new(),
            visitor: String::new(),
            visit: String::new(),
            is_first_visit: false,
        }
    }

    /// Four digits that a person can read out over the phone; found in the log with the request.
    #[must_use]
    pub fn help_code(&self) -> String {
        let number = self.request.uuid().as_u128() % 10_000;
        format!("{number:04}")
    }
}

fn csrf_token(house: &House, visit: &str, session: &str) -> String {
    let mac = mac_of(house.keys.csrf(), &[visit.as_bytes(), session.as_bytes()]);
    hex::encode(mac.bytes().iter().take(16).copied().collect::<Vec<u8>>())
}

impl FromRequest for Ui {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let ui = request.extensions().get::<Rc<Self>>().map(|ui| Self::clone(ui));
        ready(ui.ok_or_else(|| AppError::Fault("the middleware `finish` is missing".to_owned())))
    }
}

/// The full name of one of our private cookies: over https with `__Host-`, which ties it to this very host.
#[must_use]
pub fn cookie_name(name: &str, https: bool) -> String {
    if https { format!("__Host-{name}") } else { name.to_owned() }
}

/// A private cookie: HttpOnly, SameSite=Lax, Secure over https; `days` of life, or for the browser's session where `None`.
#[must_use]
pub fn keep_cookie(name: &str, value: String, days: Option<i64>, https: bool) -> Cookie<'static> {
    let mut cookie =
        Cookie::build(cookie_name(name, https), value).path("/").http_only(true).same_site(SameSite::Lax).secure(https).finish();
    if let Some(days) = days {
        cookie.set_max_age(Duration::days(days));
    }
    cookie
}

/// The session's token as the browser sent it.
#[must_use]
pub fn session_cookie(request: &HttpRequest, house: &House) -> Option<String> {
    request.cookie(&cookie_name(SESSION_COOKIE, house.config.is_https())).map(|cookie| cookie.value().to_owned())
}

/// `path` if it leads to a page of this very site, else `/`. Nothing that a browser could take for another host.
#[must_use]
pub fn local_path(path: &str) -> &str {
    let plain = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && path.len() <= 2000;
    if plain { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_lead_back() {
        let cases = [
            ("/courses/T19?card=2", "/courses/T19?card=2"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("javascript:alert(1)", "/"),
            ("/a\r\nSet-Cookie: x=1", "/"),
            ("", "/"),
        ];
        for (path, expected) in cases {
            assert_eq!(local_path(path), expected, "{path}");
        }
    }
}
