//! Tables `stored_file` and `file_use`.

use entity::{file_use, stored_file};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::{Stored, UsedBy};
use crate::db::Tx;
use crate::kernel::{Digest, Timestamp};

/// Keeps that the file is there and in use.
pub(super) async fn upsert_file(tx: &Tx, file: &Stored) -> Result<(), DbErr> {
    let row = stored_file::ActiveModel {
        digest: Set(file.digest.to_vec()),
        bytes: Set(file.bytes),
        stored_at_ms: Set(tx.now.ms()),
        unused_since_ms: Set(None),
    };
    let known = OnConflict::column(stored_file::Column::Digest).update_column(stored_file::Column::UnusedSinceMs).to_owned();
    stored_file::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    Ok(())
}

/// Holds the file's row until the commit, so that of two who let it go at once the second sees that nobody uses it any more.
pub(super) async fn lock_file(tx: &Tx, digest: &Digest) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        stored_file::Entity::find_by_id(digest.to_vec()).lock_exclusive().one(tx).await?;
    }
    Ok(())
}

/// Keeps what uses it; twice is once.
pub(super) async fn insert_use(tx: &Tx, digest: &Digest, by: UsedBy) -> Result<(), DbErr> {
    let row = file_use::ActiveModel { digest: Set(digest.to_vec()), kind: Set(by.kind.to_owned()), used_by: Set(by.id) };
    let mut known = OnConflict::columns([file_use::Column::Digest, file_use::Column::Kind, file_use::Column::UsedBy]);
    file_use::Entity::insert(row).on_conflict(known.do_nothing().to_owned()).exec_without_returning(tx).await?;
    Ok(())
}

/// Forgets a use.
pub(super) async fn delete_use(tx: &Tx, digest: &Digest, by: UsedBy) -> Result<(), DbErr> {
    file_use::Entity::delete_by_id((digest.to_vec(), by.kind.to_owned(), by.id)).exec(tx).await?;
    Ok(())
}

fn is_used() -> Expr {
    let uses = Query::select()
        .expr(Expr::val(1))
        .from(file_use::Entity)
        .and_where(
            Expr::col((file_use::Entity, file_use::Column::Digest)).equals((stored_file::Entity, stored_file::Column::Digest)),
        )
        .to_owned();
    Expr::exists(uses)
}

/// Notes since when the file is unused, where nothing uses it any more.
pub(super) async fn mark_unused(tx: &Tx, digest: &Digest) -> Result<(), DbErr> {
    stored_file::Entity::update_many()
        .col_expr(stored_file::Column::UnusedSinceMs, Expr::value(tx.now.ms()))
        .filter(stored_file::Column::Digest.eq(digest.to_vec()))
        .filter(is_used().not())
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether there is a row of this file.
pub(super) async fn is_known(db: &impl ConnectionTrait, digest: &Digest) -> Result<bool, DbErr> {
    Ok(stored_file::Entity::find_by_id(digest.to_vec()).one(db).await?.is_some())
}

/// Files that nothing has used since before `before`, at most `most`.
pub(super) async fn list_unused(db: &impl ConnectionTrait, before: Timestamp, most: u64) -> Result<Vec<Digest>, DbErr> {
    let rows = stored_file::Entity::find()
        .filter(stored_file::Column::UnusedSinceMs.lt(before.ms()))
        .order_by_asc(stored_file::Column::Digest)
        .limit(most);
    Ok(rows.all(db).await?.iter().filter_map(|row| Digest::from_slice(&row.digest)).collect())
}

/// Deletes the row where nothing uses the file, still; says whether it is gone.
pub(super) async fn delete_unused(tx: &Tx, digest: &Digest, before: Timestamp) -> Result<bool, DbErr> {
    let deleted = stored_file::Entity::delete_many()
        .filter(stored_file::Column::Digest.eq(digest.to_vec()))
        .filter(stored_file::Column::UnusedSinceMs.lt(before.ms()))
        .filter(is_used().not())
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}

/// All files that the database knows, by digest.
///
/// # Errors
/// What the database answers.
pub async fn list(db: &impl ConnectionTrait) -> Result<Vec<Digest>, DbErr> {
    let digests: Vec<Vec<u8>> = stored_file::Entity::find()
        .select_only()
        .column(stored_file::Column::Digest)
        .order_by_asc(stored_file::Column::Digest)
        .into_tuple()
        .all(db)
        .await?;
    Ok(digests.iter().filter_map(|digest| Digest::from_slice(digest)).collect())
}
