//! Table `training_plan_member`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "training_plan_member")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub plan_id: Uuid,
    pub version: i64,
    pub state: String,
    pub invited_by: Uuid,
    pub invited_at_ms: i64,
    pub told_at_ms: Option<i64>,
    pub agreed_text: Option<String>,
    pub joined_at_ms: Option<i64>,
    pub answered_at_ms: Option<i64>,
    pub completed_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
