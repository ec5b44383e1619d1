//! Tables `idempotency` and `key_check`; what the engines say of themselves.

use entity::{idempotency, key_check};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QuerySelect, Statement};

use super::{OnceKey, Tx};
use crate::kernel::{Digest, LearnerId, Mac, Timestamp};

/// Rows deleted in one bite.
pub(super) const BITE: u64 = 500;
/// The one row of `key_check`.
const THE_KEY: i64 = 1;

/// What is kept under the key. On PostgreSQL the row is locked, so that two repeats do not pass each other.
pub(super) async fn find_once(tx: &Tx, learner: LearnerId, key: &OnceKey) -> Result<Option<idempotency::Model>, DbErr> {
    let query = idempotency::Entity::find_by_id((learner.uuid(), key.as_str().to_owned()));
    match tx.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive().one(tx).await,
        _ => query.one(tx).await,
    }
}

pub(super) async fn delete_all_once(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    idempotency::Entity::delete_many().filter(idempotency::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

pub(super) async fn insert_once(tx: &Tx, learner: LearnerId, key: &OnceKey, request: &Digest, effect: &str) -> Result<(), DbErr> {
    let row = idempotency::ActiveModel {
        learner_id: Set(learner.uuid()),
        once_key: Set(key.as_str().to_owned()),
        request_hash: Set(request.to_vec()),
        effect: Set(effect.to_owned()),
        at_ms: Set(tx.now.ms()),
    };
    idempotency::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Deletes keys used before `before`, one bite of them; how many.
pub(super) async fn delete_once_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let key = [idempotency::Column::LearnerId, idempotency::Column::OnceKey];
    let old = Query::select()
        .columns(key)
        .from(idempotency::Entity)
        .and_where(Expr::col(idempotency::Column::AtMs).lt(before.ms()))
        .limit(BITE)
        .to_owned();
    let deleted = idempotency::Entity::delete_many().filter(Expr::tuple(key.map(Expr::col)).in_subquery(old)).exec(tx).await?;
    Ok(deleted.rows_affected)
}

/// A statement that writes nothing but may only be sent where writing is possible.
pub(super) async fn touch_nothing(tx: &Tx) -> Result<(), DbErr> {
    let nothing = idempotency::Entity::delete_many()
        .filter(idempotency::Column::LearnerId.eq(LearnerId::NOBODY.uuid()))
        .filter(idempotency::Column::OnceKey.eq(""));
    nothing.exec(tx).await?;
    Ok(())
}

pub(super) async fn find_key_check(db: &impl ConnectionTrait) -> Result<Option<Vec<u8>>, DbErr> {
    Ok(key_check::Entity::find_by_id(THE_KEY).one(db).await?.map(|row| row.value))
}

/// Keeps `check` where none is kept; gives the one that is.
pub(super) async fn keep_key_check(tx: &Tx, check: &Mac) -> Result<Vec<u8>, DbErr> {
    let row = key_check::ActiveModel { id: Set(THE_KEY), value: Set(check.to_vec()), kept_at_ms: Set(tx.now.ms()) };
    let nothing = OnConflict::column(key_check::Column::Id).do_nothing().to_owned();
    key_check::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(find_key_check(tx).await?.unwrap_or_default())
}

/// Writes a whole copy of a SQLite database into a file of its own.
pub(super) async fn vacuum_into(db: &impl ConnectionTrait, file: &str) -> Result<(), DbErr> {
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?1", [file.into()])).await?;
    Ok(())
}

/// The name under which another connection to PostgreSQL sees the state that this transaction sees.
pub(super) async fn export_snapshot(db: &impl ConnectionTrait) -> Result<String, DbErr> {
    one_value(db, "SELECT pg_export_snapshot()").await
}

/// How many tables a PostgreSQL database has that are not its own.
pub(super) async fn count_tables(db: &impl ConnectionTrait) -> Result<i64, DbErr> {
    let sql = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')";
    one_value(db, sql).await
}

/// The steps that have been taken with the schema.
pub(super) async fn list_steps(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT version FROM seaql_migrations ORDER BY version";
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}

async fn one_value<T: sea_orm::TryGetable>(db: &impl ConnectionTrait, sql: &str) -> Result<T, DbErr> {
    let row = db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get_by_index(0)
}
