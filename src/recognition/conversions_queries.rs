//! Tables `conversion` and `partner_result`.

use entity::{conversion, partner_result};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::{Value, json};

use super::queries::{FORMAT, OPENNESS, RECORD_CLASS, RETENTION, list_said_after};
use super::{ConversionRule, Instruction};
use crate::db::{Scan, Tx};
use crate::kernel::{Digest, LearnerId, OrganisationId, TransferId};
use crate::ledger::Code;

/// A conversion about to be kept.
pub(super) struct NewConversion<'a> {
    pub(super) instruction: &'a Instruction<'a>,
    pub(super) approver: Option<LearnerId>,
    pub(super) rule: &'a ConversionRule,
    pub(super) kind: Code,
    /// In: the partner's number of its result. Out: our number of the award.
    pub(super) reference: &'a str,
    pub(super) value: i64,
    pub(super) transfer: TransferId,
}

/// What of a conversion tells two requests apart, beside its transfer.
#[derive(PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) partner: OrganisationId,
    pub(super) reference: String,
    pub(super) approver: Option<LearnerId>,
    pub(super) rule_version: String,
}

/// Who has a partner's result.
pub(super) enum Claim {
    /// This award, from now on.
    Ours,
    /// Another award: whose, which.
    Held(LearnerId, TransferId),
}

pub(super) async fn insert(tx: &Tx, new: &NewConversion<'_>) -> Result<(), DbErr> {
    conversion::Entity::insert(row_of(tx, new)).exec_without_returning(tx).await?;
    Ok(())
}

/// Keeps several at once.
pub(super) async fn insert_all(tx: &Tx, new: &[NewConversion<'_>]) -> Result<(), DbErr> {
    if !new.is_empty() {
        conversion::Entity::insert_many(new.iter().map(|one| row_of(tx, one))).exec_without_returning(tx).await?;
    }
    Ok(())
}

fn row_of(tx: &Tx, new: &NewConversion<'_>) -> conversion::ActiveModel {
    let (by, rule) = (new.instruction, new.rule);
    conversion::ActiveModel {
        learner_id: Set(by.learner.uuid()),
        transfer_id: Set(new.transfer.uuid()),
        kind: Set(new.kind.code().to_owned()),
        partner_id: Set(rule.partner.uuid()),
        reference: Set(new.reference.to_owned()),
        unit: Set(rule.unit.clone()),
        value: Set(new.value),
        numerator: Set(rule.fraction.numerator),
        denominator: Set(rule.fraction.denominator),
        step: Set(rule.fraction.step.milli()),
        officer_id: Set(by.officer.uuid()),
        approver_id: Set(new.approver.map(LearnerId::uuid)),
        evidence_hash: Set(by.evidence.to_vec()),
        rule_version: Set(rule.version.clone()),
        record_class: Set(RECORD_CLASS.to_owned()),
        responsible_org: Set(by.responsible_org.clone()),
        formed_at_ms: Set(tx.now.ms()),
        retention: Set(RETENTION.to_owned()),
        openness: Set(OPENNESS.to_owned()),
        format_version: Set(FORMAT),
    }
}

/// Which of these partner's results somebody has.
pub(super) async fn list_claims(db: &impl ConnectionTrait, results: &[Digest]) -> Result<Vec<Claimed>, DbErr> {
    let rows = partner_result::Entity::find()
        .filter(partner_result::Column::ResultHash.is_in(results.iter().map(|result| result.to_vec())))
        .all(db)
        .await?;
    let read = |row: partner_result::Model| {
        let result = Digest::from_slice(&row.result_hash)?;
        Some((result, LearnerId::from_uuid(row.learner_id), TransferId::from_uuid(row.transfer_id)))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

/// A partner's result, and the award that it stands for: whose, which.
pub(super) type Claimed = (Digest, LearnerId, TransferId);

/// Takes those of these results that nobody has. How many they were.
pub(super) async fn claim_all(tx: &Tx, claims: &[(LearnerId, Digest, TransferId)]) -> Result<u64, DbErr> {
    if claims.is_empty() {
        return Ok(0);
    }
    let rows = claims.iter().map(|(learner, result, award)| partner_result::ActiveModel {
        result_hash: Set(result.to_vec()),
        learner_id: Set(learner.uuid()),
        transfer_id: Set(award.uuid()),
        claimed_at_ms: Set(tx.now.ms()),
    });
    let do_nothing = OnConflict::column(partner_result::Column::ResultHash).do_nothing().to_owned();
    partner_result::Entity::insert_many(rows).on_conflict(do_nothing).exec_without_returning(tx).await
}

/// What was asked then.
pub(super) async fn find_asked(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    transfer: TransferId,
) -> Result<Option<Asked>, DbErr> {
    let row = conversion::Entity::find_by_id((learner.uuid(), transfer.uuid())).one(db).await?;
    Ok(row.map(|row| Asked {
        partner: OrganisationId::from_uuid(row.partner_id),
        reference: row.reference,
        approver: row.approver_id.map(LearnerId::from_uuid),
        rule_version: row.rule_version,
    }))
}

/// Takes a partner's result that nobody has; else says who has it, and on PostgreSQL holds it until the commit.
pub(super) async fn claim(tx: &Tx, learner: LearnerId, result: Digest, award: TransferId) -> Result<Claim, DbErr> {
    let row = partner_result::ActiveModel {
        result_hash: Set(result.to_vec()),
        learner_id: Set(learner.uuid()),
        transfer_id: Set(award.uuid()),
        claimed_at_ms: Set(tx.now.ms()),
    };
    let do_nothing = OnConflict::column(partner_result::Column::ResultHash).do_nothing().to_owned();
    if partner_result::Entity::insert(row).on_conflict(do_nothing).exec_without_returning(tx).await? == 1 {
        return Ok(Claim::Ours);
    }
    let query = partner_result::Entity::find_by_id(result.to_vec());
    let held = match tx.get_database_backend() {
        DbBackend::Postgres => query.lock_exclusive().one(tx).await?,
        _ => query.one(tx).await?,
    };
    let held = held.ok_or_else(|| DbErr::RecordNotFound("a partner's result that is taken".to_owned()))?;
    Ok(Claim::Held(LearnerId::from_uuid(held.learner_id), TransferId::from_uuid(held.transfer_id)))
}

/// Has the partner's result stand for another award than before.
pub(super) async fn take_over(tx: &Tx, learner: LearnerId, result: Digest, award: TransferId) -> Result<(), DbErr> {
    use partner_result::Column;
    partner_result::Entity::update_many()
        .col_expr(Column::LearnerId, Expr::value(learner.uuid()))
        .col_expr(Column::TransferId, Expr::value(award.uuid()))
        .col_expr(Column::ClaimedAtMs, Expr::value(tx.now.ms()))
        .filter(Column::ResultHash.eq(result.to_vec()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The next `most` conversions after learner and transfer, in that order, with their kinds.
pub(super) async fn list_after(
    db: &impl ConnectionTrait,
    after: (LearnerId, TransferId),
    most: u64,
) -> Result<Vec<(LearnerId, TransferId, String)>, DbErr> {
    use conversion::Column;
    list_said_after::<conversion::Entity>(db, [Column::LearnerId, Column::TransferId, Column::Kind], after, most).await
}

/// Gives each conversion that is kept: whose, its first transfer, its kind.
pub(super) fn each_conversion(scan: &mut Scan, take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
    scan.each_three("SELECT learner_id, transfer_id, kind FROM conversion", take)
}

/// The conversions of a learner, the oldest first: part of "my data".
pub(super) async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Value>, DbErr> {
    let rows = conversion::Entity::find()
        .filter(conversion::Column::LearnerId.eq(learner.uuid()))
        .order_by_asc(conversion::Column::FormedAtMs)
        .order_by_asc(conversion::Column::TransferId)
        .all(db)
        .await?;
    let told = |row: conversion::Model| {
        json!({
            "transfer": row.transfer_id, "kind": row.kind, "partner": row.partner_id, "reference": row.reference, "unit": row.unit,
            "value_thousandths": row.value, "rule_version": row.rule_version, "at_ms": row.formed_at_ms,
            "responsible_org": row.responsible_org,
        })
    };
    Ok(rows.into_iter().map(told).collect())
}
