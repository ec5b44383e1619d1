//! Table `application_step`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application_step")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub turn: i64,
    pub deed: String,
    pub actor_id: Uuid,
    pub to_id: Option<Uuid>,
    pub reason: Option<String>,
    pub words_sealed: Option<Vec<u8>>,
    pub supervision: Option<i64>,
    pub identity_level: Option<i64>,
    pub at_ms: i64,
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
