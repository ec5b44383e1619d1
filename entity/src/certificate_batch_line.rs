//! Table `certificate_batch_line`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_batch_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub batch_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub learner_id: Option<Uuid>,
    pub sealed: Option<Vec<u8>>,
    pub state: String,
    pub problem: Option<String>,
    pub basis_hash: Option<Vec<u8>>,
    pub in_sample: i64,
    pub looked_by: Option<Uuid>,
    pub looked_at_ms: Option<i64>,
    pub look: Option<String>,
    pub certificate_id: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
