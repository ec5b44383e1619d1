//! Table `roll_line`.

use entity::roll_line::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::db::Tx;
use crate::kernel::{Credits, LearnerId, RollId, TransferId};
use crate::rolls::{Line, LineState, Problem};

/// Lines deleted in one bite.
const BITE: u64 = 500;
/// People looked for in one statement.
const AT_ONCE: usize = 500;

fn line_of(row: roll_line::Model) -> Result<Line, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("line {} of roll {} has no readable {column}", row.number, row.roll_id));
    Ok(Line {
        number: row.number,
        learner: row.learner_id.map(LearnerId::from_uuid),
        state: LineState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        problem: row.problem.as_deref().map(|code| Problem::from_code(code).ok_or_else(|| unreadable("problem"))).transpose()?,
        other: row.other,
        gives: Credits::from_milli(row.milli).ok_or_else(|| unreadable("milli"))?,
        transfer: row.transfer_id.map(TransferId::from_uuid),
        sealed: row.sealed,
    })
}

fn row_of(roll: RollId, line: &Line) -> roll_line::ActiveModel {
    roll_line::ActiveModel {
        roll_id: Set(roll.uuid()),
        number: Set(line.number),
        learner_id: Set(line.learner.map(LearnerId::uuid)),
        sealed: Set(line.sealed.clone()),
        state: Set(line.state.code().to_owned()),
        problem: Set(line.problem.map(|problem| problem.code().to_owned())),
        other: Set(line.other),
        milli: Set(line.gives.milli()),
        transfer_id: Set(line.transfer.map(TransferId::uuid)),
    }
}

/// Keeps lines as they stand now, new ones and known ones: one statement.
pub(in crate::rolls) async fn keep(tx: &Tx, roll: RollId, lines: &[Line]) -> Result<(), DbErr> {
    if lines.is_empty() {
        return Ok(());
    }
    let moves = [Column::LearnerId, Column::State, Column::Problem, Column::Other, Column::Milli, Column::TransferId];
    let newer = OnConflict::columns([Column::RollId, Column::Number]).update_columns(moves).to_owned();
    let rows = lines.iter().map(|line| row_of(roll, line));
    roll_line::Entity::insert_many(rows).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

/// The next `most` lines after a number, in their order.
pub(in crate::rolls) async fn list_after(
    db: &impl ConnectionTrait,
    roll: RollId,
    (after, most): (i64, u64),
) -> Result<Vec<Line>, DbErr> {
    let rows = roll_line::Entity::find()
        .filter(Column::RollId.eq(roll.uuid()))
        .filter(Column::Number.gt(after))
        .order_by_asc(Column::Number)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(line_of).collect()
}

/// Lines after a number that can be booked.
pub(in crate::rolls) async fn list_ready(
    db: &impl ConnectionTrait,
    roll: RollId,
    (after, most): (i64, u64),
) -> Result<Vec<Line>, DbErr> {
    let rows = roll_line::Entity::find()
        .filter(Column::RollId.eq(roll.uuid()))
        .filter(Column::Number.gt(after))
        .filter(Column::State.eq(LineState::Ready.code()))
        .order_by_asc(Column::Number)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(line_of).collect()
}

/// Lines after a number in which something must be mended, or which were passed over.
pub(in crate::rolls) async fn list_troubled(
    db: &impl ConnectionTrait,
    roll: RollId,
    (after, most): (i64, u64),
) -> Result<Vec<Line>, DbErr> {
    let rows = roll_line::Entity::find()
        .filter(Column::RollId.eq(roll.uuid()))
        .filter(Column::Number.gt(after))
        .filter(Column::State.is_in([LineState::Wrong, LineState::Passed].map(LineState::code)))
        .order_by_asc(Column::Number)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(line_of).collect()
}

pub(in crate::rolls) async fn find(db: &impl ConnectionTrait, roll: RollId, number: i64) -> Result<Option<Line>, DbErr> {
    roll_line::Entity::find_by_id((roll.uuid(), number)).one(db).await?.map(line_of).transpose()
}

/// A page of lines: all, or those in one state.
pub(in crate::rolls) async fn page(
    db: &impl ConnectionTrait,
    (roll, state): (RollId, Option<LineState>),
    (skip, most): (u64, u64),
) -> Result<Vec<Line>, DbErr> {
    let mut query = roll_line::Entity::find().filter(Column::RollId.eq(roll.uuid()));
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state.code()));
    }
    query.order_by_asc(Column::Number).offset(skip).limit(most).all(db).await?.into_iter().map(line_of).collect()
}

pub(in crate::rolls) async fn count(db: &impl ConnectionTrait, roll: RollId, state: Option<LineState>) -> Result<u64, DbErr> {
    let mut query = roll_line::Entity::find().filter(Column::RollId.eq(roll.uuid()));
    if let Some(state) = state {
        query = query.filter(Column::State.eq(state.code()));
    }
    query.count(db).await
}

/// How many lines can be booked, what they credit together, and the most that one of them does.
pub(in crate::rolls) async fn sums(db: &impl ConnectionTrait, roll: RollId) -> Result<(i64, i64, i64), DbErr> {
    let sums: Option<(i64, Option<i64>, Option<i64>)> = roll_line::Entity::find()
        .select_only()
        .column_as(Column::Number.count(), "lines")
        .column_as(Expr::col(Column::Milli).sum().cast_as("BIGINT"), "milli")
        .column_as(Column::Milli.max(), "most")
        .filter(Column::RollId.eq(roll.uuid()))
        .filter(Column::State.eq(LineState::Ready.code()))
        .into_tuple()
        .one(db)
        .await?;
    let (lines, milli, most) = sums.unwrap_or_default();
    Ok((lines, milli.unwrap_or_default(), most.unwrap_or_default()))
}

/// Passes over all lines that could be booked still; says how many they were.
pub(in crate::rolls) async fn pass_rest(tx: &Tx, roll: RollId, problem: Problem) -> Result<u64, DbErr> {
    let passed = roll_line::Entity::update_many()
        .col_expr(Column::State, Expr::value(LineState::Passed.code()))
        .col_expr(Column::Problem, Expr::value(problem.code()))
        .col_expr(Column::Milli, Expr::value(0_i64))
        .filter(Column::RollId.eq(roll.uuid()))
        .filter(Column::State.eq(LineState::Ready.code()))
        .exec(tx)
        .await?;
    Ok(passed.rows_affected)
}

/// Whether a line is about one of these accounts.
pub(in crate::rolls) async fn is_about(db: &impl ConnectionTrait, roll: RollId, accounts: &[LearnerId]) -> Result<bool, DbErr> {
    for some in accounts.chunks(AT_ONCE) {
        let about = roll_line::Entity::find()
            .filter(Column::RollId.eq(roll.uuid()))
            .filter(Column::LearnerId.is_in(some.iter().map(|account| account.uuid())))
            .limit(1);
        if about.one(db).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes at most a bite of a roll's lines; says how many.
pub(in crate::rolls) async fn delete(tx: &Tx, roll: RollId) -> Result<u64, DbErr> {
    let numbers: Vec<i64> = roll_line::Entity::find()
        .select_only()
        .column(Column::Number)
        .filter(Column::RollId.eq(roll.uuid()))
        .limit(BITE)
        .into_tuple()
        .all(tx)
        .await?;
    if numbers.is_empty() {
        return Ok(0);
    }
    let deleted = roll_line::Entity::delete_many().filter(Column::RollId.eq(roll.uuid())).filter(Column::Number.is_in(numbers));
    Ok(deleted.exec(tx).await?.rows_affected)
}

/// Somebody leaves: lines do not name them any more, and say nothing. None is lost.
pub(in crate::rolls) async fn empty_lines_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    roll_line::Entity::update_many()
        .col_expr(Column::LearnerId, Expr::value(None::<Uuid>))
        .col_expr(Column::Sealed, Expr::value(None::<Vec<u8>>))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The lines that are about somebody, with their rolls: part of "my data".
pub(in crate::rolls) async fn list_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<(RollId, Line)>, DbErr> {
    let rows = roll_line::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(Column::RollId)
        .order_by_asc(Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((RollId::from_uuid(row.roll_id), line_of(row)?))).collect()
}
