//! Table `name_index`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "name_index")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_index: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    pub area: String,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
