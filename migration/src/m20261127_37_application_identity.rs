//! What was done elsewhere to know who sat there, as whoever would recognise a result says.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Said of an examination alone; none: nothing was said, and what the bank knew of the person counted.
    "ALTER TABLE application_step ADD COLUMN identity_level $INT NULL
        CHECK (identity_level IS NULL OR (identity_level BETWEEN 0 AND 3 AND supervision IS NOT NULL))",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, &["ALTER TABLE application_step DROP COLUMN identity_level"]).await
    }
}
