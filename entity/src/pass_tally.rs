//! Table `pass_tally`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pass_tally")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub place_code: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub hour_ms: i64,
    pub passes: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
