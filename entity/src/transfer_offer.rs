//! Table `transfer_offer`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_offer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub transfer_id: Uuid,
    pub rule_id: Uuid,
    pub receiver_id: Uuid,
    pub award_id: Uuid,
    pub unit: String,
    pub milli: i64,
    pub gives: i64,
    pub shown: Vec<u8>,
    pub offered_at_ms: i64,
    pub due_at_ms: i64,
    pub answered_by: Option<Uuid>,
    pub said_sealed: Option<Vec<u8>>,
    pub told_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
