//! Applications (认定申请): somebody asks an agency to recognise a result from elsewhere, with evidence, and people decide.
//!
//! All of it is the learner's: `learner_id` first. What was said to whom, and by whom, stands turn by turn in `application_step`.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // `turn` is that of its last step; 0 while nothing was sent. `number_code` is a keyed code of partner and number in one spelling; `value` is
    // in thousandths of the partner's unit; `agreed_text` names the words that were said yes to. `waits_since_ms` orders the queue.
    "CREATE TABLE application (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        agency_id $UUID NOT NULL,
        rule_id $UUID NOT NULL,
        unit $CODE NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('draft', 'sent', 'proposed', 'accepted', 'returned', 'appealed', 'appeal_proposed', 'refused', 'withdrawn')),
        turn $INT NOT NULL CHECK (turn >= 0),
        begun_at_ms $INT NOT NULL,
        number_sealed $BYTES NULL,
        number_code $BYTES NULL CHECK (number_code IS NULL OR length(number_code) = 32),
        value $INT NULL CHECK (value > 0),
        passed_day $CODE NULL CHECK (passed_day IS NULL OR length(passed_day) = 10),
        elsewhere $CODE NULL CHECK (elsewhere IN ('yes', 'no', 'unknown')),
        agreed_text $CODE NULL,
        helper_id $UUID NULL,
        sent_at_ms $INT NULL,
        due_day $CODE NULL CHECK (due_day IS NULL OR length(due_day) = 10),
        waits_since_ms $INT NULL,
        holder_id $UUID NULL,
        decided_at_ms $INT NULL,
        transfer_id $UUID NULL,
        credits_milli $INT NULL CHECK (credits_milli > 0),
        PRIMARY KEY (learner_id, id),
        CONSTRAINT application_sent_whole CHECK ((state = 'draft') = (sent_at_ms IS NULL) AND (sent_at_ms IS NULL) = (agreed_text IS NULL)
            AND (sent_at_ms IS NULL) = (due_day IS NULL) AND (sent_at_ms IS NULL) = (number_code IS NULL)
            AND (sent_at_ms IS NULL) = (value IS NULL) AND (sent_at_ms IS NULL) = (passed_day IS NULL)
            AND (sent_at_ms IS NULL) = (elsewhere IS NULL) AND (state = 'draft') = (turn = 0)),
        CONSTRAINT application_waits CHECK ((state IN ('sent', 'proposed', 'appealed', 'appeal_proposed')) = (waits_since_ms IS NOT NULL)),
        CONSTRAINT application_accepted_whole CHECK ((state = 'accepted') = (transfer_id IS NOT NULL) AND (state = 'accepted') = (credits_milli IS NOT NULL)),
        CONSTRAINT application_not_helped_by_oneself CHECK (helper_id <> learner_id)
    ) $STRICT",
    "CREATE UNIQUE INDEX application_one_draft ON application (learner_id, rule_id) WHERE state = 'draft'",
    // Of an index over a part of the rows both engines must see from the words of a query alone, without its values, that it asks within that part.
    "CREATE INDEX application_queue ON application (agency_id, waits_since_ms) WHERE waits_since_ms IS NOT NULL",
    "CREATE INDEX application_by_number ON application (number_code) WHERE number_code IS NOT NULL",
    "CREATE INDEX application_by_end ON application (decided_at_ms) WHERE decided_at_ms IS NOT NULL AND transfer_id IS NULL",
    "CREATE INDEX application_unsent ON application (begun_at_ms) WHERE sent_at_ms IS NULL",
    // A deed is a turn. `to_id`: to whom it was passed on; `reason`: why it was given back, by its code; `supervision`: how it was examined, as
    // whoever would recognise it says.
    "CREATE TABLE application_step (
        learner_id $UUID NOT NULL,
        application_id $UUID NOT NULL,
        turn $INT NOT NULL CHECK (turn > 0),
        deed $CODE NOT NULL CHECK (deed IN ('send', 'withdraw', 'pass', 'propose', 'agree', 'disagree', 'accept', 'return', 'appeal', 'reject')),
        actor_id $UUID NOT NULL,
        to_id $UUID NULL,
        reason $CODE NULL,
        words_sealed $BYTES NULL,
        supervision $INT NULL CHECK (supervision BETWEEN 0 AND 3),
        at_ms $INT NOT NULL,
        record_class $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        formed_at_ms $INT NOT NULL,
        retention $CODE NOT NULL CHECK (retention IN ('permanent', '30y', '10y', 'none')),
        openness $CODE NOT NULL,
        format_version $INT NOT NULL,
        PRIMARY KEY (learner_id, application_id, turn),
        CONSTRAINT application_step_passed CHECK ((deed = 'pass') = (to_id IS NOT NULL)),
        CONSTRAINT application_step_examined CHECK ((deed IN ('propose', 'accept')) = (supervision IS NOT NULL)),
        CONSTRAINT application_step_returned CHECK ((deed = 'return') = (reason IS NOT NULL))
    ) $STRICT",
    // `file`: the sealed file in the store, none once it was removed. `code` is a keyed code of what was kept, by which the same file is known.
    "CREATE TABLE application_file (
        learner_id $UUID NOT NULL,
        application_id $UUID NOT NULL,
        id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('picture', 'pages')),
        file $BYTES NULL CHECK (file IS NULL OR length(file) = 32),
        code $BYTES NOT NULL CHECK (length(code) = 32),
        bytes $INT NOT NULL CHECK (bytes > 0),
        added_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, application_id, id),
        CONSTRAINT application_file_once UNIQUE (learner_id, application_id, code)
    ) $STRICT",
    "CREATE INDEX application_file_by_code ON application_file (code)",
];

/// What was done stays as it was done. On SQLite `INSERT OR REPLACE` passes a trigger on DELETE: so an INSERT of what is there is refused too.
const KEPT_SQLITE: [&str; 3] = [
    "CREATE TRIGGER application_step_is_kept BEFORE UPDATE ON application_step BEGIN SELECT RAISE(ABORT, 'applications: a step is kept as it is'); END",
    "CREATE TRIGGER application_step_is_never_removed BEFORE DELETE ON application_step BEGIN SELECT RAISE(ABORT, 'applications: a step is kept as it is'); END",
    "CREATE TRIGGER application_step_is_never_replaced BEFORE INSERT ON application_step WHEN EXISTS (SELECT 1 FROM application_step WHERE learner_id = NEW.learner_id AND application_id = NEW.application_id AND turn = NEW.turn) BEGIN SELECT RAISE(ABORT, 'applications: a step is kept as it is'); END",
];

const KEPT_POSTGRES: [&str; 4] = [
    "CREATE FUNCTION applications_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'applications: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END $$",
    "CREATE TRIGGER application_step_is_kept BEFORE UPDATE ON application_step FOR EACH ROW EXECUTE FUNCTION applications_refuses()",
    "CREATE TRIGGER application_step_is_never_removed BEFORE DELETE ON application_step FOR EACH ROW EXECUTE FUNCTION applications_refuses()",
    "CREATE TRIGGER application_step_is_never_emptied BEFORE TRUNCATE ON application_step FOR EACH STATEMENT EXECUTE FUNCTION applications_refuses()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        ddl::run_only(manager, DbBackend::Sqlite, &KEPT_SQLITE).await?;
        ddl::run_only(manager, DbBackend::Postgres, &KEPT_POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["application_file", "application_step", "application"]).await?;
        ddl::run_only(manager, DbBackend::Postgres, &["DROP FUNCTION applications_refuses()"]).await
    }
}
