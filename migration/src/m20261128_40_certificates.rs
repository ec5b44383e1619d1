//! Certificates (证书): what each cites, its versions and what became of it, who asked for what, its place in a list of standings.
//!
//! Everything about a person has `learner_id` first. What is found before anybody knows whose it is has tables of its own: by number, by long
//! code, by place in a list, by batch.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const CERTIFICATES: &[&str] = &[
    // One certificate for life, whatever its version. `about`: the unit of a 单元学习证明, else `-`. `version` 0: reserved, nothing issued yet.
    // `code_sealed` (the long code) and `name_sealed` are sealed with a key of the bank: they outlast the person's key.
    "CREATE TABLE certificate (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        kind $CODE NOT NULL,
        about $CODE NOT NULL,
        number $CODE NOT NULL CHECK (length(number) = 12),
        code_sealed $BYTES NOT NULL,
        agency_id $UUID NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('reserved', 'active', 'suspended', 'revoked', 'void')),
        version $INT NOT NULL CHECK (version BETWEEN 0 AND 255),
        name_sealed $BYTES NOT NULL,
        place_code $CODE NULL,
        batch_id $UUID NULL,
        reserved_at_ms $INT NOT NULL,
        issued_at_ms $INT NULL,
        issued_day $CODE NULL,
        changed_at_ms $INT NOT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, id),
        CONSTRAINT certificate_not_issued CHECK ((state IN ('reserved', 'void')) = (version = 0)),
        CONSTRAINT certificate_issued_whole CHECK ((version = 0) = (issued_at_ms IS NULL) AND (version = 0) = (issued_day IS NULL))
    ) $STRICT",
    // Once per kind: two accounts of one person are asked for under the chains of both, since no index knows them.
    "CREATE UNIQUE INDEX certificate_once ON certificate (learner_id, kind, about) WHERE state IN ('reserved', 'active', 'suspended')",
    "CREATE INDEX certificate_reserved ON certificate (reserved_at_ms) WHERE state = 'reserved'",
    "CREATE INDEX certificate_by_agency ON certificate (agency_id, changed_at_ms)",
    // Eleven digits by chance and one that checks.
    "CREATE TABLE certificate_number (
        number $CODE NOT NULL PRIMARY KEY CHECK (length(number) = 12),
        learner_id $UUID NOT NULL,
        certificate_id $UUID NOT NULL
    ) $STRICT",
    // The long code is known here by a keyed digest alone.
    "CREATE TABLE certificate_code (
        code_index $BYTES NOT NULL PRIMARY KEY CHECK (length(code_index) = 32),
        learner_id $UUID NOT NULL,
        certificate_id $UUID NOT NULL
    ) $STRICT",
    // A whole document. `document_sealed` is sealed with the person's key; `document_hash` is that of its canonical form without proof; `key_hash`
    // names the agency's key. `id` is that of its leaf. `units`: codes with a space between.
    "CREATE TABLE certificate_version (
        learner_id $UUID NOT NULL,
        certificate_id $UUID NOT NULL,
        version $INT NOT NULL CHECK (version BETWEEN 1 AND 255),
        id $UUID NOT NULL,
        why $CODE NOT NULL CHECK (why IN ('first', 'name', 'recited', 'reinstated', 'rekeyed')),
        document_sealed $BYTES NOT NULL,
        document_hash $BYTES NOT NULL CHECK (length(document_hash) = 32),
        key_hash $BYTES NOT NULL CHECK (length(key_hash) = 32),
        list $INT NOT NULL CHECK (list BETWEEN 1 AND 32767),
        position $INT NOT NULL CHECK (position BETWEEN 0 AND 131071),
        rule_version $CODE NOT NULL,
        edition $CODE NOT NULL,
        identity_level $INT NOT NULL CHECK (identity_level BETWEEN 0 AND 3),
        supervision_level $INT NOT NULL CHECK (supervision_level BETWEEN 0 AND 3),
        credit_milli $INT NOT NULL CHECK (credit_milli > 0),
        class_hours $INT NOT NULL CHECK (class_hours >= 0),
        units $CODE NOT NULL CHECK (length(units) > 0),
        officer_id $UUID NOT NULL,
        approver_id $UUID NULL,
        made_at_ms $INT NOT NULL,
        made_day $CODE NOT NULL CHECK (length(made_day) = 10),
        salt $BYTES NOT NULL CHECK (length(salt) = 16),
        leaf_hash $BYTES NOT NULL CHECK (length(leaf_hash) = 32),
        PRIMARY KEY (learner_id, certificate_id, version),
        CONSTRAINT certificate_version_leaf UNIQUE (learner_id, id),
        CONSTRAINT certificate_version_first CHECK ((why = 'first') = (version = 1)),
        CONSTRAINT certificate_version_two_people CHECK (approver_id <> officer_id),
        CONSTRAINT certificate_version_not_ones_own CHECK (officer_id <> learner_id AND approver_id <> learner_id)
    ) $STRICT",
    // What a version cites: of each unit one award and the pass that speaks for it, with their leaves. `account_id`: whose of the joined accounts.
    "CREATE TABLE certificate_cite (
        learner_id $UUID NOT NULL,
        certificate_id $UUID NOT NULL,
        version $INT NOT NULL,
        unit $CODE NOT NULL,
        account_id $UUID NOT NULL,
        result_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        source $CODE NOT NULL CHECK (source IN ('online', 'supervised', 'outside')),
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        result_leaf $INT NOT NULL CHECK (result_leaf >= 0),
        award_leaf $INT NOT NULL CHECK (award_leaf >= 0),
        score_permille $INT NOT NULL CHECK (score_permille BETWEEN 0 AND 1000),
        identity_level $INT NOT NULL CHECK (identity_level BETWEEN 0 AND 3),
        supervision_level $INT NOT NULL CHECK (supervision_level BETWEEN 0 AND 3),
        credit_milli $INT NOT NULL CHECK (credit_milli > 0),
        class_hours $INT NOT NULL CHECK (class_hours >= 0),
        passed_day $CODE NOT NULL CHECK (length(passed_day) = 10),
        PRIMARY KEY (learner_id, certificate_id, version, unit)
    ) $STRICT",
    // What became of it. `actor_id` NULL: the bank's own job. `id` is that of its leaf; `cause_id` the transfer that took its ground away.
    "CREATE TABLE certificate_event (
        learner_id $UUID NOT NULL,
        certificate_id $UUID NOT NULL,
        seq $INT NOT NULL CHECK (seq >= 1),
        id $UUID NOT NULL,
        what $CODE NOT NULL CHECK (what IN ('issued', 'version', 'suspended', 'confirmed', 'lifted', 'revoked', 'reinstated')),
        version $INT NOT NULL CHECK (version >= 1),
        reason_code $CODE NULL CHECK (reason_code IN ('wrong_person', 'wrong_name', 'evidence_wrong', 'fraud', 'credit_reversed',
            'accounts_parted', 'issued_twice', 'by_request', 'other')),
        ground_sealed $BYTES NULL,
        ground_hash $BYTES NULL CHECK (length(ground_hash) = 32),
        actor_id $UUID NULL,
        approver_id $UUID NULL,
        cause_id $UUID NULL,
        appeal_until $CODE NULL,
        at_ms $INT NOT NULL,
        day $CODE NOT NULL CHECK (length(day) = 10),
        salt $BYTES NOT NULL CHECK (length(salt) = 16),
        leaf_hash $BYTES NOT NULL CHECK (length(leaf_hash) = 32),
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, certificate_id, seq),
        CONSTRAINT certificate_event_leaf UNIQUE (learner_id, id),
        CONSTRAINT certificate_event_ground CHECK ((ground_sealed IS NULL) = (ground_hash IS NULL)),
        CONSTRAINT certificate_event_two_people CHECK (approver_id <> actor_id),
        CONSTRAINT certificate_event_not_ones_own CHECK (actor_id <> learner_id AND approver_id <> learner_id),
        CONSTRAINT certificate_event_reason CHECK ((reason_code IS NOT NULL) = (what IN ('suspended', 'revoked')))
    ) $STRICT",
];

const ASKING: &[&str] = &[
    // Who asks for what: the learner, somebody of the staff, a program. An officer proposes or, where one is enough, decides; a second person
    // decides. `ground_sealed` and `answer_sealed` are sealed with the learner's key; `shown_hash` is what the decider is shown.
    "CREATE TABLE certificate_request (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        act $CODE NOT NULL CHECK (act IN ('issue', 'name', 'revoke', 'confirm', 'lift', 'recite', 'reinstate')),
        certificate_id $UUID NULL,
        kind $CODE NOT NULL,
        about $CODE NOT NULL,
        agency_id $UUID NOT NULL,
        reason_code $CODE NULL,
        ground_sealed $BYTES NULL,
        shown_hash $BYTES NULL CHECK (length(shown_hash) = 32),
        state $CODE NOT NULL CHECK (state IN ('open', 'proposed', 'approved', 'refused', 'withdrawn')),
        asker_id $UUID NULL,
        client_id $UUID NULL,
        helper_id $UUID NULL,
        asked_at_ms $INT NOT NULL,
        officer_id $UUID NULL,
        decider_id $UUID NULL,
        decided_at_ms $INT NULL,
        answer_sealed $BYTES NULL,
        once $CODE NOT NULL,
        place_code $CODE NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, id),
        CONSTRAINT certificate_request_once UNIQUE (learner_id, once),
        CONSTRAINT certificate_request_asked CHECK ((asker_id IS NULL) <> (client_id IS NULL)),
        CONSTRAINT certificate_request_two_people CHECK (decider_id <> officer_id),
        CONSTRAINT certificate_request_not_ones_own CHECK (officer_id <> learner_id AND decider_id <> learner_id),
        CONSTRAINT certificate_request_not_the_helper CHECK (officer_id <> helper_id AND decider_id <> helper_id),
        CONSTRAINT certificate_request_proposed CHECK (state <> 'proposed' OR officer_id IS NOT NULL),
        CONSTRAINT certificate_request_decided CHECK ((decided_at_ms IS NULL) = (state IN ('open', 'proposed'))),
        CONSTRAINT certificate_request_decider CHECK (state NOT IN ('approved', 'refused') OR officer_id IS NOT NULL OR decider_id IS NOT NULL),
        CONSTRAINT certificate_request_answer CHECK (state <> 'refused' OR answer_sealed IS NOT NULL),
        CONSTRAINT certificate_request_about CHECK (act = 'issue' OR certificate_id IS NOT NULL)
    ) $STRICT",
    "CREATE UNIQUE INDEX certificate_request_open ON certificate_request (learner_id, kind, about, act) WHERE state IN ('open', 'proposed')",
    "CREATE INDEX certificate_request_unconfirmed ON certificate_request (asked_at_ms) WHERE act = 'confirm' AND state = 'proposed'",
    "CREATE INDEX certificate_request_queue ON certificate_request (agency_id, state, asked_at_ms)",
    // The queue of one kind.
    "CREATE INDEX certificate_request_of_kind ON certificate_request (agency_id, kind, state, asked_at_ms)",
    // What waits about issued certificates.
    "CREATE INDEX certificate_request_changes ON certificate_request (agency_id, asked_at_ms)
        WHERE act <> 'issue' AND state IN ('open', 'proposed')",
    // A position in an agency's list, never used twice, nor by the next version.
    "CREATE TABLE certificate_status (
        agency_id $UUID NOT NULL,
        list $INT NOT NULL CHECK (list BETWEEN 1 AND 32767),
        position $INT NOT NULL CHECK (position BETWEEN 0 AND 131071),
        learner_id $UUID NOT NULL,
        certificate_id $UUID NOT NULL,
        version $INT NOT NULL CHECK (version >= 1),
        revoked $INT NOT NULL DEFAULT 0 CHECK (revoked IN (0, 1)),
        suspended $INT NOT NULL DEFAULT 0 CHECK (suspended IN (0, 1)),
        changed_at_ms $INT NOT NULL,
        PRIMARY KEY (agency_id, list, position)
    ) $STRICT",
    "CREATE INDEX certificate_status_revoked ON certificate_status (agency_id, list) WHERE revoked = 1",
    "CREATE INDEX certificate_status_suspended ON certificate_status (agency_id, list) WHERE suspended = 1",
    "CREATE INDEX certificate_status_of ON certificate_status (learner_id, certificate_id)",
    // A list as it was published last. `dirty_at_ms`: since when there is something in it that was not published; `changes`: how often something changed
    // in it, so that what changes while it is being made is not taken for published.
    "CREATE TABLE status_list (
        agency_id $UUID NOT NULL,
        list $INT NOT NULL CHECK (list BETWEEN 1 AND 32767),
        purpose $CODE NOT NULL CHECK (purpose IN ('revocation', 'suspension')),
        opened_at_ms $INT NOT NULL,
        filled $INT NOT NULL CHECK (filled >= 0),
        dirty_at_ms $INT NULL,
        changes $INT NOT NULL CHECK (changes >= 0),
        generation $INT NOT NULL CHECK (generation >= 0),
        document $TEXT NULL,
        jwt $TEXT NULL,
        published_at_ms $INT NULL,
        valid_until_ms $INT NULL,
        PRIMARY KEY (agency_id, list, purpose),
        CONSTRAINT status_list_published CHECK ((document IS NULL) = (generation = 0) AND (jwt IS NULL) = (generation = 0)
            AND (published_at_ms IS NULL) = (generation = 0) AND (valid_until_ms IS NULL) = (generation = 0))
    ) $STRICT",
    "CREATE INDEX status_list_dirty ON status_list (dirty_at_ms) WHERE dirty_at_ms IS NOT NULL",
    "CREATE INDEX status_list_ends ON status_list (valid_until_ms)",
    // Many at once: who brought them, the sample that was looked at, who agreed. `client_id`: the program that brought them, where one did;
    // `brought_by` is then whoever answered for it. `asked_by`: who asked for the second person.
    "CREATE TABLE certificate_batch (
        id $UUID NOT NULL PRIMARY KEY,
        agency_id $UUID NOT NULL,
        kind $CODE NOT NULL,
        about $CODE NOT NULL,
        source $CODE NOT NULL CHECK (source IN ('file', 'class', 'plan', 'requests', 'client')),
        source_code $BYTES NOT NULL CHECK (length(source_code) = 32),
        client_id $UUID NULL,
        state $CODE NOT NULL CHECK (state IN ('reading', 'checked', 'asked', 'agreed', 'valid', 'done', 'refused', 'withdrawn')),
        trouble $CODE NULL,
        total $INT NOT NULL CHECK (total >= 0),
        ready $INT NOT NULL CHECK (ready >= 0),
        wrong $INT NOT NULL CHECK (wrong >= 0),
        done $INT NOT NULL CHECK (done >= 0),
        sample $INT NOT NULL CHECK (sample >= 0),
        seed $BYTES NOT NULL CHECK (length(seed) = 32),
        brought_by $UUID NOT NULL,
        brought_at_ms $INT NOT NULL,
        asked_by $UUID NULL,
        asked_at_ms $INT NULL,
        decided_by $UUID NULL,
        decided_at_ms $INT NULL,
        answer $TEXT NULL,
        valid_at_ms $INT NULL,
        ended_at_ms $INT NULL,
        CONSTRAINT certificate_batch_asked CHECK ((asked_by IS NULL) = (asked_at_ms IS NULL)),
        CONSTRAINT certificate_batch_two_people CHECK (decided_by <> brought_by AND decided_by <> asked_by),
        CONSTRAINT certificate_batch_decided CHECK ((decided_by IS NULL) = (decided_at_ms IS NULL))
    ) $STRICT",
    "CREATE UNIQUE INDEX certificate_batch_source ON certificate_batch (agency_id, kind, source_code)
        WHERE state NOT IN ('refused', 'withdrawn')",
    "CREATE INDEX certificate_batch_by_agency ON certificate_batch (agency_id, brought_at_ms)",
    "CREATE INDEX certificate_batch_running ON certificate_batch (state) WHERE state IN ('reading', 'agreed', 'valid')",
    "CREATE TABLE certificate_batch_line (
        batch_id $UUID NOT NULL,
        number $INT NOT NULL CHECK (number >= 1),
        learner_id $UUID NULL,
        sealed $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('new', 'wrong', 'ready', 'reserved', 'issued', 'passed')),
        problem $CODE NULL,
        basis_hash $BYTES NULL CHECK (length(basis_hash) = 32),
        in_sample $INT NOT NULL DEFAULT 0 CHECK (in_sample IN (0, 1)),
        looked_by $UUID NULL,
        looked_at_ms $INT NULL,
        look $CODE NULL CHECK (look IN ('right', 'wrong')),
        certificate_id $UUID NULL,
        PRIMARY KEY (batch_id, number),
        CONSTRAINT certificate_batch_line_looked CHECK ((look IS NULL) = (looked_by IS NULL) AND (look IS NULL) = (looked_at_ms IS NULL))
    ) $STRICT",
    "CREATE INDEX certificate_batch_line_of ON certificate_batch_line (learner_id)",
    // What was done to uses of one kind since: certificates follow the credit that they cite.
    "CREATE INDEX credit_use_changed ON credit_use (kind, changed_at_ms)",
];

/// A certificate keeps what it is known by. It goes on in its states; what was revoked comes back by a further version only.
const CERTIFICATE_MAY_CHANGE: &str =
    "NEW.learner_id = OLD.learner_id AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.about = OLD.about AND NEW.number = OLD.number
        AND NEW.code_sealed = OLD.code_sealed AND NEW.agency_id = OLD.agency_id AND NEW.reserved_at_ms = OLD.reserved_at_ms
        AND NEW.record_class = OLD.record_class AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention
        AND (OLD.version = 0 OR (NEW.issued_at_ms = OLD.issued_at_ms AND NEW.issued_day = OLD.issued_day))
        AND (NEW.version = OLD.version OR NEW.version = OLD.version + 1) AND OLD.state <> 'void' AND NEW.state <> 'reserved'
        AND (OLD.state <> 'reserved' OR NEW.state IN ('active', 'void'))
        AND (OLD.state <> 'revoked' OR (NEW.state = 'active' AND NEW.version = OLD.version + 1))";

/// Decided once, and what was asked stays as it was asked.
const REQUEST_MAY_CHANGE: &str =
    "NEW.learner_id = OLD.learner_id AND NEW.id = OLD.id AND NEW.act = OLD.act AND NEW.kind = OLD.kind AND NEW.about = OLD.about
        AND NEW.agency_id = OLD.agency_id AND NEW.asked_at_ms = OLD.asked_at_ms AND NEW.once = OLD.once
        AND coalesce(NEW.asker_id = OLD.asker_id, NEW.asker_id IS NULL AND OLD.asker_id IS NULL)
        AND coalesce(NEW.helper_id = OLD.helper_id, NEW.helper_id IS NULL AND OLD.helper_id IS NULL)
        AND coalesce(NEW.ground_sealed = OLD.ground_sealed, NEW.ground_sealed IS NULL AND OLD.ground_sealed IS NULL)
        AND NEW.record_class = OLD.record_class AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention
        AND (OLD.state = 'open' OR (OLD.state = 'proposed' AND NEW.state <> 'open' AND NEW.officer_id = OLD.officer_id))";

/// A bit of revocation is never taken back, and a position belongs to whom it was given.
const STATUS_MAY_CHANGE: &str =
    "NEW.agency_id = OLD.agency_id AND NEW.list = OLD.list AND NEW.position = OLD.position AND NEW.learner_id = OLD.learner_id
        AND NEW.certificate_id = OLD.certificate_id AND NEW.version = OLD.version AND NEW.revoked >= OLD.revoked";

/// What was brought stays as it was brought, and what is over is over.
const BATCH_MAY_CHANGE: &str =
    "NEW.id = OLD.id AND NEW.agency_id = OLD.agency_id AND NEW.kind = OLD.kind AND NEW.about = OLD.about AND NEW.source = OLD.source
        AND NEW.source_code = OLD.source_code AND NEW.brought_by = OLD.brought_by AND NEW.brought_at_ms = OLD.brought_at_ms
        AND OLD.state NOT IN ('done', 'refused', 'withdrawn')";

/// Of a table what may change of a row (none: nothing), which row is in the way of a new one, and what is answered then (on SQLite): some are
/// drawn or asked for by `ON CONFLICT DO NOTHING`, which passes over in silence.
const GUARDED: [(&str, Option<&str>, &str, &str); 9] = [
    (
        "certificate",
        Some(CERTIFICATE_MAY_CHANGE),
        "learner_id = NEW.learner_id AND (id = NEW.id OR (kind = NEW.kind AND about = NEW.about
            AND state IN ('reserved', 'active', 'suspended') AND NEW.state IN ('reserved', 'active', 'suspended')))",
        "IGNORE",
    ),
    ("certificate_number", None, "number = NEW.number", "IGNORE"),
    ("certificate_code", None, "code_index = NEW.code_index", "IGNORE"),
    (
        "certificate_version",
        None,
        "learner_id = NEW.learner_id AND ((certificate_id = NEW.certificate_id AND version = NEW.version) OR id = NEW.id)",
        "ABORT",
    ),
    (
        "certificate_cite",
        None,
        "learner_id = NEW.learner_id AND certificate_id = NEW.certificate_id AND version = NEW.version AND unit = NEW.unit",
        "ABORT",
    ),
    (
        "certificate_event",
        None,
        "learner_id = NEW.learner_id AND ((certificate_id = NEW.certificate_id AND seq = NEW.seq) OR id = NEW.id)",
        "ABORT",
    ),
    (
        "certificate_request",
        Some(REQUEST_MAY_CHANGE),
        "learner_id = NEW.learner_id AND (id = NEW.id OR once = NEW.once OR (kind = NEW.kind AND about = NEW.about AND act = NEW.act
            AND state IN ('open', 'proposed') AND NEW.state IN ('open', 'proposed')))",
        "IGNORE",
    ),
    (
        "certificate_status",
        Some(STATUS_MAY_CHANGE),
        "agency_id = NEW.agency_id AND list = NEW.list AND position = NEW.position",
        "IGNORE",
    ),
    (
        "certificate_batch",
        Some(BATCH_MAY_CHANGE),
        "id = NEW.id OR (agency_id = NEW.agency_id AND kind = NEW.kind AND source_code = NEW.source_code
            AND state NOT IN ('refused', 'withdrawn'))",
        "IGNORE",
    ),
];

/// Sealed in the ledger's log beside the transfers (`position` 0: it stands in no chain): the table, and the column with its time.
const SEALED: [(&str, &str); 2] = [("certificate_version", "made_at_ms"), ("certificate_event", "at_ms")];

async fn guard_sqlite(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (table, may, same, answer) in GUARDED {
        let may = may.map_or_else(String::new, |may| format!(" WHEN NOT ({may})"));
        let refuse = format!("BEGIN SELECT RAISE(ABORT, 'certificates: a row of {table} is kept as it is'); END");
        // `INSERT OR REPLACE` passes a trigger on DELETE: so an INSERT of what is there is answered too.
        let replaced = match answer {
            "IGNORE" => "BEGIN SELECT RAISE(IGNORE); END".to_owned(),
            _ => refuse.clone(),
        };
        let triggers = [
            format!("CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table}{may} {refuse}"),
            format!("CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} {refuse}"),
            format!(
                "CREATE TRIGGER {table}_is_never_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {replaced}"
            ),
        ];
        for trigger in triggers {
            ddl::run_only(manager, DbBackend::Sqlite, &[&trigger]).await?;
        }
    }
    for (table, at) in SEALED {
        let waits = format!(
            "CREATE TRIGGER {table}_waits_for_its_leaf AFTER INSERT ON {table} BEGIN
                INSERT INTO ledger_unsealed (learner_id, record_id, kind, position, leaf_hash, recorded_at_ms)
                    VALUES (NEW.learner_id, NEW.id, 'certificate', 0, NEW.leaf_hash, NEW.{at});
            END"
        );
        ddl::run_only(manager, DbBackend::Sqlite, &[&waits]).await?;
    }
    Ok(())
}

async fn guard_postgres(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let refuse = "CREATE FUNCTION certificates_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'certificates: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$";
    ddl::run_only(manager, DbBackend::Postgres, &[refuse]).await?;
    for (table, may, _, _) in GUARDED {
        let may = may.map_or_else(String::new, |may| format!(" WHEN (NOT ({may}))"));
        let triggers = [
            format!(
                "CREATE TRIGGER {table}_is_kept BEFORE UPDATE ON {table} FOR EACH ROW{may} EXECUTE FUNCTION certificates_refuses()"
            ),
            format!(
                "CREATE TRIGGER {table}_is_never_removed BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION certificates_refuses()"
            ),
            format!(
                "CREATE TRIGGER {table}_is_never_emptied BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION certificates_refuses()"
            ),
        ];
        for trigger in triggers {
            ddl::run_only(manager, DbBackend::Postgres, &[&trigger]).await?;
        }
    }
    for (table, at) in SEALED {
        let waits = [
            format!(
                "CREATE FUNCTION {table}_waits_for_its_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO ledger_unsealed (learner_id, record_id, kind, position, leaf_hash, recorded_at_ms)
                        VALUES (NEW.learner_id, NEW.id, 'certificate', 0, NEW.leaf_hash, NEW.{at});
                    RETURN NEW;
                END $$"
            ),
            format!(
                "CREATE TRIGGER {table}_waits_for_its_leaf AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_waits_for_its_leaf()"
            ),
        ];
        for statement in waits {
            ddl::run_only(manager, DbBackend::Postgres, &[&statement]).await?;
        }
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, CERTIFICATES).await?;
        ddl::run(manager, ASKING).await?;
        guard_sqlite(manager).await?;
        guard_postgres(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, &["DROP INDEX IF EXISTS credit_use_changed"]).await?;
        let tables = [
            "certificate_batch_line",
            "certificate_batch",
            "status_list",
            "certificate_status",
            "certificate_request",
            "certificate_event",
            "certificate_cite",
            "certificate_version",
            "certificate_code",
            "certificate_number",
            "certificate",
        ];
        ddl::drop_tables(manager, &tables).await?;
        let functions = [
            "DROP FUNCTION certificates_refuses()",
            "DROP FUNCTION certificate_version_waits_for_its_leaf()",
            "DROP FUNCTION certificate_event_waits_for_its_leaf()",
        ];
        ddl::run_only(manager, DbBackend::Postgres, &functions).await
    }
}
