//! Recognition: learning results with their evidence levels, corrections and requests for them, class hours, credit uses. Nothing here is edited or deleted.

use sea_orm_migration::prelude::*;

use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // A learning result: every pass, posted or not. Levels as in the table of evidence. `source_id` is the attempt, or of a result whose
    // credit was given again (`restored`) the result that it repeats.
    "CREATE TABLE result (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        unit $CODE NOT NULL,
        edition $CODE NOT NULL,
        source $CODE NOT NULL CHECK (source IN ('unit_test', 'restored', 'conversion')),
        source_id $UUID NOT NULL,
        score_permille $INT NOT NULL CHECK (score_permille BETWEEN 0 AND 1000),
        identity_level $INT NOT NULL CHECK (identity_level BETWEEN 0 AND 3),
        supervision_level $INT NOT NULL CHECK (supervision_level BETWEEN 0 AND 3),
        support $CODE NOT NULL CHECK (support IN ('none', 'assisted')),
        helper_id $UUID NULL,
        evidence_hash $BYTES NOT NULL,
        rule_version $CODE NOT NULL,
        transfer_id $UUID NULL,
        passed_at_ms $INT NOT NULL,
        passed_day $CODE NOT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        salt $BYTES NOT NULL CHECK (length(salt) = 16),
        leaf_hash $BYTES NOT NULL CHECK (length(leaf_hash) = 32),
        PRIMARY KEY (learner_id, id),
        UNIQUE (learner_id, source, source_id),
        CHECK ((support = 'assisted') = (helper_id IS NOT NULL))
    ) $STRICT",
    "CREATE INDEX result_by_unit ON result (learner_id, unit)",
    // One award, one result.
    "CREATE UNIQUE INDEX result_of_award ON result (learner_id, transfer_id) WHERE transfer_id IS NOT NULL",
    // What put something right: who decided it and who approved, on what ground. `transfer_id` is the first transfer it came to.
    "CREATE TABLE correction (
        learner_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('freeze', 'unfreeze', 'revoke', 'reverse', 'restore')),
        about_id $UUID NOT NULL,
        officer_id $UUID NOT NULL,
        approver_id $UUID NULL CHECK (approver_id <> officer_id),
        reason_code $CODE NOT NULL,
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        rule_version $CODE NOT NULL,
        decided_at_ms $INT NOT NULL,
        decided_day $CODE NOT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, transfer_id),
        CHECK (approver_id IS NOT NULL OR kind = 'freeze')
    ) $STRICT",
    // What an officer asked to be put right, and what became of it. Only a freeze is done at once; all else is decided by another person.
    // `ground_sealed` and `answer_sealed` are sealed with the learner's key; `evidence_hash` is the digest of the sealed ground.
    // `place_code` is where it belongs; `transfer_id` the first transfer it came to.
    "CREATE TABLE correction_request (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('freeze', 'unfreeze', 'revoke', 'reverse', 'restore')),
        about_id $UUID NOT NULL,
        reason_code $CODE NOT NULL,
        ground_sealed $BYTES NOT NULL,
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        rule_version $CODE NOT NULL,
        place_code $CODE NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'approved', 'refused', 'withdrawn')),
        asker_id $UUID NOT NULL,
        asked_at_ms $INT NOT NULL,
        decider_id $UUID NULL,
        decided_at_ms $INT NULL,
        answer_sealed $BYTES NULL,
        transfer_id $UUID NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, id),
        CONSTRAINT correction_request_two_people CHECK (decider_id <> asker_id OR state NOT IN ('approved', 'refused')),
        CONSTRAINT correction_request_not_ones_own CHECK (asker_id <> learner_id AND decider_id <> learner_id),
        CONSTRAINT correction_request_decider CHECK ((decider_id IS NOT NULL) = (state = 'refused' OR (state = 'approved' AND kind <> 'freeze'))),
        CONSTRAINT correction_request_decided CHECK ((decided_at_ms IS NULL) = (state = 'open')),
        CONSTRAINT correction_request_effect CHECK ((transfer_id IS NOT NULL) = (state = 'approved'))
    ) $STRICT",
    // About one transfer one request is open at a time.
    "CREATE UNIQUE INDEX correction_request_open ON correction_request (learner_id, about_id) WHERE state = 'open'",
    "CREATE INDEX correction_request_waiting ON correction_request (state, asked_at_ms)",
    // Class hours in minutes, two kinds, never added: standard (designed, once a unit) and attended (of a class session).
    "CREATE TABLE class_hour (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('standard', 'attended')),
        unit $CODE NOT NULL,
        minutes $INT NOT NULL CHECK (minutes <> 0),
        result_id $UUID NULL,
        hour_key $CODE NOT NULL,
        at_ms $INT NOT NULL,
        day $CODE NOT NULL,
        PRIMARY KEY (learner_id, id),
        UNIQUE (learner_id, hour_key),
        CHECK (minutes > 0 OR kind = 'attended')
    ) $STRICT",
    // 转出: an award offered to an outside programme, and what the receiver answered. `transfer_id` is the pending transfer, `answer_id` the one
    // that posts or voids it.
    "CREATE TABLE transfer_out (
        learner_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        award_id $UUID NOT NULL,
        receiver_id $UUID NOT NULL,
        officer_id $UUID NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'expired', 'reversed')),
        asked_at_ms $INT NOT NULL,
        due_at_ms $INT NOT NULL,
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        rule_version $CODE NOT NULL,
        place_code $CODE NULL,
        answer_id $UUID NULL,
        answer_ref $CODE NULL,
        answer_hash $BYTES NULL CHECK (length(answer_hash) = 32),
        answered_at_ms $INT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, transfer_id),
        CHECK (due_at_ms > asked_at_ms),
        CHECK ((answer_id IS NULL) = (answered_at_ms IS NULL) AND (answer_id IS NULL) = (answer_hash IS NULL)),
        CHECK (answer_id IS NULL OR state <> 'offered'),
        CHECK (answer_id IS NOT NULL OR state IN ('offered', 'reversed')),
        CHECK (answer_ref IS NOT NULL OR state NOT IN ('accepted', 'declined'))
    ) $STRICT",
    // What the sweeper looks for.
    "CREATE INDEX transfer_out_due ON transfer_out (due_at_ms) WHERE state = 'offered'",
    // A conversion by a partner's rule, in or out: by which fraction, who decided and who approved. `transfer_id` is its first leg; `value` is
    // in thousandths of the partner's unit.
    "CREATE TABLE conversion (
        learner_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('convert_in', 'convert_out')),
        partner_id $UUID NOT NULL,
        reference $CODE NOT NULL,
        unit $CODE NOT NULL,
        value $INT NOT NULL CHECK (value > 0),
        numerator $INT NOT NULL CHECK (numerator > 0),
        denominator $INT NOT NULL CHECK (denominator > 0),
        step $INT NOT NULL CHECK (step > 0),
        officer_id $UUID NOT NULL,
        approver_id $UUID NULL CHECK (approver_id <> officer_id),
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        rule_version $CODE NOT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, transfer_id)
    ) $STRICT",
    // A partner's result is credited once over everybody: by the digest of partner and reference, who has it now, as which transfer.
    "CREATE TABLE partner_result (
        result_hash $BYTES NOT NULL PRIMARY KEY CHECK (length(result_hash) = 32),
        learner_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        claimed_at_ms $INT NOT NULL
    ) $STRICT",
    // What was built on a credit, by a subject above: a certificate that cites it, a transfer that took it.
    "CREATE TABLE credit_use (
        learner_id $UUID NOT NULL,
        transfer_id $UUID NOT NULL,
        kind $CODE NOT NULL,
        ref $CODE NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('active', 'suspended', 'ended')),
        changed_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, transfer_id, kind, ref)
    ) $STRICT",
];

const SQLITE: &[&str] = &[
    // Sealed in the ledger's log beside the transfers: it waits there for its leaf (`position` 0: it stands in no chain).
    "CREATE TRIGGER result_waits_for_its_leaf AFTER INSERT ON result BEGIN
        INSERT INTO ledger_unsealed (learner_id, record_id, kind, position, leaf_hash, recorded_at_ms)
            VALUES (NEW.learner_id, NEW.id, 'result', 0, NEW.leaf_hash, NEW.formed_at_ms);
    END",
    // `INSERT OR REPLACE` passes the refusal to remove.
    "CREATE TRIGGER result_is_never_replaced BEFORE INSERT ON result
    WHEN EXISTS (SELECT 1 FROM result WHERE learner_id = NEW.learner_id AND id = NEW.id)
        OR EXISTS (SELECT 1 FROM result WHERE learner_id = NEW.learner_id AND transfer_id = NEW.transfer_id)
    BEGIN
        SELECT RAISE(ABORT, 'recognition: a result is never changed');
    END",
    // A second result of one source is passed over in silence (ON CONFLICT DO NOTHING asks for that), so that none takes the first's place.
    "CREATE TRIGGER result_of_a_source_is_never_replaced BEFORE INSERT ON result
    WHEN EXISTS (SELECT 1 FROM result WHERE learner_id = NEW.learner_id AND source = NEW.source AND source_id = NEW.source_id)
    BEGIN
        SELECT RAISE(IGNORE);
    END",
    "CREATE TRIGGER correction_is_never_replaced BEFORE INSERT ON correction
    WHEN EXISTS (SELECT 1 FROM correction WHERE learner_id = NEW.learner_id AND transfer_id = NEW.transfer_id) BEGIN
        SELECT RAISE(ABORT, 'recognition: a correction is never changed');
    END",
    "CREATE TRIGGER result_is_never_changed BEFORE UPDATE ON result BEGIN
        SELECT RAISE(ABORT, 'recognition: a result is never changed');
    END",
    "CREATE TRIGGER result_is_never_removed BEFORE DELETE ON result BEGIN
        SELECT RAISE(ABORT, 'recognition: a result is never removed');
    END",
    "CREATE TRIGGER correction_is_never_changed BEFORE UPDATE ON correction BEGIN
        SELECT RAISE(ABORT, 'recognition: a correction is never changed');
    END",
    "CREATE TRIGGER correction_is_never_removed BEFORE DELETE ON correction BEGIN
        SELECT RAISE(ABORT, 'recognition: a correction is never removed');
    END",
    // A request is decided once, and what was asked stays as it was asked.
    "CREATE TRIGGER correction_request_is_decided_once BEFORE UPDATE ON correction_request
    WHEN NOT (OLD.state = 'open' AND NEW.learner_id = OLD.learner_id AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.about_id = OLD.about_id
        AND NEW.reason_code = OLD.reason_code AND NEW.ground_sealed = OLD.ground_sealed AND NEW.evidence_hash = OLD.evidence_hash
        AND NEW.rule_version = OLD.rule_version AND NEW.place_code = OLD.place_code AND NEW.asker_id = OLD.asker_id
        AND NEW.asked_at_ms = OLD.asked_at_ms AND NEW.record_class = OLD.record_class AND NEW.responsible_org = OLD.responsible_org
        AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention AND NEW.openness = OLD.openness
        AND NEW.format_version = OLD.format_version) BEGIN
        SELECT RAISE(ABORT, 'recognition: a request is decided once and never changed');
    END",
    "CREATE TRIGGER correction_request_is_never_replaced BEFORE INSERT ON correction_request
    WHEN EXISTS (SELECT 1 FROM correction_request WHERE learner_id = NEW.learner_id AND id = NEW.id) BEGIN
        SELECT RAISE(ABORT, 'recognition: a request is decided once and never changed');
    END",
    "CREATE TRIGGER correction_request_is_never_removed BEFORE DELETE ON correction_request BEGIN
        SELECT RAISE(ABORT, 'recognition: a request is never removed');
    END",
    // An offer is answered once, and what was offered or accepted may be reversed; what was asked stays as it was.
    "CREATE TRIGGER transfer_out_goes_on BEFORE UPDATE ON transfer_out
    WHEN NEW.learner_id <> OLD.learner_id OR NEW.transfer_id <> OLD.transfer_id OR NEW.award_id <> OLD.award_id
        OR NEW.receiver_id <> OLD.receiver_id OR NEW.officer_id <> OLD.officer_id OR NEW.asked_at_ms <> OLD.asked_at_ms
        OR NEW.due_at_ms <> OLD.due_at_ms OR NEW.evidence_hash <> OLD.evidence_hash OR NEW.rule_version <> OLD.rule_version
        OR NOT (OLD.state = 'offered' AND NEW.state <> 'offered' OR OLD.state = 'accepted' AND NEW.state = 'reversed'
            AND NEW.answer_id = OLD.answer_id AND NEW.answer_ref = OLD.answer_ref AND NEW.answer_hash = OLD.answer_hash)
    BEGIN
        SELECT RAISE(ABORT, 'recognition: a transfer out only goes on');
    END",
    "CREATE TRIGGER transfer_out_is_never_replaced BEFORE INSERT ON transfer_out
    WHEN EXISTS (SELECT 1 FROM transfer_out WHERE learner_id = NEW.learner_id AND transfer_id = NEW.transfer_id) BEGIN
        SELECT RAISE(ABORT, 'recognition: a transfer out only goes on');
    END",
    "CREATE TRIGGER transfer_out_is_never_removed BEFORE DELETE ON transfer_out BEGIN
        SELECT RAISE(ABORT, 'recognition: a transfer out is never removed');
    END",
    "CREATE TRIGGER conversion_is_never_changed BEFORE UPDATE ON conversion BEGIN
        SELECT RAISE(ABORT, 'recognition: a conversion is never changed');
    END",
    "CREATE TRIGGER conversion_is_never_replaced BEFORE INSERT ON conversion
    WHEN EXISTS (SELECT 1 FROM conversion WHERE learner_id = NEW.learner_id AND transfer_id = NEW.transfer_id) BEGIN
        SELECT RAISE(ABORT, 'recognition: a conversion is never changed');
    END",
    "CREATE TRIGGER conversion_is_never_removed BEFORE DELETE ON conversion BEGIN
        SELECT RAISE(ABORT, 'recognition: a conversion is never removed');
    END",
    "CREATE TRIGGER partner_result_is_never_removed BEFORE DELETE ON partner_result BEGIN
        SELECT RAISE(ABORT, 'recognition: a partner''s result is never removed');
    END",
    "CREATE TRIGGER class_hour_is_never_changed BEFORE UPDATE ON class_hour BEGIN
        SELECT RAISE(ABORT, 'recognition: class hours are never changed');
    END",
    "CREATE TRIGGER class_hour_is_never_removed BEFORE DELETE ON class_hour BEGIN
        SELECT RAISE(ABORT, 'recognition: class hours are never removed');
    END",
];

const POSTGRES: &[&str] = &[
    "CREATE FUNCTION result_waits_for_its_leaf() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO ledger_unsealed (learner_id, record_id, kind, position, leaf_hash, recorded_at_ms)
            VALUES (NEW.learner_id, NEW.id, 'result', 0, NEW.leaf_hash, NEW.formed_at_ms);
        RETURN NEW;
    END $$",
    "CREATE TRIGGER result_waits_for_its_leaf AFTER INSERT ON result FOR EACH ROW EXECUTE FUNCTION result_waits_for_its_leaf()",
    "CREATE FUNCTION recognition_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'recognition: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$",
    "CREATE TRIGGER result_is_never_changed BEFORE UPDATE OR DELETE ON result FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER result_is_never_emptied BEFORE TRUNCATE ON result FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER correction_is_never_changed BEFORE UPDATE OR DELETE ON correction
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER correction_is_never_emptied BEFORE TRUNCATE ON correction
        FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER correction_request_is_decided_once BEFORE UPDATE ON correction_request FOR EACH ROW
        WHEN (NOT (OLD.state = 'open' AND NEW.learner_id = OLD.learner_id AND NEW.id = OLD.id AND NEW.kind = OLD.kind AND NEW.about_id = OLD.about_id
        AND NEW.reason_code = OLD.reason_code AND NEW.ground_sealed = OLD.ground_sealed AND NEW.evidence_hash = OLD.evidence_hash
        AND NEW.rule_version = OLD.rule_version AND NEW.place_code = OLD.place_code AND NEW.asker_id = OLD.asker_id
        AND NEW.asked_at_ms = OLD.asked_at_ms AND NEW.record_class = OLD.record_class AND NEW.responsible_org = OLD.responsible_org
        AND NEW.formed_at_ms = OLD.formed_at_ms AND NEW.retention = OLD.retention AND NEW.openness = OLD.openness
        AND NEW.format_version = OLD.format_version))
        EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER correction_request_is_never_removed BEFORE DELETE ON correction_request
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER correction_request_is_never_emptied BEFORE TRUNCATE ON correction_request
        FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
    "CREATE FUNCTION transfer_out_only_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (NEW.learner_id, NEW.transfer_id, NEW.award_id, NEW.receiver_id, NEW.officer_id, NEW.asked_at_ms, NEW.due_at_ms, NEW.evidence_hash, NEW.rule_version)
                <> (OLD.learner_id, OLD.transfer_id, OLD.award_id, OLD.receiver_id, OLD.officer_id, OLD.asked_at_ms, OLD.due_at_ms, OLD.evidence_hash, OLD.rule_version)
            OR NOT (OLD.state = 'offered' AND NEW.state <> 'offered' OR OLD.state = 'accepted' AND NEW.state = 'reversed'
                AND NEW.answer_id = OLD.answer_id AND NEW.answer_ref = OLD.answer_ref AND NEW.answer_hash = OLD.answer_hash) THEN
            RAISE EXCEPTION 'recognition: a transfer out only goes on' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$",
    "CREATE TRIGGER transfer_out_goes_on BEFORE UPDATE ON transfer_out FOR EACH ROW EXECUTE FUNCTION transfer_out_only_goes_on()",
    "CREATE TRIGGER transfer_out_is_never_removed BEFORE DELETE ON transfer_out
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER transfer_out_is_never_emptied BEFORE TRUNCATE ON transfer_out
        FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER conversion_is_never_changed BEFORE UPDATE OR DELETE ON conversion
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER conversion_is_never_emptied BEFORE TRUNCATE ON conversion
        FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER partner_result_is_never_removed BEFORE DELETE ON partner_result
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER partner_result_is_never_emptied BEFORE TRUNCATE ON partner_result
        FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER class_hour_is_never_changed BEFORE UPDATE OR DELETE ON class_hour
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER class_hour_is_never_emptied BEFORE TRUNCATE ON class_hour
        FOR EACH STATEMENT EXECUTE FUNCTION recognition_refuses()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        ddl::run_only(manager, DbBackend::Sqlite, SQLITE).await?;
        ddl::run_only(manager, DbBackend::Postgres, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(
            manager,
            &[
                "credit_use",
                "partner_result",
                "conversion",
                "transfer_out",
                "class_hour",
                "correction_request",
                "correction",
                "result",
            ],
        )
        .await?;
        ddl::run_only(
            manager,
            DbBackend::Postgres,
            &[
                "DROP FUNCTION IF EXISTS recognition_refuses()",
                "DROP FUNCTION IF EXISTS result_waits_for_its_leaf()",
                "DROP FUNCTION IF EXISTS transfer_out_only_goes_on()",
            ],
        )
        .await
    }
}
