//! Table `batch`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Option<Uuid>,
    pub place_code: String,
    pub uploaded_by: Uuid,
    pub digest: Vec<u8>,
    pub consent: String,
    pub state: String,
    pub total: i64,
    pub done: i64,
    pub made_at_ms: i64,
    pub decided_by: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub ended_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
