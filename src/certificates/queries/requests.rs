//! Table `certificate_request`.

use entity::certificate_request::{self as table, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION, altered, digest};
use crate::certificates::rules::states::Waiting;
use crate::certificates::{Act, Reason, Request, RequestState};
use crate::db::{OnceKey, Tx};
use crate::kernel::{AgencyId, CertificateId, CertificateRequestId, ClientId, Digest, LearnerId, Timestamp};

/// Requests of one person that are read; those about one certificate all are.
const MOST: u64 = 200;
const WAITING: [RequestState; 2] = [RequestState::Open, RequestState::Proposed];

pub(super) fn read(row: table::Model) -> Result<Request, DbErr> {
    let code = row.reason_code.as_deref();
    Ok(Request {
        learner: LearnerId::from_uuid(row.learner_id),
        id: CertificateRequestId::from_uuid(row.id),
        act: Act::from_code(&row.act).ok_or_else(|| altered("act"))?,
        certificate: row.certificate_id.map(CertificateId::from_uuid),
        kind: row.kind,
        about: row.about,
        agency: AgencyId::from_uuid(row.agency_id),
        reason: code.map(|code| Reason::from_code(code).ok_or_else(|| altered("reason_code"))).transpose()?,
        state: RequestState::from_code(&row.state).ok_or_else(|| altered("state"))?,
        asker: row.asker_id.map(LearnerId::from_uuid),
        client: row.client_id.map(ClientId::from_uuid),
        helper: row.helper_id.map(LearnerId::from_uuid),
        asked_at: Timestamp::from_ms(row.asked_at_ms),
        officer: row.officer_id.map(LearnerId::from_uuid),
        decider: row.decider_id.map(LearnerId::from_uuid),
        decided_at: row.decided_at_ms.map(Timestamp::from_ms),
        shown: row.shown_hash.as_deref().map(|bytes| digest(bytes, "shown_hash")).transpose()?,
        place_code: row.place_code,
        ground_sealed: row.ground_sealed,
        answer_sealed: row.answer_sealed,
    })
}

/// Keeps a request; `false` where one like it waits, or the form was sent before.
pub(in crate::certificates) async fn insert(
    tx: &Tx,
    new: &Request,
    once: &OnceKey,
    responsible_org: &str,
) -> Result<bool, DbErr> {
    let row = table::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(new.id.uuid()),
        act: Set(new.act.code().to_owned()),
        certificate_id: Set(new.certificate.map(CertificateId::uuid)),
        kind: Set(new.kind.clone()),
        about: Set(new.about.clone()),
        agency_id: Set(new.agency.uuid()),
        reason_code: Set(new.reason.map(|reason| reason.code().to_owned())),
        ground_sealed: Set(new.ground_sealed.clone()),
        shown_hash: Set(new.shown.as_ref().map(Digest::to_vec)),
        state: Set(new.state.code().to_owned()),
        asker_id: Set(new.asker.map(LearnerId::uuid)),
        client_id: Set(new.client.map(ClientId::uuid)),
        helper_id: Set(new.helper.map(LearnerId::uuid)),
        asked_at_ms: Set(new.asked_at.ms()),
        officer_id: Set(new.officer.map(LearnerId::uuid)),
        decider_id: Set(None),
        decided_at_ms: Set(None),
        answer_sealed: Set(None),
        once: Set(once.as_str().to_owned()),
        place_code: Set(new.place_code.clone()),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(responsible_org.to_owned()),
        formed_at_ms: Set(new.asked_at.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(table::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

pub(in crate::certificates) async fn find(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: CertificateRequestId,
) -> Result<Option<Request>, DbErr> {
    table::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(read).transpose()
}

/// The one of this id about one of these accounts.
pub(in crate::certificates) async fn find_in(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    id: CertificateRequestId,
) -> Result<Option<Request>, DbErr> {
    let find = table::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .filter(Column::Id.eq(id.uuid()));
    find.one(db).await?.map(read).transpose()
}

/// The same as [`find`], held until the commit.
pub(in crate::certificates) async fn lock(
    tx: &Tx,
    learner: LearnerId,
    id: CertificateRequestId,
) -> Result<Option<Request>, DbErr> {
    let find = table::Entity::find_by_id((learner.uuid(), id.uuid()));
    let find = if tx.get_database_backend() == DbBackend::Postgres { find.lock_exclusive() } else { find };
    find.one(tx).await?.map(read).transpose()
}

/// The one that this form made, by whichever of the accounts.
pub(in crate::certificates) async fn find_by_once(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    once: &OnceKey,
) -> Result<Option<Request>, DbErr> {
    let find = table::Entity::find().filter(Column::LearnerId.eq(learner.uuid())).filter(Column::Once.eq(once.as_str()));
    find.one(db).await?.map(read).transpose()
}

/// All that waits about these accounts, the newest first: of each act and kind it is one at most.
pub(in crate::certificates) async fn list_waiting_of(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
) -> Result<Vec<Request>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .filter(Column::State.is_in(WAITING.map(RequestState::code)))
        .order_by_desc(Column::AskedAtMs)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The newest requests about these accounts, the newest first.
pub(in crate::certificates) async fn list_of(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Request>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .order_by_desc(Column::AskedAtMs)
        .order_by_desc(Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// All that was asked about a certificate once it was issued, the newest first.
pub(in crate::certificates) async fn list_about(
    db: &impl ConnectionTrait,
    (learner, certificate): (LearnerId, CertificateId),
) -> Result<Vec<Request>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::CertificateId.eq(certificate.uuid()))
        .filter(Column::Act.ne(Act::Issue.code()))
        .order_by_desc(Column::AskedAtMs)
        .order_by_desc(Column::Id)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many certificates were asked for since then about these accounts, and taken back.
pub(in crate::certificates) async fn count_taken_back(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
    since: Timestamp,
) -> Result<u64, DbErr> {
    table::Entity::find()
        .filter(Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .filter(Column::Act.eq(Act::Issue.code()))
        .filter(Column::State.eq(RequestState::Withdrawn.code()))
        .filter(Column::AskedAtMs.gt(since.ms()))
        .count(db)
        .await
}

fn waiting(agency: AgencyId, which: &Waiting) -> Select<table::Entity> {
    let find = table::Entity::find().filter(Column::AgencyId.eq(agency.uuid()));
    let find = match which.state {
        Some(state) => find.filter(Column::State.eq(state.code())),
        None => find.filter(Column::State.is_in(WAITING.map(RequestState::code))),
    };
    match &which.kind {
        Some(kind) => find.filter(Column::Kind.eq(kind.as_str())),
        None => find,
    }
}

/// What waits for an agency, the oldest first.
pub(in crate::certificates) async fn list_waiting(
    db: &impl ConnectionTrait,
    (agency, which): (AgencyId, &Waiting),
    (from, most): (u64, u64),
) -> Result<Vec<Request>, DbErr> {
    let ordered = waiting(agency, which).order_by_asc(Column::AskedAtMs).order_by_asc(Column::Id);
    ordered.offset(from).limit(most).all(db).await?.into_iter().map(read).collect()
}

pub(in crate::certificates) async fn count_waiting(
    db: &impl ConnectionTrait,
    (agency, which): (AgencyId, &Waiting),
) -> Result<u64, DbErr> {
    waiting(agency, which).count(db).await
}

/// What waits for an agency about certificates that it has issued, the oldest first.
pub(in crate::certificates) async fn list_changes(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    most: u64,
) -> Result<Vec<Request>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::AgencyId.eq(agency.uuid()))
        // As the index says it: it knows it again by these words alone.
        .filter(Expr::cust("act <> 'issue' AND state IN ('open', 'proposed')"))
        .order_by_asc(Column::AskedAtMs)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The first of two has looked: it waits for the second, who is shown what has this digest.
pub(in crate::certificates) async fn propose(tx: &Tx, of: &Request, officer: LearnerId, shown: &Digest) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(RequestState::Proposed.code()))
        .col_expr(Column::OfficerId, Expr::value(Some(officer.uuid())))
        .col_expr(Column::ShownHash, Expr::value(Some(shown.to_vec())))
        .filter(Column::LearnerId.eq(of.learner.uuid()))
        .filter(Column::Id.eq(of.id.uuid()))
        .filter(Column::State.eq(RequestState::Open.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// How a request ends.
pub(in crate::certificates) struct Ended {
    pub state: RequestState,
    pub officer: Option<LearnerId>,
    pub decider: Option<LearnerId>,
    pub answer_sealed: Option<Vec<u8>>,
    pub certificate: Option<CertificateId>,
}

/// Ends a request that waits; `false` where it stands otherwise meanwhile.
pub(in crate::certificates) async fn end(tx: &Tx, of: &Request, ended: Ended) -> Result<bool, DbErr> {
    let done = table::Entity::update_many()
        .col_expr(Column::State, Expr::value(ended.state.code()))
        .col_expr(Column::OfficerId, Expr::value(ended.officer.map(LearnerId::uuid)))
        .col_expr(Column::DeciderId, Expr::value(ended.decider.map(LearnerId::uuid)))
        .col_expr(Column::DecidedAtMs, Expr::value(Some(tx.now.ms())))
        .col_expr(Column::AnswerSealed, Expr::value(ended.answer_sealed))
        .col_expr(Column::CertificateId, Expr::value(ended.certificate.map(CertificateId::uuid)))
        .filter(Column::LearnerId.eq(of.learner.uuid()))
        .filter(Column::Id.eq(of.id.uuid()))
        .filter(Column::State.eq(of.state.code()))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
