//! Table `correction_request`: what was asked to be put right, and what became of it.

use entity::correction_request::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::queries::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION};
use super::requests::{CorrectionRequest, NewRequest};
use super::{CorrectionKind, RequestState};
use crate::db::Tx;
use crate::kernel::{CorrectionRequestId, Digest, LearnerId, Timestamp, TransferId};
use crate::places::PlaceCode;

/// Keeps a request that waits. `false`: one about the same transfer waits already.
pub(super) async fn insert_request(tx: &Tx, id: CorrectionRequestId, new: &NewRequest) -> Result<bool, DbErr> {
    let row = correction_request::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(id.uuid()),
        kind: Set(new.kind.code().to_owned()),
        about_id: Set(new.about.uuid()),
        reason_code: Set(new.reason.code().to_owned()),
        ground_sealed: Set(new.ground_sealed.clone()),
        evidence_hash: Set(new.evidence().to_vec()),
        rule_version: Set(new.rule_version.clone()),
        place_code: Set(new.place_code.clone()),
        state: Set(RequestState::Open.code().to_owned()),
        asker_id: Set(new.asker.uuid()),
        asked_at_ms: Set(tx.now.ms()),
        decider_id: Set(None),
        decided_at_ms: Set(None),
        answer_sealed: Set(None),
        transfer_id: Set(None),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(new.responsible_org.clone()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    let do_nothing = OnConflict::new().do_nothing().to_owned();
    Ok(correction_request::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await? == 1)
}

/// What became of a request.
pub(super) struct Decided {
    pub(super) state: RequestState,
    pub(super) decider: Option<LearnerId>,
    pub(super) answer_sealed: Option<Vec<u8>>,
    pub(super) transfer: Option<TransferId>,
}

/// Decides a request that waits; `false` where it waits no longer.
pub(super) async fn decide(tx: &Tx, learner: LearnerId, id: CorrectionRequestId, decided: Decided) -> Result<bool, DbErr> {
    let done = correction_request::Entity::update_many()
        .col_expr(Column::State, Expr::value(decided.state.code()))
        .col_expr(Column::DeciderId, Expr::value(decided.decider.map(LearnerId::uuid)))
        .col_expr(Column::DecidedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::AnswerSealed, Expr::value(decided.answer_sealed))
        .col_expr(Column::TransferId, Expr::value(decided.transfer.map(TransferId::uuid)))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(RequestState::Open.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The request of this id.
pub(super) async fn find_request(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: CorrectionRequestId,
) -> Result<Option<CorrectionRequest>, DbErr> {
    let row = correction_request::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?;
    row.map(read).transpose()
}

/// All requests about a learner's credit, the newest first.
pub(super) async fn list_requests_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CorrectionRequest>, DbErr> {
    let rows = correction_request::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .order_by_desc(Column::AskedAtMs)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// What waits within the areas, the oldest first.
pub(super) async fn list_waiting(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (skip, most): (u64, u64),
) -> Result<Vec<CorrectionRequest>, DbErr> {
    let rows = waiting(areas).order_by_asc(Column::AskedAtMs).order_by_asc(Column::Id).offset(skip).limit(most).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// How many wait within the areas.
pub(super) async fn count_waiting(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    waiting(areas).count(db).await
}

fn waiting(areas: &[PlaceCode]) -> sea_orm::Select<correction_request::Entity> {
    let within = areas.iter().fold(Condition::any(), |any, area| {
        any.add(Condition::all().add(Column::PlaceCode.gte(area.as_str())).add(Column::PlaceCode.lt(area.end())))
    });
    // Any of no areas is nothing at all.
    let within = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { within };
    correction_request::Entity::find().filter(Column::State.eq(RequestState::Open.code())).filter(within)
}

fn read(row: correction_request::Model) -> Result<CorrectionRequest, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("correction_request {} has no readable {column}", row.id));
    Ok(CorrectionRequest {
        learner: LearnerId::from_uuid(row.learner_id),
        id: CorrectionRequestId::from_uuid(row.id),
        kind: CorrectionKind::from_code(&row.kind).ok_or_else(|| unreadable("kind"))?,
        about: TransferId::from_uuid(row.about_id),
        state: RequestState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        evidence: Digest::from_slice(&row.evidence_hash).ok_or_else(|| unreadable("evidence_hash"))?,
        asker: LearnerId::from_uuid(row.asker_id),
        asked_at: Timestamp::from_ms(row.asked_at_ms),
        decider: row.decider_id.map(LearnerId::from_uuid),
        decided_at: row.decided_at_ms.map(Timestamp::from_ms),
        transfer: row.transfer_id.map(TransferId::from_uuid),
        reason: row.reason_code,
        rule_version: row.rule_version,
        responsible_org: row.responsible_org,
        place_code: row.place_code,
        ground_sealed: row.ground_sealed,
        answer_sealed: row.answer_sealed,
    })
}
