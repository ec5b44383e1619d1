//! Table `roll_line`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roll_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub roll_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    pub learner_id: Option<Uuid>,
    pub sealed: Option<Vec<u8>>,
    pub state: String,
    pub problem: Option<String>,
    pub other: Option<i64>,
    pub milli: i64,
    pub transfer_id: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
