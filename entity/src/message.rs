//! Table `message`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "message")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub learner_id: Option<Uuid>,
    pub channel: String,
    pub template: String,
    pub template_version: String,
    pub lang: String,
    pub at_night: i64,
    pub address_sealed: Option<Vec<u8>>,
    pub params_sealed: Option<Vec<u8>>,
    pub state: String,
    pub attempts: i64,
    pub next_at_ms: i64,
    pub made_at_ms: i64,
    pub give_up_at_ms: i64,
    pub sent_at_ms: Option<i64>,
    pub last_error: Option<String>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
