//! Table `ledger_transfer`; its columns are explained in the migration that makes it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledger_transfer")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub learner_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub asset: i64,
    pub version: i64,
    pub before_version: Option<i64>,
    pub code: String,
    pub phase: String,
    pub debit_kind: String,
    pub credit_kind: String,
    pub issuer_id: Uuid,
    pub amount_milli: i64,
    pub holding_before_milli: i64,
    pub pending_before_milli: i64,
    pub frozen_before_milli: i64,
    pub transferred_before_milli: i64,
    pub revoked_before_milli: i64,
    pub before_recorded_at_ms: Option<i64>,
    pub holding_after_milli: i64,
    pub pending_after_milli: i64,
    pub frozen_after_milli: i64,
    pub transferred_after_milli: i64,
    pub revoked_after_milli: i64,
    pub group_id: Uuid,
    pub resolves: Option<Uuid>,
    pub reverses: Option<Uuid>,
    pub takes: Option<Uuid>,
    pub names_code: Option<String>,
    pub names_phase: Option<String>,
    pub award_key: Option<String>,
    pub occurred_at_ms: i64,
    pub recorded_at_ms: i64,
    pub actor_id: Uuid,
    pub approver_id: Option<Uuid>,
    pub reason_code: Option<String>,
    pub rule_version: String,
    pub evidence_hash: Vec<u8>,
    pub idempotency_scope: String,
    pub idempotency_key: String,
    pub request_hash: Vec<u8>,
    pub format_version: i64,
    pub salt: Vec<u8>,
    pub leaf_hash: Vec<u8>,
}

/// No relations are followed by the mapper: queries say what they join.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
