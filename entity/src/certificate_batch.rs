//! Table `certificate_batch`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_batch")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub kind: String,
    pub about: String,
    pub source: String,
    pub source_code: Vec<u8>,
    pub client_id: Option<Uuid>,
    pub state: String,
    pub trouble: Option<String>,
    pub total: i64,
    pub ready: i64,
    pub wrong: i64,
    pub done: i64,
    pub sample: i64,
    pub seed: Vec<u8>,
    pub brought_by: Uuid,
    pub brought_at_ms: i64,
    pub asked_by: Option<Uuid>,
    pub asked_at_ms: Option<i64>,
    pub decided_by: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub answer: Option<String>,
    pub valid_at_ms: Option<i64>,
    pub ended_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
