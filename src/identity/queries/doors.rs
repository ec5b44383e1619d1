//! Tables `sign_in_try`, `sms_challenge` and `known_device`.

use entity::{known_device, sign_in_try, sms_challenge};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::identity::kinds::CodePurpose;
use crate::identity::rules::{self, TextsSent, Tries};
use crate::kernel::{Digest, LearnerId, Timestamp};
use crate::places::PlaceCode;

/// The wrong tries so far, with their row locked until the commit: of many tries at once each sees those before it.
pub(crate) async fn lock_tries(tx: &Tx, subject: &str, source: &str) -> Result<Tries, DbErr> {
    let none = sign_in_try::ActiveModel {
        subject: Set(subject.to_owned()),
        source: Set(source.to_owned()),
        failed: Set(0),
        last_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::columns([sign_in_try::Column::Subject, sign_in_try::Column::Source]).do_nothing().to_owned();
    sign_in_try::Entity::insert(none).on_conflict(nothing).exec_without_returning(tx).await?;
    let mut query = sign_in_try::Entity::find_by_id((subject.to_owned(), source.to_owned()));
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    let row = query.one(tx).await?;
    Ok(row.map_or_else(Tries::default, |row| Tries { failed: row.failed, last_at_ms: row.last_at_ms }))
}

/// The wrong tries so far, as they stand.
pub(crate) async fn find_tries(db: &impl ConnectionTrait, subject: &str, source: &str) -> Result<Tries, DbErr> {
    let row = sign_in_try::Entity::find_by_id((subject.to_owned(), source.to_owned())).one(db).await?;
    Ok(row.map_or_else(Tries::default, |row| Tries { failed: row.failed, last_at_ms: row.last_at_ms }))
}

pub(crate) async fn keep_tries(tx: &Tx, subject: &str, source: &str, tries: Tries) -> Result<(), DbErr> {
    sign_in_try::Entity::update_many()
        .col_expr(sign_in_try::Column::Failed, tries.failed.into())
        .col_expr(sign_in_try::Column::LastAtMs, tries.last_at_ms.into())
        .filter(sign_in_try::Column::Subject.eq(subject))
        .filter(sign_in_try::Column::Source.eq(source))
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn forget_tries(tx: &Tx, subject: &str, source: &str) -> Result<(), DbErr> {
    sign_in_try::Entity::delete_by_id((subject.to_owned(), source.to_owned())).exec(tx).await?;
    Ok(())
}

/// A flow of proving a phone.
#[derive(Clone, Debug)]
pub(crate) struct Challenge {
    pub phone_sealed: Vec<u8>,
    pub purpose: CodePurpose,
    pub tries: i64,
    pub sends: i64,
    pub expires_at_ms: i64,
    pub verified_at_ms: Option<i64>,
}

pub(crate) async fn find_challenge(db: &impl ConnectionTrait, flow: &Digest) -> Result<Option<Challenge>, DbErr> {
    let row = sms_challenge::Entity::find_by_id(flow.to_vec()).one(db).await?;
    Ok(row.map(|row| Challenge {
        phone_sealed: row.phone_sealed,
        purpose: CodePurpose::from_code(&row.purpose),
        tries: row.tries,
        sends: row.sends,
        expires_at_ms: row.expires_at_ms,
        verified_at_ms: row.verified_at_ms,
    }))
}

/// The texts that went to a phone since `since_ms`, by source.
pub(crate) async fn list_texts(db: &impl ConnectionTrait, phone_index: &[u8], since_ms: i64) -> Result<Vec<TextsSent>, DbErr> {
    let rows = sms_challenge::Entity::find()
        .filter(sms_challenge::Column::PhoneIndex.eq(phone_index))
        .filter(sms_challenge::Column::SentAtMs.gte(since_ms))
        .order_by_desc(sms_challenge::Column::SentAtMs)
        .limit(200)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| TextsSent { source: row.source, sends: row.sends, last_at_ms: row.sent_at_ms }).collect())
}

/// A flow to be begun.
pub(crate) struct NewChallenge {
    pub flow: Digest,
    pub phone_index: Vec<u8>,
    pub phone_sealed: Vec<u8>,
    pub purpose: CodePurpose,
    pub source: String,
    pub had_account: bool,
    pub place_code: Option<String>,
}

/// Begins a flow; `false` where it stands already (the same form sent twice at once).
pub(crate) async fn insert_challenge(tx: &Tx, new: NewChallenge) -> Result<bool, DbErr> {
    let row = sms_challenge::ActiveModel {
        flow_hash: Set(new.flow.to_vec()),
        phone_index: Set(new.phone_index),
        phone_sealed: Set(new.phone_sealed),
        purpose: Set(new.purpose.code().to_owned()),
        tries: Set(0),
        sends: Set(1),
        source: Set(new.source),
        had_account: Set(i64::from(new.had_account)),
        place_code: Set(new.place_code),
        sent_at_ms: Set(tx.now.ms()),
        expires_at_ms: Set(tx.now.plus_minutes(rules::CODE_MINUTES).ms()),
        verified_at_ms: Set(None),
    };
    let nothing = OnConflict::column(sms_challenge::Column::FlowHash).do_nothing().to_owned();
    Ok(sms_challenge::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// How many texts one source has asked for to phones without an account since `since`; counted up to `most`.
pub(crate) async fn count_to_strangers(
    db: &impl ConnectionTrait,
    source: &str,
    since: Timestamp,
    most: u64,
) -> Result<u64, DbErr> {
    let sends: Vec<i64> = sms_challenge::Entity::find()
        .filter(sms_challenge::Column::Source.eq(source))
        .filter(sms_challenge::Column::SentAtMs.gte(since.ms()))
        .filter(sms_challenge::Column::HadAccount.eq(0))
        .select_only()
        .column(sms_challenge::Column::Sends)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(sends.iter().map(|sends| u64::try_from(*sends).unwrap_or(0)).sum())
}

/// How many texts went to people of a place since `since`; counted up to `most`.
pub(crate) async fn count_to_place(
    db: &impl ConnectionTrait,
    place: &PlaceCode,
    since: Timestamp,
    most: u64,
) -> Result<u64, DbErr> {
    let sends: Vec<i64> = sms_challenge::Entity::find()
        .filter(sms_challenge::Column::PlaceCode.gte(place.as_str()))
        .filter(sms_challenge::Column::PlaceCode.lt(place.end()))
        .filter(sms_challenge::Column::SentAtMs.gte(since.ms()))
        .select_only()
        .column(sms_challenge::Column::Sends)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    Ok(sends.iter().map(|sends| u64::try_from(*sends).unwrap_or(0)).sum())
}

/// The same code goes once more and lives as long again; `false` where it went just now (the same form sent twice at once).
pub(crate) async fn send_again(tx: &Tx, flow: &Digest) -> Result<bool, DbErr> {
    let updated = sms_challenge::Entity::update_many()
        .col_expr(sms_challenge::Column::Sends, Expr::col(sms_challenge::Column::Sends).add(1))
        .col_expr(sms_challenge::Column::SentAtMs, tx.now.ms().into())
        .col_expr(sms_challenge::Column::ExpiresAtMs, tx.now.plus_minutes(rules::CODE_MINUTES).ms().into())
        .filter(sms_challenge::Column::FlowHash.eq(flow.to_vec()))
        .filter(sms_challenge::Column::SentAtMs.lte(tx.now.plus_ms(-rules::RESEND_MS).ms()))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

/// Counts a try at a code; `false` where none is left. One statement, so that a hundred at once have five tries in all.
pub(crate) async fn count_try(tx: &Tx, flow: &Digest) -> Result<bool, DbErr> {
    let updated = sms_challenge::Entity::update_many()
        .col_expr(sms_challenge::Column::Tries, Expr::col(sms_challenge::Column::Tries).add(1))
        .filter(sms_challenge::Column::FlowHash.eq(flow.to_vec()))
        .filter(sms_challenge::Column::Tries.lt(rules::TRIES_PER_CODE))
        .filter(sms_challenge::Column::ExpiresAtMs.gt(tx.now.ms()))
        .exec(tx)
        .await?;
    Ok(updated.rows_affected == 1)
}

pub(crate) async fn mark_verified(tx: &Tx, flow: &Digest) -> Result<(), DbErr> {
    sms_challenge::Entity::update_many()
        .col_expr(sms_challenge::Column::VerifiedAtMs, Some(tx.now.ms()).into())
        .filter(sms_challenge::Column::FlowHash.eq(flow.to_vec()))
        .filter(sms_challenge::Column::VerifiedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

pub(crate) async fn delete_challenges(tx: &Tx, phone_index: &[u8]) -> Result<(), DbErr> {
    sms_challenge::Entity::delete_many().filter(sms_challenge::Column::PhoneIndex.eq(phone_index)).exec(tx).await?;
    Ok(())
}

pub(crate) async fn is_known_device(db: &impl ConnectionTrait, learner: LearnerId, device: &Digest) -> Result<bool, DbErr> {
    Ok(known_device::Entity::find_by_id((learner.uuid(), device.to_vec())).one(db).await?.is_some())
}

pub(crate) async fn keep_device(tx: &Tx, learner: LearnerId, device: &Digest) -> Result<(), DbErr> {
    let row = known_device::ActiveModel {
        learner_id: Set(learner.uuid()),
        device_hash: Set(device.to_vec()),
        first_at_ms: Set(tx.now.ms()),
        last_at_ms: Set(tx.now.ms()),
    };
    let newer = OnConflict::columns([known_device::Column::LearnerId, known_device::Column::DeviceHash])
        .update_column(known_device::Column::LastAtMs)
        .to_owned();
    known_device::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

/// When each device of a person was used first and last.
pub(crate) async fn list_devices(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<(i64, i64)>, DbErr> {
    let rows = known_device::Entity::find().filter(known_device::Column::LearnerId.eq(learner.uuid())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.first_at_ms, row.last_at_ms)).collect())
}

pub(crate) async fn forget_devices(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    known_device::Entity::delete_many().filter(known_device::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}
