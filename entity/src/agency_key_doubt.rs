//! Table `agency_key_doubt`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency_key_doubt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agency_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub generation: i64,
    pub why: String,
    pub state: String,
    pub asker_id: Uuid,
    pub asked_at_ms: i64,
    pub decider_id: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub answer: Option<String>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
