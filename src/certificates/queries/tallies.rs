//! Table `verify_tally`.

use entity::verify_tally::{self as table, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use crate::certificates::rules::limits::Span;
use crate::db::Tx;
use crate::kernel::{Mac, Timestamp};

/// Counts `more` (0 or more) for a source in a span; how many there are now. Its row is held until the commit.
pub(in crate::certificates) async fn count(tx: &Tx, source: &Mac, span: &Span, more: i64) -> Result<i64, DbErr> {
    let row = table::ActiveModel {
        source: Set(source.to_vec()),
        span: Set(span.name.clone()),
        asked: Set(more),
        until_ms: Set(span.until.ms()),
    };
    let sum = Expr::col((table::Entity, Column::Asked)).add(more);
    let known = OnConflict::columns([Column::Source, Column::Span]).value(Column::Asked, sum).to_owned();
    table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    asked(tx, source, span).await
}

/// Takes `less` (0 or more) back of what was counted in the same commit.
pub(in crate::certificates) async fn take_back(tx: &Tx, source: &Mac, span: &Span, less: i64) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::Asked, Expr::col(Column::Asked).sub(less))
        .filter(Column::Source.eq(source.to_vec()))
        .filter(Column::Span.eq(span.name.clone()))
        .exec(tx)
        .await?;
    Ok(())
}

/// How many there are.
async fn asked(db: &impl ConnectionTrait, source: &Mac, span: &Span) -> Result<i64, DbErr> {
    let row = table::Entity::find_by_id((source.to_vec(), span.name.clone())).one(db).await?;
    Ok(row.map_or(0, |row| row.asked))
}

/// Deletes what ended before `until`.
pub(in crate::certificates) async fn delete_before(tx: &Tx, until: Timestamp) -> Result<u64, DbErr> {
    Ok(table::Entity::delete_many().filter(Column::UntilMs.lt(until.ms())).exec(tx).await?.rows_affected)
}
