//! Table `certificate_batch_line`.

use std::collections::HashMap;

use entity::certificate_batch;
use entity::certificate_batch_line::{self as table, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::digest;
use crate::certificates::batches::{Batch, BatchLine, BatchLineState, BatchLook, BatchProblem};
use crate::db::Tx;
use crate::kernel::{CertificateBatchId, CertificateId, Digest, LearnerId, Timestamp};

/// Lines deleted in one bite.
const BITE: u64 = 500;
/// People looked for, and numbers named, in one statement.
const AT_ONCE: usize = 500;

fn read(row: table::Model) -> Result<BatchLine, DbErr> {
    let unreadable =
        |column: &str| DbErr::Type(format!("line {} of certificate batch {} has no readable {column}", row.number, row.batch_id));
    let look = row.look.as_deref().map(|code| BatchLook::from_code(code).ok_or_else(|| unreadable("look"))).transpose()?;
    let looked = row.looked_by.zip(row.looked_at_ms).zip(look);
    Ok(BatchLine {
        number: row.number,
        learner: row.learner_id.map(LearnerId::from_uuid),
        state: BatchLineState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        problem: row
            .problem
            .as_deref()
            .map(|code| BatchProblem::from_code(code).ok_or_else(|| unreadable("problem")))
            .transpose()?,
        basis: row.basis_hash.as_deref().map(|bytes| digest(bytes, "basis_hash")).transpose()?,
        is_in_sample: row.in_sample != 0,
        look: looked.map(|((by, at), look)| (LearnerId::from_uuid(by), Timestamp::from_ms(at), look)),
        certificate: row.certificate_id.map(CertificateId::from_uuid),
        sealed: row.sealed,
    })
}

fn row_of(batch: CertificateBatchId, line: &BatchLine) -> table::ActiveModel {
    table::ActiveModel {
        batch_id: Set(batch.uuid()),
        number: Set(line.number),
        learner_id: Set(line.learner.map(LearnerId::uuid)),
        sealed: Set(line.sealed.clone()),
        state: Set(line.state.code().to_owned()),
        problem: Set(line.problem.map(|problem| problem.code().to_owned())),
        basis_hash: Set(line.basis.as_ref().map(Digest::to_vec)),
        in_sample: Set(i64::from(line.is_in_sample)),
        looked_by: Set(line.look.map(|(by, ..)| by.uuid())),
        looked_at_ms: Set(line.look.map(|(_, at, _)| at.ms())),
        look: Set(line.look.map(|(.., look)| look.code().to_owned())),
        certificate_id: Set(line.certificate.map(CertificateId::uuid)),
    }
}

/// Keeps lines as they stand now, new ones and known ones: one statement.
pub(in crate::certificates) async fn keep(tx: &Tx, batch: CertificateBatchId, lines: &[BatchLine]) -> Result<(), DbErr> {
    if lines.is_empty() {
        return Ok(());
    }
    let moves = [
        Column::LearnerId,
        Column::Sealed,
        Column::State,
        Column::Problem,
        Column::BasisHash,
        Column::InSample,
        Column::LookedBy,
        Column::LookedAtMs,
        Column::Look,
        Column::CertificateId,
    ];
    let newer = OnConflict::columns([Column::BatchId, Column::Number]).update_columns(moves).to_owned();
    let rows = lines.iter().map(|line| row_of(batch, line));
    table::Entity::insert_many(rows).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

fn of(batch: CertificateBatchId) -> Select<table::Entity> {
    table::Entity::find().filter(Column::BatchId.eq(batch.uuid()))
}

async fn all(db: &impl ConnectionTrait, find: Select<table::Entity>) -> Result<Vec<BatchLine>, DbErr> {
    find.all(db).await?.into_iter().map(read).collect()
}

/// The next `most` lines after a number, in their order: all, or those in one state.
pub(in crate::certificates) async fn list_after(
    db: &impl ConnectionTrait,
    (batch, state): (CertificateBatchId, Option<BatchLineState>),
    (after, most): (i64, u64),
) -> Result<Vec<BatchLine>, DbErr> {
    let mut find = of(batch).filter(Column::Number.gt(after));
    if let Some(state) = state {
        find = find.filter(Column::State.eq(state.code()));
    }
    all(db, find.order_by_asc(Column::Number).limit(most)).await
}

/// Lines after a number that cannot be issued, or were passed over.
pub(in crate::certificates) async fn list_troubled(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
    (after, most): (i64, u64),
) -> Result<Vec<BatchLine>, DbErr> {
    let troubled = [BatchLineState::Wrong, BatchLineState::Passed].map(BatchLineState::code);
    let find = of(batch).filter(Column::Number.gt(after)).filter(Column::State.is_in(troubled));
    all(db, find.order_by_asc(Column::Number).limit(most)).await
}

pub(in crate::certificates) async fn find(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
    number: i64,
) -> Result<Option<BatchLine>, DbErr> {
    table::Entity::find_by_id((batch.uuid(), number)).one(db).await?.map(read).transpose()
}

/// A page of lines: all, or those that cannot be issued or were passed over.
pub(in crate::certificates) async fn page(
    db: &impl ConnectionTrait,
    (batch, is_troubled): (CertificateBatchId, bool),
    (skip, most): (u64, u64),
) -> Result<Vec<BatchLine>, DbErr> {
    all(db, some(batch, is_troubled).order_by_asc(Column::Number).offset(skip).limit(most)).await
}

fn some(batch: CertificateBatchId, is_troubled: bool) -> Select<table::Entity> {
    let find = of(batch);
    if is_troubled {
        find.filter(Column::State.is_in([BatchLineState::Wrong, BatchLineState::Passed].map(BatchLineState::code)))
    } else {
        find
    }
}

/// How many lines such a page has to show.
pub(in crate::certificates) async fn count(
    db: &impl ConnectionTrait,
    (batch, is_troubled): (CertificateBatchId, bool),
) -> Result<u64, DbErr> {
    some(batch, is_troubled).count(db).await
}

/// How many lines are in each state. One statement.
pub(in crate::certificates) async fn counts(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
) -> Result<HashMap<String, i64>, DbErr> {
    let rows: Vec<(String, i64)> = of(batch)
        .select_only()
        .column(Column::State)
        .column_as(Column::Number.count(), "lines")
        .group_by(Column::State)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The numbers of all lines in one state.
pub(in crate::certificates) async fn numbers(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
    state: BatchLineState,
) -> Result<Vec<i64>, DbErr> {
    of(batch)
        .select_only()
        .column(Column::Number)
        .filter(Column::State.eq(state.code()))
        .order_by_asc(Column::Number)
        .into_tuple()
        .all(db)
        .await
}

/// Whoever a line is about that can be issued, with its number.
pub(in crate::certificates) async fn list_ready(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
) -> Result<Vec<(LearnerId, i64)>, DbErr> {
    let rows: Vec<(Option<Uuid>, i64)> = of(batch)
        .select_only()
        .column(Column::LearnerId)
        .column(Column::Number)
        .filter(Column::State.eq(BatchLineState::Ready.code()))
        .filter(Column::LearnerId.is_not_null())
        .order_by_asc(Column::Number)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().filter_map(|(learner, number)| Some((LearnerId::from_uuid(learner?), number))).collect())
}

/// The numbers of the lines that can be issued and are about somebody whose line was found not right in a batch of the same agency for the same kind, as
/// long as the lines of that one are kept.
pub(in crate::certificates) async fn numbers_found_wrong(db: &impl ConnectionTrait, batch: &Batch) -> Result<Vec<i64>, DbErr> {
    let alike = Query::select()
        .column(certificate_batch::Column::Id)
        .from(certificate_batch::Entity)
        .and_where(Expr::col(certificate_batch::Column::AgencyId).eq(batch.agency.uuid()))
        .and_where(Expr::col(certificate_batch::Column::Kind).eq(batch.kind.as_str()))
        .to_owned();
    let wrong = Query::select()
        .column(Column::LearnerId)
        .from(table::Entity)
        .and_where(Expr::col(Column::BatchId).in_subquery(alike))
        .and_where(Expr::col(Column::Look).eq(BatchLook::Wrong.code()))
        .and_where(Expr::col(Column::LearnerId).is_not_null())
        .to_owned();
    of(batch.id)
        .select_only()
        .column(Column::Number)
        .filter(Column::State.eq(BatchLineState::Ready.code()))
        .filter(Column::LearnerId.in_subquery(wrong))
        .order_by_asc(Column::Number)
        .into_tuple()
        .all(db)
        .await
}

/// Who stands on a line up to this number, as far as that was looked up.
pub(in crate::certificates) async fn list_people_until(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
    until: i64,
) -> Result<Vec<LearnerId>, DbErr> {
    let rows: Vec<Option<Uuid>> = of(batch)
        .select_only()
        .column(Column::LearnerId)
        .filter(Column::Number.lte(until))
        .filter(Column::LearnerId.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().flatten().map(LearnerId::from_uuid).collect())
}

/// The lines of the sample, in their order.
pub(in crate::certificates) async fn list_sample(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
) -> Result<Vec<BatchLine>, DbErr> {
    all(db, of(batch).filter(Column::InSample.eq(1)).order_by_asc(Column::Number)).await
}

/// Makes these lines the sample, which nobody has looked at.
pub(in crate::certificates) async fn draw(tx: &Tx, batch: CertificateBatchId, sample: &[i64]) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::InSample, Expr::value(0_i64))
        .col_expr(Column::LookedBy, Expr::value(None::<Uuid>))
        .col_expr(Column::LookedAtMs, Expr::value(None::<i64>))
        .col_expr(Column::Look, Expr::value(None::<String>))
        .filter(Column::BatchId.eq(batch.uuid()))
        .filter(Column::InSample.eq(1))
        .exec(tx)
        .await?;
    for some in sample.chunks(AT_ONCE) {
        table::Entity::update_many()
            .col_expr(Column::InSample, Expr::value(1_i64))
            .filter(Column::BatchId.eq(batch.uuid()))
            .filter(Column::Number.is_in(some.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Passes over all lines that could be issued still; says how many they were.
pub(in crate::certificates) async fn pass_rest(tx: &Tx, batch: CertificateBatchId, problem: BatchProblem) -> Result<u64, DbErr> {
    let passed = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(BatchLineState::Passed.code()))
        .col_expr(Column::Problem, Expr::value(Some(problem.code())))
        .filter(Column::BatchId.eq(batch.uuid()))
        .filter(Column::State.eq(BatchLineState::Ready.code()))
        .exec(tx)
        .await?;
    Ok(passed.rows_affected)
}

/// Whether a line that can be issued is about one of these accounts.
pub(in crate::certificates) async fn is_about(
    db: &impl ConnectionTrait,
    batch: CertificateBatchId,
    accounts: &[LearnerId],
) -> Result<bool, DbErr> {
    for part in accounts.chunks(AT_ONCE) {
        let about = of(batch)
            .filter(Column::LearnerId.is_in(part.iter().map(|account| account.uuid())))
            .filter(Column::State.ne(BatchLineState::Wrong.code()))
            .limit(1);
        if about.one(db).await?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Deletes at most a bite of a batch's lines; says how many.
pub(in crate::certificates) async fn delete(tx: &Tx, batch: CertificateBatchId) -> Result<u64, DbErr> {
    let numbers: Vec<i64> =
        of(batch).select_only().column(Column::Number).order_by_asc(Column::Number).limit(BITE).into_tuple().all(tx).await?;
    if numbers.is_empty() {
        return Ok(0);
    }
    let gone = table::Entity::delete_many().filter(Column::BatchId.eq(batch.uuid())).filter(Column::Number.is_in(numbers));
    Ok(gone.exec(tx).await?.rows_affected)
}

/// Somebody leaves: lines do not name them any more, and say nothing. None is lost.
pub(in crate::certificates) async fn empty_lines_of(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::LearnerId, Expr::value(None::<Uuid>))
        .col_expr(Column::Sealed, Expr::value(None::<Vec<u8>>))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The lines that are about somebody, with their batches: part of "my data".
pub(in crate::certificates) async fn list_of(
    db: &impl ConnectionTrait,
    learner: LearnerId,
) -> Result<Vec<(CertificateBatchId, BatchLine)>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(Column::BatchId)
        .order_by_asc(Column::Number)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok((CertificateBatchId::from_uuid(row.batch_id), read(row)?))).collect()
}
