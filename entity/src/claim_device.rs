//! Table `claim_device`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim_device")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub name: String,
    pub place_code: String,
    pub public_key: Option<Vec<u8>>,
    pub operators: String,
    pub prepared_by: Option<Uuid>,
    pub prepared_at_ms: i64,
    pub settled_seq: i64,
    pub head: Vec<u8>,
    pub revoked_at_ms: Option<i64>,
    pub revoked_by: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
