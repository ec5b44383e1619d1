//! Editions of the curriculum: lessons and items kept by content hash, so that yesterday's question can be shown again.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE edition (
        digest $CODE NOT NULL PRIMARY KEY,
        version $CODE NOT NULL,
        loaded_at_ms $INT NOT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL
    ) $STRICT",
    "CREATE TABLE content (
        hash $BYTES NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL CHECK (kind IN ('course', 'lesson', 'practice', 'item', 'certificate')),
        code $CODE NOT NULL,
        body $TEXT NOT NULL
    ) $STRICT",
    "CREATE TABLE edition_content (
        edition $CODE NOT NULL REFERENCES edition (digest),
        code $CODE NOT NULL,
        hash $BYTES NOT NULL REFERENCES content (hash),
        PRIMARY KEY (edition, code)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["edition_content", "content", "edition"]).await
    }
}
