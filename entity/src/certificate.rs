//! Table `certificate`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "certificate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub about: String,
    pub number: String,
    pub code_sealed: Vec<u8>,
    pub agency_id: Uuid,
    pub state: String,
    pub version: i64,
    pub name_sealed: Vec<u8>,
    pub place_code: Option<String>,
    pub batch_id: Option<Uuid>,
    pub reserved_at_ms: i64,
    pub issued_at_ms: Option<i64>,
    pub issued_day: Option<String>,
    pub changed_at_ms: i64,
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
