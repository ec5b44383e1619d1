//! The sheets of a batch of certificates, drawn in the background, to be fetched as files for a month.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // How far the drawing is. `after_line`: the last line of the batch at which it has arrived; of `drawn` sheets `skipped` cannot be.
    "CREATE TABLE certificate_print (
        batch_id $UUID NOT NULL PRIMARY KEY,
        state $CODE NOT NULL CHECK (state IN ('drawing', 'done', 'full')),
        total $INT NOT NULL CHECK (total >= 0),
        drawn $INT NOT NULL CHECK (drawn >= 0),
        skipped $INT NOT NULL CHECK (skipped >= 0),
        after_line $INT NOT NULL CHECK (after_line >= 0),
        asked_by $UUID NOT NULL,
        asked_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL,
        CONSTRAINT certificate_print_ended CHECK ((ended_at_ms IS NULL) = (state = 'drawing'))
    ) $STRICT",
    "CREATE INDEX certificate_print_asked ON certificate_print (asked_at_ms)",
    // A file of sheets, sealed with a key of the bank: the store keeps what it is given as it is given.
    "CREATE TABLE certificate_print_part (
        batch_id $UUID NOT NULL,
        number $INT NOT NULL CHECK (number >= 1),
        first_line $INT NOT NULL CHECK (first_line >= 1),
        last_line $INT NOT NULL CHECK (last_line >= first_line),
        sheets $INT NOT NULL CHECK (sheets >= 1),
        bytes $INT NOT NULL CHECK (bytes >= 0),
        digest $BYTES NOT NULL CHECK (length(digest) = 32),
        PRIMARY KEY (batch_id, number)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["certificate_print_part", "certificate_print"]).await
    }
}
