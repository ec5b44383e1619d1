//! Tables `alias` and `alias_request`: who is read through whom, and who decided that.

use std::collections::HashMap;

use entity::alias;
use entity::alias_request::{self as request, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use uuid::Uuid;

use crate::db::{Scan, Tx};
use crate::identity::alias_request::{AliasRequest, NewAliasRequest};
use crate::identity::alias_rules::{AliasKind, AliasState, Membership};
use crate::kernel::{AliasRequestId, Digest, LearnerId, Timestamp};
use crate::places::PlaceCode;

/// Class of these records in the archive's plan, kept for ever, seen by the person and those who must.
pub(crate) const RECORD_CLASS: &str = "identity";
pub(crate) const RETENTION: &str = "permanent";
pub(crate) const OPENNESS: &str = "controlled";
pub(crate) const FORMAT: i64 = 1;

/// Accounts named in one statement.
const AT_ONCE: usize = 500;

#[derive(FromQueryResult)]
struct Member {
    learner_id: Uuid,
    primary_id: Uuid,
}

/// All accounts of the person whose `learner` is, the primary first; none where it stands for itself. One statement.
pub(crate) async fn list_accounts(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<LearnerId>, DbErr> {
    let sql =
        "SELECT o.learner_id, o.primary_id FROM alias a JOIN alias o ON o.primary_id = a.primary_id WHERE a.learner_id = $1";
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [learner.uuid().into()]);
    let mut rows = Member::find_by_statement(statement).all(db).await?;
    rows.sort_by_key(|row| (row.learner_id != row.primary_id, row.learner_id));
    Ok(rows.into_iter().map(|row| LearnerId::from_uuid(row.learner_id)).collect())
}

/// The primary account of each of these accounts that are joined.
pub(crate) async fn list_primaries(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
) -> Result<HashMap<LearnerId, LearnerId>, DbErr> {
    let mut primaries = HashMap::new();
    for chunk in learners.chunks(AT_ONCE) {
        let rows: Vec<(Uuid, Uuid)> = alias::Entity::find()
            .select_only()
            .column(alias::Column::LearnerId)
            .column(alias::Column::PrimaryId)
            .filter(alias::Column::LearnerId.is_in(chunk.iter().map(|learner| learner.uuid())))
            .into_tuple()
            .all(db)
            .await?;
        primaries.extend(rows.into_iter().map(|(own, primary)| (LearnerId::from_uuid(own), LearnerId::from_uuid(primary))));
    }
    Ok(primaries)
}

/// How an account stands, with the request by which it was joined.
pub(crate) async fn find_membership(
    db: &impl ConnectionTrait,
    learner: LearnerId,
) -> Result<(Membership, Option<AliasRequestId>), DbErr> {
    let row = alias::Entity::find_by_id(learner.uuid()).one(db).await?;
    Ok(row.map_or((Membership::Alone, None), |row| {
        let primary = LearnerId::from_uuid(row.primary_id);
        let membership = if primary == learner { Membership::Primary } else { Membership::ReadThrough(primary) };
        (membership, row.request_id.map(AliasRequestId::from_uuid))
    }))
}

fn member(learner: LearnerId, primary: LearnerId, request: Option<AliasRequestId>, since: Timestamp) -> alias::ActiveModel {
    alias::ActiveModel {
        learner_id: Set(learner.uuid()),
        primary_id: Set(primary.uuid()),
        is_primary: Set(i64::from(learner == primary)),
        leads_to_primary: Set(1),
        request_id: Set(request.map(AliasRequestId::uuid)),
        since_ms: Set(since.ms()),
    }
}

/// The accounts that were parted since then: which one, from which.
pub(crate) async fn list_parted_since(db: &impl ConnectionTrait, since: Timestamp) -> Result<Vec<(LearnerId, LearnerId)>, DbErr> {
    let rows: Vec<(Uuid, Uuid)> = request::Entity::find()
        .select_only()
        .column(Column::LearnerId)
        .column(Column::PrimaryId)
        // As the index says it: it knows it again by these words alone.
        .filter(Expr::cust("kind = 'end' AND state = 'approved'"))
        .filter(Column::DecidedAtMs.gte(since.ms()))
        .order_by_asc(Column::DecidedAtMs)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(own, primary)| (LearnerId::from_uuid(own), LearnerId::from_uuid(primary))).collect())
}

/// Reads `learner` through `primary` from now on; `false` where it is joined already.
pub(crate) async fn insert_alias(
    tx: &Tx,
    (learner, primary): (LearnerId, LearnerId),
    request: AliasRequestId,
    since: Timestamp,
) -> Result<bool, DbErr> {
    let nothing = || OnConflict::column(alias::Column::LearnerId).do_nothing().to_owned();
    let first = alias::Entity::insert(member(primary, primary, None, since)).on_conflict(nothing());
    first.exec_without_returning(tx).await?;
    let second = alias::Entity::insert(member(learner, primary, Some(request), since)).on_conflict(nothing());
    Ok(second.exec_without_returning(tx).await? == 1)
}

/// Ends that `learner` is read through `primary`; `false` where it was not, by this request.
pub(crate) async fn delete_alias(
    tx: &Tx,
    (learner, primary): (LearnerId, LearnerId),
    request: AliasRequestId,
) -> Result<bool, DbErr> {
    let ended = alias::Entity::delete_many()
        .filter(alias::Column::LearnerId.eq(learner.uuid()))
        .filter(alias::Column::PrimaryId.eq(primary.uuid()))
        .filter(alias::Column::RequestId.eq(request.uuid()))
        .exec(tx)
        .await?;
    let others = alias::Entity::find().filter(alias::Column::PrimaryId.eq(primary.uuid())).count(tx).await?;
    if others == 1 {
        alias::Entity::delete_by_id(primary.uuid()).exec(tx).await?;
    }
    Ok(ended.rows_affected == 1)
}

/// Keeps a request that waits. `false`: one about the same account waits already.
pub(crate) async fn insert_request(tx: &Tx, id: AliasRequestId, new: &NewAliasRequest) -> Result<bool, DbErr> {
    let row = request::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(id.uuid()),
        primary_id: Set(new.primary.uuid()),
        kind: Set(new.kind.code().to_owned()),
        ends_id: Set(new.ends.map(AliasRequestId::uuid)),
        reason_code: Set(new.reason.to_owned()),
        documents_seen: Set(i64::from(new.kind == AliasKind::Join)),
        ground_sealed: Set(new.ground_sealed.clone()),
        evidence_hash: Set(new.evidence().to_vec()),
        place_code: Set(new.place_code.clone()),
        state: Set(AliasState::Open.code().to_owned()),
        asker_id: Set(new.asker.uuid()),
        asked_at_ms: Set(tx.now.ms()),
        decider_id: Set(None),
        decided_at_ms: Set(None),
        effect_at_ms: Set(None),
        answer_sealed: Set(None),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(new.responsible_org.clone()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    let do_nothing = OnConflict::new().do_nothing().to_owned();
    Ok(request::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await? == 1)
}

/// What became of a request.
pub(crate) struct Decided {
    pub state: AliasState,
    pub decider: Option<LearnerId>,
    pub answer_sealed: Option<Vec<u8>>,
    pub effect_at: Option<Timestamp>,
}

/// Decides a request that waits; `false` where it waits no longer.
pub(crate) async fn decide(tx: &Tx, (learner, id): (LearnerId, AliasRequestId), decided: Decided) -> Result<bool, DbErr> {
    let done = request::Entity::update_many()
        .col_expr(Column::State, Expr::value(decided.state.code()))
        .col_expr(Column::DeciderId, Expr::value(decided.decider.map(LearnerId::uuid)))
        .col_expr(Column::DecidedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::EffectAtMs, Expr::value(decided.effect_at.map(Timestamp::ms)))
        .col_expr(Column::AnswerSealed, Expr::value(decided.answer_sealed))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::Id.eq(id.uuid()))
        .filter(Column::State.eq(AliasState::Open.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The request of this id.
pub(crate) async fn find_request(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: AliasRequestId,
) -> Result<Option<AliasRequest>, DbErr> {
    request::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(read).transpose()
}

/// All requests about an account, on either side, the newest first.
pub(crate) async fn list_requests_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<AliasRequest>, DbErr> {
    let rows = request::Entity::find()
        .filter(Condition::any().add(Column::LearnerId.eq(learner.uuid())).add(Column::PrimaryId.eq(learner.uuid())))
        .order_by_desc(Column::AskedAtMs)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// What waits within the areas, the oldest first.
pub(crate) async fn list_waiting(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    (skip, most): (u64, u64),
) -> Result<Vec<AliasRequest>, DbErr> {
    let rows = waiting(areas).order_by_asc(Column::AskedAtMs).order_by_asc(Column::Id).offset(skip).limit(most).all(db).await?;
    rows.into_iter().map(read).collect()
}

/// How many wait within the areas.
pub(crate) async fn count_waiting(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    waiting(areas).count(db).await
}

fn waiting(areas: &[PlaceCode]) -> sea_orm::Select<request::Entity> {
    let within = areas.iter().fold(Condition::any(), |any, area| {
        any.add(Condition::all().add(Column::PlaceCode.gte(area.as_str())).add(Column::PlaceCode.lt(area.end())))
    });
    // Any of no areas is nothing at all.
    let within = if areas.is_empty() { Condition::all().add(Expr::value(false)) } else { within };
    request::Entity::find().filter(Column::State.eq(AliasState::Open.code())).filter(within)
}

/// From when to when one account was read through another, as it was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AliasSpan {
    /// The account.
    pub learner: LearnerId,
    /// The account that it was read through.
    pub primary: LearnerId,
    /// What was posted for one of them later than this was posted knowing of the other.
    pub since: Timestamp,
    /// Until then; none: to this day.
    pub until: Option<Timestamp>,
}

const SPANS: &str = "SELECT j.learner_id, j.primary_id, j.effect_at_ms, e.effect_at_ms AS until_ms
    FROM alias_request j
    LEFT JOIN alias_request e ON e.learner_id = j.learner_id AND e.ends_id = j.id AND e.state = 'approved'
    WHERE j.kind = 'join' AND j.state = 'approved'";

#[derive(FromQueryResult)]
struct SpanRow {
    learner_id: Uuid,
    primary_id: Uuid,
    effect_at_ms: i64,
    until_ms: Option<i64>,
}

impl SpanRow {
    fn span(&self) -> AliasSpan {
        AliasSpan {
            learner: LearnerId::from_uuid(self.learner_id),
            primary: LearnerId::from_uuid(self.primary_id),
            since: Timestamp::from_ms(self.effect_at_ms),
            until: self.until_ms.map(Timestamp::from_ms),
        }
    }
}

/// All joinings that were decided, ended or not.
pub(crate) async fn list_spans(db: &impl ConnectionTrait) -> Result<Vec<AliasSpan>, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), SPANS);
    Ok(SpanRow::find_by_statement(statement).all(db).await?.iter().map(SpanRow::span).collect())
}

/// The same, below the mapper.
pub(crate) fn scan_spans(scan: &mut Scan) -> Result<Vec<AliasSpan>, DbErr> {
    let (mut spans, mut is_readable) = (Vec::new(), true);
    scan.each(SPANS, |row| {
        match (row.uuid(0)?, row.uuid(1)?, row.int(2)?, row.int(3)?) {
            (Some(learner_id), Some(primary_id), Some(effect_at_ms), until_ms) => {
                spans.push(SpanRow { learner_id, primary_id, effect_at_ms, until_ms }.span());
            }
            _ => is_readable = false,
        }
        Ok(())
    })?;
    if is_readable { Ok(spans) } else { Err(DbErr::Type("alias_request has a row that cannot be read".to_owned())) }
}

fn read(row: request::Model) -> Result<AliasRequest, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("alias_request {} has no readable {column}", row.id));
    Ok(AliasRequest {
        learner: LearnerId::from_uuid(row.learner_id),
        id: AliasRequestId::from_uuid(row.id),
        primary: LearnerId::from_uuid(row.primary_id),
        kind: AliasKind::from_code(&row.kind).ok_or_else(|| unreadable("kind"))?,
        ends: row.ends_id.map(AliasRequestId::from_uuid),
        state: AliasState::from_code(&row.state).ok_or_else(|| unreadable("state"))?,
        evidence: Digest::from_slice(&row.evidence_hash).ok_or_else(|| unreadable("evidence_hash"))?,
        asker: LearnerId::from_uuid(row.asker_id),
        asked_at: Timestamp::from_ms(row.asked_at_ms),
        decider: row.decider_id.map(LearnerId::from_uuid),
        decided_at: row.decided_at_ms.map(Timestamp::from_ms),
        reason: row.reason_code,
        place_code: row.place_code,
        responsible_org: row.responsible_org,
        ground_sealed: row.ground_sealed,
        answer_sealed: row.answer_sealed,
    })
}
