//! Table `certificate_version`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub id: Uuid,
    pub why: String,
    pub document_sealed: Vec<u8>,
    pub document_hash: Vec<u8>,
    pub key_hash: Vec<u8>,
    pub list: i64,
    pub position: i64,
    pub rule_version: String,
    pub edition: String,
    pub identity_level: i64,
    pub supervision_level: i64,
    pub credit_milli: i64,
    pub class_hours: i64,
    pub units: String,
    pub officer_id: Uuid,
    pub approver_id: Option<Uuid>,
    pub made_at_ms: i64,
    pub made_day: String,
    pub salt: Vec<u8>,
    pub leaf_hash: Vec<u8>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
