//! Table `counted_elsewhere`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "counted_elsewhere")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub result_id: Uuid,
    pub unit: String,
    pub credit_milli: i64,
    pub evidence_hash: Vec<u8>,
    pub rule_version: String,
    pub responsible_org: String,
    pub held_by: Uuid,
    pub kept_at_ms: i64,
    pub settled_by: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
