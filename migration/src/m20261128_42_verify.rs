//! Verifying and showing: how often somebody has asked, and what learners let others see of a certificate or of their statement.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // How often. `source`: keyed digest of an address, a number or a program, with what it is counted for and the day; nothing stays of it.
    // `span`: a day (`2026-11-27`) or ten minutes (`2026-11-27T10:4`).
    "CREATE TABLE verify_tally (
        source $BYTES NOT NULL CHECK (length(source) = 32),
        span $CODE NOT NULL,
        asked $INT NOT NULL CHECK (asked >= 0),
        until_ms $INT NOT NULL,
        PRIMARY KEY (source, span)
    ) $NOROWID",
    "CREATE INDEX verify_tally_ends ON verify_tally (until_ms)",
    // What somebody shows. `shows`: codes with a space between. `for_sealed` (for whom, in the learner's words) and `token_sealed` are sealed with
    // the learner's key. A statement is shown to one program, a certificate to whoever has the link. `text_version`: the words that were agreed to.
    "CREATE TABLE share (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        what $CODE NOT NULL CHECK (what IN ('certificate', 'statement')),
        certificate_id $UUID NULL,
        shows $CODE NOT NULL,
        for_sealed $BYTES NOT NULL,
        token_sealed $BYTES NOT NULL,
        client_id $UUID NULL,
        text_version $CODE NOT NULL,
        made_at_ms $INT NOT NULL,
        until_ms $INT NOT NULL,
        ended_at_ms $INT NULL,
        once $CODE NOT NULL,
        PRIMARY KEY (learner_id, id),
        CONSTRAINT share_once UNIQUE (learner_id, once),
        CONSTRAINT share_certificate CHECK ((what = 'certificate') = (certificate_id IS NOT NULL)),
        CONSTRAINT share_client CHECK ((what = 'statement') = (client_id IS NOT NULL)),
        CONSTRAINT share_ends CHECK (until_ms > made_at_ms)
    ) $STRICT",
    "CREATE INDEX share_by_end ON share (until_ms)",
    "CREATE TABLE share_token (
        token_hash $BYTES NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
        learner_id $UUID NOT NULL,
        share_id $UUID NOT NULL
    ) $STRICT",
    "CREATE INDEX share_token_of ON share_token (learner_id, share_id)",
    // That somebody opened it. `client_id` NULL: somebody.
    "CREATE TABLE share_look (
        learner_id $UUID NOT NULL,
        share_id $UUID NOT NULL,
        id $UUID NOT NULL,
        client_id $UUID NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, share_id, id)
    ) $STRICT",
    // Programs ask by the id alone what became of a request.
    "CREATE INDEX certificate_request_by_id ON certificate_request (id)",
];

const DOWN: &[&str] = &["DROP INDEX certificate_request_by_id"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["share_look", "share_token", "share", "verify_tally"]).await?;
        ddl::run(manager, DOWN).await
    }
}
