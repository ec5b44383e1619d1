//! Table `certificate_cite`: what versions cite, line by line.

use entity::certificate_cite::{self as table, Column};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{altered, digest};
use crate::certificates::basis::Line;
use crate::credentials::Source;
use crate::kernel::{CertificateId, Credits, Day, IdentityLevel, LearnerId, Permille, ResultId, TransferId};
use crate::recognition::SupervisionLevel;

/// A line that a version cites, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::certificates) struct Cite {
    pub line: Line,
    /// Numbers of the leaves of result and award.
    pub leaves: (i64, i64),
}

/// The accounts in whose chains the awards stand, each once.
pub(in crate::certificates) fn accounts_in(cites: &[Cite]) -> Vec<LearnerId> {
    let mut accounts: Vec<LearnerId> = cites.iter().map(|cite| cite.line.account).collect();
    accounts.sort();
    accounts.dedup();
    accounts
}

fn read(row: table::Model) -> Result<Cite, DbErr> {
    Ok(Cite {
        line: Line {
            account: LearnerId::from_uuid(row.account_id),
            award: TransferId::from_uuid(row.transfer_id),
            result: ResultId::from_uuid(row.result_id),
            source: Source::parse(&row.source).ok_or_else(|| altered("source"))?,
            evidence: digest(&row.evidence_hash, "evidence_hash")?,
            score: Permille::from_value(row.score_permille).ok_or_else(|| altered("score_permille"))?,
            identity: IdentityLevel::from_value(row.identity_level).ok_or_else(|| altered("identity_level"))?,
            supervision: SupervisionLevel::from_value(row.supervision_level).ok_or_else(|| altered("supervision_level"))?,
            credits: Credits::from_milli(row.credit_milli).ok_or_else(|| altered("credit_milli"))?,
            class_hours: row.class_hours,
            passed: Day::parse(&row.passed_day).ok_or_else(|| altered("passed_day"))?,
            unit: row.unit,
        },
        leaves: (row.result_leaf, row.award_leaf),
    })
}

/// What one version cites, by unit.
pub(in crate::certificates) async fn list_of(
    db: &impl ConnectionTrait,
    (learner, id): (LearnerId, CertificateId),
    version: i64,
) -> Result<Vec<Cite>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::CertificateId.eq(id.uuid()))
        .filter(Column::Version.eq(version))
        .order_by_asc(Column::Unit)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// How many lines all versions cite.
pub(in crate::certificates) async fn count(db: &impl ConnectionTrait) -> Result<u64, DbErr> {
    table::Entity::find().count(db).await
}

/// An award that a version cites, nothing else of its row read: whatever else was altered, it is compared with the uses of credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) struct CitedAward {
    /// The certificate: whose, which.
    pub of: (LearnerId, CertificateId),
    pub version: i64,
    pub account: LearnerId,
    pub award: Uuid,
}

/// What these certificates cite, in all their versions.
pub(in crate::certificates) async fn list_awards(
    db: &impl ConnectionTrait,
    of: &[(LearnerId, CertificateId)],
) -> Result<Vec<CitedAward>, DbErr> {
    let rows = table::Entity::find()
        .filter(Column::LearnerId.is_in(of.iter().map(|(learner, _)| learner.uuid())))
        .filter(Column::CertificateId.is_in(of.iter().map(|(_, id)| id.uuid())))
        .all(db)
        .await?;
    let read = |row: table::Model| CitedAward {
        of: (LearnerId::from_uuid(row.learner_id), CertificateId::from_uuid(row.certificate_id)),
        version: row.version,
        account: LearnerId::from_uuid(row.account_id),
        award: row.transfer_id,
    };
    Ok(rows.into_iter().map(read).collect())
}
