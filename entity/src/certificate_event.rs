//! Table `certificate_event`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_event")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub certificate_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub id: Uuid,
    pub what: String,
    pub version: i64,
    pub reason_code: Option<String>,
    pub ground_sealed: Option<Vec<u8>>,
    pub ground_hash: Option<Vec<u8>>,
    pub actor_id: Option<Uuid>,
    pub approver_id: Option<Uuid>,
    pub cause_id: Option<Uuid>,
    pub appeal_until: Option<String>,
    pub at_ms: i64,
    pub day: String,
    pub salt: Vec<u8>,
    pub leaf_hash: Vec<u8>,
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
