//! Drafts of conversion rules that nobody wants any more.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

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

/// Kept as the other tables of rules are. On SQLite `INSERT OR REPLACE` passes a trigger on DELETE: so an INSERT of what is there is refused too.
const KEPT_SQLITE: [&str; 4] = [
    "CREATE TRIGGER conversion_discard_is_kept BEFORE UPDATE ON conversion_discard BEGIN SELECT RAISE(ABORT, 'conversions: a row of conversion_discard is kept as it is'); END",
    "CREATE TRIGGER conversion_discard_is_never_removed BEFORE DELETE ON conversion_discard BEGIN SELECT RAISE(ABORT, 'conversions: a row of conversion_discard is kept as it is'); END",
    "CREATE TRIGGER conversion_discard_is_never_replaced BEFORE INSERT ON conversion_discard WHEN EXISTS (SELECT 1 FROM conversion_discard WHERE rule_id = NEW.rule_id) BEGIN SELECT RAISE(ABORT, 'conversions: a row of conversion_discard is kept as it is'); END",
    "CREATE TRIGGER conversion_discard_is_of_a_draft BEFORE INSERT ON conversion_discard WHEN NOT EXISTS (SELECT 1 FROM conversion_rule WHERE id = NEW.rule_id AND state = 'draft') BEGIN SELECT RAISE(ABORT, 'conversions: only a draft is discarded'); END",
];

const KEPT_POSTGRES: [&str; 5] = [
    "CREATE TRIGGER conversion_discard_is_kept BEFORE UPDATE ON conversion_discard FOR EACH ROW EXECUTE FUNCTION conversions_refuses()",
    "CREATE TRIGGER conversion_discard_is_never_removed BEFORE DELETE ON conversion_discard FOR EACH ROW EXECUTE FUNCTION conversions_refuses()",
    "CREATE TRIGGER conversion_discard_is_never_emptied BEFORE TRUNCATE ON conversion_discard FOR EACH STATEMENT EXECUTE FUNCTION conversions_refuses()",
    "CREATE FUNCTION conversions_discards_drafts() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NOT EXISTS (SELECT 1 FROM conversion_rule WHERE id = NEW.rule_id AND state = 'draft') THEN
            RAISE EXCEPTION 'conversions: only a draft is discarded' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER conversion_discard_is_of_a_draft BEFORE INSERT ON conversion_discard FOR EACH ROW EXECUTE FUNCTION conversions_discards_drafts()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        ddl::run_only(manager, DbBackend::Sqlite, &KEPT_SQLITE).await?;
        ddl::run_only(manager, DbBackend::Postgres, &KEPT_POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["conversion_discard"]).await?;
        ddl::run_only(manager, DbBackend::Postgres, &["DROP FUNCTION conversions_discards_drafts()"]).await
    }
}
