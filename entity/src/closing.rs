//! Table `closing`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "closing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub place_code: Option<String>,
    pub closed_by: Uuid,
    pub closed_at_ms: i64,
    pub confirmed_by: Option<Uuid>,
    pub confirmed_at_ms: Option<i64>,
    pub undone_by: Option<Uuid>,
    pub undone_at_ms: Option<i64>,
    pub finished_at_ms: Option<i64>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
