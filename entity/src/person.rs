//! Table `person`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    pub state: String,
    pub name_sealed: Option<Vec<u8>>,
    pub phone_sealed: Option<Vec<u8>>,
    pub document_sealed: Option<Vec<u8>>,
    pub birth_year: Option<i64>,
    pub sex: Option<String>,
    pub place_code: Option<String>,
    pub font: String,
    pub lang: String,
    pub start_point: Option<String>,
    pub pathway: Option<String>,
    pub identity_level: i64,
    pub is_sample: i64,
    pub registered_at_ms: i64,
    pub left_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
