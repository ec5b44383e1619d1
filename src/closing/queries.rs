//! Table `closing`.

use entity::closing;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::Closing;
use crate::db::Tx;
use crate::kernel::{LearnerId, Timestamp};
use crate::places::PlaceCode;

fn row_of(row: closing::Model) -> Closing {
    Closing {
        learner: LearnerId::from_uuid(row.learner_id),
        id: row.id,
        place_code: row.place_code,
        closed_by: LearnerId::from_uuid(row.closed_by),
        closed_at: Timestamp::from_ms(row.closed_at_ms),
        confirmed_by: row.confirmed_by.map(LearnerId::from_uuid),
        undone_at: row.undone_at_ms.map(Timestamp::from_ms),
        finished_at: row.finished_at_ms.map(Timestamp::from_ms),
    }
}

/// Keeps that an account was closed; `false` where it is closed already.
pub(super) async fn insert(tx: &Tx, learner: LearnerId, id: Uuid, place: Option<&str>, by: LearnerId) -> Result<bool, DbErr> {
    let row = closing::ActiveModel {
        learner_id: Set(learner.uuid()),
        id: Set(id),
        place_code: Set(place.map(str::to_owned)),
        closed_by: Set(by.uuid()),
        closed_at_ms: Set(tx.now.ms()),
        confirmed_by: Set(None),
        confirmed_at_ms: Set(None),
        undone_by: Set(None),
        undone_at_ms: Set(None),
        finished_at_ms: Set(None),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(closing::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

pub(super) async fn find(db: &impl ConnectionTrait, learner: LearnerId, id: Uuid) -> Result<Option<Closing>, DbErr> {
    Ok(closing::Entity::find_by_id((learner.uuid(), id)).one(db).await?.map(row_of))
}

/// The one that stands of somebody.
pub(super) async fn find_open(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Option<Closing>, DbErr> {
    let row = closing::Entity::find()
        .filter(closing::Column::LearnerId.eq(learner.uuid()))
        .filter(closing::Column::UndoneAtMs.is_null())
        .one(db)
        .await?;
    Ok(row.map(row_of))
}

/// Those of these areas that are not finished, the newest first.
pub(super) async fn list_open(db: &impl ConnectionTrait, areas: &[PlaceCode], most: u64) -> Result<Vec<Closing>, DbErr> {
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let own = areas.iter().fold(Condition::any(), |own, area| {
        if area.as_str().is_empty() {
            own.add(closing::Column::LearnerId.is_not_null())
        } else {
            own.add(
                Condition::all()
                    .add(closing::Column::PlaceCode.gte(area.as_str()))
                    .add(closing::Column::PlaceCode.lt(area.end())),
            )
        }
    });
    let rows = closing::Entity::find()
        .filter(own)
        .filter(closing::Column::UndoneAtMs.is_null())
        .filter(closing::Column::FinishedAtMs.is_null())
        .order_by_desc(closing::Column::ClosedAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

/// Those that were agreed to, closed before then, and not finished.
pub(super) async fn list_due(db: &impl ConnectionTrait, before: Timestamp, most: u64) -> Result<Vec<Closing>, DbErr> {
    let rows = closing::Entity::find()
        .filter(closing::Column::ClosedAtMs.lt(before.ms()))
        .filter(closing::Column::ConfirmedAtMs.is_not_null())
        .filter(closing::Column::UndoneAtMs.is_null())
        .filter(closing::Column::FinishedAtMs.is_null())
        .order_by_asc(closing::Column::ClosedAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

/// What changes about one.
pub(super) enum Change {
    Confirmed(LearnerId),
    Undone(LearnerId),
    Finished,
}

/// Changes one that stands; says how many that was.
pub(super) async fn change(tx: &Tx, learner: LearnerId, id: Uuid, change: Change) -> Result<u64, DbErr> {
    let now = Some(tx.now.ms());
    let mut update = closing::Entity::update_many()
        .filter(closing::Column::LearnerId.eq(learner.uuid()))
        .filter(closing::Column::Id.eq(id))
        .filter(closing::Column::UndoneAtMs.is_null())
        .filter(closing::Column::FinishedAtMs.is_null());
    update = match change {
        Change::Confirmed(by) => update
            .col_expr(closing::Column::ConfirmedBy, Some(by.uuid()).into())
            .col_expr(closing::Column::ConfirmedAtMs, now.into())
            .filter(closing::Column::ConfirmedAtMs.is_null()),
        Change::Undone(by) => {
            update.col_expr(closing::Column::UndoneBy, Some(by.uuid()).into()).col_expr(closing::Column::UndoneAtMs, now.into())
        }
        Change::Finished => update.col_expr(closing::Column::FinishedAtMs, now.into()),
    };
    Ok(update.exec(tx).await?.rows_affected)
}
