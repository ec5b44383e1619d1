//! Table `exam_paper`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exam_paper")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub exam_id: Uuid,
    pub id: Uuid,
    pub put_down_by: Uuid,
    pub put_down_at_ms: i64,
    pub came_at_ms: Option<i64>,
    pub came_by: Option<Uuid>,
    pub sight_kind: Option<String>,
    pub sight_by: Option<Uuid>,
    pub sight_at_ms: Option<i64>,
    pub form: String,
    pub aids: String,
    pub extra_minutes: i64,
    pub allowed_at_ms: Option<i64>,
    pub allowed_by: Option<Uuid>,
    pub device_hash: Option<Vec<u8>>,
    pub started_at_ms: Option<i64>,
    pub seed: Option<Vec<u8>>,
    pub edition: Option<String>,
    pub items: Option<Vec<u8>>,
    pub handed_in_at_ms: Option<i64>,
    pub hand_right: Option<i64>,
    pub hand_of: Option<i64>,
    pub hand_by: Option<Uuid>,
    pub hand_sealed: Option<Vec<u8>>,
    pub verdict: Option<String>,
    pub verdict_reason: Option<String>,
    pub verdict_sealed: Option<Vec<u8>>,
    pub verdict_by: Option<Uuid>,
    pub verdict_at_ms: Option<i64>,
    pub score_permille: Option<i64>,
    pub passed: Option<i64>,
    pub entered_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
