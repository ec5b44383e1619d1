//! Table `exam_session`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exam_session")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub place_code: String,
    pub line: Option<String>,
    pub unit: String,
    pub level: i64,
    pub starts_at_ms: i64,
    pub ends_at_ms: i64,
    pub seats: i64,
    pub first_id: Uuid,
    pub second_id: Uuid,
    pub state: String,
    pub planned_by: Uuid,
    pub planned_at_ms: i64,
    pub finished_by: Option<Uuid>,
    pub finished_at_ms: Option<i64>,
    pub published_by: Option<Uuid>,
    pub published_at_ms: Option<i64>,
    pub entered_by: Option<Uuid>,
    pub entered_at_ms: Option<i64>,
    pub cancelled_by: Option<Uuid>,
    pub cancelled_at_ms: Option<i64>,
    pub cancelled_why: Option<String>,
    pub is_sample: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
