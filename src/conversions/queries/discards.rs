//! Table `conversion_discard`.

use entity::conversion_discard;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, DbErr, EntityTrait};

use crate::db::Tx;
use crate::kernel::{LearnerId, RuleId};

/// Whether somebody has discarded the rule.
pub(in crate::conversions) async fn is_discarded(db: &impl ConnectionTrait, rule: RuleId) -> Result<bool, DbErr> {
    Ok(conversion_discard::Entity::find_by_id(rule.uuid()).one(db).await?.is_some())
}

/// Keeps that a rule was discarded. The caller holds it.
pub(in crate::conversions) async fn keep(tx: &Tx, rule: RuleId, by: LearnerId) -> Result<(), DbErr> {
    let row = conversion_discard::ActiveModel {
        rule_id: Set(rule.uuid()),
        discarded_at_ms: Set(tx.now.ms()),
        discarded_by: Set(by.uuid()),
    };
    conversion_discard::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}
