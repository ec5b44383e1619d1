//! Table `class_hour`: hours that were attended.

use entity::{class_hour, result};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::attended::{Attended, Passed};
use super::queries::HourKind;
use crate::db::Tx;
use crate::kernel::{LearnerId, Timestamp, new_id};

/// What was counted of one class session for one person so far: in all, and in how many lines.
pub(super) async fn counted_of(db: &impl ConnectionTrait, learner: LearnerId, key: &str) -> Result<(i64, usize), DbErr> {
    let lines: Vec<i64> = class_hour::Entity::find()
        .select_only()
        .column(class_hour::Column::Minutes)
        .filter(class_hour::Column::LearnerId.eq(learner.uuid()))
        .filter(class_hour::Column::HourKey.starts_with(key))
        .into_tuple()
        .all(db)
        .await?;
    Ok((lines.iter().sum(), lines.len()))
}

/// Adds lines of attended hours, each under its key and only where nothing stands under that. How many were new.
pub(super) async fn insert_lines(tx: &Tx, lines: &[(&Attended<'_>, String, i64)]) -> Result<u64, DbErr> {
    let row = |(attended, key, minutes): &(&Attended<'_>, String, i64)| class_hour::ActiveModel {
        learner_id: Set(attended.learner.uuid()),
        id: Set(new_id(tx.now)),
        kind: Set(HourKind::Attended.code().to_owned()),
        unit: Set(attended.what.to_owned()),
        minutes: Set(*minutes),
        result_id: Set(None),
        hour_key: Set(key.clone()),
        at_ms: Set(attended.at.ms()),
        day: Set(attended.at.day().to_string()),
    };
    if lines.is_empty() {
        return Ok(0);
    }
    let key = [class_hour::Column::LearnerId, class_hour::Column::HourKey];
    let nothing = OnConflict::columns(key).do_nothing().to_owned();
    class_hour::Entity::insert_many(lines.iter().map(row)).on_conflict(nothing).exec_without_returning(tx).await
}

/// What `learners` passed within a time, the first passed first.
pub(super) async fn list_passed(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    (from, until): (Timestamp, Timestamp),
) -> Result<Vec<Passed>, DbErr> {
    let rows: Vec<(uuid::Uuid, String, i64)> = result::Entity::find()
        .select_only()
        .columns([result::Column::LearnerId, result::Column::Unit, result::Column::PassedAtMs])
        .filter(result::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(result::Column::Source.eq("unit_test"))
        .filter(result::Column::PassedAtMs.between(from.ms(), until.ms()))
        .order_by_asc(result::Column::PassedAtMs)
        .into_tuple()
        .all(db)
        .await?;
    let read = |(learner, unit, at): (uuid::Uuid, String, i64)| Passed {
        learner: LearnerId::from_uuid(learner),
        unit,
        at: Timestamp::from_ms(at),
    };
    Ok(rows.into_iter().map(read).collect())
}
