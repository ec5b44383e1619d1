//! What somebody should look at: passes beyond what a place credits in an hour, and what a look over each day finds. Never a verdict.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // How many passes of people of a place would have been credited in an hour. Small shared data; it goes after two days.
    "CREATE TABLE pass_tally (
        place_code $CODE NOT NULL,
        hour_ms $INT NOT NULL,
        passes $INT NOT NULL CHECK (passes > 0),
        PRIMARY KEY (place_code, hour_ms)
    ) $STRICT",
    "CREATE INDEX pass_tally_by_hour ON pass_tally (hour_ms)",
    // A pass that was kept and not credited yet, since more were passed at its place in that hour than are credited unseen. What stands here
    // is what it is credited by. waiting, doubted (one person would not credit it): open; credited; held (the unit was credited meanwhile);
    // declined by a second person. A decision is taken once.
    "CREATE TABLE awaiting_look (
        learner_id $UUID NOT NULL,
        result_id $UUID NOT NULL,
        unit $CODE NOT NULL,
        credit_milli $INT NOT NULL CHECK (credit_milli > 0),
        evidence_hash $BYTES NOT NULL CHECK (length(evidence_hash) = 32),
        rule_version $CODE NOT NULL,
        responsible_org $TEXT NOT NULL,
        place_code $CODE NOT NULL,
        kept_at_ms $INT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('waiting', 'doubted', 'credited', 'held', 'declined')),
        doubted_by $UUID NULL CHECK (doubted_by <> learner_id),
        looked_by $UUID NULL CHECK (looked_by <> learner_id),
        looked_at_ms $INT NULL,
        PRIMARY KEY (learner_id, result_id),
        CONSTRAINT awaiting_look_decided CHECK ((looked_at_ms IS NULL) = (state IN ('waiting', 'doubted'))),
        CONSTRAINT awaiting_look_by_somebody CHECK ((looked_at_ms IS NULL) = (looked_by IS NULL)),
        CONSTRAINT awaiting_look_doubted CHECK (state NOT IN ('doubted', 'declined') OR doubted_by IS NOT NULL),
        CONSTRAINT awaiting_look_two_people CHECK (state <> 'declined' OR looked_by <> doubted_by),
        FOREIGN KEY (learner_id, result_id) REFERENCES result (learner_id, id)
    ) $STRICT",
    "CREATE INDEX awaiting_look_open ON awaiting_look (place_code, kept_at_ms) WHERE state IN ('waiting', 'doubted')",
    // What a look over a day found, at a place, about one member of staff. `learners`: how many people it concerns, of how many (`among`).
    // open: nobody has looked; asked: somebody has asked and waits for an answer; fine: all is well. Nobody looks at what is about them.
    "CREATE TABLE signal (
        id $UUID NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL CHECK (kind IN ('same_answers', 'not_seen', 'taught')),
        place_code $CODE NOT NULL,
        day $CODE NOT NULL,
        about_id $UUID NOT NULL,
        unit $CODE NOT NULL,
        learners $INT NOT NULL CHECK (learners > 0),
        among $INT NOT NULL CHECK (among >= learners),
        found_at_ms $INT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'asked', 'fine')),
        looked_by $UUID NULL CHECK (looked_by <> about_id),
        looked_at_ms $INT NULL,
        CONSTRAINT signal_looked_at CHECK ((looked_by IS NULL) = (state = 'open') AND (looked_at_ms IS NULL) = (state = 'open'))
    ) $STRICT",
    "CREATE UNIQUE INDEX signal_once ON signal (place_code, day, kind, about_id, unit)",
    "CREATE INDEX signal_open ON signal (place_code, found_at_ms) WHERE state <> 'fine'",
    // Whom it concerns; goes with whoever leaves.
    "CREATE TABLE signal_learner (
        learner_id $UUID NOT NULL,
        signal_id $UUID NOT NULL,
        PRIMARY KEY (learner_id, signal_id)
    ) $STRICT",
    "CREATE INDEX signal_learner_of_signal ON signal_learner (signal_id)",
];

const SQLITE: &[&str] = &[
    "CREATE TRIGGER awaiting_look_is_decided_once BEFORE UPDATE ON awaiting_look
    WHEN NOT (OLD.looked_at_ms IS NULL AND NEW.learner_id = OLD.learner_id AND NEW.result_id = OLD.result_id AND NEW.unit = OLD.unit
        AND NEW.credit_milli = OLD.credit_milli AND NEW.evidence_hash = OLD.evidence_hash AND NEW.place_code = OLD.place_code) BEGIN
        SELECT RAISE(ABORT, 'recognition: what waits for a look is decided once');
    END",
    "CREATE TRIGGER awaiting_look_is_never_removed BEFORE DELETE ON awaiting_look BEGIN
        SELECT RAISE(ABORT, 'recognition: what waits for a look is never removed');
    END",
];

const POSTGRES: &[&str] = &[
    "CREATE TRIGGER awaiting_look_is_decided_once BEFORE UPDATE ON awaiting_look FOR EACH ROW
        WHEN (NOT (OLD.looked_at_ms IS NULL AND NEW.learner_id = OLD.learner_id AND NEW.result_id = OLD.result_id AND NEW.unit = OLD.unit
        AND NEW.credit_milli = OLD.credit_milli AND NEW.evidence_hash = OLD.evidence_hash AND NEW.place_code = OLD.place_code))
        EXECUTE FUNCTION recognition_refuses()",
    "CREATE TRIGGER awaiting_look_is_never_removed BEFORE DELETE ON awaiting_look
        FOR EACH ROW EXECUTE FUNCTION recognition_refuses()",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        ddl::run_only(manager, DbBackend::Sqlite, SQLITE).await?;
        ddl::run_only(manager, DbBackend::Postgres, POSTGRES).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["signal_learner", "signal", "awaiting_look", "pass_tally"]).await
    }
}
