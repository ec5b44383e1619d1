//! Tables `certificate`, `certificate_version` and `certificate_event`: certificates, and what is read of their versions and events.

use entity::{certificate, certificate_event, certificate_version};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION, altered, digest};
use crate::certificates::{Certificate, Event, Happened, Reason, State, Version, Why};
use crate::credentials::Number;
use crate::db::Tx;
use crate::kernel::{AgencyId, CertificateBatchId, CertificateId, Day, LearnerId, Timestamp};

/// Certificates of one person that are read.
const MOST: u64 = 500;

/// A certificate about to be reserved.
pub(in crate::certificates) struct NewCertificate<'a> {
    pub learner: LearnerId,
    pub id: CertificateId,
    pub kind: &'a str,
    pub about: &'a str,
    pub number: &'a Number,
    pub code_sealed: Vec<u8>,
    pub name_sealed: Vec<u8>,
    pub agency: AgencyId,
    pub place_code: Option<String>,
    pub batch: Option<CertificateBatchId>,
    pub responsible_org: &'a str,
}

pub(super) fn read(row: certificate::Model) -> Result<Certificate, DbErr> {
    let day = row.issued_day.as_deref().map(|text| Day::parse(text).ok_or_else(|| altered("issued_day"))).transpose()?;
    Ok(Certificate {
        learner: LearnerId::from_uuid(row.learner_id),
        id: CertificateId::from_uuid(row.id),
        kind: row.kind,
        about: row.about,
        number: Number::parse(&row.number).ok_or_else(|| altered("number"))?,
        agency: AgencyId::from_uuid(row.agency_id),
        state: State::from_code(&row.state).ok_or_else(|| altered("state"))?,
        version: row.version,
        place_code: row.place_code,
        batch: row.batch_id.map(CertificateBatchId::from_uuid),
        reserved_at: Timestamp::from_ms(row.reserved_at_ms),
        issued: row.issued_at_ms.map(Timestamp::from_ms).zip(day),
        changed_at: Timestamp::from_ms(row.changed_at_ms),
        responsible_org: row.responsible_org,
        code_sealed: row.code_sealed,
        name_sealed: row.name_sealed,
    })
}

/// Reserves one; `false` where another one of its kind is in the way.
pub(in crate::certificates) async fn insert(tx: &Tx, new: NewCertificate<'_>) -> Result<bool, DbErr> {
    let row = certificate::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        id: Set(new.id.uuid()),
        kind: Set(new.kind.to_owned()),
        about: Set(new.about.to_owned()),
        number: Set(new.number.as_str().to_owned()),
        code_sealed: Set(new.code_sealed),
        agency_id: Set(new.agency.uuid()),
        state: Set(State::Reserved.code().to_owned()),
        version: Set(0),
        name_sealed: Set(new.name_sealed),
        place_code: Set(new.place_code),
        batch_id: Set(new.batch.map(CertificateBatchId::uuid)),
        reserved_at_ms: Set(tx.now.ms()),
        issued_at_ms: Set(None),
        issued_day: Set(None),
        changed_at_ms: Set(tx.now.ms()),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(new.responsible_org.to_owned()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    };
    let known = OnConflict::new().do_nothing().to_owned();
    Ok(certificate::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await? == 1)
}

pub(in crate::certificates) async fn find(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: CertificateId,
) -> Result<Option<Certificate>, DbErr> {
    certificate::Entity::find_by_id((learner.uuid(), id.uuid())).one(db).await?.map(read).transpose()
}

/// The same, held until the commit.
pub(in crate::certificates) async fn lock(tx: &Tx, learner: LearnerId, id: CertificateId) -> Result<Option<Certificate>, DbErr> {
    let find = certificate::Entity::find_by_id((learner.uuid(), id.uuid()));
    let find = if tx.get_database_backend() == DbBackend::Postgres { find.lock_exclusive() } else { find };
    find.one(tx).await?.map(read).transpose()
}

/// All certificates of these accounts, the newest first; those never issued too.
pub(in crate::certificates) async fn list_of(
    db: &impl ConnectionTrait,
    accounts: &[LearnerId],
) -> Result<Vec<Certificate>, DbErr> {
    let rows = certificate::Entity::find()
        .filter(certificate::Column::LearnerId.is_in(accounts.iter().map(|account| account.uuid())))
        .order_by_desc(certificate::Column::ReservedAtMs)
        .order_by_desc(certificate::Column::Id)
        .limit(MOST)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Those that were reserved before `until` and not issued since.
pub(in crate::certificates) async fn list_stale(
    db: &impl ConnectionTrait,
    until: Timestamp,
    most: u64,
) -> Result<Vec<(LearnerId, CertificateId)>, DbErr> {
    let rows = certificate::Entity::find()
        .filter(Expr::cust("state = 'reserved'"))
        .filter(certificate::Column::ReservedAtMs.lt(until.ms()))
        .order_by_asc(certificate::Column::ReservedAtMs)
        .limit(most)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (LearnerId::from_uuid(row.learner_id), CertificateId::from_uuid(row.id))).collect())
}

/// How a certificate goes on.
pub(in crate::certificates) struct Onward {
    pub state: State,
    /// Its newest version, where that changes; with the name on it, sealed.
    pub version: Option<(i64, Vec<u8>)>,
    /// Whether it is issued just now.
    pub is_issue: bool,
}

/// Lets it go on from where it stood; `false` where it stands otherwise meanwhile.
pub(in crate::certificates) async fn turn(tx: &Tx, before: &Certificate, onward: Onward) -> Result<bool, DbErr> {
    use certificate::Column;
    let mut update = certificate::Entity::update_many()
        .col_expr(Column::State, Expr::value(onward.state.code()))
        .col_expr(Column::ChangedAtMs, Expr::value(tx.now.ms()));
    if let Some((version, name_sealed)) = onward.version {
        update = update.col_expr(Column::Version, Expr::value(version)).col_expr(Column::NameSealed, Expr::value(name_sealed));
    }
    if onward.is_issue {
        update = update
            .col_expr(Column::IssuedAtMs, Expr::value(Some(tx.now.ms())))
            .col_expr(Column::IssuedDay, Expr::value(Some(tx.now.day().to_string())));
    }
    let done = update
        .filter(Column::LearnerId.eq(before.learner.uuid()))
        .filter(Column::Id.eq(before.id.uuid()))
        .filter(Column::State.eq(before.state.code()))
        .filter(Column::Version.eq(before.version))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

fn version_of(row: certificate_version::Model) -> Result<Version, DbErr> {
    Ok(Version {
        version: row.version,
        id: row.id,
        why: Why::from_code(&row.why).ok_or_else(|| altered("why"))?,
        document_hash: digest(&row.document_hash, "document_hash")?,
        key_hash: digest(&row.key_hash, "key_hash")?,
        place: (row.list, row.position),
        rule_version: row.rule_version,
        edition: row.edition,
        identity: row.identity_level,
        supervision: row.supervision_level,
        units: row.units.split(' ').map(str::to_owned).collect(),
        officer: LearnerId::from_uuid(row.officer_id),
        approver: row.approver_id.map(LearnerId::from_uuid),
        made_at: Timestamp::from_ms(row.made_at_ms),
        document_sealed: row.document_sealed,
    })
}

/// One version.
pub(in crate::certificates) async fn find_version(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
    version: i64,
) -> Result<Option<Version>, DbErr> {
    let row = certificate_version::Entity::find_by_id((learner.uuid(), id.uuid(), version)).one(db).await?;
    row.map(version_of).transpose()
}

/// All versions, the oldest first.
pub(in crate::certificates) async fn list_versions(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
) -> Result<Vec<Version>, DbErr> {
    let rows = certificate_version::Entity::find()
        .filter(certificate_version::Column::LearnerId.eq(learner.uuid()))
        .filter(certificate_version::Column::CertificateId.eq(id.uuid()))
        .order_by_asc(certificate_version::Column::Version)
        .all(db)
        .await?;
    rows.into_iter().map(version_of).collect()
}

fn event_of(row: certificate_event::Model) -> Result<Event, DbErr> {
    let code = row.reason_code.as_deref();
    let reason = code.map(|code| Reason::from_code(code).ok_or_else(|| altered("reason_code"))).transpose()?;
    Ok(Event {
        seq: row.seq,
        id: row.id,
        what: Happened::from_code(&row.what).ok_or_else(|| altered("what"))?,
        version: row.version,
        reason,
        actor: row.actor_id.map(LearnerId::from_uuid),
        approver: row.approver_id.map(LearnerId::from_uuid),
        cause: row.cause_id,
        appeal_until: row.appeal_until.as_deref().and_then(Day::parse),
        at: Timestamp::from_ms(row.at_ms),
        ground_sealed: row.ground_sealed,
    })
}

/// What became of it, the oldest first.
pub(in crate::certificates) async fn list_events(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
) -> Result<Vec<Event>, DbErr> {
    let rows = certificate_event::Entity::find()
        .filter(certificate_event::Column::LearnerId.eq(learner.uuid()))
        .filter(certificate_event::Column::CertificateId.eq(id.uuid()))
        .order_by_asc(certificate_event::Column::Seq)
        .all(db)
        .await?;
    rows.into_iter().map(event_of).collect()
}

/// A page of certificates that were issued once, after learner and id.
pub(in crate::certificates) async fn list_issued_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, Uuid),
    most: u64,
) -> Result<Vec<Certificate>, DbErr> {
    use sea_orm::sea_query::ExprTrait;
    let key = Expr::tuple([certificate::Column::LearnerId, certificate::Column::Id].map(Expr::col));
    let start = Expr::tuple([Expr::value(after.0.uuid()), Expr::value(after.1)]);
    let rows = certificate::Entity::find()
        .filter(key.gt(start))
        .filter(certificate::Column::Version.gt(0))
        .order_by_asc(certificate::Column::LearnerId)
        .order_by_asc(certificate::Column::Id)
        .limit(most)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}
