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

/// Keeps what was sent; it waits until somebody has listened. The same sound of the same words is one recording: one that was put away
/// or waits is what it is sent as now, where whoever sends it may do so.
///
/// # Errors
/// [`Error::TakenBack`], [`Error::SentAlready`]; what the database answers.
pub async fn send(tx: &Tx, new: &NewRecording) -> Result<RecordingId, Error> {
    let id = RecordingId::fresh(tx.now);
    if queries::insert(tx, id, new).await? {
        files::refer(tx, &new.file, used_by(id)).await?;
        note(tx, new.sent_by, "recordings.send", id, new.place.as_str()).await?;
        return Ok(id);
    }
    queries::lock_voices(tx, &new.of, &new.lang).await?;
    let kept = queries::find_same(tx, new).await?.ok_or(Error::NoSuch)?;
    match kept.standing.state {
        State::Waiting | State::Shown if kept.sent_by != new.sent_by => return Err(Error::SentAlready),
        State::Shown => return Ok(kept.id),
        State::Withdrawn if kept.standing.is_taken_back() && kept.standing.speaker != Some(new.sent_by) => {
            return Err(Error::TakenBack);
        }
        // Whoever speaks in it keeps the say over it, also while it lies there put away.
        _ if kept.standing.speaker.is_some_and(|speaker| speaker != new.sent_by) => return Err(Error::SentAlready),
        State::Waiting | State::Replaced | State::Withdrawn => {}
    }
    files::refer(tx, &new.file, used_by(kept.id)).await?;
    queries::send_again(tx, kept.id, new).await?;
    note(tx, new.sent_by, "recordings.send", kept.id, new.place.as_str()).await?;
    Ok(kept.id)
}

/// The recording, with all voices of its card in its language held until the commit.
async fn held(tx: &Tx, id: RecordingId) -> Result<Recording, Error> {
    let found = queries::find(tx, id).await?.ok_or(Error::NoSuch)?;
    queries::lock_voices(tx, &found.of, &found.lang).await?;
    queries::find(tx, id).await?.ok_or(Error::NoSuch)
}

/// Who publishes, and which places they administer.
#[derive(Clone, Debug)]
pub struct Publisher {
    /// Who it is.
    pub actor: LearnerId,
    /// Their places.
    pub areas: Vec<PlaceCode>,
}

impl Publisher {
    /// Whether they may take `shown` away, whose card now has the words `words`. What is not played any more anybody may replace.
    pub(super) fn may_replace(&self, shown: &Recording, words: Option<Digest>) -> bool {
        Some(shown.words) != words || self.areas.iter().any(|area| area.covers(&shown.place))
    }
}

/// Publishes a recording whose words are still those of `words`; another one of the same card in the same language gives it its place.
/// Publishing twice is publishing once.
///
/// # Errors
/// [`Error::NoSuch`], [`Error::TakenBack`], [`Error::WordsChanged`], [`Error::ShownElsewhere`]; what the database answers.
pub async fn publish(tx: &Tx, id: RecordingId, by: &Publisher, words: Option<Digest>) -> Result<(), Error> {
    let (kept, actor) = (held(tx, id).await?, by.actor);
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
        if !by.may_replace(&other, words) {
            return Err(Error::ShownElsewhere);
        }
        put_away(tx, &other, State::Replaced, actor).await?;
    }
    files::refer(tx, &Stored { digest: kept.file, bytes: kept.bytes }, used_by(id)).await?;
    queries::set_state(tx, id, State::Shown, actor).await?;
    note(tx, actor, "recordings.publish", id, &kept.place).await
}

/// Takes a recording back, by somebody who speaks in it or answers for it. Doing so twice is doing it once; but where its speaker does it
/// after an administrator, it is the speaker's.
///
/// # Errors
/// [`Error::NoSuch`]; what the database answers.
pub async fn withdraw(tx: &Tx, id: RecordingId, actor: LearnerId) -> Result<(), Error> {
    let kept = held(tx, id).await?;
    if !kept.standing.may_be_withdrawn_by(actor, true) {
        return Ok(());
    }
    put_away(tx, &kept, State::Withdrawn, actor).await
}

/// Whoever speaks takes it back; a recording in which they do not is not found.
///
/// # Errors
/// [`Error::NoSuch`]; what the database answers.
pub(super) async fn take_back(tx: &Tx, id: RecordingId, speaker: LearnerId) -> Result<(), Error> {
    let found = queries::find(tx, id).await?.filter(|found| found.standing.speaker == Some(speaker));
    withdraw(tx, found.ok_or(Error::NoSuch)?.id, speaker).await
}

async fn put_away(tx: &Tx, kept: &Recording, state: State, actor: LearnerId) -> Result<(), Error> {
    queries::set_state(tx, kept.id, state, actor).await?;
    if matches!(kept.standing.state, State::Waiting | State::Shown) {
        files::release(tx, &kept.file, used_by(kept.id)).await?;
    }
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

/// The recording that everybody hears of this card in this language.
pub(super) async fn find_shown(db: &impl ConnectionTrait, of: &str, lang: &str) -> Result<Option<Recording>, DbErr> {
    queries::find_shown(db, of, lang).await
}

/// Those in which `learner` speaks, the newest first.
pub(super) async fn list_spoken_by(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Recording>, DbErr> {
    queries::list_spoken_by(db, learner).await
}

/// Whether `learner` speaks in any recording.
///
/// # Errors
/// What the database answers.
pub async fn has_spoken(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, DbErr> {
    queries::has_spoken(db, learner).await
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
    /// Those that they have sent: one page of them.
    pub sent: Vec<Recording>,
    /// How many pages of them there are.
    pub pages: u64,
}

/// The lists of somebody who administers `areas` and may have sent some, of which the page `number` is wanted.
pub(super) async fn lists(db: &impl ConnectionTrait, areas: &[PlaceCode], who: LearnerId, number: u64) -> Result<Lists, DbErr> {
    let (sent, count) = queries::list_sent_by(db, who, (number.saturating_sub(1) * ON_A_LIST, ON_A_LIST)).await?;
    Ok(Lists {
        sent,
        pages: count.div_ceil(ON_A_LIST).max(1),
        waiting: queries::list_within(db, areas, State::Waiting, ON_A_LIST).await?,
        shown: queries::list_within(db, areas, State::Shown, u64::MAX >> 1).await?,
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
