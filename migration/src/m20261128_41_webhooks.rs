//! Programs that work for an agency: who answers for them, what they asked for once, and where they are told of what happens.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Whose program it is, and who of that agency answers for it; without both it reads what anybody may.
    "ALTER TABLE api_client ADD COLUMN agency_id $UUID NULL",
    "ALTER TABLE api_client ADD COLUMN officer_id $UUID NULL",
    // The program that brought a roll; none where a person did.
    "ALTER TABLE roll ADD COLUMN client_id $UUID NULL",
    // What a program asked for under a key of its own. `key_hash`: SHA-256 of the key. `request_hash`: of method, path and body. `status`: that
    // of the first answer, 0 while it is on its way. `answer_sealed`: its body, under the bank's key: it may hold a secret that is shown once.
    "CREATE TABLE api_once (
        client_id $UUID NOT NULL,
        key_hash $BYTES NOT NULL CHECK (length(key_hash) = 32),
        request_hash $BYTES NOT NULL CHECK (length(request_hash) = 32),
        status $INT NOT NULL CHECK (status = 0 OR status BETWEEN 200 AND 299),
        answer_sealed $BYTES NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (client_id, key_hash),
        CONSTRAINT api_once_answered CHECK ((answer_sealed IS NULL) = (status = 0))
    ) $NOROWID",
    "CREATE INDEX api_once_by_time ON api_once (at_ms)",
    // Where a program wants to be told. `kinds`: of what, codes with a space between them. `secret_sealed`: what signs, under the bank's key; for a
    // day after a change the old one signs too. `state`: new until a first delivery was answered. `trouble`: why it is off, or what went wrong
    // last. `looked_to_ms`: events up to then were looked at for it.
    "CREATE TABLE webhook (
        id $UUID NOT NULL PRIMARY KEY,
        client_id $UUID NOT NULL,
        url $TEXT NOT NULL CHECK (length(url) BETWEEN 8 AND 500),
        kinds $CODE NOT NULL,
        secret_sealed $BYTES NOT NULL,
        old_secret_sealed $BYTES NULL,
        old_until_ms $INT NULL,
        state $CODE NOT NULL CHECK (state IN ('new', 'on', 'off')),
        trouble $CODE NULL,
        made_at_ms $INT NOT NULL,
        looked_to_ms $INT NOT NULL,
        CONSTRAINT webhook_old_secret CHECK ((old_secret_sealed IS NULL) = (old_until_ms IS NULL))
    ) $STRICT",
    "CREATE INDEX webhook_of_client ON webhook (client_id)",
    // One event on its way to one address. `body`: the bytes that are signed and sent. `attempts`: how often it was taken in hand.
    "CREATE TABLE webhook_delivery (
        webhook_id $UUID NOT NULL REFERENCES webhook (id),
        event_id $UUID NOT NULL,
        body $TEXT NOT NULL,
        made_at_ms $INT NOT NULL,
        attempts $INT NOT NULL CHECK (attempts >= 0),
        next_at_ms $INT NOT NULL,
        leased_until_ms $INT NOT NULL,
        done_at_ms $INT NULL,
        last_status $INT NULL,
        last_answer $TEXT NULL,
        PRIMARY KEY (webhook_id, event_id)
    ) $NOROWID",
    "CREATE INDEX webhook_delivery_due ON webhook_delivery (next_at_ms) WHERE done_at_ms IS NULL",
    "CREATE INDEX webhook_delivery_by_time ON webhook_delivery (made_at_ms)",
];

const DOWN: &[&str] = &[
    "ALTER TABLE roll DROP COLUMN client_id",
    "ALTER TABLE api_client DROP COLUMN officer_id",
    "ALTER TABLE api_client DROP COLUMN agency_id",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["webhook_delivery", "webhook", "api_once"]).await?;
        ddl::run(manager, DOWN).await
    }
}
