//! Table `conversion` by partner, with the levels of the results behind.

use std::collections::HashMap;

use entity::{conversion, result};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::Levels;
use crate::kernel::{LearnerId, OrganisationId, Timestamp, TransferId};
use crate::ledger::Code;

/// One conversion as its row has it.
pub(super) struct Row {
    pub(super) learner: LearnerId,
    pub(super) transfer: TransferId,
    pub(super) unit: String,
    pub(super) reference: String,
    pub(super) value: i64,
    pub(super) at: Timestamp,
}

pub(super) async fn list(db: &impl ConnectionTrait, partner: OrganisationId, kind: Code) -> Result<Vec<Row>, DbErr> {
    let rows = conversion::Entity::find()
        .filter(conversion::Column::PartnerId.eq(partner.uuid()))
        .filter(conversion::Column::Kind.eq(kind.code()))
        .order_by_asc(conversion::Column::FormedAtMs)
        .order_by_asc(conversion::Column::TransferId)
        .all(db)
        .await?;
    let read = |row: conversion::Model| Row {
        learner: LearnerId::from_uuid(row.learner_id),
        transfer: TransferId::from_uuid(row.transfer_id),
        unit: row.unit,
        reference: row.reference,
        value: row.value,
        at: Timestamp::from_ms(row.formed_at_ms),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// The levels of the results by which awards of these people were credited.
pub(super) async fn levels_of(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
) -> Result<HashMap<(LearnerId, TransferId), Levels>, DbErr> {
    let rows = result::Entity::find()
        .filter(result::Column::LearnerId.is_in(learners.iter().map(|learner| learner.uuid())))
        .filter(result::Column::TransferId.is_not_null())
        .all(db)
        .await?;
    let mut levels = HashMap::new();
    for row in rows {
        let read = Levels::from_values(row.identity_level, row.supervision_level);
        if let (Some(transfer), Some(read)) = (row.transfer_id, read) {
            levels.insert((LearnerId::from_uuid(row.learner_id), TransferId::from_uuid(transfer)), read);
        }
    }
    Ok(levels)
}
