//! Table `sms_challenge`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sms_challenge")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub flow_hash: Vec<u8>,
    pub phone_index: Vec<u8>,
    pub phone_sealed: Vec<u8>,
    pub purpose: String,
    pub tries: i64,
    pub sends: i64,
    pub source: String,
    pub had_account: i64,
    pub place_code: Option<String>,
    pub sent_at_ms: i64,
    pub expires_at_ms: i64,
    pub verified_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
