//! Table `class_attendance`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_attendance")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub class_id: Uuid,
    pub signed_up_at_ms: Option<i64>,
    pub signed_off_at_ms: Option<i64>,
    pub reminded_at_ms: Option<i64>,
    pub came_at_ms: Option<i64>,
    pub went_at_ms: Option<i64>,
    pub minutes: Option<i64>,
    pub way: Option<String>,
    pub checked_by: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
