//! Supervised sessions (有人监考的测评): planned with two invigilators, their candidates, what was answered, noted and decided.
//!
//! A session is shared, small data of an organisation. A paper is the learner's: `learner_id` first.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Organisation, place and line of work decide who works on it, and stay as they are. Each step names who took it.
    "CREATE TABLE exam_session (
        id $UUID NOT NULL PRIMARY KEY,
        organisation_id $UUID NOT NULL,
        place_code $CODE NOT NULL,
        line $CODE NULL,
        unit $CODE NOT NULL,
        level $INT NOT NULL CHECK (level IN (2, 3)),
        starts_at_ms $INT NOT NULL,
        ends_at_ms $INT NOT NULL,
        seats $INT NOT NULL CHECK (seats BETWEEN 1 AND 200),
        first_id $UUID NOT NULL,
        second_id $UUID NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('planned', 'finished', 'published', 'entered', 'cancelled')),
        planned_by $UUID NOT NULL,
        planned_at_ms $INT NOT NULL,
        finished_by $UUID NULL,
        finished_at_ms $INT NULL,
        published_by $UUID NULL,
        published_at_ms $INT NULL,
        entered_by $UUID NULL,
        entered_at_ms $INT NULL,
        cancelled_by $UUID NULL,
        cancelled_at_ms $INT NULL,
        cancelled_why $TEXT NULL,
        is_sample $INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
        CHECK (ends_at_ms > starts_at_ms),
        CHECK (first_id <> second_id),
        CHECK (published_by IS NULL OR (published_by <> first_id AND published_by <> second_id)),
        CHECK (entered_by IS NULL OR (published_by IS NOT NULL AND entered_by <> published_by)),
        CHECK ((state = 'cancelled') = (cancelled_at_ms IS NOT NULL))
    ) $STRICT",
    "CREATE INDEX exam_session_by_place ON exam_session (place_code, starts_at_ms)",
    // A candidate, and their paper once it was begun: items as hashes of 32 bytes in the order asked. `allowed_at_ms` is an allowance not used
    // up; `device_hash` belongs to the one device that answers are taken from. A test by word or hand has points in place of answers.
    // What was written about a person is sealed with their key. `score_permille` and `passed` stand from publishing on.
    "CREATE TABLE exam_paper (
        learner_id $UUID NOT NULL,
        exam_id $UUID NOT NULL,
        id $UUID NOT NULL,
        put_down_by $UUID NOT NULL,
        put_down_at_ms $INT NOT NULL,
        came_at_ms $INT NULL,
        came_by $UUID NULL,
        sight_kind $CODE NULL,
        sight_by $UUID NULL,
        sight_at_ms $INT NULL,
        form $CODE NOT NULL DEFAULT 'screen' CHECK (form IN ('screen', 'word', 'hand')),
        aids $CODE NOT NULL DEFAULT '',
        extra_minutes $INT NOT NULL DEFAULT 0 CHECK (extra_minutes BETWEEN 0 AND 180),
        allowed_at_ms $INT NULL,
        allowed_by $UUID NULL,
        device_hash $BYTES NULL,
        started_at_ms $INT NULL,
        seed $BYTES NULL,
        edition $CODE NULL,
        items $BYTES NULL,
        handed_in_at_ms $INT NULL,
        hand_right $INT NULL,
        hand_of $INT NULL,
        hand_by $UUID NULL,
        hand_sealed $BYTES NULL,
        verdict $CODE NULL CHECK (verdict IN ('counts', 'void')),
        verdict_reason $CODE NULL,
        verdict_sealed $BYTES NULL,
        verdict_by $UUID NULL,
        verdict_at_ms $INT NULL,
        score_permille $INT NULL CHECK (score_permille BETWEEN 0 AND 1000),
        passed $INT NULL CHECK (passed IN (0, 1)),
        entered_at_ms $INT NULL,
        PRIMARY KEY (learner_id, exam_id),
        CHECK ((started_at_ms IS NULL) = (items IS NULL)),
        CHECK ((hand_right IS NULL) = (hand_of IS NULL)),
        CHECK (hand_right IS NULL OR hand_right BETWEEN 0 AND hand_of),
        CHECK ((verdict IS NULL) = (verdict_by IS NULL)),
        CHECK (entered_at_ms IS NULL OR passed = 1)
    ) $STRICT",
    "CREATE UNIQUE INDEX exam_paper_by_id ON exam_paper (id)",
    "CREATE INDEX exam_paper_by_exam ON exam_paper (exam_id, learner_id)",
    // What was answered, as the answers of an attempt are kept.
    "CREATE TABLE exam_answer (
        learner_id $UUID NOT NULL,
        exam_id $UUID NOT NULL,
        position $INT NOT NULL CHECK (position >= 1),
        given $TEXT NOT NULL,
        saved_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, exam_id, position)
    ) $STRICT",
    "CREATE INDEX exam_answer_by_exam ON exam_answer (exam_id)",
    // 我不是他的家人，也没有教过他: each invigilator of each candidate, with the version of the words.
    "CREATE TABLE exam_declaration (
        learner_id $UUID NOT NULL,
        exam_id $UUID NOT NULL,
        invigilator_id $UUID NOT NULL,
        text $CODE NOT NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, exam_id, invigilator_id)
    ) $STRICT",
    "CREATE INDEX exam_declaration_by_exam ON exam_declaration (exam_id)",
    // The log. About a candidate the words are sealed with their key; about the session they name nobody.
    "CREATE TABLE exam_incident (
        id $UUID NOT NULL PRIMARY KEY,
        exam_id $UUID NOT NULL,
        learner_id $UUID NULL,
        category $CODE NOT NULL,
        words $TEXT NULL,
        words_sealed $BYTES NULL,
        noted_by $UUID NOT NULL,
        noted_at_ms $INT NOT NULL,
        CHECK (learner_id IS NULL OR words IS NULL),
        CHECK (learner_id IS NOT NULL OR words_sealed IS NULL)
    ) $STRICT",
    "CREATE INDEX exam_incident_by_exam ON exam_incident (exam_id, noted_at_ms)",
    "CREATE INDEX exam_incident_by_learner ON exam_incident (learner_id)",
    // Items that count for nobody in a session.
    "CREATE TABLE exam_item_out (
        exam_id $UUID NOT NULL,
        item $BYTES NOT NULL,
        why $TEXT NOT NULL,
        taken_by $UUID NOT NULL,
        taken_at_ms $INT NOT NULL,
        PRIMARY KEY (exam_id, item)
    ) $STRICT",
    // One appeal against one result; ground and answer are sealed with the learner's key.
    "CREATE TABLE exam_appeal (
        learner_id $UUID NOT NULL,
        exam_id $UUID NOT NULL,
        ground_sealed $BYTES NOT NULL,
        asked_at_ms $INT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'better', 'stays')),
        answer_sealed $BYTES NULL,
        decided_by $UUID NULL,
        decided_at_ms $INT NULL,
        PRIMARY KEY (learner_id, exam_id),
        CHECK ((state = 'open') = (decided_by IS NULL))
    ) $STRICT",
    "CREATE INDEX exam_appeal_by_exam ON exam_appeal (exam_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            ["exam_appeal", "exam_item_out", "exam_incident", "exam_declaration", "exam_answer", "exam_paper", "exam_session"];
        ddl::drop_tables(manager, &tables).await
    }
}
