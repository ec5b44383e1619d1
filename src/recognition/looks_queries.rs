//! Tables `awaiting_look` and `pass_tally`.

use entity::awaiting_look::{self, Column};
use entity::pass_tally;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::joined_queries::Waiting;
use super::queries::NewResult;
use super::{Awaiting, LookState};
use crate::db::Tx;
use crate::kernel::{Credits, Digest, LearnerId, ResultId, Timestamp};
use crate::places::PlaceCode;

/// One pass more at `place` in the hour that begins at `hour_ms`: how many there are.
pub(super) async fn count_up(tx: &Tx, place: &str, hour_ms: i64) -> Result<i64, DbErr> {
    let key = [pass_tally::Column::PlaceCode, pass_tally::Column::HourMs];
    let one_more = OnConflict::columns(key).value(pass_tally::Column::Passes, Expr::cust("pass_tally.passes + 1")).to_owned();
    let statement = Query::insert()
        .into_table(pass_tally::Entity)
        .columns([pass_tally::Column::PlaceCode, pass_tally::Column::HourMs, pass_tally::Column::Passes])
        .values_panic([place.into(), hour_ms.into(), 1_i64.into()])
        .on_conflict(one_more)
        .returning_col(pass_tally::Column::Passes)
        .to_owned();
    let row = tx.query_one(&statement).await?.ok_or_else(|| DbErr::RecordNotFound(format!("pass_tally {place}")))?;
    row.try_get("", "passes")
}

pub(super) async fn delete_tallies(tx: &Tx, before: Timestamp) -> Result<(), DbErr> {
    pass_tally::Entity::delete_many().filter(pass_tally::Column::HourMs.lt(before.ms())).exec(tx).await?;
    Ok(())
}

/// Keeps a pass that is not credited yet, with all that it is credited by.
pub(super) async fn insert(tx: &Tx, new: &NewResult<'_>, place: &str) -> Result<(), DbErr> {
    let due = Waiting::of(new);
    let row = awaiting_look::ActiveModel {
        learner_id: Set(due.learner.uuid()),
        result_id: Set(due.result.uuid()),
        unit: Set(due.unit),
        credit_milli: Set(due.credits.milli()),
        evidence_hash: Set(due.evidence.to_vec()),
        rule_version: Set(due.rule_version),
        responsible_org: Set(due.responsible_org),
        place_code: Set(place.to_owned()),
        kept_at_ms: Set(tx.now.ms()),
        state: Set(LookState::Waiting.code().to_owned()),
        doubted_by: Set(None),
        looked_by: Set(None),
        looked_at_ms: Set(None),
    };
    awaiting_look::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps what somebody said who looked.
pub(super) async fn keep_look(
    tx: &Tx,
    (learner, result): (LearnerId, ResultId),
    state: LookState,
    by: LearnerId,
) -> Result<(), DbErr> {
    let mut change = awaiting_look::Entity::update_many().col_expr(Column::State, Expr::value(state.code()));
    change = match state {
        LookState::Waiting | LookState::Doubted => change.col_expr(Column::DoubtedBy, Expr::value(Some(by.uuid()))),
        LookState::Credited | LookState::Held | LookState::Declined => change
            .col_expr(Column::LookedBy, Expr::value(Some(by.uuid())))
            .col_expr(Column::LookedAtMs, Expr::value(Some(tx.now.ms()))),
    };
    change.filter(Column::LearnerId.eq(learner.uuid())).filter(Column::ResultId.eq(result.uuid())).exec(tx).await?;
    Ok(())
}

pub(super) async fn find(db: &impl ConnectionTrait, learner: LearnerId, result: ResultId) -> Result<Option<Awaiting>, DbErr> {
    awaiting_look::Entity::find_by_id((learner.uuid(), result.uuid())).one(db).await?.map(read).transpose()
}

/// Whether the result waits for somebody to look.
pub(super) async fn is_open(db: &impl ConnectionTrait, learner: LearnerId, result: ResultId) -> Result<bool, DbErr> {
    Ok(find(db, learner, result).await?.is_some_and(|found| found.state.is_open()))
}

/// What waits within the areas, the oldest first.
pub(super) async fn list(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (skip, most): (u64, u64),
) -> Result<Vec<Awaiting>, DbErr> {
    let rows = open(areas).order_by_asc(Column::KeptAtMs).order_by_asc(Column::ResultId).offset(skip).limit(most).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// How many wait within the areas.
pub(super) async fn count(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    open(areas).count(db).await
}

fn open(areas: &[PlaceCode]) -> sea_orm::Select<awaiting_look::Entity> {
    let within = areas.iter().fold(Condition::any(), |any, area| {
        any.add(Condition::all().add(Column::PlaceCode.gte(area.as_str())).add(Column::PlaceCode.lt(area.end())))
    });
    // Any of no areas is nothing at all.
    let within = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { within };
    let states = [LookState::Waiting, LookState::Doubted].map(LookState::code);
    awaiting_look::Entity::find().filter(Column::State.is_in(states)).filter(within)
}

fn read(row: awaiting_look::Model) -> Result<Awaiting, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("awaiting_look {} has no readable {column}", row.result_id));
    let (learner, result) = (LearnerId::from_uuid(row.learner_id), ResultId::from_uuid(row.result_id));
    Ok(Awaiting {
        learner,
        result,
        unit: row.unit.clone(),
        kept_at: Timestamp::from_ms(row.kept_at_ms),
        state: LookState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        doubted_by: row.doubted_by.map(LearnerId::from_uuid),
        looked_by: row.looked_by.map(LearnerId::from_uuid),
        terms: Waiting {
            learner,
            result,
            credits: Credits::from_milli(row.credit_milli).ok_or_else(|| unreadable("credit_milli"))?,
            evidence: Digest::from_slice(&row.evidence_hash).ok_or_else(|| unreadable("evidence_hash"))?,
            unit: row.unit,
            rule_version: row.rule_version,
            responsible_org: row.responsible_org,
        },
        place_code: row.place_code,
    })
}
