//! Table `agency`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organisation_id: Uuid,
    pub credit_code: String,
    pub name: String,
    pub place_code: String,
    pub line: Option<String>,
    pub contact_phone: String,
    pub contact_words: Option<String>,
    pub registered_at_ms: i64,
    pub registered_by: Uuid,
    pub closed_at_ms: Option<i64>,
    pub closed_by: Option<Uuid>,
    pub closed_why: Option<String>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
