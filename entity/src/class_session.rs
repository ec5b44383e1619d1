//! Table `class_session`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "class_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub course: Option<String>,
    pub title: String,
    pub organisation_id: Uuid,
    pub place_code: String,
    pub day: String,
    pub starts_at_ms: i64,
    pub ends_at_ms: i64,
    pub seats: i64,
    pub teacher_id: Uuid,
    pub witness_id: Option<Uuid>,
    pub notes: String,
    pub series_id: Option<Uuid>,
    pub group_id: Option<Uuid>,
    pub state: String,
    pub reason: Option<String>,
    pub planned_by: Uuid,
    pub planned_at_ms: i64,
    pub closed_by: Option<Uuid>,
    pub closed_at_ms: Option<i64>,
    pub told_on: Option<String>,
    pub told_times: i64,
    pub is_sample: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
