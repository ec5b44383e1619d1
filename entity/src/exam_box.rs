//! Table `exam_box`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exam_box")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub exam_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub device_id: Uuid,
    pub name: String,
    pub taken_by: Uuid,
    pub taken_at_ms: i64,
    pub taken_back_at_ms: Option<i64>,
    pub last_seq: Option<i64>,
    pub end_seq: Option<i64>,
    pub end_hash: Option<Vec<u8>>,
    pub end_waived_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
