//! Table `training_plan`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_plan")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub place_code: String,
    pub line: Option<String>,
    pub version: i64,
    pub made_by: Uuid,
    pub made_at_ms: i64,
    pub ended_at_ms: Option<i64>,
    pub counted_at_ms: Option<i64>,
    pub is_sample: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
