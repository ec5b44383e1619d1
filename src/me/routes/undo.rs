//! Undoing the last change: what was before travels sealed in a cookie of this very browser, and is kept nowhere else.

use actix_web::cookie::Cookie;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::with_cookie;
use crate::config::Keys;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Act, BirthYear, ConsentWay, Learner, PersonName, Session};
use crate::kernel::{Group, SealKey};
use crate::me::views::is_checked;
use crate::web::{House, Posted, cookie_name, keep_cookie, redirect};

const UNDO_COOKIE: &str = "undo";

/// What a change has replaced.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum Change {
    /// Name and year of birth.
    Name { name: String, year: Option<i64> },
    /// The place.
    Place(Option<String>),
    /// The groups that need no consent of their own.
    Groups(Vec<Group>),
    /// A group that does, and whose consent was taken back.
    Consent(Group),
}

/// What was before the last change of somebody's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Before {
    learner: String,
    change: Change,
}

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("undo"))
}

impl Before {
    pub(super) fn new(session: &Session, change: Change) -> Self {
        Self { learner: session.acting.learner.to_string(), change }
    }

    /// What this browser can undo for whoever is signed in.
    pub(super) fn of(request: &HttpRequest, house: &House, session: &Session) -> Option<Self> {
        let cookie = request.cookie(&cookie_name(UNDO_COOKIE, house.config.is_https()))?;
        let sealed = URL_SAFE_NO_PAD.decode(cookie.value()).ok()?;
        let open = key(&house.keys).open(UNDO_COOKIE, &sealed).ok()?;
        let before: Self = serde_json::from_slice(&open).ok()?;
        (before.learner == session.acting.learner.to_string()).then_some(before)
    }

    pub(super) fn cookie(&self, house: &House) -> Cookie<'static> {
        let open = serde_json::to_vec(self).unwrap_or_default();
        let sealed = key(&house.keys).seal(UNDO_COOKIE, &open);
        keep_cookie(UNDO_COOKIE, URL_SAFE_NO_PAD.encode(sealed), None, house.config.is_https())
    }
}

/// `POST /me/undo`: things are again as they were before the last change. A second tap finds nothing to undo and leads to the same page.
///
/// # Errors
/// [`AppError::TooWeak`] for a session that may not; [`AppError::Refused`] where a document was seen meanwhile.
pub async fn undo(
    Learner(session): Learner,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::ChangeDoor)?;
    let Some(before) = Before::of(&request, &house, &session) else { return Ok(redirect("/me?said=undone")) };
    let (keys, acting) = (house.keys.clone(), session.acting);
    let name = match &before.change {
        Change::Name { name, year } => {
            let profile = identity::profile(house.db.read(), &keys, acting.learner).await?;
            if is_checked(&profile) {
                return Err(AppError::Refused(Message::of("me-checked")));
            }
            let name = PersonName::parse(name).map_err(|_| AppError::Malformed("undo"))?;
            Some((name, year.and_then(BirthYear::from_value)))
        }
        _ => None,
    };
    let change = before.change;
    let work = async move |tx: &Tx| {
        if let Some((name, year)) = &name {
            identity::rename(tx, &keys, &acting, name).await?;
            if let Some(year) = year {
                identity::correct_birth_year(tx, &keys, &acting, *year).await?;
            }
        }
        match &change {
            Change::Name { .. } => Ok(()),
            Change::Place(code) => identity::choose_place(tx, &acting, code.clone()).await,
            Change::Groups(groups) => identity::choose_groups(tx, &acting, groups).await,
            Change::Consent(group) => identity::agree_to_group(tx, &acting, *group, ConsentWay::Screen).await,
        }
    };
    house.db.write_for(posted.ui.request, work).await?;
    let mut gone = keep_cookie(UNDO_COOKIE, String::new(), None, house.config.is_https());
    gone.make_removal();
    with_cookie(redirect("/me?said=undone"), &gone)
}
