//! Table `hall_code`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "hall_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_mac: Vec<u8>,
    pub learner_id: Uuid,
    pub given_by: Uuid,
    pub place_code: String,
    pub given_at_ms: i64,
    pub expires_at_ms: i64,
    pub used_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
