//! Table `certificate_cite`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_cite")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub unit: String,
    pub account_id: Uuid,
    pub result_id: Uuid,
    pub transfer_id: Uuid,
    pub source: String,
    pub evidence_hash: Vec<u8>,
    pub result_leaf: i64,
    pub award_leaf: i64,
    pub score_permille: i64,
    pub identity_level: i64,
    pub supervision_level: i64,
    pub credit_milli: i64,
    pub class_hours: i64,
    pub passed_day: String,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
