//! Table `certificate_code`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_code")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub code_index: Vec<u8>,
    pub learner_id: Uuid,
    pub certificate_id: Uuid,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
