//! Table `exam_confirmation`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "exam_confirmation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub exam_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub invigilator_id: Uuid,
    pub list: Vec<u8>,
    pub at_ms: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
