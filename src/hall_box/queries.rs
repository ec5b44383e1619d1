//! Tables `box_entry` and `box_note`.

use entity::{box_entry, box_note};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::hall::{Entry, Kind};
use crate::kernel::{ClaimId, DeviceId, Digest, LearnerId, Timestamp};

fn entry_of(row: box_entry::Model) -> Result<Entry, DbErr> {
    let altered = |what: &str| DbErr::Custom(format!("a row of the box was altered: {what}"));
    Ok(Entry {
        seq: row.seq,
        id: ClaimId::from_uuid(row.id),
        kind: Kind::from_code(&row.kind).ok_or_else(|| altered("kind"))?,
        made_at: Timestamp::from_ms(row.made_at_ms),
        operator: LearnerId::from_uuid(row.operator_id),
        prev: Digest::from_slice(&row.prev).ok_or_else(|| altered("prev"))?,
        body: row.body,
    })
}

/// The last entry of the chain.
pub(super) async fn last(db: &impl ConnectionTrait) -> Result<Option<Entry>, DbErr> {
    box_entry::Entity::find().order_by_desc(box_entry::Column::Seq).one(db).await?.map(entry_of).transpose()
}

/// Writes the next entry of the chain.
pub(super) async fn append(tx: &Tx, device: DeviceId, entry: &Entry) -> Result<(), DbErr> {
    let row = box_entry::ActiveModel {
        seq: Set(entry.seq),
        id: Set(entry.id.uuid()),
        kind: Set(entry.kind.code().to_owned()),
        operator_id: Set(entry.operator.uuid()),
        made_at_ms: Set(entry.made_at.ms()),
        prev: Set(entry.prev.to_vec()),
        hash: Set(entry.hash(device).to_vec()),
        body: Set(entry.body.clone()),
        handed_at_ms: Set(None),
    };
    box_entry::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Entries from a number on, the first first.
pub(super) async fn list_from(db: &impl ConnectionTrait, first: i64, most: u64) -> Result<Vec<Entry>, DbErr> {
    let rows = box_entry::Entity::find()
        .filter(box_entry::Column::Seq.gte(first))
        .order_by_asc(box_entry::Column::Seq)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(entry_of).collect()
}

/// The first entry that was not handed over yet.
pub(super) async fn first_waiting(db: &impl ConnectionTrait) -> Result<Option<i64>, DbErr> {
    let row = box_entry::Entity::find()
        .filter(box_entry::Column::HandedAtMs.is_null())
        .order_by_asc(box_entry::Column::Seq)
        .one(db)
        .await?;
    Ok(row.map(|row| row.seq))
}

/// How many were not handed over yet.
pub(super) async fn count_waiting(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    box_entry::Entity::find().filter(box_entry::Column::HandedAtMs.is_null()).count(db).await
}

/// Keeps that everything up to `last` was handed over.
pub(super) async fn mark_handed(tx: &Tx, last: i64) -> Result<(), DbErr> {
    box_entry::Entity::update_many()
        .col_expr(box_entry::Column::HandedAtMs, Expr::val(tx.now.ms()))
        .filter(box_entry::Column::Seq.lte(last))
        .filter(box_entry::Column::HandedAtMs.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Writes a note, in place of an earlier one.
pub(super) async fn keep_note(tx: &Tx, name: &str, sealed: Vec<u8>) -> Result<(), DbErr> {
    use box_note::Column;
    let row = box_note::ActiveModel { name: Set(name.to_owned()), words_sealed: Set(sealed), written_at_ms: Set(tx.now.ms()) };
    let again = OnConflict::column(Column::Name).update_columns([Column::WordsSealed, Column::WrittenAtMs]).to_owned();
    box_note::Entity::insert(row).on_conflict(again).exec_without_returning(tx).await?;
    Ok(())
}

/// The note of this name.
pub(super) async fn find_note(db: &impl ConnectionTrait, name: &str) -> Result<Option<Vec<u8>>, DbErr> {
    Ok(box_note::Entity::find_by_id(name.to_owned()).one(db).await?.map(|row| row.words_sealed))
}

/// The notes whose names begin so, by name.
pub(super) async fn list_notes(db: &impl ConnectionTrait, begin: &str) -> Result<Vec<(String, Vec<u8>)>, DbErr> {
    let rows = box_note::Entity::find()
        .filter(box_note::Column::Name.starts_with(begin))
        .order_by_asc(box_note::Column::Name)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.words_sealed)).collect())
}
