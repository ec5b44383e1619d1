//! Table `recording`.

use entity::recording;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::rules::{Standing, State};
use super::{NewRecording, Recording, RecordingId};
use crate::curriculum::model::{Sound, Speaker};
use crate::db::Tx;
use crate::kernel::{Digest, LearnerId, Timestamp};
use crate::places::PlaceCode;

fn altered(what: &str) -> DbErr {
    DbErr::Custom(format!("the row of a recording was altered: {what}"))
}

fn recording_of(row: recording::Model) -> Result<Recording, DbErr> {
    let kind = Speaker::from_code(&row.kind).ok_or_else(|| altered("kind"))?;
    let standing = Standing {
        state: State::from_code(&row.state).ok_or_else(|| altered("state"))?,
        speaker: row.speaker_id.map(LearnerId::from_uuid),
        is_anothers: kind == Speaker::Recorded && row.speaker_id.is_none(),
        changed_by: row.changed_by.map(LearnerId::from_uuid),
    };
    Ok(Recording {
        id: RecordingId::from_uuid(row.id),
        of: row.reads,
        words: Digest::from_slice(&row.words).ok_or_else(|| altered("words"))?,
        lang: row.lang,
        kind,
        file: Digest::from_slice(&row.file).ok_or_else(|| altered("file"))?,
        sound: Sound::from_ending(&row.sound).ok_or_else(|| altered("sound"))?,
        seconds: u32::try_from(row.seconds).map_err(|_| altered("seconds"))?,
        bytes: row.bytes,
        place: row.place_code,
        sent_by: LearnerId::from_uuid(row.sent_by),
        sent_at: Timestamp::from_ms(row.sent_at_ms),
        changed_at: Timestamp::from_ms(row.changed_at_ms),
        standing,
    })
}

fn all_of(rows: Vec<recording::Model>) -> Result<Vec<Recording>, DbErr> {
    rows.into_iter().map(recording_of).collect()
}

/// Keeps it, unless the same sound of the same words is kept already; says whether it was kept now.
pub(super) async fn insert(tx: &Tx, id: RecordingId, new: &NewRecording) -> Result<bool, DbErr> {
    let row = recording::ActiveModel {
        id: Set(id.uuid()),
        reads: Set(new.of.clone()),
        words: Set(new.words.to_vec()),
        lang: Set(new.lang.clone()),
        kind: Set(new.kind.code().to_owned()),
        file: Set(new.file.digest.to_vec()),
        sound: Set(new.sound.ending().to_owned()),
        seconds: Set(i64::from(new.seconds)),
        bytes: Set(new.file.bytes),
        place_code: Set(new.place.as_str().to_owned()),
        sent_by: Set(new.sent_by.uuid()),
        speaker_id: Set(new.speaker.map(LearnerId::uuid)),
        consent: Set(new.consent.to_owned()),
        state: Set(State::Waiting.code().to_owned()),
        sent_at_ms: Set(tx.now.ms()),
        changed_at_ms: Set(tx.now.ms()),
        changed_by: Set(Some(new.sent_by.uuid())),
    };
    use recording::Column::{File, Lang, Reads, Words};
    let known = OnConflict::columns([Reads, Lang, File, Words]).do_nothing().to_owned();
    Ok(recording::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The one with the same sound of the same words.
pub(super) async fn find_same(db: &impl ConnectionTrait, new: &NewRecording) -> Result<Option<Recording>, DbErr> {
    let row = recording::Entity::find()
        .filter(recording::Column::Reads.eq(&new.of))
        .filter(recording::Column::Lang.eq(&new.lang))
        .filter(recording::Column::File.eq(new.file.digest.to_vec()))
        .filter(recording::Column::Words.eq(new.words.to_vec()));
    row.one(db).await?.map(recording_of).transpose()
}

/// The recording `id`.
pub(super) async fn find(db: &impl ConnectionTrait, id: RecordingId) -> Result<Option<Recording>, DbErr> {
    recording::Entity::find_by_id(id.uuid()).one(db).await?.map(recording_of).transpose()
}

/// The one of these words' card in this language that everybody hears.
pub(super) async fn find_shown(db: &impl ConnectionTrait, of: &str, lang: &str) -> Result<Option<Recording>, DbErr> {
    let row = recording::Entity::find()
        .filter(recording::Column::Reads.eq(of))
        .filter(recording::Column::Lang.eq(lang))
        .filter(recording::Column::State.eq(State::Shown.code()));
    row.one(db).await?.map(recording_of).transpose()
}

/// Holds all voices of a card in this language until the commit, so that of two who change them at once the second sees what the first
/// has done. On SQLite the one writer sees to that; on PostgreSQL each row is locked, in the order of their ids.
pub(super) async fn lock_voices(tx: &Tx, of: &str, lang: &str) -> Result<(), DbErr> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let voices = recording::Entity::find()
        .filter(recording::Column::Reads.eq(of))
        .filter(recording::Column::Lang.eq(lang))
        .order_by_asc(recording::Column::Id);
    let ids: Vec<Uuid> = voices.select_only().column(recording::Column::Id).into_tuple().all(tx).await?;
    for id in ids {
        let lock = recording::Entity::find_by_id(id).select_only().column(recording::Column::Id);
        lock.lock_exclusive().into_tuple::<Uuid>().one(tx).await?;
    }
    Ok(())
}

/// Lets one that waits, or waits anew, be what was sent now: by whom, from where, who speaks.
pub(super) async fn send_again(tx: &Tx, id: RecordingId, new: &NewRecording) -> Result<(), DbErr> {
    use recording::Column::{
        ChangedAtMs, ChangedBy, Consent, Id, Kind, PlaceCode as Place, SentAtMs, SentBy, SpeakerId, State as Column,
    };
    recording::Entity::update_many()
        .col_expr(Column, Expr::value(State::Waiting.code()))
        .col_expr(Kind, Expr::value(new.kind.code()))
        .col_expr(Place, Expr::value(new.place.as_str()))
        .col_expr(SentBy, Expr::value(new.sent_by.uuid()))
        .col_expr(SpeakerId, Expr::value(new.speaker.map(LearnerId::uuid)))
        .col_expr(Consent, Expr::value(new.consent))
        .col_expr(SentAtMs, Expr::value(tx.now.ms()))
        .col_expr(ChangedAtMs, Expr::value(tx.now.ms()))
        .col_expr(ChangedBy, Expr::value(new.sent_by.uuid()))
        .filter(Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Changes its state, and who did.
pub(super) async fn set_state(tx: &Tx, id: RecordingId, state: State, by: LearnerId) -> Result<(), DbErr> {
    use recording::Column::{ChangedAtMs, ChangedBy, State as StateColumn};
    recording::Entity::update_many()
        .col_expr(StateColumn, Expr::value(state.code()))
        .col_expr(ChangedAtMs, Expr::value(tx.now.ms()))
        .col_expr(ChangedBy, Expr::value(by.uuid()))
        .filter(recording::Column::Id.eq(id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// All that everybody hears.
pub(super) async fn list_shown(db: &impl ConnectionTrait) -> Result<Vec<Recording>, DbErr> {
    let rows = recording::Entity::find().filter(recording::Column::State.eq(State::Shown.code()));
    all_of(rows.order_by_asc(recording::Column::Reads).all(db).await?)
}

/// Those in which `learner` speaks.
pub(super) async fn list_spoken_by(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Recording>, DbErr> {
    let rows = recording::Entity::find().filter(recording::Column::SpeakerId.eq(learner.uuid()));
    all_of(rows.order_by_desc(recording::Column::SentAtMs).all(db).await?)
}

/// Whether `learner` speaks in any.
pub(super) async fn has_spoken(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, DbErr> {
    let one = recording::Entity::find().filter(recording::Column::SpeakerId.eq(learner.uuid()));
    Ok(one.select_only().column(recording::Column::Id).into_tuple::<Uuid>().one(db).await?.is_some())
}

/// Those that `learner` has sent, the newest first: so many from the one at `from` on, and how many there are.
pub(super) async fn list_sent_by(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    (from, most): (u64, u64),
) -> Result<(Vec<Recording>, u64), DbErr> {
    let rows = recording::Entity::find().filter(recording::Column::SentBy.eq(learner.uuid()));
    let count = rows.clone().count(db).await?;
    let newest = rows.order_by_desc(recording::Column::SentAtMs).order_by_desc(recording::Column::Id);
    Ok((all_of(newest.offset(from).limit(most).all(db).await?)?, count))
}

/// Within `areas`, those in this state, the oldest first.
pub(super) async fn list_within(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    state: State,
    most: u64,
) -> Result<Vec<Recording>, DbErr> {
    let within = areas.iter().fold(Condition::any(), |any, area| {
        any.add(recording::Column::PlaceCode.gte(area.as_str()).and(recording::Column::PlaceCode.lt(area.end())))
    });
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let rows = recording::Entity::find().filter(recording::Column::State.eq(state.code())).filter(within);
    all_of(rows.order_by_asc(recording::Column::SentAtMs).limit(most).all(db).await?)
}
