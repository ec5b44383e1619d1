//! Table `verify_tally`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "verify_tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: Vec<u8>,
    #[sea_orm(primary_key, auto_increment = false)]
    pub span: String,
    pub asked: i64,
    pub until_ms: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
