//! Table `certificate_request`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate_request")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub act: String,
    pub certificate_id: Option<Uuid>,
    pub kind: String,
    pub about: String,
    pub agency_id: Uuid,
    pub reason_code: Option<String>,
    pub ground_sealed: Option<Vec<u8>>,
    pub shown_hash: Option<Vec<u8>>,
    pub state: String,
    pub asker_id: Option<Uuid>,
    pub client_id: Option<Uuid>,
    pub helper_id: Option<Uuid>,
    pub asked_at_ms: i64,
    pub officer_id: Option<Uuid>,
    pub decider_id: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub answer_sealed: Option<Vec<u8>>,
    pub once: String,
    pub place_code: Option<String>,
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
