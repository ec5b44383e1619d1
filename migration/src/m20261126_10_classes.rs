//! Class sessions in the hall: planned, signed up for, attended, closed; the paper sheet; tasks that were witnessed; study groups.
//!
//! A session is shared, small data of a place. Who signed up and who came is the learner's: `learner_id` first.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // One session: a course (`class`), a lecture by somebody who knows (`lecture`), or a meeting of a study group (`group`). `title` says
    // what it is about: the course's title when it was planned, or its own. Nothing of a closed one changes. `told_times` letters about a changed
    // time went out on the day `told_on`.
    "CREATE TABLE class_session (
        id $UUID NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL CHECK (kind IN ('class', 'lecture', 'group')),
        course $CODE NULL,
        title $TEXT NOT NULL,
        organisation_id $UUID NOT NULL,
        place_code $CODE NOT NULL,
        day $CODE NOT NULL,
        starts_at_ms $INT NOT NULL,
        ends_at_ms $INT NOT NULL,
        seats $INT NOT NULL CHECK (seats BETWEEN 1 AND 100),
        teacher_id $UUID NOT NULL,
        witness_id $UUID NULL CHECK (witness_id <> teacher_id),
        notes $TEXT NOT NULL,
        series_id $UUID NULL,
        group_id $UUID NULL,
        state $CODE NOT NULL CHECK (state IN ('planned', 'cancelled', 'closed')),
        reason $TEXT NULL,
        planned_by $UUID NOT NULL,
        planned_at_ms $INT NOT NULL,
        closed_by $UUID NULL,
        closed_at_ms $INT NULL,
        told_on $CODE NULL,
        told_times $INT NOT NULL DEFAULT 0,
        is_sample $INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
        CHECK (ends_at_ms > starts_at_ms),
        CHECK ((state = 'closed') = (closed_at_ms IS NOT NULL)),
        CHECK ((kind = 'group') = (group_id IS NOT NULL)),
        CHECK (kind <> 'class' OR course IS NOT NULL)
    ) $STRICT",
    "CREATE INDEX class_session_by_place ON class_session (place_code, starts_at_ms)",
    "CREATE INDEX class_session_by_day ON class_session (day)",
    // Whether somebody signed up for a session, and whether they came: one row, whoever wrote it first.
    "CREATE TABLE class_attendance (
        learner_id $UUID NOT NULL,
        class_id $UUID NOT NULL,
        signed_up_at_ms $INT NULL,
        signed_off_at_ms $INT NULL,
        reminded_at_ms $INT NULL,
        came_at_ms $INT NULL,
        went_at_ms $INT NULL,
        minutes $INT NULL CHECK (minutes BETWEEN 0 AND 720),
        way $CODE NULL CHECK (way IN ('card', 'photo', 'number', 'list', 'sheet', 'hall')),
        checked_by $UUID NULL,
        PRIMARY KEY (learner_id, class_id),
        CHECK ((came_at_ms IS NULL) = (minutes IS NULL) AND (came_at_ms IS NULL) = (way IS NULL))
    ) $STRICT",
    "CREATE INDEX class_attendance_by_class ON class_attendance (class_id)",
    // A line of the paper sheet that fits nobody yet, or somebody who came to another session at that time. What stood there is sealed with the bank's key.
    "CREATE TABLE class_sheet_line (
        class_id $UUID NOT NULL,
        id $UUID NOT NULL,
        words_sealed $BYTES NOT NULL,
        why $CODE NOT NULL CHECK (why IN ('unknown', 'several', 'elsewhere', 'busy')),
        typed_by $UUID NOT NULL,
        typed_at_ms $INT NOT NULL,
        PRIMARY KEY (class_id, id)
    ) $STRICT",
    "CREATE INDEX class_sheet_line_by_time ON class_sheet_line (typed_at_ms)",
    // A photograph of the paper sheet, to have beside what is typed. `file`: its digest in the file store; it is sealed with the bank's key.
    "CREATE TABLE class_sheet_photo (
        class_id $UUID NOT NULL,
        id $UUID NOT NULL,
        file $BYTES NOT NULL CHECK (length(file) = 32),
        sent_by $UUID NOT NULL,
        sent_at_ms $INT NOT NULL,
        PRIMARY KEY (class_id, id)
    ) $STRICT",
    "CREATE INDEX class_sheet_photo_by_time ON class_sheet_photo (sent_at_ms)",
    // 见证: that somebody did the real-life task of a course on their own. No credit hangs on it.
    "CREATE TABLE class_task (
        learner_id $UUID NOT NULL,
        course $CODE NOT NULL,
        class_id $UUID NOT NULL,
        witness_id $UUID NOT NULL CHECK (witness_id <> learner_id),
        second_id $UUID NULL CHECK (second_id <> learner_id),
        witnessed_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, course, class_id),
        CHECK (second_id <> witness_id)
    ) $STRICT",
    // Attended time put right after a session had ended: by whom, from how much to how much, and why.
    "CREATE TABLE class_correction (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        class_id $UUID NOT NULL,
        minutes_before $INT NOT NULL,
        minutes_after $INT NOT NULL,
        reason $TEXT NOT NULL,
        corrected_by $UUID NOT NULL CHECK (corrected_by <> learner_id),
        corrected_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    // 学习小组: five to twenty people, one of whom calls them together.
    "CREATE TABLE study_group (
        id $UUID NOT NULL PRIMARY KEY,
        name $TEXT NOT NULL,
        organisation_id $UUID NOT NULL,
        place_code $CODE NOT NULL,
        timetable $TEXT NOT NULL,
        convenor_id $UUID NULL,
        founded_by $UUID NOT NULL,
        founded_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL,
        is_sample $INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1))
    ) $STRICT",
    "CREATE INDEX study_group_by_place ON study_group (place_code)",
    "CREATE UNIQUE INDEX study_group_open ON study_group (organisation_id, name) WHERE ended_at_ms IS NULL",
    "CREATE TABLE study_group_member (
        learner_id $UUID NOT NULL,
        group_id $UUID NOT NULL,
        joined_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, group_id)
    ) $STRICT",
    "CREATE INDEX study_group_member_by_group ON study_group_member (group_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = [
            "study_group_member",
            "study_group",
            "class_correction",
            "class_task",
            "class_sheet_photo",
            "class_sheet_line",
            "class_attendance",
            "class_session",
        ];
        ddl::drop_tables(manager, &tables).await
    }
}
