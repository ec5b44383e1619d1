//! 给别人看一部分: what a learner shows of a certificate to whoever has the link, or of their statement to one program; and who has looked.
//!
//! It is the bank's word and not the issuer's signature. It is made by the learner alone, ends when they said, or when they take it back; what is over
//! is as what never was.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::reading::shown_of;
use crate::audit;
use crate::certificates::queries::{listing, shares};
use crate::certificates::rules::shares::{SHARE_DAYS, ShareToken, Shows, What};
use crate::certificates::{Desk, Error, Look, Share, Shown};
use crate::config::Keys;
use crate::db::{OnceKey, Tx};
use crate::identity;
use crate::kernel::{Acting, CertificateId, ClientId, LearnerId, SealKey, ShareId, Timestamp};

/// The words that were agreed to; another text, another version.
pub(in crate::certificates) const SHARE_TEXT: &str = "2026-11";
const PLACE_FOR: &str = "share.for";
const PLACE_TOKEN: &str = "share.token";
/// Years for which what is over is kept.
const KEPT_YEARS: u16 = 3;

/// Something about to be shown.
#[derive(Clone, Debug)]
pub struct NewShare {
    /// Of which certificate; none: the statement.
    pub certificate: Option<CertificateId>,
    /// What is ticked.
    pub shows: Shows,
    /// For how many days: one of [`SHARE_DAYS`].
    pub days: u32,
    /// For whom, in the learner's words.
    pub purpose: String,
    /// To which program, where it is the statement.
    pub client: Option<ClientId>,
    /// The form's key.
    pub once: OnceKey,
}

impl Share {
    /// Whether it is over, or was taken back.
    #[must_use]
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.ended_at.is_some() || self.until <= now
    }

    /// For whom it is, as far as `key` opens it.
    #[must_use]
    pub fn purpose(&self, key: &SealKey) -> String {
        key.open_text(PLACE_FOR, &self.for_sealed).unwrap_or_default()
    }

    /// Its token, for its owner to see the link again.
    #[must_use]
    pub fn token(&self, key: &SealKey) -> Option<ShareToken> {
        key.open_text(PLACE_TOKEN, &self.token_sealed).ok().and_then(|text| ShareToken::parse(&text))
    }
}

/// Shows something. The same form again is the first time.
///
/// # Errors
/// [`Error::NoSuch`] where it is none of theirs, or was never issued; [`Error::NotByHelper`].
pub async fn share(
    tx: &Tx,
    keys: &Keys,
    (acting, accounts): (&Acting, &[LearnerId]),
    (new, token): (&NewShare, &ShareToken),
) -> Result<(LearnerId, ShareId), Error> {
    if acting.helper.is_some() {
        return Err(Error::NotByHelper);
    }
    let learner = match new.certificate {
        Some(id) => {
            let own = listing::find_in(tx, accounts, id).await?.filter(|own| own.state.is_issued()).ok_or(Error::NoSuch)?;
            own.learner
        }
        None => acting.learner,
    };
    if let Some(first) = shares::find_by_once(tx, learner, &new.once).await? {
        return Ok((learner, first.id));
    }
    let what = if new.certificate.is_some() { What::Certificate } else { What::Statement };
    if !SHARE_DAYS.contains(&new.days) || (what == What::Statement) != new.client.is_some() {
        return Err(Error::NoSuch);
    }
    let key = identity::person_key(tx, keys, learner).await?;
    let kept = Share {
        learner,
        id: ShareId::fresh(tx.now),
        what,
        certificate: new.certificate,
        shows: new.shows.clone(),
        client: new.client,
        made_at: tx.now,
        until: tx.now.plus_days(i64::from(new.days)),
        ended_at: None,
        for_sealed: key.seal(PLACE_FOR, new.purpose.as_bytes()),
        token_sealed: key.seal(PLACE_TOKEN, token.as_str().as_bytes()),
    };
    shares::insert(tx, &kept, (&new.once, SHARE_TEXT), &token.hash()).await?;
    let detail = json!({ "what": what.code(), "certificate": new.certificate, "shows": new.shows.to_text(), "days": new.days, "client": new.client });
    note(tx, (acting.learner, "certificates.share"), (learner, kept.id), detail).await?;
    Ok((learner, kept.id))
}

/// The line of the trail. Who shows what to whom is nobody's but theirs.
async fn note(
    tx: &Tx,
    (actor, action): (LearnerId, &'static str),
    (learner, id): (LearnerId, ShareId),
    detail: Value,
) -> Result<(), Error> {
    let id = id.to_string();
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "share",
        object_id: &id,
        learner: Some(learner),
        place_code: None,
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}

/// Takes a share back: from now on its link is as none. Twice is once.
///
/// # Errors
/// [`Error::NoSuch`].
pub async fn end_share(tx: &Tx, (acting, accounts): (&Acting, &[LearnerId]), id: ShareId) -> Result<(), Error> {
    let (own, _) = find_own(tx, accounts, id).await?;
    if shares::end(tx, own.learner, id).await? {
        note(tx, (acting.actor(), "certificates.end_share"), (own.learner, id), Value::Null).await?;
    }
    Ok(())
}

/// All shares of these accounts, the newest first; those that are over too.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_shares(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Share>, Error> {
    Ok(shares::list_of(db, accounts).await?)
}

/// One share of these accounts, with who has looked.
///
/// # Errors
/// [`Error::NoSuch`].
pub(in crate::certificates) async fn find_own(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    id: ShareId,
) -> Result<(Share, Vec<Look>), Error> {
    for account in accounts {
        if let Some(own) = shares::find(db, *account, id).await? {
            let looks = shares::list_looks(db, (own.learner, id)).await?;
            return Ok((own, looks));
        }
    }
    Err(Error::NoSuch)
}

/// A certificate of these accounts as it is shown, for who is about to show some of it.
///
/// # Errors
/// [`Error::NoSuch`], also where its owner has nothing to show of it.
pub(in crate::certificates) async fn to_share(
    db: &impl ConnectionTrait,
    desk: &Desk,
    (accounts, id): (&[LearnerId], CertificateId),
    now: Timestamp,
) -> Result<Shown, Error> {
    let own = listing::find_in(db, accounts, id).await?.ok_or(Error::NoSuch)?;
    let shown = shown_of(db, desk, &own, (now, false)).await?.ok_or(Error::NoSuch)?;
    if shown.facts.is_some() { Ok(shown) } else { Err(Error::NoSuch) }
}

/// What a token leads to while it is good: never what is over, taken back or unknown, which are one.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn find_shared(
    db: &impl ConnectionTrait,
    (token, what): (&ShareToken, What),
    now: Timestamp,
) -> Result<Option<Share>, Error> {
    let found = shares::find_by_token(db, &token.hash()).await?;
    Ok(found.filter(|share| share.what == what && !share.is_over(now)))
}

/// Somebody opens it: kept for its owner to see. None where there is nothing to open.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn open_share(
    tx: &Tx,
    (token, what): (&ShareToken, What),
    by: Option<ClientId>,
) -> Result<Option<Share>, Error> {
    let Some(share) = find_shared(tx, (token, what), tx.now).await?.filter(|share| share.client == by) else { return Ok(None) };
    shares::note_look(tx, &share, by).await?;
    Ok(Some(share))
}

/// The certificate of a share as it stands this moment; none where nothing is left of it.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn shared_of(
    db: &impl ConnectionTrait,
    desk: &Desk,
    share: &Share,
    now: Timestamp,
) -> Result<Option<Shown>, Error> {
    let Some(id) = share.certificate else { return Ok(None) };
    match to_share(db, desk, (&[share.learner], id), now).await {
        Ok(shown) => Ok(Some(shown)),
        Err(Error::NoSuch) => Ok(None),
        Err(error) => Err(error),
    }
}

/// A program opens the statement that somebody shows to it: whose it is, and until when. Each time is a look.
///
/// # Errors
/// [`Error::NoSuch`] where there is none for this program.
pub async fn open_statement(tx: &Tx, token: &ShareToken, client: ClientId) -> Result<(LearnerId, Timestamp), Error> {
    let share = open_share(tx, (token, What::Statement), Some(client)).await?.ok_or(Error::NoSuch)?;
    Ok((share.learner, share.until))
}

/// Ends all that somebody shows: they leave.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn end_all(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    Ok(shares::end_all(tx, learner).await?)
}

/// What somebody shows and has shown: part of "my data".
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn export_shares(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    key: &SealKey,
) -> Result<Value, Error> {
    let mut all = Vec::new();
    for share in shares::list_of(db, &[learner]).await? {
        let looks = shares::list_looks(db, (learner, share.id)).await?;
        let look = |look: &Look| json!({ "at_ms": look.at.ms(), "client": look.client });
        all.push(json!({
            "what": share.what.code(), "certificate": share.certificate, "shows": share.shows.to_text(), "for": share.purpose(key),
            "client": share.client, "made_at_ms": share.made_at.ms(), "until_ms": share.until.ms(),
            "ended_at_ms": share.ended_at.map(Timestamp::ms), "looks": looks.iter().map(look).collect::<Vec<_>>(),
        }));
    }
    Ok(Value::Array(all))
}

/// Deletes what has been over for years, in one bite; how many went. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn forget_shares(tx: &Tx) -> Result<u64, Error> {
    Ok(shares::delete_before(tx, tx.now.minus_years(KEPT_YEARS), 200).await?)
}
