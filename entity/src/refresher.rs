//! Table `refresher`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresher")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub course: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    pub seed: Vec<u8>,
    pub items: String,
    pub given: String,
    pub begun_at_ms: i64,
    pub done_at_ms: Option<i64>,
    pub put_away_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
