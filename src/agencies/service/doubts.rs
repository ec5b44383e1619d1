//! A key that is no longer to be believed: one administrator asks, another agrees. From then on it signs nothing, and another one takes over.

use ed25519_dalek::VerifyingKey;
use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::keys::{NewKey, fingerprint, keep};
use super::note;
use super::standing::{held, must_be_another, must_not_work_for};
use crate::agencies::queries::doubts as queries;
use crate::agencies::queries::keys::{self, KeyRow};
use crate::agencies::{Agency, Doubt, Error, State};
use crate::db::Tx;
use crate::kernel::{AgencyId, Day, Digest, LearnerId, Timestamp, new_id};

/// A key that nobody is to believe any more, and who decided that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Distrusted {
    /// Whose.
    pub agency: AgencyId,
    /// The SHA-256 of its public half.
    pub fingerprint: Digest,
    /// Who asked, and who agreed.
    pub by: (LearnerId, LearnerId),
}

/// The keys of all agencies that were distrusted since then, the first one first.
///
/// # Errors
/// What the database answers.
pub async fn list_distrusted_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<Distrusted>, Error> {
    let mut found = Vec::new();
    for (agency, public, by) in queries::list_distrusted_since(db, since).await? {
        let bytes: [u8; 32] = public.try_into().map_err(|_| Error::NoKey)?;
        let public = VerifyingKey::from_bytes(&bytes).map_err(|_| Error::NoKey)?;
        found.push(Distrusted { agency, fingerprint: fingerprint(&public), by });
    }
    Ok(found)
}

/// All doubts about keys of an agency, the newest first.
///
/// # Errors
/// What the database answers.
pub(in crate::agencies) async fn list_doubts(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Doubt>, DbErr> {
    queries::list(db, agency).await
}

/// Asks that a key be believed no longer; nothing changes before a second person agrees. The same by the same person once more is the first time.
/// Also of an agency that has closed: what it signed goes on being verified.
///
/// # Errors
/// [`Error::NoSuch`], also where there is no such key; [`Error::OwnAgency`]; [`Error::Asked`] where another one asked; [`Error::Decided`] where it
/// is believed no longer.
pub async fn doubt_key(tx: &Tx, (agency, generation): (AgencyId, i64), by: LearnerId, why: &str) -> Result<Uuid, Error> {
    let agency = held(tx, agency).await?;
    must_not_work_for(tx, &agency, by).await?;
    let known = keys::list(tx, agency.id).await?;
    let key = known.iter().find(|row| row.generation == generation).ok_or(Error::NoSuch)?;
    if key.distrusted_at.is_some() {
        return Err(Error::Decided);
    }
    let waiting = queries::list(tx, agency.id).await?;
    if let Some(open) = waiting.iter().find(|one| one.generation == generation && one.state == State::Open) {
        return if open.asked.0 == by && open.why == why { Ok(open.id) } else { Err(Error::Asked) };
    }
    let id = new_id(tx.now);
    queries::insert(tx, (agency.id, id, generation), (by, why)).await?;
    tell(tx, &agency, (by, "agencies.doubt_key"), generation).await?;
    Ok(id)
}

async fn tell(tx: &Tx, agency: &Agency, deed: (LearnerId, &'static str), generation: i64) -> Result<(), DbErr> {
    note(tx, deed, (agency.id, &agency.place_code), json!({ "generation": generation })).await
}

async fn doubt_of(tx: &Tx, agency: AgencyId, id: Uuid) -> Result<(Agency, Doubt), Error> {
    let agency = held(tx, agency).await?;
    let doubt = queries::list(tx, agency.id).await?.into_iter().find(|one| one.id == id).ok_or(Error::NoSuch)?;
    Ok((agency, doubt))
}

/// The doubt, for somebody who may decide on it as far as people go.
async fn second(tx: &Tx, (agency, id): (AgencyId, Uuid), decider: LearnerId) -> Result<(Agency, Doubt), Error> {
    let (agency, doubt) = doubt_of(tx, agency, id).await?;
    must_be_another(tx, doubt.asked.0, decider).await?;
    must_not_work_for(tx, &agency, decider).await?;
    Ok((agency, doubt))
}

/// The second person agrees: nobody is to believe the key from now on, its secret half is gone, and where it signed or was to sign, `new` takes
/// over from the first day on which another key can begin: today, where the key did not begin today. Twice is once.
///
/// # Errors
/// [`Error::SamePerson`], [`Error::OwnAgency`], [`Error::AskerWorksThere`], [`Error::Decided`].
pub async fn distrust_key(tx: &Tx, which: (AgencyId, Uuid), decider: LearnerId, new: &NewKey) -> Result<(), Error> {
    let (agency, doubt) = second(tx, which, decider).await?;
    if (doubt.state, doubt.decider) == (State::Approved, Some(decider)) {
        return Ok(());
    }
    // Who asked has perhaps begun to work there since.
    match must_not_work_for(tx, &agency, doubt.asked.0).await {
        Err(Error::OwnAgency) => return Err(Error::AskerWorksThere),
        other => other?,
    }
    if !queries::end(tx, (agency.id, doubt.id), State::Approved, (Some(decider), None)).await? {
        return Err(Error::Decided);
    }
    let (known, today) = (keys::list(tx, agency.id).await?, tx.now.day());
    queries::distrust(tx, agency.id, doubt.generation).await?;
    let (newest, signing) = (known.last().ok_or(Error::NoKey)?, known.iter().rfind(|row| row.from <= today));
    let is_waiting = known.iter().any(|row| row.generation == doubt.generation && row.from > today);
    let signs = signing.is_some_and(|row| row.generation == doubt.generation);
    if signs || is_waiting {
        // What signs still keeps its secret half; all others lose theirs.
        let kept = signing.filter(|_| !signs).map_or(0, |row| row.generation);
        keys::forget_secrets(tx, agency.id, kept).await?;
        keep(tx, new, (newest.generation + 1, first_day(&known, signing, today)), decider).await?;
    }
    Ok(tell(tx, &agency, (decider, "agencies.distrust_key"), doubt.generation).await?)
}

/// The first day from today on which another key can begin: behind that of the one that signs, and no other one's.
fn first_day(known: &[KeyRow], signing: Option<&KeyRow>, today: Day) -> Day {
    let is_taken = |day: Day| known.iter().any(|row| row.from == day) || signing.is_some_and(|row| day <= row.from);
    let mut day = today;
    while is_taken(day) {
        day = day.plus_days(1);
    }
    day
}

/// The second person does not agree, and says why. Twice is once.
///
/// # Errors
/// As [`distrust_key`].
pub async fn keep_trust(tx: &Tx, which: (AgencyId, Uuid), decider: LearnerId, answer: &str) -> Result<(), Error> {
    let (agency, doubt) = second(tx, which, decider).await?;
    if (doubt.state, doubt.decider) == (State::Refused, Some(decider)) {
        return Ok(());
    }
    if !queries::end(tx, (agency.id, doubt.id), State::Refused, (Some(decider), Some(answer))).await? {
        return Err(Error::Decided);
    }
    Ok(tell(tx, &agency, (decider, "agencies.keep_trust"), doubt.generation).await?)
}

/// The asker takes a doubt back. Twice is once.
///
/// # Errors
/// [`Error::NotAllowed`] for anybody else; [`Error::Decided`].
pub async fn withdraw_doubt(tx: &Tx, which: (AgencyId, Uuid), asker: LearnerId) -> Result<(), Error> {
    let (agency, doubt) = doubt_of(tx, which.0, which.1).await?;
    if doubt.asked.0 != asker {
        return Err(Error::NotAllowed);
    }
    if doubt.state == State::Withdrawn {
        return Ok(());
    }
    if !queries::end(tx, (agency.id, doubt.id), State::Withdrawn, (None, None)).await? {
        return Err(Error::Decided);
    }
    Ok(tell(tx, &agency, (asker, "agencies.withdraw_doubt"), doubt.generation).await?)
}
