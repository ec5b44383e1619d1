//! Clients of the JSON API: programs, no people.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // The secret is shown once and kept as its SHA-256: it is 32 random bytes, which nobody guesses. `scopes` are codes with a space
    // between them, in their order.
    "CREATE TABLE api_client (
        id $UUID NOT NULL PRIMARY KEY,
        name $TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        secret_hash $BYTES NOT NULL CHECK (length(secret_hash) = 32),
        scopes $CODE NOT NULL,
        made_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["api_client"]).await
    }
}
