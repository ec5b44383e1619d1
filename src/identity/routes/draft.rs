//! What somebody who registers has told so far: in a sealed cookie of their own browser, nowhere else, until they agree.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::config::Keys;
use crate::identity::roles::Ownership;
use crate::identity::service::Choice;
use crate::identity::values::{BirthYear, PersonName};
use crate::identity::{PATHWAY_COOKIE, START_COOKIE};
use crate::kernel::{Group, SealKey};
use crate::web::{House, cookie_name, keep_cookie};

pub(super) const DRAFT_COOKIE: &str = "draft";
/// Longer than any honest choice of where to begin.
const MOST_CHOICE: usize = 200;

/// The answers given so far.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Answers {
    name: Option<String>,
    year: Option<i64>,
    /// Whether the year, or the day behind it, allows to register alone.
    may_register: bool,
    /// Where to go in the end.
    pub back: String,
    /// Whether others use this device too.
    #[serde(default)]
    is_shared: bool,
}

/// Where the visitor has chosen to begin: it goes with them into the account.
pub(super) fn choice_of(request: &HttpRequest) -> Choice {
    let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned()).filter(|value| !value.is_empty());
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
    Choice {
        start_point: cookie(START_COOKIE).filter(|value| value.len() <= MOST_CHOICE && value.chars().all(is_plain)),
        pathway: cookie(PATHWAY_COOKIE).filter(|code| Group::LISTED.iter().any(|group| group.code() == code)),
    }
}

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("draft"))
}

impl Answers {
    pub fn of(request: &HttpRequest, house: &House) -> Self {
        let read = || {
            let cookie = request.cookie(&cookie_name(DRAFT_COOKIE, house.config.is_https()))?;
            let sealed = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
            let open = key(&house.keys).open(DRAFT_COOKIE, &sealed).ok()?;
            serde_json::from_slice(&open).ok()
        };
        read().unwrap_or_default()
    }

    pub fn cookie(&self, house: &House) -> Cookie<'static> {
        let open = serde_json::to_vec(self).unwrap_or_default();
        let sealed = key(&house.keys).seal(DRAFT_COOKIE, &open);
        keep_cookie(DRAFT_COOKIE, URL_SAFE_NO_PAD.encode(sealed), None, house.config.is_https())
    }

    pub fn tell_name(&mut self, name: &PersonName) {
        self.name = Some(name.as_str().to_owned());
    }

    pub const fn tell_year(&mut self, year: BirthYear, may_register: bool) {
        self.year = Some(year.value());
        self.may_register = may_register;
    }

    pub const fn tell_shared(&mut self) {
        self.is_shared = true;
    }

    pub const fn ownership(&self) -> Ownership {
        if self.is_shared { Ownership::Shared } else { Ownership::Own }
    }

    pub fn name(&self) -> Option<PersonName> {
        PersonName::parse(self.name.as_deref()?).ok()
    }

    /// The year, where it allows to register.
    pub fn year(&self) -> Option<BirthYear> {
        BirthYear::from_value(self.year?).filter(|_| self.may_register)
    }

    /// The year as it was told, to stand in the form again.
    pub fn year_text(&self) -> String {
        self.year.map(|year| year.to_string()).unwrap_or_default()
    }
}
