//! Two accounts of one person, read as one until that is ended. No row of theirs is ever moved.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Who is read through whom, now. An account stands here while it is joined, and so does the one that it is read through, which leads to
    // itself: `leads_to_primary` is always 1, so that the foreign key leads to a primary account and there is neither chain nor circle.
    // Small shared data: it is read at every request, of whatever account.
    "CREATE TABLE alias (
        learner_id $UUID NOT NULL PRIMARY KEY,
        primary_id $UUID NOT NULL,
        is_primary $INT NOT NULL,
        leads_to_primary $INT NOT NULL,
        request_id $UUID NULL,
        since_ms $INT NOT NULL,
        CONSTRAINT alias_leads_to_a_primary CHECK (leads_to_primary = 1 AND is_primary IN (0, 1)),
        CONSTRAINT alias_primary_is_itself CHECK ((is_primary = 1) = (learner_id = primary_id)),
        CONSTRAINT alias_was_decided CHECK ((request_id IS NULL) = (is_primary = 1)),
        CONSTRAINT alias_target UNIQUE (learner_id, is_primary),
        CONSTRAINT alias_has_no_chain FOREIGN KEY (primary_id, leads_to_primary) REFERENCES alias (learner_id, is_primary)
    ) $STRICT",
    "CREATE INDEX alias_of_primary ON alias (primary_id)",
    // What was asked and decided: a joining, or the end of one (`ends_id`: the joining that it ends). `learner_id` is the account that is
    // read through `primary_id`. `ground_sealed` and `answer_sealed` are sealed with the key of `learner_id`; `evidence_hash` is the digest
    // of the sealed ground. `effect_at_ms`: from when it counts, which is never earlier than what was posted for one of them before.
    "CREATE TABLE alias_request (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        primary_id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('join', 'end')),
        ends_id $UUID NULL,
        reason_code $CODE NOT NULL,
        documents_seen $INT NOT NULL CHECK (documents_seen IN (0, 1)),
        ground_sealed $BYTES NOT NULL,
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        place_code $CODE NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
        asker_id $UUID NOT NULL,
        asked_at_ms $INT NOT NULL,
        decider_id $UUID NULL,
        decided_at_ms $INT NULL,
        effect_at_ms $INT NULL,
        answer_sealed $BYTES NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, id),
        CONSTRAINT alias_request_of_two_accounts CHECK (learner_id <> primary_id),
        CONSTRAINT alias_request_documents CHECK (documents_seen = 1 OR kind = 'end'),
        CONSTRAINT alias_request_ends_one CHECK ((ends_id IS NOT NULL) = (kind = 'end')),
        CONSTRAINT alias_request_two_people CHECK (decider_id <> asker_id),
        CONSTRAINT alias_request_not_ones_own CHECK (asker_id NOT IN (learner_id, primary_id) AND decider_id NOT IN (learner_id, primary_id)),
        CONSTRAINT alias_request_decider CHECK ((decider_id IS NOT NULL) = (state IN ('approved', 'refused'))),
        CONSTRAINT alias_request_decided CHECK ((decided_at_ms IS NULL) = (state = 'open')),
        CONSTRAINT alias_request_effect CHECK ((effect_at_ms IS NOT NULL) = (state = 'approved')),
        FOREIGN KEY (learner_id, ends_id) REFERENCES alias_request (learner_id, id)
    ) $STRICT",
    "CREATE UNIQUE INDEX alias_request_open ON alias_request (learner_id) WHERE state = 'open'",
    "CREATE UNIQUE INDEX alias_request_ended_once ON alias_request (learner_id, ends_id) WHERE state = 'approved'",
    "CREATE INDEX alias_request_waiting ON alias_request (state, asked_at_ms)",
    "CREATE INDEX alias_request_of_primary ON alias_request (primary_id)",
    // What is to follow where accounts are parted.
    "CREATE INDEX alias_request_parted ON alias_request (decided_at_ms) WHERE kind = 'end' AND state = 'approved'",
    // A pass that was kept and credited nothing, because another account of the same person held the unit. Where the two are parted it is
    // credited to the account that lacks it, by what stands here. `settled_by`: the transfer that gave the unit to this account since.
    "CREATE TABLE counted_elsewhere (
        learner_id $UUID NOT NULL,
        result_id $UUID NOT NULL,
        unit $CODE NOT NULL,
        credit_milli $INT NOT NULL CHECK (credit_milli > 0),
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        rule_version $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        held_by $UUID NOT NULL,
        kept_at_ms $INT NOT NULL,
        settled_by $UUID NULL,
        PRIMARY KEY (learner_id, result_id),
        CONSTRAINT counted_elsewhere_by_another CHECK (held_by <> learner_id),
        FOREIGN KEY (learner_id, result_id) REFERENCES result (learner_id, id)
    ) $STRICT",
];

const DECIDED_ONCE: &str =
    "OLD.state = 'open' AND NEW.learner_id = OLD.learner_id AND NEW.id = OLD.id AND NEW.primary_id = OLD.primary_id
        AND NEW.kind = OLD.kind AND NEW.reason_code = OLD.reason_code AND NEW.documents_seen = OLD.documents_seen
        AND NEW.ground_sealed = OLD.ground_sealed AND NEW.evidence_hash = OLD.evidence_hash AND NEW.place_code = OLD.place_code
        AND NEW.asker_id = OLD.asker_id AND NEW.asked_at_ms = OLD.asked_at_ms AND NEW.record_class = OLD.record_class
        AND NEW.responsible_org = OLD.responsible_org AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention
        AND NEW.openness = OLD.openness AND NEW.format_version = OLD.format_version";

const SQLITE: &[&str] = &[
    "CREATE TRIGGER alias_request_is_decided_once BEFORE UPDATE ON alias_request WHEN NOT ($DECIDED_ONCE) BEGIN
        SELECT RAISE(ABORT, 'identity: a request is decided once and never changed');
    END",
    "CREATE TRIGGER alias_request_is_never_replaced BEFORE INSERT ON alias_request
    WHEN EXISTS (SELECT 1 FROM alias_request WHERE learner_id = NEW.learner_id AND id = NEW.id) BEGIN
        SELECT RAISE(ABORT, 'identity: a request is decided once and never changed');
    END",
    "CREATE TRIGGER alias_request_is_never_removed BEFORE DELETE ON alias_request BEGIN
        SELECT RAISE(ABORT, 'identity: a request is never removed');
    END",
    "CREATE TRIGGER alias_is_never_changed BEFORE UPDATE ON alias BEGIN
        SELECT RAISE(ABORT, 'identity: an alias is ended, never changed');
    END",
    "CREATE TRIGGER counted_elsewhere_is_settled_once BEFORE UPDATE ON counted_elsewhere
    WHEN NOT (OLD.settled_by IS NULL AND NEW.learner_id = OLD.learner_id AND NEW.result_id = OLD.result_id AND NEW.unit = OLD.unit
        AND NEW.credit_milli = OLD.credit_milli AND NEW.held_by = OLD.held_by) BEGIN
        SELECT RAISE(ABORT, 'recognition: what counts elsewhere is settled once');
    END",
    "CREATE TRIGGER counted_elsewhere_is_never_removed BEFORE DELETE ON counted_elsewhere BEGIN
        SELECT RAISE(ABORT, 'recognition: what counts elsewhere is never removed');
    END",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION identity_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'identity: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$",
    "CREATE TRIGGER alias_request_is_decided_once BEFORE UPDATE ON alias_request FOR EACH ROW WHEN (NOT ($DECIDED_ONCE))
        EXECUTE FUNCTION identity_refuses()",
    "CREATE TRIGGER alias_request_is_never_removed BEFORE DELETE ON alias_request FOR EACH ROW EXECUTE FUNCTION identity_refuses()",
    "CREATE TRIGGER alias_request_is_never_emptied BEFORE TRUNCATE ON alias_request
        FOR EACH STATEMENT EXECUTE FUNCTION identity_refuses()",
    "CREATE TRIGGER alias_is_never_changed BEFORE UPDATE ON alias FOR EACH ROW EXECUTE FUNCTION identity_refuses()",
    "CREATE TRIGGER counted_elsewhere_is_settled_once BEFORE UPDATE ON counted_elsewhere FOR EACH ROW
        WHEN (NOT (OLD.settled_by IS NULL AND NEW.learner_id = OLD.learner_id AND NEW.result_id = OLD.result_id AND NEW.unit = OLD.unit
        AND NEW.credit_milli = OLD.credit_milli AND NEW.held_by = OLD.held_by))
        EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER counted_elsewhere_is_never_removed BEFORE DELETE ON counted_elsewhere
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
];

async fn guard(manager: &SchemaManager<'_>, only: DbBackend, statements: &[&str]) -> Result<(), DbErr> {
    for statement in statements {
        ddl::run_only(manager, only, &[&statement.replace("$DECIDED_ONCE", DECIDED_ONCE)]).await?;
    }
    Ok(())
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        guard(manager, DbBackend::Sqlite, SQLITE).await?;
        guard(manager, DbBackend::Postgres, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["counted_elsewhere", "alias_request", "alias"]).await?;
        ddl::run_only(manager, DbBackend::Postgres, &["DROP FUNCTION identity_refuses()"]).await
    }
}
