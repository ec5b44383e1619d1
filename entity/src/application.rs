//! Table `application`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "application")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub agency_id: Uuid,
    pub rule_id: Uuid,
    pub unit: String,
    pub state: String,
    pub turn: i64,
    pub begun_at_ms: i64,
    pub number_sealed: Option<Vec<u8>>,
    pub number_code: Option<Vec<u8>>,
    pub value: Option<i64>,
    pub passed_day: Option<String>,
    pub elsewhere: Option<String>,
    pub agreed_text: Option<String>,
    pub helper_id: Option<Uuid>,
    pub sent_at_ms: Option<i64>,
    pub due_day: Option<String>,
    pub waits_since_ms: Option<i64>,
    pub holder_id: Option<Uuid>,
    pub decided_at_ms: Option<i64>,
    pub transfer_id: Option<Uuid>,
    pub credits_milli: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
