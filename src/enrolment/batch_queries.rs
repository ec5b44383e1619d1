//! Tables `batch`, `batch_row` and `batch_format`.

use std::collections::HashSet;

use entity::{batch, batch_format, batch_row};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::columns::Format;
use super::lines::Problem;
use super::list::{Batch, BatchState, Row, RowState};
use crate::db::Tx;
use crate::identity::ConsentWay;
use crate::kernel::{LearnerId, OrganisationId, Timestamp};
use crate::places::PlaceCode;

/// Rows deleted in one bite.
pub(super) const BITE: u64 = 500;

fn batch_of(row: batch::Model) -> Batch {
    let way = [ConsentWay::Spoken, ConsentWay::Paper, ConsentWay::Witness].into_iter().find(|way| way.code() == row.consent);
    Batch {
        id: row.id,
        place_code: row.place_code,
        uploaded_by: LearnerId::from_uuid(row.uploaded_by),
        consent: way.unwrap_or(ConsentWay::Paper),
        state: BatchState::from_code(&row.state),
        total: row.total,
        done: row.done,
        made_at: Timestamp::from_ms(row.made_at_ms),
        decided_by: row.decided_by.map(LearnerId::from_uuid),
        decided_at: row.decided_at_ms.map(Timestamp::from_ms),
    }
}

fn row_of(row: batch_row::Model) -> Row {
    Row {
        number: row.number,
        learner: LearnerId::from_uuid(row.learner_id),
        sealed: row.sealed,
        state: RowState::from_code(&row.state),
        problems: serde_json::from_str(&row.problems).unwrap_or_default(),
    }
}

/// A list to be kept.
pub(super) struct NewRow {
    pub id: Uuid,
    pub organisation: Option<OrganisationId>,
    pub place_code: String,
    pub by: LearnerId,
    pub file: Vec<u8>,
    pub consent: ConsentWay,
}

/// Begins a list; `false` where the same file stands for this place already.
pub(super) async fn insert_batch(tx: &Tx, new: &NewRow) -> Result<bool, DbErr> {
    let row = batch::ActiveModel {
        id: Set(new.id),
        organisation_id: Set(new.organisation.map(|id| id.uuid())),
        place_code: Set(new.place_code.clone()),
        uploaded_by: Set(new.by.uuid()),
        digest: Set(new.file.clone()),
        consent: Set(new.consent.code().to_owned()),
        state: Set(BatchState::Reading.code().to_owned()),
        total: Set(0),
        done: Set(0),
        made_at_ms: Set(tx.now.ms()),
        decided_by: Set(None),
        decided_at_ms: Set(None),
        ended_at_ms: Set(None),
    };
    let nothing = OnConflict::new().do_nothing().to_owned();
    Ok(batch::Entity::insert(row).on_conflict(nothing).exec_without_returning(tx).await? == 1)
}

/// The list of the same file for a place, unless it was given up.
pub(super) async fn find_same(db: &impl ConnectionTrait, place: &str, file: &[u8]) -> Result<Option<Batch>, DbErr> {
    let row = batch::Entity::find()
        .filter(batch::Column::PlaceCode.eq(place))
        .filter(batch::Column::Digest.eq(file.to_vec()))
        .filter(batch::Column::State.ne(BatchState::Abandoned.code()))
        .one(db)
        .await?;
    Ok(row.map(batch_of))
}

pub(super) async fn find_batch(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<Batch>, DbErr> {
    Ok(batch::Entity::find_by_id(id).one(db).await?.map(batch_of))
}

/// The list, held until the commit: of two who work on it at once the second sees what the first has done.
pub(super) async fn lock_batch(tx: &Tx, id: Uuid) -> Result<Option<Batch>, DbErr> {
    let mut query = batch::Entity::find_by_id(id);
    if tx.get_database_backend() == DbBackend::Postgres {
        query = query.lock_exclusive();
    }
    Ok(query.one(tx).await?.map(batch_of))
}

/// The lists of these areas, the newest first.
pub(super) async fn list_batches(db: &impl ConnectionTrait, areas: &[PlaceCode], most: u64) -> Result<Vec<Batch>, DbErr> {
    let mut own = Condition::any();
    for area in areas {
        own = if area.as_str().is_empty() {
            own.add(batch::Column::PlaceCode.is_not_null())
        } else {
            let from = Condition::all().add(batch::Column::PlaceCode.gte(area.as_str()));
            own.add(from.add(batch::Column::PlaceCode.lt(area.end())))
        };
    }
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let rows = batch::Entity::find().filter(own).order_by_desc(batch::Column::MadeAtMs).limit(most).all(db).await?;
    Ok(rows.into_iter().map(batch_of).collect())
}

/// Moves a list on, out of the state in which it must be; how far the work of its next step is. `false` where it is in another.
pub(super) async fn move_batch(tx: &Tx, id: Uuid, from: BatchState, (state, done): (BatchState, i64)) -> Result<bool, DbErr> {
    let mut update = batch::Entity::update_many()
        .col_expr(batch::Column::State, state.code().into())
        .col_expr(batch::Column::Done, done.into())
        .filter(batch::Column::Id.eq(id))
        .filter(batch::Column::State.eq(from.code()));
    if matches!(state, BatchState::Done | BatchState::Abandoned) {
        update = update.col_expr(batch::Column::EndedAtMs, Some(tx.now.ms()).into());
    }
    Ok(update.exec(tx).await?.rows_affected == 1)
}

/// Whether the list is in this state; it is held until the commit.
pub(super) async fn is_held_in(tx: &Tx, id: Uuid, state: BatchState) -> Result<bool, DbErr> {
    Ok(lock_batch(tx, id).await?.is_some_and(|batch| batch.state == state))
}

/// Holds every list until the commit whose people are being staged, so that two of them are never held against a half of each other.
pub(super) async fn lock_staging(tx: &Tx) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        let staging = batch::Entity::find().filter(batch::Column::State.eq(BatchState::Decided.code()));
        staging.order_by_asc(batch::Column::Id).lock_exclusive().all(tx).await?;
    }
    Ok(())
}

/// Whether people of another list are staged just now.
pub(super) async fn are_others_staged(db: &impl ConnectionTrait, but: Uuid) -> Result<bool, DbErr> {
    let states = [BatchState::Decided, BatchState::Valid, BatchState::Broken];
    let others = batch::Entity::find()
        .filter(batch::Column::Id.ne(but))
        .filter(batch::Column::State.is_in(states.map(BatchState::code)))
        .limit(1);
    Ok(others.one(db).await?.is_some())
}

/// The ids that the people of a list will have.
pub(super) async fn list_learners(db: &impl ConnectionTrait, batch: Uuid) -> Result<HashSet<LearnerId>, DbErr> {
    let ids = batch_row::Entity::find()
        .select_only()
        .column(batch_row::Column::LearnerId)
        .filter(batch_row::Column::BatchId.eq(batch))
        .into_tuple::<Uuid>()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(LearnerId::from_uuid).collect())
}

pub(super) async fn set_total(tx: &Tx, id: Uuid, total: i64) -> Result<(), DbErr> {
    let update = batch::Entity::update_many().col_expr(batch::Column::Total, total.into());
    update.filter(batch::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}

pub(super) async fn set_decided(tx: &Tx, id: Uuid, by: LearnerId) -> Result<(), DbErr> {
    batch::Entity::update_many()
        .col_expr(batch::Column::DecidedBy, Some(by.uuid()).into())
        .col_expr(batch::Column::DecidedAtMs, Some(tx.now.ms()).into())
        .filter(batch::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

pub(super) async fn insert_rows(tx: &Tx, batch: Uuid, rows: &[Row]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().map(|row| batch_row::ActiveModel {
        batch_id: Set(batch),
        number: Set(row.number),
        learner_id: Set(row.learner.uuid()),
        sealed: Set(row.sealed.clone()),
        state: Set(row.state.code().to_owned()),
        problems: Set(said(&row.problems)),
    });
    batch_row::Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

fn said(problems: &[Problem]) -> String {
    serde_json::to_string(problems).unwrap_or_else(|_| "[]".to_owned())
}

/// The lines after `after`, of these states, in their order.
pub(super) async fn list_rows(
    db: &impl ConnectionTrait,
    batch: Uuid,
    states: &[RowState],
    (after, most): (i64, u64),
) -> Result<Vec<Row>, DbErr> {
    let rows = batch_row::Entity::find()
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::Number.gt(after))
        .filter(batch_row::Column::State.is_in(states.iter().map(|state| state.code())))
        .order_by_asc(batch_row::Column::Number)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

pub(super) async fn find_row(db: &impl ConnectionTrait, batch: Uuid, number: i64) -> Result<Option<Row>, DbErr> {
    Ok(batch_row::Entity::find_by_id((batch, number)).one(db).await?.map(row_of))
}

pub(super) async fn count_rows(db: &impl ConnectionTrait, batch: Uuid, state: RowState) -> Result<u64, DbErr> {
    batch_row::Entity::find()
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::State.eq(state.code()))
        .count(db)
        .await
}

/// Lines of a list in one state, from the `skip`th on: for pages of cards.
pub(super) async fn page_of_rows(
    db: &impl ConnectionTrait,
    batch: Uuid,
    state: RowState,
    (skip, most): (u64, u64),
) -> Result<Vec<Row>, DbErr> {
    let rows = batch_row::Entity::find()
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::State.eq(state.code()))
        .order_by_asc(batch_row::Column::Number)
        .offset(skip)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(row_of).collect())
}

pub(super) async fn keep_row(tx: &Tx, batch: Uuid, row: &Row) -> Result<(), DbErr> {
    batch_row::Entity::update_many()
        .col_expr(batch_row::Column::State, row.state.code().into())
        .col_expr(batch_row::Column::Problems, said(&row.problems).into())
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::Number.eq(row.number))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts every line that waits for a decision into another state; says how many.
pub(super) async fn move_rows(tx: &Tx, batch: Uuid, from: RowState, to: RowState) -> Result<u64, DbErr> {
    let update = batch_row::Entity::update_many()
        .col_expr(batch_row::Column::State, to.code().into())
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::State.eq(from.code()));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Lines are enrolled: what they said is forgotten.
pub(super) async fn end_rows(tx: &Tx, batch: Uuid, numbers: &[i64]) -> Result<(), DbErr> {
    batch_row::Entity::update_many()
        .col_expr(batch_row::Column::State, RowState::Enrolled.code().into())
        .col_expr(batch_row::Column::Sealed, None::<Vec<u8>>.into())
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::Number.is_in(numbers.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets what at most a bite of lines say; says of how many.
pub(super) async fn empty_rows(tx: &Tx, batch: Uuid) -> Result<u64, DbErr> {
    let numbers: Vec<i64> = batch_row::Entity::find()
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::Sealed.is_not_null())
        .select_only()
        .column(batch_row::Column::Number)
        .limit(BITE)
        .into_tuple()
        .all(tx)
        .await?;
    if numbers.is_empty() {
        return Ok(0);
    }
    let update = batch_row::Entity::update_many()
        .col_expr(batch_row::Column::Sealed, Expr::value(None::<Vec<u8>>))
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::Number.is_in(numbers));
    Ok(update.exec(tx).await?.rows_affected)
}

/// Deletes at most a bite of a list's lines; says how many.
pub(super) async fn delete_rows(tx: &Tx, batch: Uuid) -> Result<u64, DbErr> {
    let numbers: Vec<i64> = batch_row::Entity::find()
        .filter(batch_row::Column::BatchId.eq(batch))
        .select_only()
        .column(batch_row::Column::Number)
        .limit(BITE)
        .into_tuple()
        .all(tx)
        .await?;
    if numbers.is_empty() {
        return Ok(0);
    }
    let deleted = batch_row::Entity::delete_many()
        .filter(batch_row::Column::BatchId.eq(batch))
        .filter(batch_row::Column::Number.is_in(numbers));
    Ok(deleted.exec(tx).await?.rows_affected)
}

/// Somebody leaves who came by a list: the line does not name them any more.
pub(super) async fn empty_rows_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    batch_row::Entity::delete_many().filter(batch_row::Column::LearnerId.eq(learner.uuid())).exec(tx).await?;
    Ok(())
}

/// Lists that began before then and have lines still, of these states; the oldest first.
pub(super) async fn list_old(
    db: &impl ConnectionTrait,
    before: Timestamp,
    states: &[BatchState],
    most: u64,
) -> Result<Vec<Batch>, DbErr> {
    let lines =
        sea_orm::sea_query::Query::select().column(batch_row::Column::BatchId).from(batch_row::Entity).distinct().to_owned();
    let rows = batch::Entity::find()
        .filter(batch::Column::MadeAtMs.lt(before.ms()))
        .filter(batch::Column::State.is_in(states.iter().map(|state| state.code())))
        .filter(batch::Column::Id.in_subquery(lines))
        .order_by_asc(batch::Column::MadeAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(batch_of).collect())
}

pub(super) async fn find_format(db: &impl ConnectionTrait, organisation: OrganisationId) -> Result<Option<Format>, DbErr> {
    Ok(batch_format::Entity::find_by_id(organisation.uuid()).one(db).await?.map(|row| Format::from_text(&row.columns)))
}

pub(super) async fn keep_format(tx: &Tx, organisation: OrganisationId, format: &Format, by: LearnerId) -> Result<(), DbErr> {
    let row = batch_format::ActiveModel {
        organisation_id: Set(organisation.uuid()),
        columns: Set(format.to_text()),
        set_by: Set(by.uuid()),
        set_at_ms: Set(tx.now.ms()),
    };
    let newer = OnConflict::column(batch_format::Column::OrganisationId)
        .update_columns([batch_format::Column::Columns, batch_format::Column::SetBy, batch_format::Column::SetAtMs])
        .to_owned();
    batch_format::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}
