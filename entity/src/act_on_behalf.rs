//! Table `act_on_behalf`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "act_on_behalf")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub number: String,
    pub errand: String,
    pub words_sealed: Option<Vec<u8>>,
    pub helper_id: Uuid,
    pub organisation_id: Option<Uuid>,
    pub place_code: String,
    pub acted_day: String,
    pub consent: String,
    pub consent_version: String,
    pub outcome: String,
    pub recorded_at_ms: i64,
    pub undone_at_ms: Option<i64>,
    pub undone_way: Option<String>,
    pub undone_by: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
