//! Table `edition_content`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "edition_content")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub code: String,
    pub hash: Vec<u8>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
