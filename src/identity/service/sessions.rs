//! Sessions: opened, recognised, prolonged, listed, ended.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};

use super::aliases::accounts_of;
use super::notes::{Deed, note};
use crate::config::Keys;
use crate::db::{DbFault, Tx};
use crate::identity::queries::sessions::{self as queries, Found, NewSession, SessionRow};
use crate::identity::queries::{doors, people};
use crate::identity::roles::{Assurance, Lifetime, Ownership};
use crate::identity::secrets::{Origin, Secret};
use crate::identity::{Error, Session};
use crate::kernel::{Acting, IdentityLevel, LearnerId, SealKey, SessionId, Timestamp};
use crate::web::Duties;

/// A session is prolonged, or its last use noted, when the last note is older than a day.
const NOTED_EVERY_MS: i64 = 86_400_000;

/// A session to be opened.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// For whom.
    pub learner: LearnerId,
    /// How they proved themselves.
    pub assurance: Assurance,
    /// From where.
    pub origin: &'a Origin,
    /// The token that the browser will hold. Under a token that stands already nothing is opened anew: a double tap is one act.
    pub token: &'a Secret,
    /// The token that the browser held before; its session ends.
    pub replaces: Option<&'a Secret>,
}

/// Opens a session and keeps the device as known.
///
/// # Errors
/// What the database answers.
pub async fn open_session(tx: &Tx, opening: Opening<'_>) -> Result<SessionId, DbErr> {
    let Opening { learner, assurance, origin, token, replaces } = opening;
    if let Some(before) = replaces.filter(|before| *before != token) {
        queries::end_by_token(tx, &before.hash()).await?;
    }
    let id = SessionId::fresh(tx.now);
    let hash = token.hash();
    let (device_label, ownership, hall) = (origin.label, origin.ownership, origin.hall);
    let new = NewSession { id, token: &hash, learner, assurance, device_label, ownership, hall };
    let is_new = queries::insert_session(tx, new).await?;
    if !is_new {
        let stands = queries::find_by_token(tx, &hash, tx.now).await?;
        return Ok(stands.map_or(id, |found| SessionId::from_uuid(found.id)));
    }
    // A device that others use too is not known as this person's.
    let is_own = assurance != Assurance::Vouched && ownership == Ownership::Own;
    if let Some(device) = origin.device.as_ref().filter(|_| is_own) {
        doors::keep_device(tx, learner, &device.hash()).await?;
    }
    let detail = serde_json::json!({ "assurance": assurance.code(), "is_shared": ownership == Ownership::Shared });
    note(tx, Deed { object: Some(("session", &id.to_string())), detail, ..Deed::of("identity.sign_in", learner, learner) })
        .await?;
    Ok(id)
}

/// Who holds this token. One statement.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn find_session(
    db: &impl ConnectionTrait,
    keys: &Keys,
    token: &Secret,
    now: Timestamp,
) -> Result<Option<Session>, Error> {
    let Some(found) = queries::find_by_token(db, &token.hash(), now).await? else { return Ok(None) };
    let Some(wrapped) = &found.wrapped else { return Ok(None) };
    let key = SealKey::unwrap_with(&keys.envelope(), people::KEY_PLACE, wrapped)?;
    let name = match &found.name_sealed {
        Some(sealed) => key.open_text(people::NAME_PLACE, sealed)?,
        None => String::new(),
    };
    Ok(session_of(found, name))
}

fn session_of(found: Found, name: String) -> Option<Session> {
    let learner = LearnerId::from_uuid(found.learner_id);
    let groups = found.grps.unwrap_or_default();
    let mut groups: Vec<_> = groups.split(',').filter_map(|code| code.parse().ok()).collect();
    groups.sort();
    let mut others: Vec<LearnerId> =
        found.others.unwrap_or_default().split(',').filter_map(|id| Some(LearnerId::from_uuid(id.parse().ok()?))).collect();
    others.sort();
    Some(Session {
        id: SessionId::from_uuid(found.id),
        acting: Acting {
            learner,
            helper: found.helper_id.map(LearnerId::from_uuid),
            identity_level: IdentityLevel::from_value(found.identity_level)?,
        },
        others,
        name,
        font: found.font,
        lang: found.lang,
        birth_year: found.birth_year,
        place_code: found.place_code,
        groups,
        start_point: found.start_point,
        pathway: found.pathway,
        assurance: Assurance::from_code(&found.assurance)?,
        ownership: if found.is_shared == 1 { Ownership::Shared } else { Ownership::Own },
        is_sample: found.is_sample == 1,
        opened_at: Timestamp::from_ms(found.created_at_ms),
        expires_at: Timestamp::from_ms(found.expires_at_ms),
        seen_at: Timestamp::from_ms(found.seen_at_ms),
        authority: Arc::default(),
        duties: Duties::default(),
    })
}

/// Whether the session's last use is to be noted (and the session prolonged): once a day.
#[must_use]
pub(in crate::identity) const fn is_slide_due(session: &Session, now: Timestamp) -> bool {
    now.ms() - session.seen_at.ms() >= NOTED_EVERY_MS
}

/// Notes the use of a session, and prolongs it where its kind slides.
///
/// # Errors
/// What the database answers.
pub async fn slide(tx: &Tx, token: &Secret, lifetime: Lifetime) -> Result<(), DbFault> {
    if lifetime.slides {
        queries::prolong(tx, &token.hash(), lifetime.minutes).await?;
    } else {
        queries::mark_seen(tx, &token.hash()).await?;
    }
    Ok(())
}

/// The open sessions of a person, the one used last first.
///
/// # Errors
/// What the database answers.
pub async fn list_sessions(db: &impl ConnectionTrait, learner: LearnerId, now: Timestamp) -> Result<Vec<SessionRow>, DbErr> {
    let mut open = Vec::new();
    for account in accounts_of(db, learner).await? {
        open.extend(queries::list_open(db, account, now).await?);
    }
    open.sort_by_key(|session| std::cmp::Reverse(session.seen_at));
    Ok(open)
}

/// Who of these people has been signed in since then, as far as sessions are kept; one statement.
///
/// # Errors
/// What the database answers.
pub async fn list_seen_since(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    since: Timestamp,
) -> Result<Vec<LearnerId>, DbErr> {
    queries::list_seen_since(db, learners, since).await
}

/// Keeps who assists in this session from now on (辅助操作), or that nobody does: everything done in it says so. Whoever calls this has
/// written down that learner and helper both said it.
///
/// # Errors
/// [`Error::NoSuchSession`] where it has ended, or is somebody else's.
pub async fn set_helper(tx: &Tx, learner: LearnerId, id: SessionId, helper: Option<LearnerId>) -> Result<(), Error> {
    if queries::set_helper(tx, learner, id, helper).await? { Ok(()) } else { Err(Error::NoSuchSession) }
}

/// Ends one of one's own sessions; ending it twice is ending it once.
///
/// # Errors
/// [`Error::NoSuchSession`] where it is somebody else's or none.
pub async fn end_session(tx: &Tx, acting: &Acting, id: SessionId) -> Result<(), Error> {
    let mut is_own = false;
    for account in accounts_of(tx, acting.learner).await? {
        if queries::end_one(tx, account, id).await? == 1 {
            return Ok(note_end(tx, acting, &id.to_string()).await?);
        }
        is_own |= queries::is_of(tx, account, id).await?;
    }
    if is_own { Ok(()) } else { Err(Error::NoSuchSession) }
}

/// Ends all of one's sessions but the one at hand; says how many.
///
/// # Errors
/// What the database answers.
pub async fn end_other_sessions(tx: &Tx, acting: &Acting, but: SessionId) -> Result<u64, Error> {
    let mut ended = 0;
    for account in accounts_of(tx, acting.learner).await? {
        ended += queries::end_all(tx, account, Some(but)).await?;
    }
    if ended > 0 {
        note_end(tx, acting, "others").await?;
    }
    Ok(ended)
}

/// Ends all sessions of somebody, by another's hand: the phone on which they were signed in was lost. The caller notes why.
///
/// # Errors
/// What the database answers.
pub async fn end_all_sessions(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    for account in accounts_of(tx, learner).await? {
        queries::end_all(tx, account, None).await?;
    }
    Ok(())
}

async fn note_end(tx: &Tx, acting: &Acting, what: &str) -> Result<(), DbErr> {
    let deed = Deed::of("identity.end_session", acting.actor(), acting.learner);
    note(tx, Deed { object: Some(("session", what)), ..deed }).await
}
