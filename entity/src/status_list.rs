//! Table `status_list`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "status_list")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub agency_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub list: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub purpose: String,
    pub opened_at_ms: i64,
    pub filled: i64,
    pub dirty_at_ms: Option<i64>,
    pub changes: i64,
    pub generation: i64,
    pub document: Option<String>,
    pub jwt: Option<String>,
    pub published_at_ms: Option<i64>,
    pub valid_until_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
