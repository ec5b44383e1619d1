//! Drafts of conversion rules that nobody wants any more.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // The row of a draft is kept as it was, and so is what trying it came to: from here on there is no such rule for anybody. Only a draft that nobody
    // published is ever discarded; whoever does it holds its row until the commit.
    "CREATE TABLE conversion_discard (
        rule_id $UUID NOT NULL PRIMARY KEY REFERENCES conversion_rule (id),
        discarded_at_ms $INT NOT NULL,
        discarded_by $UUID NOT NULL
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["conversion_discard"]).await
    }
}
