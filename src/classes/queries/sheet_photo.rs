//! Table `class_sheet_photo`.

use entity::class_sheet_photo;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{ClassId, Digest, LearnerId, Timestamp};

/// Keeps that a photograph of the sheet of a session lies in the file store.
pub(in crate::classes) async fn insert(tx: &Tx, class: ClassId, id: Uuid, file: &Digest, by: LearnerId) -> Result<(), DbErr> {
    let row = class_sheet_photo::ActiveModel {
        class_id: Set(class.uuid()),
        id: Set(id),
        file: Set(file.to_vec()),
        sent_by: Set(by.uuid()),
        sent_at_ms: Set(tx.now.ms()),
    };
    class_sheet_photo::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// How many photographs a session has.
pub(in crate::classes) async fn count(db: &impl ConnectionTrait, class: ClassId) -> Result<u64, DbErr> {
    class_sheet_photo::Entity::find().filter(class_sheet_photo::Column::ClassId.eq(class.uuid())).count(db).await
}

/// The photographs of a session, in the order in which they came.
pub(in crate::classes) async fn list(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<Uuid>, DbErr> {
    let rows = class_sheet_photo::Entity::find()
        .filter(class_sheet_photo::Column::ClassId.eq(class.uuid()))
        .order_by_asc(class_sheet_photo::Column::SentAtMs)
        .order_by_asc(class_sheet_photo::Column::Id)
        .limit(100)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}

/// Where a photograph lies in the file store.
pub(in crate::classes) async fn find(db: &impl ConnectionTrait, class: ClassId, id: Uuid) -> Result<Option<Digest>, DbErr> {
    let row = class_sheet_photo::Entity::find_by_id((class.uuid(), id)).one(db).await?;
    Ok(row.and_then(|row| Digest::from_slice(&row.file)))
}

/// Removes the row of a photograph.
pub(in crate::classes) async fn delete(tx: &Tx, class: ClassId, id: Uuid) -> Result<(), DbErr> {
    class_sheet_photo::Entity::delete_by_id((class.uuid(), id)).exec(tx).await?;
    Ok(())
}

/// Some photographs that were sent before `before`.
pub(in crate::classes) async fn list_before(
    db: &impl ConnectionTrait,
    before: Timestamp,
) -> Result<Vec<(ClassId, Uuid, Option<Digest>)>, DbErr> {
    let old = class_sheet_photo::Entity::find().filter(class_sheet_photo::Column::SentAtMs.lt(before.ms())).limit(200);
    let read = |row: class_sheet_photo::Model| (ClassId::from_uuid(row.class_id), row.id, Digest::from_slice(&row.file));
    Ok(old.all(db).await?.into_iter().map(read).collect())
}
