//! Transfers out (转出): what a learner was shown before an award was offered, and what the receiver said. How an offer stands is in
//! `transfer_out`.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // `transfer_id`: the pending transfer, the number of the offer. `gives`: thousandths of the receiver's unit. `shown`: digest of what
    // was confirmed. `said_sealed`: what the receiver said, under the key of the learner. `told_at_ms`: when the end was told.
    "CREATE TABLE transfer_offer (
        learner_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        rule_id $UUID NOT NULL,
        receiver_id $UUID NOT NULL,
        award_id $UUID NOT NULL,
        unit $CODE NOT NULL,
        milli $INT NOT NULL CHECK (milli > 0),
        gives $INT NOT NULL CHECK (gives > 0),
        shown $BYTES NOT NULL CHECK (length(shown) = 32),
        offered_at_ms $INT NOT NULL,
        due_at_ms $INT NOT NULL,
        answered_by $UUID NULL,
        said_sealed $BYTES NULL,
        told_at_ms $INT NULL,
        PRIMARY KEY (learner_id, transfer_id)
    ) $STRICT",
    "CREATE UNIQUE INDEX transfer_offer_by_number ON transfer_offer (transfer_id)",
    "CREATE INDEX transfer_offer_by_receiver ON transfer_offer (receiver_id, offered_at_ms)",
    "CREATE INDEX transfer_offer_untold ON transfer_offer (due_at_ms) WHERE told_at_ms IS NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["transfer_offer"]).await
    }
}
