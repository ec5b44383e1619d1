//! Table `result`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "result")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit: String,
    pub edition: String,
    pub source: String,
    pub source_id: Uuid,
    pub score_permille: i64,
    pub identity_level: i64,
    pub supervision_level: i64,
    pub support: String,
    pub helper_id: Option<Uuid>,
    pub evidence_hash: Vec<u8>,
    pub rule_version: String,
    pub transfer_id: Option<Uuid>,
    pub passed_at_ms: i64,
    pub passed_day: String,
    pub record_class: String,
    pub responsible_org: String,
    pub formed_at_ms: i64,
    pub retention: String,
    pub openness: String,
    pub format_version: i64,
    pub salt: Vec<u8>,
    pub leaf_hash: Vec<u8>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
