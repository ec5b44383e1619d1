//! Table `counted_elsewhere`: passes that credited nothing because another account of the same person held the unit.

use entity::counted_elsewhere::{self, Column};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::Evidence;
use super::queries::NewResult;
use crate::db::Tx;
use crate::kernel::{Credits, Digest, LearnerId, ResultId, TransferId};

/// A pass that waits: it is credited where the accounts are parted and this one lacks the unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waiting {
    pub learner: LearnerId,
    pub result: ResultId,
    pub unit: String,
    pub credits: Credits,
    pub evidence: Digest,
    pub rule_version: String,
    pub responsible_org: String,
}

impl Waiting {
    /// A pass that is being recognised.
    pub(super) fn of(new: &NewResult<'_>) -> Self {
        let Evidence::UnitTest { evidence_hash, .. } = new.evidence;
        Self {
            learner: new.acting.learner,
            result: new.id,
            unit: new.terms.unit.clone(),
            credits: new.terms.credits,
            evidence: *evidence_hash,
            rule_version: new.terms.rule_version.clone(),
            responsible_org: new.terms.responsible_org.clone(),
        }
    }
}

/// Keeps that the result credited nothing because `held_by` holds its unit.
pub(super) async fn insert(tx: &Tx, new: &Waiting, held_by: LearnerId) -> Result<(), DbErr> {
    let row = counted_elsewhere::ActiveModel {
        learner_id: Set(new.learner.uuid()),
        result_id: Set(new.result.uuid()),
        unit: Set(new.unit.clone()),
        credit_milli: Set(new.credits.milli()),
        evidence_hash: Set(new.evidence.to_vec()),
        rule_version: Set(new.rule_version.clone()),
        responsible_org: Set(new.responsible_org.clone()),
        held_by: Set(held_by.uuid()),
        kept_at_ms: Set(tx.now.ms()),
        settled_by: Set(None),
    };
    counted_elsewhere::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// What waits for an account, the oldest first.
pub(super) async fn list_waiting(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<Waiting>, DbErr> {
    let rows = counted_elsewhere::Entity::find()
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::SettledBy.is_null())
        .order_by_asc(Column::KeptAtMs)
        .order_by_asc(Column::ResultId)
        .all(db)
        .await?;
    rows.into_iter().map(read).collect()
}

/// The account was given the unit: nothing of it waits any more.
pub(super) async fn settle(tx: &Tx, learner: LearnerId, unit: &str, by: TransferId) -> Result<(), DbErr> {
    counted_elsewhere::Entity::update_many()
        .col_expr(Column::SettledBy, Expr::value(Some(by.uuid())))
        .filter(Column::LearnerId.eq(learner.uuid()))
        .filter(Column::Unit.eq(unit))
        .filter(Column::SettledBy.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

fn read(row: counted_elsewhere::Model) -> Result<Waiting, DbErr> {
    let unreadable = |column: &str| DbErr::Type(format!("counted_elsewhere {} has no readable {column}", row.result_id));
    Ok(Waiting {
        learner: LearnerId::from_uuid(row.learner_id),
        result: ResultId::from_uuid(row.result_id),
        credits: Credits::from_milli(row.credit_milli).ok_or_else(|| unreadable("credit_milli"))?,
        evidence: Digest::from_slice(&row.evidence_hash).ok_or_else(|| unreadable("evidence_hash"))?,
        unit: row.unit,
        rule_version: row.rule_version,
        responsible_org: row.responsible_org,
    })
}
