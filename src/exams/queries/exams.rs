//! Table `exam_session`.

use entity::exam_session as table;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::altered;
use crate::db::Tx;
use crate::exams::rules::{Level, Stage};
use crate::exams::{Exam, NewExam};
use crate::kernel::{ExamId, LearnerId, OrganisationId, Timestamp};
use crate::places::PlaceCode;

/// Sessions on a list.
const MOST: u64 = 100;

fn exam_of(row: table::Model) -> Result<Exam, DbErr> {
    Ok(Exam {
        id: ExamId::from_uuid(row.id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        place_code: row.place_code,
        line: row.line,
        unit: row.unit,
        level: Level::from_value(row.level).ok_or_else(|| altered("level"))?,
        starts_at: Timestamp::from_ms(row.starts_at_ms),
        ends_at: Timestamp::from_ms(row.ends_at_ms),
        seats: row.seats,
        invigilators: [LearnerId::from_uuid(row.first_id), LearnerId::from_uuid(row.second_id)],
        stage: Stage::from_code(&row.state).ok_or_else(|| altered("state"))?,
        published: row.published_by.map(LearnerId::from_uuid).zip(row.published_at_ms.map(Timestamp::from_ms)),
        enterer: row.entered_by.map(LearnerId::from_uuid),
        cancelled_why: row.cancelled_why,
    })
}

pub(in crate::exams) async fn insert(tx: &Tx, id: ExamId, new: &NewExam, (place, by): (&str, LearnerId)) -> Result<(), DbErr> {
    let [first, second] = new.invigilators;
    let row = table::ActiveModel {
        id: Set(id.uuid()),
        organisation_id: Set(new.organisation.uuid()),
        place_code: Set(place.to_owned()),
        line: Set(new.line.clone()),
        unit: Set(new.unit.clone()),
        level: Set(new.level.value()),
        starts_at_ms: Set(new.starts_at.ms()),
        ends_at_ms: Set(new.ends_at.ms()),
        seats: Set(new.seats),
        first_id: Set(first.uuid()),
        second_id: Set(second.uuid()),
        state: Set(Stage::Planned.code().to_owned()),
        planned_by: Set(by.uuid()),
        planned_at_ms: Set(tx.now.ms()),
        finished_by: Set(None),
        finished_at_ms: Set(None),
        published_by: Set(None),
        published_at_ms: Set(None),
        entered_by: Set(None),
        entered_at_ms: Set(None),
        cancelled_by: Set(None),
        cancelled_at_ms: Set(None),
        cancelled_why: Set(None),
        is_sample: Set(i64::from(new.is_sample)),
    };
    table::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::exams) async fn find(db: &impl ConnectionTrait, id: ExamId) -> Result<Option<Exam>, DbErr> {
    table::Entity::find_by_id(id.uuid()).one(db).await?.map(exam_of).transpose()
}

/// The session, held until the commit.
pub(in crate::exams) async fn lock(tx: &Tx, id: ExamId) -> Result<Option<Exam>, DbErr> {
    let find = table::Entity::find_by_id(id.uuid());
    let find = if tx.get_database_backend() == DbBackend::Postgres { find.lock_exclusive() } else { find };
    find.one(tx).await?.map(exam_of).transpose()
}

/// The sessions that one of these accounts invigilates, and those within `areas`; the latest first.
pub(in crate::exams) async fn list(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    areas: &[PlaceCode],
) -> Result<Vec<Exam>, DbErr> {
    let ids = || accounts.iter().map(|id| id.uuid());
    let own = Condition::any().add(table::Column::FirstId.is_in(ids())).add(table::Column::SecondId.is_in(ids()));
    let all = areas.iter().fold(own, |all, area| all.add(table::Column::PlaceCode.starts_with(area.as_str())));
    let find = table::Entity::find().filter(all).order_by_desc(table::Column::StartsAtMs).order_by_desc(table::Column::Id);
    find.limit(MOST).all(db).await?.into_iter().map(exam_of).collect()
}

/// The planned sessions within `areas` that begin until `latest` and are not over at `now`, the first first.
pub(in crate::exams) async fn list_soon(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (now, latest): (Timestamp, Timestamp),
) -> Result<Vec<Exam>, DbErr> {
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    let there = areas.iter().fold(Condition::any(), |all, area| all.add(table::Column::PlaceCode.starts_with(area.as_str())));
    let find = table::Entity::find()
        .filter(there)
        .filter(table::Column::State.eq(Stage::Planned.code()))
        .filter(table::Column::StartsAtMs.lte(latest.ms()))
        .filter(table::Column::EndsAtMs.gte(now.ms()));
    let find = find.order_by_asc(table::Column::StartsAtMs).order_by_asc(table::Column::Id);
    find.limit(MOST).all(db).await?.into_iter().map(exam_of).collect()
}

pub(in crate::exams) async fn list_by_ids(db: &impl ConnectionTrait, ids: &[ExamId]) -> Result<Vec<Exam>, DbErr> {
    let find = table::Entity::find().filter(table::Column::Id.is_in(ids.iter().map(|id| id.uuid())));
    find.order_by_desc(table::Column::StartsAtMs).all(db).await?.into_iter().map(exam_of).collect()
}

/// Moves a session on; `false` where it stands elsewhere by now.
pub(in crate::exams) async fn step(
    tx: &Tx,
    id: ExamId,
    (from, to): (Stage, Stage),
    values: Vec<(table::Column, SimpleExpr)>,
) -> Result<bool, DbErr> {
    let mut update = table::Entity::update_many().col_expr(table::Column::State, Expr::value(to.code()));
    for (column, value) in values {
        update = update.col_expr(column, value);
    }
    let done = update.filter(table::Column::Id.eq(id.uuid())).filter(table::Column::State.eq(from.code())).exec(tx).await?;
    Ok(done.rows_affected == 1)
}

/// Who takes a step, and when, in its two columns.
fn taken(tx: &Tx, (who, when): (table::Column, table::Column), by: LearnerId) -> Vec<(table::Column, SimpleExpr)> {
    vec![(who, Expr::value(Some(by.uuid()))), (when, Expr::value(Some(tx.now.ms())))]
}

pub(in crate::exams) async fn finish(tx: &Tx, id: ExamId, by: LearnerId) -> Result<bool, DbErr> {
    let values = taken(tx, (table::Column::FinishedBy, table::Column::FinishedAtMs), by);
    step(tx, id, (Stage::Planned, Stage::Finished), values).await
}

pub(in crate::exams) async fn publish(tx: &Tx, id: ExamId, by: LearnerId) -> Result<bool, DbErr> {
    let values = taken(tx, (table::Column::PublishedBy, table::Column::PublishedAtMs), by);
    step(tx, id, (Stage::Finished, Stage::Published), values).await
}

pub(in crate::exams) async fn unpublish(tx: &Tx, id: ExamId) -> Result<bool, DbErr> {
    let values = vec![
        (table::Column::PublishedBy, Expr::value(None::<uuid::Uuid>)),
        (table::Column::PublishedAtMs, Expr::value(None::<i64>)),
    ];
    step(tx, id, (Stage::Published, Stage::Finished), values).await
}

pub(in crate::exams) async fn enter(tx: &Tx, id: ExamId, by: LearnerId) -> Result<bool, DbErr> {
    let values = taken(tx, (table::Column::EnteredBy, table::Column::EnteredAtMs), by);
    step(tx, id, (Stage::Published, Stage::Entered), values).await
}

pub(in crate::exams) async fn cancel(tx: &Tx, (id, from): (ExamId, Stage), (by, why): (LearnerId, &str)) -> Result<bool, DbErr> {
    let mut values = taken(tx, (table::Column::CancelledBy, table::Column::CancelledAtMs), by);
    values.push((table::Column::CancelledWhy, Expr::value(Some(why.to_owned()))));
    step(tx, id, (from, Stage::Cancelled), values).await
}
