//! Tables `document_sight` and `guardian`.

use entity::{document_sight, guardian};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{IdentityLevel, LearnerId, Timestamp, new_id};

/// The sealed column of a guardian's name.
pub(crate) const GUARDIAN_PLACE: &str = "guardian.name";

/// That a document was seen, not taken back.
pub(crate) struct SightRow {
    pub id: Uuid,
    pub seen_by: LearnerId,
    pub seen_at: Timestamp,
    pub level_before: IdentityLevel,
    pub kept_number: bool,
}

pub(crate) async fn insert_sight(
    tx: &Tx,
    learner: LearnerId,
    seen_by: LearnerId,
    level_before: IdentityLevel,
    kept_number: bool,
) -> Result<(), DbErr> {
    let row = document_sight::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(new_id(tx.now)),
        seen_by: Set(seen_by.uuid()),
        seen_at_ms: Set(tx.now.ms()),
        level_before: Set(level_before.value()),
        kept_number: Set(i64::from(kept_number)),
        undone_by: Set(None),
        undone_at_ms: Set(None),
    };
    document_sight::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// What was seen last and stands.
pub(crate) async fn find_last_sight(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<SightRow>, DbErr> {
    let row = document_sight::Entity::find()
        .filter(document_sight::Column::LearnerId.eq(learner.uuid()))
        .filter(document_sight::Column::UndoneAtMs.is_null())
        .order_by_desc(document_sight::Column::SeenAtMs)
        .order_by_desc(document_sight::Column::Id)
        .one(db)
        .await?;
    Ok(row.map(|row| SightRow {
        id: row.id,
        seen_by: LearnerId::from_uuid(row.seen_by),
        seen_at: Timestamp::from_ms(row.seen_at_ms),
        level_before: IdentityLevel::from_value(row.level_before).unwrap_or(IdentityLevel::NONE),
        kept_number: row.kept_number == 1,
    }))
}

pub(crate) async fn undo_sight(tx: &Tx, learner: LearnerId, id: Uuid, by: LearnerId) -> Result<(), DbErr> {
    document_sight::Entity::update_many()
        .col_expr(document_sight::Column::UndoneBy, Some(by.uuid()).into())
        .col_expr(document_sight::Column::UndoneAtMs, Some(tx.now.ms()).into())
        .filter(document_sight::Column::LearnerId.eq(learner.uuid()))
        .filter(document_sight::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// When documents were seen, and when that was taken back.
pub(crate) async fn list_sights(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<(i64, Option<i64>)>, DbErr> {
    let rows = document_sight::Entity::find()
        .filter(document_sight::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(document_sight::Column::SeenAtMs)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.seen_at_ms, row.undone_at_ms)).collect())
}

/// A child's guardian: sealed name and relation.
pub(crate) async fn find_guardian(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<(Vec<u8>, String)>, DbErr> {
    Ok(guardian::Entity::find_by_id(learner.uuid()).one(db).await?.map(|row| (row.name_sealed, row.relation)))
}

pub(crate) async fn insert_guardian(
    tx: &Tx,
    learner: LearnerId,
    name_sealed: Vec<u8>,
    relation: &str,
    told_to: LearnerId,
) -> Result<(), DbErr> {
    let row = guardian::ActiveModel {
        learner_id: Set(learner.uuid()),
        name_sealed: Set(name_sealed),
        relation: Set(relation.to_owned()),
        told_to: Set(told_to.uuid()),
        told_at_ms: Set(tx.now.ms()),
    };
    let nothing = OnConflict::column(guardian::Column::LearnerId).do_nothing().to_owned();
    guardian::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await?;
    Ok(())
}

/// What was seen of somebody who leaves, and who agreed for them.
pub(crate) async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    document_sight::Entity::delete_many().filter(document_sight::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    guardian::Entity::delete_by_id(learner.uuid()).exec(tx).await?;
    Ok(())
}
