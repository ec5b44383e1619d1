//! The pictures picked so far, one a page: in a sealed cookie of the browser at hand, nowhere else.

use actix_web::HttpRequest;
use actix_web::cookie::Cookie;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::welcome::gone;
use crate::config::Keys;
use crate::identity::values::{PICTURES, Pictures, Wrong};
use crate::kernel::SealKey;
use crate::web::{House, cookie_name, keep_cookie};

const PICKS_COOKIE: &str = "picks";

/// What was picked for one card, or one person.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Picks {
    whose: String,
    picked: Vec<String>,
}

/// Where one more picture leads.
pub(super) enum Step {
    /// On to the next.
    Next(Picks),
    /// These are all three.
    Three(Pictures, Picks),
    /// It is no picture, or was picked before.
    Wrong(Wrong),
}

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("picks"))
}

impl Picks {
    /// What this browser holds for `whose`; nothing where it holds another's.
    pub fn of(request: &HttpRequest, house: &House, whose: &str) -> Self {
        let read = || {
            let cookie = request.cookie(&cookie_name(PICKS_COOKIE, house.config.is_https()))?;
            let sealed = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
            let open = key(&house.keys).open(PICKS_COOKIE, &sealed).ok()?;
            serde_json::from_slice::<Self>(&open).ok()
        };
        let none = || Self { whose: whose.to_owned(), picked: Vec::new() };
        read().filter(|picks| picks.whose == whose).unwrap_or_else(none)
    }

    pub fn cookie(&self, house: &House) -> Cookie<'static> {
        let open = serde_json::to_vec(self).unwrap_or_default();
        let sealed = key(&house.keys).seal(PICKS_COOKIE, &open);
        keep_cookie(PICKS_COOKIE, URL_SAFE_NO_PAD.encode(sealed), None, house.config.is_https())
    }

    /// Takes the cookie away: the next picture is a first one.
    pub fn cookie_gone(house: &House) -> Cookie<'static> {
        gone(PICKS_COOKIE, house)
    }

    /// Which picture is asked for: 1, 2, 3; 4 where all are there.
    pub fn step(&self) -> usize {
        self.picked.len() + 1
    }

    /// The pictures, for the page on which their owner looks at them once more.
    pub fn chosen(&self) -> Vec<&'static str> {
        let known = |code: &String| PICTURES.into_iter().find(|picture| picture == code);
        self.picked.iter().filter_map(known).collect()
    }

    /// All three, where they are there.
    pub fn three(&self) -> Option<Pictures> {
        Pictures::parse(&self.chosen()).ok()
    }

    /// With one more. A fourth begins anew.
    pub fn and(mut self, code: &str) -> Step {
        if self.picked.len() >= 3 {
            self.picked.clear();
        }
        if !PICTURES.contains(&code) {
            return Step::Wrong(Wrong::new("identity-pictures-tap"));
        }
        if self.picked.iter().any(|picked| picked == code) {
            return Step::Wrong(Wrong::new("identity-pictures-different"));
        }
        self.picked.push(code.to_owned());
        match self.three() {
            Some(pictures) => Step::Three(pictures, self),
            None => Step::Next(self),
        }
    }
}
