//! Table `card`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub card_number: String,
    pub learner_id: Option<Uuid>,
    pub pin_mac: Option<Vec<u8>>,
    pub pictures_mac: Option<Vec<u8>>,
    pub state: String,
    pub block_id: Option<Uuid>,
    pub place_code: Option<String>,
    pub issued_at_ms: i64,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
