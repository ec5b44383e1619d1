//! Table `conversion_rule`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversion_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub partner_id: Uuid,
    pub partner_name: String,
    pub direction: String,
    pub unit: String,
    pub version: i64,
    pub title: String,
    pub numerator: i64,
    pub denominator: i64,
    pub step: i64,
    pub least_identity: i64,
    pub least_supervision: i64,
    pub evidence: String,
    pub from_day: String,
    pub until_day: Option<String>,
    pub deciders: i64,
    pub most_milli: Option<i64>,
    pub promised_days: i64,
    pub tests: String,
    pub copied_from: Option<Uuid>,
    pub state: String,
    pub drafted_by: Uuid,
    pub drafted_at_ms: i64,
    pub published_by: Option<Uuid>,
    pub published_at_ms: Option<i64>,
    pub run_digest: Option<Vec<u8>>,
    pub ended_day: Option<String>,
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
