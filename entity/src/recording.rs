//! Table `recording`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "recording")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub reads: String,
    pub words: Vec<u8>,
    pub lang: String,
    pub kind: String,
    pub file: Vec<u8>,
    pub sound: String,
    pub seconds: i64,
    pub bytes: i64,
    pub place_code: String,
    pub sent_by: Uuid,
    pub speaker_id: Option<Uuid>,
    pub consent: String,
    pub state: String,
    pub sent_at_ms: i64,
    pub changed_at_ms: i64,
    pub changed_by: Option<Uuid>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
