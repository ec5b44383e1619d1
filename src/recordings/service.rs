//! Sending, publishing and taking back.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use super::queries;
use super::rules::State;
use super::{Error, NewRecording, Recording};
use crate::audit;
use crate::db::Tx;
use crate::files::{self, Stored, UsedBy};
use crate::kernel::{Digest, LearnerId, RecordingId};
use crate::places::PlaceCode;

/// Rows of one list on the desk.
const ON_A_LIST: u64 = 100;

fn used_by(id: RecordingId) -> UsedBy {
    UsedBy { kind: "recording", id: id.uuid() }
}

/// Keeps what was sent; it waits until somebody has listened. The same sound of the same words is one recording: one that was taken
/// back waits anew, where whoever sends it now may do so.
///
/// # Errors
/// [`Error::TakenBack`]; what the database answers.
pub async fn send(tx: &Tx, new: &NewRecording) -> Result<RecordingId, Error> {
    let id = RecordingId::fresh(tx.now);
    if queries::insert(tx, id, new).await? {
        files::refer(tx, &new.file, used_by(id)).await?;
        note(tx, new.sent_by, "recordings.send", id, new.place.as_str()).await?;
        return Ok(id);
    }
    let kept = queries::find_same(tx, new).await?.ok_or(Error::NoSuch)?;
    if kept.standing.state != State::Withdrawn {
        return Ok(kept.id);
    }
    if kept.standing.is_taken_back() && kept.standing.speaker != Some(new.sent_by) {
        return Err(Error::TakenBack);
    }
    files::refer(tx, &new.file, used_by(kept.id)).await?;
    queries::set_state(tx, kept.id, State::Waiting, new.sent_by).await?;
    note(tx, new.sent_by, "recordings.send", kept.id, &kept.place).await?;
    Ok(kept.id)
}

/// Publishes a recording whose words are still those of `words`; another one of the same card in the same language is put away.
/// Publishing twice is publishing once.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::TakenBack`], [`Error::WordsChanged`]; what the database answers.
pub async fn publish(tx: &Tx, id: RecordingId, actor: LearnerId, words: Option<Digest>) -> Result<(), Error> {
    let kept = queries::find(tx, id).await?.ok_or(Error::NoSuch)?;
    if kept.standing.state == State::Shown {
        return Ok(());
    }
    if !kept.standing.may_be_published_by(actor) {
        return Err(Error::TakenBack);
    }
    if words != Some(kept.words) {
        return Err(Error::WordsChanged);
    }
    if let Some(other) = queries::find_shown(tx, &kept.of, &kept.lang).await? {
        put_away(tx, &other, actor).await?;
    }
    files::refer(tx, &Stored { digest: kept.file, bytes: kept.bytes }, used_by(id)).await?;
    queries::set_state(tx, id, State::Shown, actor).await?;
    note(tx, actor, "recordings.publish", id, &kept.place).await
}

/// Takes a recording back. Doing so twice is doing it once; but where its speaker does it after an administrator, it is the speaker's.
///
/// # Errors
/// [`Error::NoSuch`]; what the database answers.
pub async fn withdraw(tx: &Tx, id: RecordingId, actor: LearnerId) -> Result<(), Error> {
    let kept = queries::find(tx, id).await?.ok_or(Error::NoSuch)?;
    let is_speakers = kept.standing.speaker == Some(actor) && !kept.standing.is_taken_back();
    if kept.standing.state == State::Withdrawn && !is_speakers {
        return Ok(());
    }
    put_away(tx, &kept, actor).await
}

async fn put_away(tx: &Tx, kept: &Recording, actor: LearnerId) -> Result<(), Error> {
    queries::set_state(tx, kept.id, State::Withdrawn, actor).await?;
    files::release(tx, &kept.file, used_by(kept.id)).await?;
    note(tx, actor, "recordings.withdraw", kept.id, &kept.place).await
}

async fn note(tx: &Tx, actor: LearnerId, action: &'static str, id: RecordingId, place: &str) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "recording",
        object_id: &id.to_string(),
        learner: None,
        place_code: Some(place),
        detail: Value::Null,
    };
    Ok(audit::record(tx, &entry).await?)
}

/// The recording `id`.
pub(super) async fn find(db: &impl ConnectionTrait, id: RecordingId) -> Result<Option<Recording>, DbErr> {
    queries::find(db, id).await
}

/// All that everybody hears.
pub(super) async fn list_shown(db: &impl ConnectionTrait) -> Result<Vec<Recording>, DbErr> {
    queries::list_shown(db).await
}

/// What the desk lists for somebody.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Those that wait for their ears.
    pub waiting: Vec<Recording>,
    /// Those that everybody hears, within their areas.
    pub shown: Vec<Recording>,
    /// Those that they have sent.
    pub sent: Vec<Recording>,
}

/// The lists of somebody who administers `areas` and may have sent some.
pub(super) async fn lists(db: &impl ConnectionTrait, areas: &[PlaceCode], who: LearnerId) -> Result<Lists, DbErr> {
    Ok(Lists {
        waiting: queries::list_within(db, areas, State::Waiting, ON_A_LIST).await?,
        shown: queries::list_within(db, areas, State::Shown, u64::MAX >> 1).await?,
        sent: queries::list_sent_by(db, who, ON_A_LIST).await?,
    })
}

/// What is kept of somebody here: the recordings in which they speak.
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let spoken = queries::list_spoken_by(db, learner).await?;
    let line = |one: &Recording| {
        json!({
            "reads": one.of,
            "lang": one.lang,
            "seconds": one.seconds,
            "state": one.standing.state.code(),
            "sent_at_ms": one.sent_at.ms(),
        })
    };
    Ok(Value::Array(spoken.iter().map(line).collect()))
}

/// Somebody leaves: their voice is no longer played, and nobody publishes it again. Their id stays, and names nobody any more.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    for spoken in queries::list_spoken_by(tx, learner).await? {
        withdraw(tx, spoken.id, learner).await?;
    }
    Ok(())
}
