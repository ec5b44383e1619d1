//! Table `study_group`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "study_group")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub organisation_id: Uuid,
    pub place_code: String,
    pub timetable: String,
    pub convenor_id: Option<Uuid>,
    pub founded_by: Uuid,
    pub founded_at_ms: i64,
    pub ended_at_ms: Option<i64>,
    pub is_sample: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
