//! Files that are kept beside the database by the digest of their content, and what uses them.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // `digest` is the SHA-256 of the content. `unused_since_ms`: since when nothing uses it; empty while something does.
    "CREATE TABLE stored_file (
        digest $BYTES NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
        bytes $INT NOT NULL CHECK (bytes >= 0),
        stored_at_ms $INT NOT NULL,
        unused_since_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX stored_file_unused ON stored_file (unused_since_ms) WHERE unused_since_ms IS NOT NULL",
    // `kind` names the table whose row `used_by` uses the file.
    "CREATE TABLE file_use (
        digest $BYTES NOT NULL REFERENCES stored_file (digest),
        kind $CODE NOT NULL,
        used_by $UUID NOT NULL,
        PRIMARY KEY (digest, kind, used_by)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["file_use", "stored_file"]).await
    }
}
