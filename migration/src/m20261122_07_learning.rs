//! Assessment (attempts, answers, lessons gone through) and learning (progress). Attempts point at item hashes, so they outlive
//! editions. An answer names who lent a hand with it; `lesson_review` is written by learning for the rule of retries.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE attempt (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        unit $CODE NOT NULL,
        number $INT NOT NULL CHECK (number >= 1),
        edition $CODE NOT NULL,
        seed $BYTES NOT NULL,
        items $TEXT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'passed', 'failed', 'ended')),
        score_permille $INT NULL CHECK (score_permille BETWEEN 0 AND 1000),
        missed $TEXT NULL,
        support $CODE NOT NULL CHECK (support IN ('none', 'assisted')),
        helper_id $UUID NULL,
        started_at_ms $INT NOT NULL,
        finished_at_ms $INT NULL,
        PRIMARY KEY (learner_id, id),
        UNIQUE (learner_id, unit, number),
        CHECK ((support = 'assisted') = (helper_id IS NOT NULL))
    ) $STRICT",
    "CREATE UNIQUE INDEX attempt_one_open ON attempt (learner_id, unit) WHERE state = 'open'",
    "CREATE TABLE answer (
        learner_id $UUID NOT NULL,
        attempt_id $UUID NOT NULL,
        position $INT NOT NULL CHECK (position >= 1),
        given $TEXT NOT NULL,
        helper_id $UUID NULL,
        saved_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, attempt_id, position)
    ) $STRICT",
    "CREATE TABLE lesson_review (
        learner_id $UUID NOT NULL,
        lesson $CODE NOT NULL,
        reviewed_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, lesson)
    ) $STRICT",
    "CREATE TABLE lesson_progress (
        learner_id $UUID NOT NULL,
        lesson $CODE NOT NULL,
        course $CODE NOT NULL,
        card $INT NOT NULL CHECK (card >= 1),
        furthest $INT NOT NULL CHECK (furthest >= 1),
        tried_at_ms $INT NULL,
        finished_at_ms $INT NULL,
        updated_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, lesson)
    ) $STRICT",
    // A run that came to its end: told once, however often and in whatever order its last page is sent again.
    "CREATE TABLE practice_run (
        learner_id $UUID NOT NULL,
        practice $CODE NOT NULL,
        run $CODE NOT NULL,
        course $CODE NOT NULL,
        wrong $INT NOT NULL CHECK (wrong >= 0),
        done_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, practice, run)
    ) $STRICT",
    // Three questions a week and a month after a course was passed. `items` are hashes with commas between them, none where it was put away
    // unseen; `given` is the JSON list of the answers in their order, null where there is none yet. No mark is kept.
    "CREATE TABLE refresher (
        learner_id $UUID NOT NULL,
        course $CODE NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('week', 'month')),
        seed $BYTES NOT NULL,
        items $TEXT NOT NULL,
        given $TEXT NOT NULL,
        begun_at_ms $INT NOT NULL,
        done_at_ms $INT NULL,
        put_away_at_ms $INT NULL,
        PRIMARY KEY (learner_id, course, kind)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["refresher", "practice_run", "lesson_progress", "lesson_review", "answer", "attempt"]).await
    }
}
