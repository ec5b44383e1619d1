//! What is kept of a certificate for ever, sealed as it is kept: tables `certificate_version` with `certificate_cite`, and `certificate_event`.

use entity::{certificate_cite, certificate_event, certificate_version};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::sealed::{Known, event_leaf, version_leaf};
use super::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION};
use crate::certificates::basis::{Basis, Line};
use crate::certificates::{Certificate, Happened, Reason, Why};
use crate::credentials::StatusPlace;
use crate::db::Tx;
use crate::kernel::{CertificateId, Chance, Day, Digest, LearnerId, digest_of, new_id};

/// A version about to be kept.
pub(in crate::certificates) struct NewVersion<'a> {
    /// Of which certificate, and what that is known by.
    pub of: (LearnerId, CertificateId),
    pub known: Known<'a>,
    pub version: i64,
    pub why: Why,
    pub document_sealed: Vec<u8>,
    pub document: Digest,
    /// Of the key that signed it.
    pub key: Digest,
    pub place: StatusPlace,
    pub basis: &'a Basis,
    /// Of each line the numbers of its leaves: result, award.
    pub leaves: &'a [(u64, u64)],
    pub officer: LearnerId,
    pub approver: Option<LearnerId>,
}

/// Keeps a version and what it cites: it waits for its leaf from now on.
pub(in crate::certificates) async fn insert_version(tx: &Tx, new: NewVersion<'_>) -> Result<(), DbErr> {
    let basis = new.basis;
    let cites: Vec<certificate_cite::Model> =
        basis.lines.iter().zip(new.leaves).map(|(line, leaves)| cite_of(&new, line, *leaves)).collect();
    let mut row = certificate_version::Model {
        learner_id: new.of.0.uuid(),
        certificate_id: new.of.1.uuid(),
        version: new.version,
        id: new_id(tx.now),
        why: new.why.code().to_owned(),
        document_hash: new.document.to_vec(),
        key_hash: new.key.to_vec(),
        list: i64::from(new.place.list),
        position: i64::from(new.place.position),
        rule_version: basis.rule_version.clone(),
        edition: basis.edition.clone(),
        identity_level: basis.identity.value(),
        supervision_level: basis.supervision.value(),
        credit_milli: basis.credits.milli(),
        class_hours: basis.class_hours,
        units: basis.units(),
        officer_id: new.officer.uuid(),
        approver_id: new.approver.map(LearnerId::uuid),
        made_at_ms: tx.now.ms(),
        made_day: tx.now.day().to_string(),
        salt: Chance::secret::<16>().to_vec(),
        leaf_hash: Vec::new(),
        document_sealed: new.document_sealed,
    };
    row.leaf_hash = version_leaf(new.known, &row, &cites).to_vec();
    certificate_version::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    let cites = cites.into_iter().map(|cite| cite.into_active_model().reset_all());
    certificate_cite::Entity::insert_many(cites).exec_without_returning(tx).await?;
    Ok(())
}

fn cite_of(new: &NewVersion<'_>, line: &Line, (result_leaf, award_leaf): (u64, u64)) -> certificate_cite::Model {
    certificate_cite::Model {
        learner_id: new.of.0.uuid(),
        certificate_id: new.of.1.uuid(),
        version: new.version,
        unit: line.unit.clone(),
        account_id: line.account.uuid(),
        result_id: line.result.uuid(),
        transfer_id: line.award.uuid(),
        source: line.source.code().to_owned(),
        evidence_hash: line.evidence.to_vec(),
        result_leaf: i64::try_from(result_leaf).unwrap_or(i64::MAX),
        award_leaf: i64::try_from(award_leaf).unwrap_or(i64::MAX),
        score_permille: line.score.value(),
        identity_level: line.identity.value(),
        supervision_level: line.supervision.value(),
        credit_milli: line.credits.milli(),
        class_hours: line.class_hours,
        passed_day: line.passed.to_string(),
    }
}

/// An event about to be kept.
pub(in crate::certificates) struct NewEvent<'a> {
    pub what: Happened,
    pub version: i64,
    pub reason: Option<Reason>,
    pub ground_sealed: Option<Vec<u8>>,
    pub actor: Option<LearnerId>,
    pub approver: Option<LearnerId>,
    pub cause: Option<Uuid>,
    pub appeal_until: Option<Day>,
    pub responsible_org: &'a str,
}

impl<'a> NewEvent<'a> {
    /// That something became of this certificate's newest version; what is to be told apart stands in the fields.
    pub fn of(own: &'a Certificate) -> Self {
        Self {
            what: Happened::Issued,
            version: own.version,
            reason: None,
            ground_sealed: None,
            actor: None,
            approver: None,
            cause: None,
            appeal_until: None,
            responsible_org: &own.responsible_org,
        }
    }
}

/// Keeps an event: it waits for its leaf from now on.
pub(in crate::certificates) async fn insert_event(tx: &Tx, own: &Certificate, new: NewEvent<'_>) -> Result<(), DbErr> {
    let mut row = certificate_event::Model {
        learner_id: own.learner.uuid(),
        certificate_id: own.id.uuid(),
        seq: last_seq(tx, (own.learner, own.id)).await? + 1,
        id: new_id(tx.now),
        what: new.what.code().to_owned(),
        version: new.version,
        reason_code: new.reason.map(|reason| reason.code().to_owned()),
        ground_hash: new.ground_sealed.as_deref().map(|sealed| digest_of(&[sealed]).to_vec()),
        ground_sealed: new.ground_sealed,
        actor_id: new.actor.map(LearnerId::uuid),
        approver_id: new.approver.map(LearnerId::uuid),
        cause_id: new.cause,
        appeal_until: new.appeal_until.map(|day| day.to_string()),
        at_ms: tx.now.ms(),
        day: tx.now.day().to_string(),
        salt: Chance::secret::<16>().to_vec(),
        leaf_hash: Vec::new(),
        record_class: RECORD_CLASS.to_owned(),
        responsible_org: new.responsible_org.to_owned(),
        formed_at_ms: tx.now.ms(),
        retention: RETENTION.to_owned(),
        openness: OPENNESS.to_owned(),
        format_version: FORMAT,
    };
    row.leaf_hash = event_leaf(&row).to_vec();
    certificate_event::Entity::insert(row.into_active_model().reset_all()).exec_without_returning(tx).await?;
    Ok(())
}

/// How many events there are: the next one bears one number more.
pub(in crate::certificates) async fn last_seq(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
) -> Result<i64, DbErr> {
    let last: Option<i64> = certificate_event::Entity::find()
        .select_only()
        .column(certificate_event::Column::Seq)
        .filter(certificate_event::Column::LearnerId.eq(learner.uuid()))
        .filter(certificate_event::Column::CertificateId.eq(id.uuid()))
        .order_by_desc(certificate_event::Column::Seq)
        .into_tuple()
        .one(db)
        .await?;
    Ok(last.unwrap_or(0))
}
