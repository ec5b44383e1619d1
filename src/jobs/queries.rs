//! Tables `job` and `finding`.

use entity::{finding, job};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use crate::db::Tx;
use crate::kernel::{Timestamp, new_id};

/// A job that a runner holds the lease of.
#[derive(Clone, Debug)]
pub(super) struct Leased {
    pub id: uuid::Uuid,
    pub kind: String,
    pub payload: String,
    /// How often it was begun, this time included.
    pub attempts: i64,
    /// The lease; only who still holds it may finish the job.
    pub leased_until: Timestamp,
}

/// A job as administrators see it.
#[derive(Clone, Debug)]
pub struct Waiting {
    /// What it does.
    pub kind: String,
    /// From when on.
    pub run_at: Timestamp,
    /// How often it was begun.
    pub attempts: i64,
    /// Why it failed last.
    pub last_error: Option<String>,
}

pub(super) async fn insert_job(tx: &Tx, kind: &str, key: &str, run_at: Timestamp, payload: &Value) -> Result<(), DbErr> {
    let row = job::ActiveModel {
        id: Set(new_id(tx.now)),
        kind: Set(kind.to_owned()),
        job_key: Set(key.to_owned()),
        payload: Set(payload.to_string()),
        run_at_ms: Set(run_at.ms()),
        attempts: Set(0),
        leased_until_ms: Set(0),
        last_error: Set(None),
    };
    job::Entity::insert(row)
        .on_conflict(OnConflict::column(job::Column::JobKey).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Leases the job that has waited longest, if one is due. A lease that ends later than one taken now would is of a clock that was put
/// back since, and does not count.
pub(super) async fn lease_one(tx: &Tx, lease_ms: i64) -> Result<Option<Leased>, DbErr> {
    let is_over = job::Column::LeasedUntilMs.lte(tx.now.ms()).or(job::Column::LeasedUntilMs.gt(tx.now.plus_ms(lease_ms).ms()));
    let mut query = job::Entity::find()
        .filter(job::Column::RunAtMs.lte(tx.now.ms()))
        .filter(is_over)
        .order_by_asc(job::Column::RunAtMs)
        .limit(1);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    }
    let Some(row) = query.one(tx).await? else { return Ok(None) };
    let leased_until = tx.now.plus_ms(lease_ms);
    let leased = job::ActiveModel {
        id: Set(row.id),
        attempts: Set(row.attempts + 1),
        leased_until_ms: Set(leased_until.ms()),
        ..Default::default()
    };
    job::Entity::update(leased).exec(tx).await?;
    Ok(Some(Leased { id: row.id, kind: row.kind, payload: row.payload, attempts: row.attempts + 1, leased_until }))
}

/// Holds on to a job that still runs; the new end of the lease, or `None` where another has taken it.
pub(super) async fn renew(tx: &Tx, leased: &Leased, lease_ms: i64) -> Result<Option<Timestamp>, DbErr> {
    let until = tx.now.plus_ms(lease_ms);
    let update = job::Entity::update_many()
        .col_expr(job::Column::LeasedUntilMs, until.ms().into())
        .filter(job::Column::Id.eq(leased.id))
        .filter(job::Column::LeasedUntilMs.eq(leased.leased_until.ms()));
    Ok((update.exec(tx).await?.rows_affected == 1).then_some(until))
}

/// Takes a finished job away, if the lease still stands.
pub(super) async fn delete_job(tx: &Tx, leased: &Leased) -> Result<(), DbErr> {
    job::Entity::delete_many()
        .filter(job::Column::Id.eq(leased.id))
        .filter(job::Column::LeasedUntilMs.eq(leased.leased_until.ms()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives the lease back: the job comes again at `run_at`. `error` stands where it failed; without one its attempts begin anew.
pub(super) async fn put_back(tx: &Tx, leased: &Leased, run_at: Timestamp, error: Option<String>) -> Result<(), DbErr> {
    let mut update = job::Entity::update_many()
        .col_expr(job::Column::RunAtMs, run_at.ms().into())
        .col_expr(job::Column::LeasedUntilMs, 0_i64.into())
        .col_expr(job::Column::LastError, error.clone().into());
    if error.is_none() {
        update = update.col_expr(job::Column::Attempts, 0_i64.into());
    }
    update.filter(job::Column::Id.eq(leased.id)).filter(job::Column::LeasedUntilMs.eq(leased.leased_until.ms())).exec(tx).await?;
    Ok(())
}

/// Keeps what a job that comes again has to know.
pub(super) async fn keep_payload(tx: &Tx, leased: &Leased, payload: &Value) -> Result<(), DbErr> {
    job::Entity::update_many()
        .col_expr(job::Column::Payload, payload.to_string().into())
        .filter(job::Column::Id.eq(leased.id))
        .filter(job::Column::LeasedUntilMs.eq(leased.leased_until.ms()))
        .exec(tx)
        .await?;
    Ok(())
}

/// What a check found when it looked last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How many differences.
    pub differences: i64,
    /// The first of them.
    pub first: Option<String>,
    /// When it looked.
    pub looked_at: Timestamp,
}

pub(super) async fn upsert_finding(tx: &Tx, about: &str, differences: i64, first: Option<&str>) -> Result<(), DbErr> {
    let row = finding::ActiveModel {
        about: Set(about.to_owned()),
        differences: Set(differences),
        first: Set(first.map(str::to_owned)),
        looked_at_ms: Set(tx.now.ms()),
    };
    let newer = OnConflict::column(finding::Column::About)
        .update_columns([finding::Column::Differences, finding::Column::First, finding::Column::LookedAtMs])
        .to_owned();
    finding::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

/// What the check named `about` found when it looked last; `None` where it never has.
///
/// # Errors
/// What the database answers.
pub async fn find_finding(db: &impl ConnectionTrait, about: &str) -> Result<Option<Finding>, DbErr> {
    let row = finding::Entity::find_by_id(about.to_owned()).one(db).await?;
    Ok(row.map(|row| Finding { differences: row.differences, first: row.first, looked_at: Timestamp::from_ms(row.looked_at_ms) }))
}

/// The jobs that wait, the most overdue first, at most `most`.
///
/// # Errors
/// What the database answers.
pub async fn list_waiting(db: &impl ConnectionTrait, most: u64) -> Result<Vec<Waiting>, DbErr> {
    let rows = job::Entity::find().order_by_asc(job::Column::RunAtMs).limit(most).all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| Waiting {
            kind: row.kind,
            run_at: Timestamp::from_ms(row.run_at_ms),
            attempts: row.attempts,
            last_error: row.last_error,
        })
        .collect())
}
