//! Agencies (发证、认定机构): which organisations may recognise and issue, with which keys, within which delegation and quota.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Small shared data. Name, place and line of work (条线) are those under which it was entered: a certificate goes on naming them.
    "CREATE TABLE agency (
        id $UUID NOT NULL PRIMARY KEY,
        organisation_id $UUID NOT NULL REFERENCES organisation (id),
        credit_code $CODE NOT NULL CHECK (length(credit_code) = 18),
        name $TEXT NOT NULL,
        place_code $CODE NOT NULL,
        line $CODE NULL,
        contact_phone $TEXT NOT NULL,
        contact_words $TEXT NULL,
        registered_at_ms $INT NOT NULL,
        registered_by $UUID NOT NULL,
        closed_at_ms $INT NULL,
        closed_by $UUID NULL,
        closed_why $TEXT NULL,
        CONSTRAINT agency_closed_whole CHECK ((closed_at_ms IS NULL) = (closed_by IS NULL) AND (closed_at_ms IS NULL) = (closed_why IS NULL))
    ) $STRICT",
    "CREATE UNIQUE INDEX agency_code_open ON agency (credit_code) WHERE closed_at_ms IS NULL",
    "CREATE UNIQUE INDEX agency_of_organisation_open ON agency (organisation_id) WHERE closed_at_ms IS NULL",
    "CREATE INDEX agency_by_place ON agency (place_code, name)",
    // One administrator suspends; another lifts.
    "CREATE TABLE agency_suspension (
        agency_id $UUID NOT NULL REFERENCES agency (id),
        id $UUID NOT NULL,
        since_ms $INT NOT NULL,
        suspended_by $UUID NOT NULL,
        why $TEXT NOT NULL,
        lifted_at_ms $INT NULL,
        lifted_by $UUID NULL,
        lifted_why $TEXT NULL,
        PRIMARY KEY (agency_id, id),
        CONSTRAINT agency_suspension_two_people CHECK (lifted_by <> suspended_by),
        CONSTRAINT agency_suspension_lifted_whole CHECK ((lifted_at_ms IS NULL) = (lifted_by IS NULL) AND (lifted_at_ms IS NULL) = (lifted_why IS NULL))
    ) $STRICT",
    "CREATE UNIQUE INDEX agency_suspended_once ON agency_suspension (agency_id) WHERE lifted_at_ms IS NULL",
    // A key signs from `from_day` until the next one does. Its secret half is sealed with the bank's key and taken out once its time is over;
    // the public half stays. `distrusted_at_ms`: since when nobody is to believe it.
    "CREATE TABLE agency_key (
        agency_id $UUID NOT NULL REFERENCES agency (id),
        generation $INT NOT NULL CHECK (generation > 0),
        public_key $BYTES NOT NULL CHECK (length(public_key) = 32),
        secret_sealed $BYTES NULL,
        from_day $CODE NOT NULL CHECK (length(from_day) = 10),
        made_at_ms $INT NOT NULL,
        made_by $UUID NOT NULL,
        distrusted_at_ms $INT NULL,
        PRIMARY KEY (agency_id, generation),
        CONSTRAINT agency_key_one_a_day UNIQUE (agency_id, from_day),
        CONSTRAINT agency_key_nobody_elses UNIQUE (public_key)
    ) $STRICT",
    // That a key is no longer believed: one asks, another agrees.
    "CREATE TABLE agency_key_doubt (
        agency_id $UUID NOT NULL,
        id $UUID NOT NULL,
        generation $INT NOT NULL,
        why $TEXT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
        asker_id $UUID NOT NULL,
        asked_at_ms $INT NOT NULL,
        decider_id $UUID NULL,
        decided_at_ms $INT NULL,
        answer $TEXT NULL,
        PRIMARY KEY (agency_id, id),
        FOREIGN KEY (agency_id, generation) REFERENCES agency_key (agency_id, generation),
        CONSTRAINT agency_key_doubt_two_people CHECK (decider_id <> asker_id),
        CONSTRAINT agency_key_doubt_decider CHECK ((decider_id IS NOT NULL) = (state IN ('approved', 'refused'))),
        CONSTRAINT agency_key_doubt_decided CHECK ((decided_at_ms IS NULL) = (state = 'open')),
        CONSTRAINT agency_key_doubt_answer CHECK ((answer IS NOT NULL) = (state = 'refused'))
    ) $STRICT",
    "CREATE UNIQUE INDEX agency_key_doubt_open ON agency_key_doubt (agency_id, generation) WHERE state = 'open'",
    // Pictures of the seal (印章图样), all versions.
    "CREATE TABLE agency_seal (
        agency_id $UUID NOT NULL REFERENCES agency (id),
        version $INT NOT NULL CHECK (version > 0),
        id $UUID NOT NULL,
        file $BYTES NOT NULL CHECK (length(file) = 32),
        bytes $INT NOT NULL CHECK (bytes > 0),
        width $INT NOT NULL CHECK (width > 0),
        height $INT NOT NULL CHECK (height > 0),
        added_at_ms $INT NOT NULL,
        added_by $UUID NOT NULL,
        PRIMARY KEY (agency_id, version)
    ) $STRICT",
    // What an agency may do (授权), version by version: one asks, another agrees. `units`, `kinds` and `second_for` (the kinds
    // that a second person issues with): codes with a space between. The one
    // in force on a day is the one that began last, whether or not it has ended: what was replaced does not come back.
    "CREATE TABLE agency_delegation (
        agency_id $UUID NOT NULL REFERENCES agency (id),
        id $UUID NOT NULL,
        units $CODE NOT NULL CHECK (length(units) > 0),
        kinds $CODE NOT NULL,
        second_for $CODE NOT NULL,
        per_learner_milli $INT NOT NULL CHECK (per_learner_milli > 0),
        per_year_milli $INT NOT NULL CHECK (per_year_milli >= per_learner_milli),
        from_day $CODE NOT NULL CHECK (length(from_day) = 10),
        until_day $CODE NOT NULL CHECK (length(until_day) = 10),
        ground $TEXT NOT NULL,
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        state $CODE NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
        asker_id $UUID NOT NULL,
        asked_at_ms $INT NOT NULL,
        decider_id $UUID NULL,
        decided_at_ms $INT NULL,
        answer $TEXT NULL,
        ended_at_ms $INT NULL,
        ended_by $UUID NULL,
        ended_why $TEXT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (agency_id, id),
        CONSTRAINT agency_delegation_days CHECK (from_day <= until_day),
        CONSTRAINT agency_delegation_two_people CHECK (decider_id <> asker_id),
        CONSTRAINT agency_delegation_decider CHECK ((decider_id IS NOT NULL) = (state IN ('approved', 'refused'))),
        CONSTRAINT agency_delegation_decided CHECK ((decided_at_ms IS NULL) = (state = 'open')),
        CONSTRAINT agency_delegation_answer CHECK ((answer IS NOT NULL) = (state = 'refused')),
        CONSTRAINT agency_delegation_ended CHECK (ended_at_ms IS NULL OR state = 'approved'),
        CONSTRAINT agency_delegation_ended_whole CHECK ((ended_at_ms IS NULL) = (ended_by IS NULL) AND (ended_at_ms IS NULL) = (ended_why IS NULL))
    ) $STRICT",
    "CREATE UNIQUE INDEX agency_delegation_open ON agency_delegation (agency_id) WHERE state = 'open'",
    // What was handed out of a year's quota, in blocks, and what is left of each block. A block belongs to the delegation under which it was
    // handed out: under the next one it goes back first.
    "CREATE TABLE agency_quota (
        agency_id $UUID NOT NULL REFERENCES agency (id),
        year $INT NOT NULL,
        delegation_id $UUID NOT NULL,
        handed_milli $INT NOT NULL CHECK (handed_milli >= 0),
        PRIMARY KEY (agency_id, year),
        FOREIGN KEY (agency_id, delegation_id) REFERENCES agency_delegation (agency_id, id)
    ) $STRICT",
    "CREATE TABLE agency_quota_block (
        agency_id $UUID NOT NULL,
        year $INT NOT NULL,
        slot $INT NOT NULL CHECK (slot >= 0),
        delegation_id $UUID NOT NULL,
        left_milli $INT NOT NULL CHECK (left_milli >= 0),
        PRIMARY KEY (agency_id, year, slot),
        FOREIGN KEY (agency_id, year) REFERENCES agency_quota (agency_id, year)
    ) $STRICT",
];

/// Decided once; what was agreed to is ended once; nothing else of it ever changes.
const DELEGATION_MAY_CHANGE: &str =
    "NEW.agency_id = OLD.agency_id AND NEW.id = OLD.id AND NEW.units = OLD.units AND NEW.kinds = OLD.kinds AND NEW.second_for = OLD.second_for
        AND NEW.per_learner_milli = OLD.per_learner_milli AND NEW.per_year_milli = OLD.per_year_milli AND NEW.from_day = OLD.from_day
        AND NEW.until_day = OLD.until_day AND NEW.ground = OLD.ground AND NEW.evidence_hash = OLD.evidence_hash
        AND NEW.asker_id = OLD.asker_id AND NEW.asked_at_ms = OLD.asked_at_ms AND NEW.record_class = OLD.record_class
        AND NEW.responsible_org = OLD.responsible_org AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention
        AND NEW.openness = OLD.openness AND NEW.format_version = OLD.format_version
        AND ((OLD.state = 'open' AND NEW.ended_at_ms IS NULL)
            OR (OLD.state = 'approved' AND NEW.state = 'approved' AND NEW.decider_id = OLD.decider_id
                AND NEW.decided_at_ms = OLD.decided_at_ms AND OLD.ended_at_ms IS NULL))";

/// Of a key only the secret half may go, and trust in it, once.
const KEY_MAY_CHANGE: &str =
    "NEW.agency_id = OLD.agency_id AND NEW.generation = OLD.generation AND NEW.public_key = OLD.public_key AND NEW.from_day = OLD.from_day
        AND NEW.made_at_ms = OLD.made_at_ms AND NEW.made_by = OLD.made_by AND NEW.secret_sealed IS NULL
        AND (OLD.distrusted_at_ms IS NULL OR NEW.distrusted_at_ms = OLD.distrusted_at_ms)";

/// A doubt is decided once.
const DOUBT_MAY_CHANGE: &str =
    "NEW.agency_id = OLD.agency_id AND NEW.id = OLD.id AND NEW.generation = OLD.generation AND NEW.why = OLD.why
        AND NEW.asker_id = OLD.asker_id AND NEW.asked_at_ms = OLD.asked_at_ms AND OLD.state = 'open'";

/// A suspension is lifted once.
const SUSPENSION_MAY_CHANGE: &str =
    "NEW.agency_id = OLD.agency_id AND NEW.id = OLD.id AND NEW.since_ms = OLD.since_ms AND NEW.suspended_by = OLD.suspended_by
        AND NEW.why = OLD.why AND OLD.lifted_at_ms IS NULL";

/// Whether an agency that has closed stays closed, and what it is known by stays as it was.
const AGENCY_MAY_CHANGE: &str =
    "NEW.id = OLD.id AND NEW.organisation_id = OLD.organisation_id AND NEW.credit_code = OLD.credit_code AND NEW.name = OLD.name
        AND NEW.place_code = OLD.place_code AND NEW.registered_at_ms = OLD.registered_at_ms AND NEW.registered_by = OLD.registered_by
        AND OLD.closed_at_ms IS NULL";

/// Tables with what may change of a row; none: nothing.
const GUARDED: [(&str, Option<&str>, &str); 6] = [
    ("agency", Some(AGENCY_MAY_CHANGE), "id = NEW.id"),
    ("agency_suspension", Some(SUSPENSION_MAY_CHANGE), "agency_id = NEW.agency_id AND id = NEW.id"),
    (
        "agency_key",
        Some(KEY_MAY_CHANGE),
        "agency_id = NEW.agency_id AND (generation = NEW.generation OR from_day = NEW.from_day)",
    ),
    ("agency_key_doubt", Some(DOUBT_MAY_CHANGE), "agency_id = NEW.agency_id AND id = NEW.id"),
    ("agency_seal", None, "agency_id = NEW.agency_id AND version = NEW.version"),
    ("agency_delegation", Some(DELEGATION_MAY_CHANGE), "agency_id = NEW.agency_id AND id = NEW.id"),
];

/// On SQLite `INSERT OR REPLACE` passes a trigger on DELETE: so an INSERT of what is there is refused too.
async fn guard_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, may, same) in GUARDED {
        let may = may.map_or_else(String::new, |may| format!(" WHEN NOT ({may})"));
        let refuse = format!("BEGIN SELECT RAISE(ABORT, 'agencies: a row of {table} is kept as it is'); END");
        let triggers = [
            format!("CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}{may} {refuse}"),
            format!("CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} {refuse}"),
        ];
        for trigger in triggers {
            ddl::run_only(manager, DbBackend::Sqlite, &[&trigger]).await?;
        }
        let replaced = format!(
            "CREATE TRIGGER {table}_is_never_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}"
        );
        ddl::run_only(manager, DbBackend::Sqlite, &[&replaced]).await?;
    }
    Ok(())
}

async fn guard_postgres(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let refuse = "CREATE FUNCTION agencies_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'agencies: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$";
    ddl::run_only(manager, DbBackend::Postgres, &[refuse]).await?;
    for (table, may, _) in GUARDED {
        let may = may.map_or_else(String::new, |may| format!(" WHEN (NOT ({may}))"));
        let triggers = [
            format!(
                "CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW{may} EXECUTE FUNCTION agencies_refuses()"
            ),
            format!(
                "CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION agencies_refuses()"
            ),
            format!(
                "CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION agencies_refuses()"
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
        let tables = [
            "agency_quota_block",
            "agency_quota",
            "agency_delegation",
            "agency_seal",
            "agency_key_doubt",
            "agency_key",
            "agency_suspension",
            "agency",
        ];
        ddl::drop_tables(manager, &tables).await?;
        ddl::run_only(manager, DbBackend::Postgres, &["DROP FUNCTION agencies_refuses()"]).await
    }
}
