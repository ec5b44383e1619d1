//! Table `transfer_out`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transfer_out")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub transfer_id: Uuid,
    pub award_id: Uuid,
    pub receiver_id: Uuid,
    pub officer_id: Uuid,
    pub state: String,
    pub asked_at_ms: i64,
    pub due_at_ms: i64,
    pub evidence_hash: Vec<u8>,
    pub rule_version: String,
    pub place_code: Option<String>,
    pub answer_id: Option<Uuid>,
    pub answer_ref: Option<String>,
    pub answer_hash: Option<Vec<u8>>,
    pub answered_at_ms: Option<i64>,
    pub record_class: String,
    pub responsible_org: String,
    pub formed_at_ms: i64,
    pub retention: String,
    pub openness: String,
    pub format_version: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
