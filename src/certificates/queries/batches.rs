//! Table `certificate_batch`.

use entity::certificate_batch::{self as table, Column};
use entity::certificate_batch_line;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::certificates::batches::{Batch, BatchSource, BatchState, BatchTrouble};
use crate::db::Tx;
use crate::kernel::{AgencyId, CertificateBatchId, ClientId, LearnerId, Timestamp};

fn read(row: table::Model) -> Result<Batch, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("certificate batch {} has no readable {column}", row.id));
    Ok(Batch {
        id: CertificateBatchId::from_uuid(row.id),
        agency: AgencyId::from_uuid(row.agency_id),
        source: BatchSource::from_code(&row.source).ok_or_else(|| unreadable("source"))?,
        client: row.client_id.map(ClientId::from_uuid),
        state: BatchState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        trouble: row
            .trouble
            .as_deref()
            .map(|code| BatchTrouble::from_code(code).ok_or_else(|| unreadable("trouble")))
            .transpose()?,
        total: row.total,
        ready: row.ready,
        wrong: row.wrong,
        done: row.done,
        sample: row.sample,
        seed: row.seed.as_slice().try_into().map_err(|_| unreadable("seed"))?,
        brought_by: LearnerId::from_uuid(row.brought_by),
        brought_at: Timestamp::from_ms(row.brought_at_ms),
        asked_by: row.asked_by.map(LearnerId::from_uuid),
        asked_at: row.asked_at_ms.map(Timestamp::from_ms),
        decided: row.decided_by.zip(row.decided_at_ms).map(|(by, at)| (LearnerId::from_uuid(by), Timestamp::from_ms(at))),
        valid_at: row.valid_at_ms.map(Timestamp::from_ms),
        ended_at: row.ended_at_ms.map(Timestamp::from_ms),
        kind: row.kind,
        about: row.about,
        source_code: row.source_code,
        answer: row.answer,
    })
}

/// Begins a batch; `false` where the same people stand there for this kind already.
pub(in crate::certificates) async fn insert(tx: &Tx, new: &Batch) -> Result<bool, DbErr> {
    let row = table::ActiveModel {
        id: Set(new.id.uuid()),
        agency_id: Set(new.agency.uuid()),
        kind: Set(new.kind.clone()),
        about: Set(new.about.clone()),
        source: Set(new.source.code().to_owned()),
        source_code: Set(new.source_code.clone()),
        client_id: Set(new.client.map(ClientId::uuid)),
        state: Set(new.state.code().to_owned()),
        trouble: Set(None),
        total: Set(new.total),
        ready: Set(0),
        wrong: Set(0),
        done: Set(0),
        sample: Set(0),
        seed: Set(new.seed.to_vec()),
        brought_by: Set(new.brought_by.uuid()),
        brought_at_ms: Set(tx.now.ms()),
        asked_by: Set(None),
        asked_at_ms: Set(None),
        decided_by: Set(None),
        decided_at_ms: Set(None),
        answer: Set(None),
        valid_at_ms: Set(None),
        ended_at_ms: Set(None),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

/// The batch of the same people, unless it was given up or sent back.
pub(in crate::certificates) async fn find_same(
    db: &impl ConnectionTrait,
    (agency, kind, source_code): (AgencyId, &str, &[u8]),
) -> Result<Option<Batch>, DbErr> {
    let row = table::Entity::find()
        .filter(Column::AgencyId.eq(agency.uuid()))
        .filter(Column::Kind.eq(kind))
        .filter(Column::SourceCode.eq(source_code.to_vec()))
        .filter(Expr::cust("state NOT IN ('refused', 'withdrawn')"))
        .one(db)
        .await?;
    row.map(read).transpose()
}

pub(in crate::certificates) async fn find(db: &impl ConnectionTrait, id: CertificateBatchId) -> Result<Option<Batch>, DbErr> {
    table::Entity::find_by_id(id.uuid()).one(db).await?.map(read).transpose()
}

/// The batch, held until the commit: of two who work on it at once the second sees what the first has done.
pub(in crate::certificates) async fn hold(tx: &Tx, id: CertificateBatchId) -> Result<Option<Batch>, DbErr> {
    let find = table::Entity::find_by_id(id.uuid());
    let find = if tx.get_database_backend() == DbBackend::Postgres { find.lock_exclusive() } else { find };
    find.one(tx).await?.map(read).transpose()
}

/// The batches of an agency, the newest first.
pub(in crate::certificates) async fn list(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    (from, most): (u64, u64),
) -> Result<Vec<Batch>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::AgencyId.eq(agency.uuid()))
        .order_by_desc(Column::BroughtAtMs)
        .order_by_desc(Column::Id)
        .offset(from)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many batches an agency has.
pub(in crate::certificates) async fn count(db: &impl ConnectionTrait, agency: AgencyId) -> Result<u64, DbErr> {
    table::Entity::find().filter(Column::AgencyId.eq(agency.uuid())).count(db).await
}

/// Batches in one of these states that were brought before then and have lines still, the oldest first.
pub(in crate::certificates) async fn list_old(
    db: &impl ConnectionTrait,
    states: &[BatchState],
    before: Timestamp,
    most: u64,
) -> Result<Vec<Batch>, DbErr> {
    let lines = Query::select()
        .column(certificate_batch_line::Column::BatchId)
        .from(certificate_batch_line::Entity)
        .distinct()
        .to_owned();
    let rows = table::Entity::find()
        .filter(Column::State.is_in(states.iter().map(|state| state.code())))
        .filter(Column::BroughtAtMs.lt(before.ms()))
        .filter(Column::Id.in_subquery(lines))
        .order_by_asc(Column::BroughtAtMs)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Keeps a batch as it stands now: everything of it that moves. The caller holds it.
pub(in crate::certificates) async fn keep(tx: &Tx, batch: &Batch) -> Result<(), DbErr> {
    table::Entity::update_many()
        .col_expr(Column::State, Expr::value(batch.state.code()))
        .col_expr(Column::Trouble, Expr::value(batch.trouble.map(BatchTrouble::code)))
        .col_expr(Column::Total, Expr::value(batch.total))
        .col_expr(Column::Ready, Expr::value(batch.ready))
        .col_expr(Column::Wrong, Expr::value(batch.wrong))
        .col_expr(Column::Done, Expr::value(batch.done))
        .col_expr(Column::Sample, Expr::value(batch.sample))
        .col_expr(Column::Seed, Expr::value(batch.seed.to_vec()))
        .col_expr(Column::AskedBy, Expr::value(batch.asked_by.map(LearnerId::uuid)))
        .col_expr(Column::AskedAtMs, Expr::value(batch.asked_at.map(Timestamp::ms)))
        .col_expr(Column::DecidedBy, Expr::value(batch.decided.map(|(by, _)| by.uuid())))
        .col_expr(Column::DecidedAtMs, Expr::value(batch.decided.map(|(_, at)| at.ms())))
        .col_expr(Column::Answer, Expr::value(batch.answer.clone()))
        .col_expr(Column::ValidAtMs, Expr::value(batch.valid_at.map(Timestamp::ms)))
        .col_expr(Column::EndedAtMs, Expr::value(batch.ended_at.map(Timestamp::ms)))
        .filter(Column::Id.eq(batch.id.uuid()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Keeps how far the step at hand is.
pub(in crate::certificates) async fn keep_done(tx: &Tx, id: CertificateBatchId, done: i64) -> Result<(), DbErr> {
    let update = table::Entity::update_many().col_expr(Column::Done, Expr::value(done)).filter(Column::Id.eq(id.uuid()));
    update.exec(tx).await?;
    Ok(())
}
