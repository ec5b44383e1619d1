//! Table `claim_pack`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_pack")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub first_seq: i64,
    pub last_seq: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub state: String,
    pub row_seq: Option<i64>,
    pub made_at_ms: i64,
    pub received_at_ms: i64,
    pub way: String,
    pub carried_by: Option<Uuid>,
    pub times: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
