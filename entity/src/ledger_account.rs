//! Table `ledger_account`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_account")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub asset: i64,
    pub version: Option<i64>,
    pub holding_milli: i64,
    pub pending_milli: i64,
    pub frozen_milli: i64,
    pub transferred_milli: i64,
    pub revoked_milli: i64,
    pub recorded_at_ms: Option<i64>,
    pub closed: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
