//! Table `place_import`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "place_import")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_set: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_version: String,
    pub digest: String,
    pub row_count: i64,
    pub imported_at_ms: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
