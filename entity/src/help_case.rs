//! Table `help_case`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "help_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub kind: String,
    pub about: Option<String>,
    pub words_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub browser: Option<Vec<u8>>,
    pub place_code: String,
    pub state: String,
    pub answer_sealed: Option<Vec<u8>>,
    pub opened_at_ms: i64,
    pub due_at_ms: i64,
    pub changed_at_ms: i64,
    pub handler_id: Option<Uuid>,
    pub concerns_id: Option<Uuid>,
    pub agency_id: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
