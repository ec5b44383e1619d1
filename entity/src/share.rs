//! Table `share`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "share")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub what: String,
    pub certificate_id: Option<Uuid>,
    pub shows: String,
    pub for_sealed: Vec<u8>,
    pub token_sealed: Vec<u8>,
    pub client_id: Option<Uuid>,
    pub text_version: String,
    pub made_at_ms: i64,
    pub until_ms: i64,
    pub ended_at_ms: Option<i64>,
    pub once: String,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
