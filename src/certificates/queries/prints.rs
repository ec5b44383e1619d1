//! Tables `certificate_print` and `certificate_print_part`.

use entity::certificate_print::{self as table, Column};
use entity::certificate_print_part::{self as parts, Column as PartColumn};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::digest;
use crate::certificates::batches::{Print, PrintPart, PrintState};
use crate::db::Tx;
use crate::kernel::{CertificateBatchId, LearnerId, Timestamp};

fn read(row: table::Model) -> Result<Print, DbErr> {
    let state = PrintState::from_code(&row.state);
    Ok(Print {
        batch: CertificateBatchId::from_uuid(row.batch_id),
        state: state.ok_or_else(|| DbErr::Type(format!("the print of batch {} has no readable state", row.batch_id)))?,
        total: row.total,
        drawn: row.drawn,
        skipped: row.skipped,
        after: row.after_line,
        asked_at: Timestamp::from_ms(row.asked_at_ms),
        ended_at: row.ended_at_ms.map(Timestamp::from_ms),
    })
}

fn part_of(row: parts::Model) -> Result<PrintPart, DbErr> {
    Ok(PrintPart {
        number: row.number,
        lines: (row.first_line, row.last_line),
        sheets: row.sheets,
        bytes: row.bytes,
        file: digest(&row.digest, "digest")?,
    })
}

pub(in crate::certificates) async fn find(db: &impl ConnectionTrait, id: CertificateBatchId) -> Result<Option<Print>, DbErr> {
    table::Entity::find_by_id(id.uuid()).one(db).await?.map(read).transpose()
}

/// The same, held until the commit.
pub(in crate::certificates) async fn hold(tx: &Tx, id: CertificateBatchId) -> Result<Option<Print>, DbErr> {
    let find = table::Entity::find_by_id(id.uuid());
    let find = if tx.get_database_backend() == DbBackend::Postgres { find.lock_exclusive() } else { find };
    find.one(tx).await?.map(read).transpose()
}

/// Keeps how far it is, new or known.
pub(in crate::certificates) async fn keep(tx: &Tx, print: &Print, asked_by: LearnerId) -> Result<(), DbErr> {
    let row = table::ActiveModel {
        batch_id: Set(print.batch.uuid()),
        state: Set(print.state.code().to_owned()),
        total: Set(print.total),
        drawn: Set(print.drawn),
        skipped: Set(print.skipped),
        after_line: Set(print.after),
        asked_by: Set(asked_by.uuid()),
        asked_at_ms: Set(print.asked_at.ms()),
        ended_at_ms: Set(print.ended_at.map(Timestamp::ms)),
    };
    let moves = [
        Column::State,
        Column::Total,
        Column::Drawn,
        Column::Skipped,
        Column::AfterLine,
        Column::AskedBy,
        Column::AskedAtMs,
        Column::EndedAtMs,
    ];
    let newer = OnConflict::column(Column::BatchId).update_columns(moves).to_owned();
    table::Entity::insert(row).on_conflict(newer).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps how far it is, where it is there.
pub(in crate::certificates) async fn go_on(tx: &Tx, print: &Print) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::State, Expr::value(print.state.code()))
        .col_expr(Column::Drawn, Expr::value(print.drawn))
        .col_expr(Column::Skipped, Expr::value(print.skipped))
        .col_expr(Column::AfterLine, Expr::value(print.after))
        .col_expr(Column::EndedAtMs, Expr::value(print.ended_at.map(Timestamp::ms)))
        .filter(Column::BatchId.eq(print.batch.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Prints that were asked for before then, the oldest first.
pub(in crate::certificates) async fn list_old(
    db: &impl ConnectionTrait,
    before: Timestamp,
    most: u64,
) -> Result<Vec<CertificateBatchId>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::AskedAtMs.lt(before.ms()))
        .order_by_asc(Column::AskedAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| CertificateBatchId::from_uuid(row.batch_id)).collect())
}

pub(in crate::certificates) async fn delete(tx: &Tx, id: CertificateBatchId) -> Result<(), DbErr> {
    parts::Entity::delete_many().filter(PartColumn::BatchId.eq(id.uuid())).exec(tx).await?;
    table::Entity::delete_by_id(id.uuid()).exec(tx).await?;
    Ok(())
}

/// The parts that are there, in their order.
pub(in crate::certificates) async fn list_parts(
    db: &impl ConnectionTrait,
    id: CertificateBatchId,
) -> Result<Vec<PrintPart>, DbErr> {
    let rows = parts::Entity::find().filter(PartColumn::BatchId.eq(id.uuid())).order_by_asc(PartColumn::Number).all(db).await?;
    rows.into_iter().map(part_of).collect()
}

pub(in crate::certificates) async fn insert_part(tx: &Tx, id: CertificateBatchId, part: &PrintPart) -> Result<(), DbErr> {
    let row = parts::ActiveModel {
        batch_id: Set(id.uuid()),
        number: Set(part.number),
        first_line: Set(part.lines.0),
        last_line: Set(part.lines.1),
        sheets: Set(part.sheets),
        bytes: Set(part.bytes),
        digest: Set(part.file.to_vec()),
    };
    parts::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

pub(in crate::certificates) async fn delete_parts(tx: &Tx, id: CertificateBatchId) -> Result<(), DbErr> {
    parts::Entity::delete_many().filter(PartColumn::BatchId.eq(id.uuid())).exec(tx).await?;
    Ok(())
}
