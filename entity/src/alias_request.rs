//! Table `alias_request`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "alias_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub primary_id: Uuid,
    pub kind: String,
    pub ends_id: Option<Uuid>,
    pub reason_code: String,
    pub documents_seen: i64,
    pub ground_sealed: Vec<u8>,
    pub evidence_hash: Vec<u8>,
    pub place_code: String,
    pub state: String,
    pub asker_id: Uuid,
    pub asked_at_ms: i64,
    pub decider_id: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub effect_at_ms: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
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
