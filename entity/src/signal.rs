//! Table `signal`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signal")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub place_code: String,
    pub day: String,
    pub about_id: Uuid,
    pub unit: String,
    pub learners: i64,
    pub among: i64,
    pub found_at_ms: i64,
    pub state: String,
    pub looked_by: Option<Uuid>,
    pub looked_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
