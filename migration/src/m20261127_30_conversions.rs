//! Conversion rules (转换规则): drafts, published versions, what trying them came to, and the gate through which one publishes.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Small shared data. Drafts have version 0. `tests`: what is certified and what it is to come to, `1000=250`, with a space between. Names of
    // agency and partner are those of the day on which it was written.
    "CREATE TABLE conversion_rule (
        id $UUID NOT NULL PRIMARY KEY,
        agency_id $UUID NOT NULL REFERENCES agency (id),
        partner_id $UUID NOT NULL REFERENCES organisation (id),
        partner_name $TEXT NOT NULL,
        direction $CODE NOT NULL CHECK (direction IN ('in', 'out')),
        unit $CODE NOT NULL CHECK (length(unit) > 0),
        version $INT NOT NULL CHECK (version >= 0),
        title $TEXT NOT NULL,
        numerator $INT NOT NULL CHECK (numerator > 0),
        denominator $INT NOT NULL CHECK (denominator > 0),
        step $INT NOT NULL CHECK (step > 0),
        least_identity $INT NOT NULL CHECK (least_identity BETWEEN 0 AND 3),
        least_supervision $INT NOT NULL CHECK (least_supervision BETWEEN 0 AND 3),
        evidence $TEXT NOT NULL,
        from_day $CODE NOT NULL CHECK (length(from_day) = 10),
        until_day $CODE NULL CHECK (length(until_day) = 10),
        deciders $INT NOT NULL CHECK (deciders IN (1, 2)),
        most_milli $INT NULL CHECK (most_milli > 0),
        promised_days $INT NOT NULL CHECK (promised_days > 0),
        tests $CODE NOT NULL,
        copied_from $UUID NULL,
        state $CODE NOT NULL CHECK (state IN ('draft', 'published', 'ended')),
        drafted_by $UUID NOT NULL,
        drafted_at_ms $INT NOT NULL,
        published_by $UUID NULL,
        published_at_ms $INT NULL,
        run_digest $BYTES NULL CHECK (length(run_digest) = 32),
        ended_day $CODE NULL CHECK (length(ended_day) = 10),
        ended_at_ms $INT NULL,
        ended_by $UUID NULL,
        ended_why $TEXT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        CONSTRAINT conversion_rule_days CHECK (until_day IS NULL OR from_day <= until_day),
        CONSTRAINT conversion_rule_two_people CHECK (published_by <> drafted_by),
        CONSTRAINT conversion_rule_version_published CHECK ((version = 0) = (state = 'draft')),
        CONSTRAINT conversion_rule_published_whole CHECK ((published_by IS NULL) = (state = 'draft')
            AND (published_at_ms IS NULL) = (state = 'draft') AND (run_digest IS NULL) = (state = 'draft')),
        CONSTRAINT conversion_rule_ended_whole CHECK ((ended_day IS NOT NULL) = (state = 'ended') AND (ended_at_ms IS NOT NULL) = (state = 'ended')
            AND (ended_by IS NOT NULL) = (state = 'ended') AND (ended_why IS NOT NULL) = (state = 'ended'))
    ) $STRICT",
    "CREATE UNIQUE INDEX conversion_rule_versions ON conversion_rule (agency_id, direction, partner_id, unit, version) WHERE version > 0",
    "CREATE INDEX conversion_rule_of_agency ON conversion_rule (agency_id, state, drafted_at_ms)",
    "CREATE INDEX conversion_rule_by_direction ON conversion_rule (direction, partner_name, unit) WHERE version > 0",
    // What a rule came to when it was tried on what was converted and stands (试算): sums alone, with the digest over all that was looked at. How
    // far the log was sealed stands beside it.
    "CREATE TABLE conversion_run (
        rule_id $UUID NOT NULL REFERENCES conversion_rule (id),
        digest $BYTES NOT NULL CHECK (length(digest) = 32),
        made_at_ms $INT NOT NULL,
        made_by $UUID NOT NULL,
        lines $INT NOT NULL CHECK (lines >= 0),
        people $INT NOT NULL CHECK (people >= 0),
        gain $INT NOT NULL CHECK (gain >= 0),
        lose $INT NOT NULL CHECK (lose >= 0),
        more_milli $INT NOT NULL CHECK (more_milli >= 0),
        less_milli $INT NOT NULL CHECK (less_milli >= 0),
        sealed $INT NOT NULL CHECK (sealed >= 0),
        PRIMARY KEY (rule_id, digest)
    ) $STRICT",
    // One row, held by whoever publishes until the commit.
    "CREATE TABLE conversion_gate (
        id $INT NOT NULL PRIMARY KEY CHECK (id = 1),
        passed $INT NOT NULL CHECK (passed >= 0)
    ) $STRICT",
    "INSERT INTO conversion_gate (id, passed) VALUES (1, 0)",
    // A rule is tried on all that was converted with its partner.
    "CREATE INDEX conversion_by_partner ON conversion (partner_id, kind)",
];

/// A draft changes in everything but whose it is. What was published is ended once; nothing else of it ever changes.
const RULE_MAY_CHANGE: &str = "NEW.id = OLD.id AND NEW.agency_id = OLD.agency_id AND NEW.drafted_by = OLD.drafted_by
        AND NEW.drafted_at_ms = OLD.drafted_at_ms AND ((OLD.state = 'draft' AND NEW.state IN ('draft', 'published'))
            OR (OLD.state = 'published' AND NEW.state = 'ended' AND NEW.partner_id = OLD.partner_id AND NEW.partner_name = OLD.partner_name
                AND NEW.direction = OLD.direction AND NEW.unit = OLD.unit AND NEW.version = OLD.version AND NEW.title = OLD.title
                AND NEW.numerator = OLD.numerator AND NEW.denominator = OLD.denominator AND NEW.step = OLD.step
                AND NEW.least_identity = OLD.least_identity AND NEW.least_supervision = OLD.least_supervision AND NEW.evidence = OLD.evidence
                AND NEW.from_day = OLD.from_day AND NEW.until_day IS NOT DISTINCT FROM OLD.until_day AND NEW.deciders = OLD.deciders
                AND NEW.most_milli IS NOT DISTINCT FROM OLD.most_milli AND NEW.promised_days = OLD.promised_days AND NEW.tests = OLD.tests
                AND NEW.copied_from IS NOT DISTINCT FROM OLD.copied_from AND NEW.published_by = OLD.published_by
                AND NEW.published_at_ms = OLD.published_at_ms AND NEW.run_digest = OLD.run_digest AND NEW.record_class = OLD.record_class
                AND NEW.responsible_org = OLD.responsible_org AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention
                AND NEW.openness = OLD.openness AND NEW.format_version = OLD.format_version))";

/// Tables with what may change of a row; none: nothing.
const GUARDED: [(&str, Option<&str>, &str); 2] = [
    ("conversion_rule", Some(RULE_MAY_CHANGE), "id = NEW.id"),
    ("conversion_run", None, "rule_id = NEW.rule_id AND digest = NEW.digest"),
];

/// On SQLite `INSERT OR REPLACE` passes a trigger on DELETE: so an INSERT of what is there is refused too.
async fn guard_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, may, same) in GUARDED {
        let may = may.map_or_else(String::new, |may| format!(" WHEN NOT ({may})"));
        let refuse = format!("BEGIN SELECT RAISE(ABORT, 'conversions: a row of {table} is kept as it is'); END");
        let triggers = [
            format!("CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}{may} {refuse}"),
            format!("CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} {refuse}"),
            format!(
                "CREATE TRIGGER {table}_is_never_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
            ),
        ];
        for trigger in triggers {
            ddl::run_only(manager, DbBackend::Sqlite, &[&trigger]).await?;
        }
    }
    Ok(())
}

async fn guard_postgres(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let refuse = "CREATE FUNCTION conversions_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'conversions: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$";
    ddl::run_only(manager, DbBackend::Postgres, &[refuse]).await?;
    for (table, may, _) in GUARDED {
        let may = may.map_or_else(String::new, |may| format!(" WHEN (NOT ({may}))"));
        let triggers = [
            format!(
                "CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW{may} EXECUTE FUNCTION conversions_refuses()"
            ),
            format!(
                "CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION conversions_refuses()"
            ),
            format!(
                "CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION conversions_refuses()"
            ),
        ];
        for trigger in triggers {
            ddl::run_only(manager, DbBackend::Postgres, &[&trigger]).await?;
        }
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        guard_sqlite(manager).await?;
        guard_postgres(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, &["DROP INDEX conversion_by_partner"]).await?;
        ddl::drop_tables(manager, &["conversion_gate", "conversion_run", "conversion_rule"]).await?;
        ddl::run_only(manager, DbBackend::Postgres, &["DROP FUNCTION conversions_refuses()"]).await
    }
}
