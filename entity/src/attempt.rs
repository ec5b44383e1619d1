//! Table `attempt`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attempt")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub unit: String,
    pub number: i64,
    pub edition: String,
    pub seed: Vec<u8>,
    pub items: String,
    pub state: String,
    pub score_permille: Option<i64>,
    pub missed: Option<String>,
    pub support: String,
    pub helper_id: Option<Uuid>,
    pub started_at_ms: i64,
    pub finished_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
