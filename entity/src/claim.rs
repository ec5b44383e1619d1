//! Table `claim`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "claim")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: Uuid,
    pub pack_id: Uuid,
    pub kind: String,
    pub operator_id: Uuid,
    pub made_at_ms: i64,
    pub received_at_ms: i64,
    pub prev: Vec<u8>,
    pub hash: Vec<u8>,
    pub body_sealed: Option<Vec<u8>>,
    pub state: String,
    pub why: Option<String>,
    pub learner_id: Option<Uuid>,
    pub became: Option<String>,
    pub settled_at_ms: Option<i64>,
    pub decided_by: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
