//! Table `class_sheet_line`.

use entity::class_sheet_line;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use crate::classes::{SheetLine, Why};
use crate::db::Tx;
use crate::kernel::{ClassId, LearnerId, Timestamp};

/// Keeps a line that counts for nobody.
pub(in crate::classes) async fn insert(tx: &Tx, class: ClassId, line: &SheetLine, by: LearnerId) -> Result<(), DbErr> {
    let row = class_sheet_line::ActiveModel {
        class_id: Set(class.uuid()),
        id: Set(line.id),
        words_sealed: Set(line.words_sealed.clone()),
        why: Set(line.why.code().to_owned()),
        typed_by: Set(by.uuid()),
        typed_at_ms: Set(tx.now.ms()),
    };
    class_sheet_line::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// The lines of a session that count for nobody, the newest first.
pub(in crate::classes) async fn list(db: &impl ConnectionTrait, class: ClassId) -> Result<Vec<SheetLine>, DbErr> {
    let rows = class_sheet_line::Entity::find()
        .filter(class_sheet_line::Column::ClassId.eq(class.uuid()))
        .order_by_desc(class_sheet_line::Column::TypedAtMs)
        .order_by_desc(class_sheet_line::Column::Id)
        .all(db)
        .await?;
    let read = |row: class_sheet_line::Model| SheetLine {
        id: row.id,
        words_sealed: row.words_sealed,
        why: Why::from_code(&row.why).unwrap_or(Why::Unknown),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// How many lines of a session wait.
pub(in crate::classes) async fn count(db: &impl ConnectionTrait, class: ClassId) -> Result<u64, DbErr> {
    class_sheet_line::Entity::find().filter(class_sheet_line::Column::ClassId.eq(class.uuid())).count(db).await
}

/// Removes a line; `false` where there is none.
pub(in crate::classes) async fn delete(tx: &Tx, class: ClassId, line: Uuid) -> Result<bool, DbErr> {
    Ok(class_sheet_line::Entity::delete_by_id((class.uuid(), line)).exec(tx).await?.rows_affected == 1)
}

/// Removes what was typed before `before`.
pub(in crate::classes) async fn delete_before(tx: &Tx, before: Timestamp) -> Result<u64, DbErr> {
    let old = class_sheet_line::Entity::delete_many().filter(class_sheet_line::Column::TypedAtMs.lt(before.ms()));
    Ok(old.exec(tx).await?.rows_affected)
}
