//! Table `agency_delegation`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency_delegation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agency_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub units: String,
    pub kinds: String,
    pub second_for: String,
    pub per_learner_milli: i64,
    pub per_year_milli: i64,
    pub from_day: String,
    pub until_day: String,
    pub ground: String,
    pub evidence_hash: Vec<u8>,
    pub state: String,
    pub asker_id: Uuid,
    pub asked_at_ms: i64,
    pub decider_id: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub answer: Option<String>,
    pub ended_at_ms: Option<i64>,
    pub ended_by: Option<Uuid>,
    pub ended_why: Option<String>,
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
