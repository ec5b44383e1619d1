//! Table `conversion`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversion")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub transfer_id: Uuid,
    pub kind: String,
    pub partner_id: Uuid,
    pub reference: String,
    pub unit: String,
    pub value: i64,
    pub numerator: i64,
    pub denominator: i64,
    pub step: i64,
    pub officer_id: Uuid,
    pub approver_id: Option<Uuid>,
    pub evidence_hash: Vec<u8>,
    pub rule_version: String,
    pub record_class: String,
    pub responsible_org: String,
    pub formed_at_ms: i64,
    pub retention: String,
    pub openness: String,
    pub format_version: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
