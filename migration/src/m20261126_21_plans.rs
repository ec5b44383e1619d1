//! Training plans (培训方案): what an organisation lays before people to learn, version by version, and who has said yes to it.
//!
//! A plan is shared, small data of an organisation. Who was asked and what they answered is the learner's: `learner_id` first.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Organisation, place and line of work decide who sees it, and stay as they are. `version` is the one that people are asked to join now.
    // `counted_at_ms`: when its figures were drawn last.
    "CREATE TABLE training_plan (
        id $UUID NOT NULL PRIMARY KEY,
        organisation_id $UUID NOT NULL,
        place_code $CODE NOT NULL,
        line $CODE NULL,
        version $INT NOT NULL CHECK (version >= 1),
        made_by $UUID NOT NULL,
        made_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL,
        counted_at_ms $INT NULL,
        is_sample $INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1))
    ) $STRICT",
    "CREATE INDEX training_plan_by_organisation ON training_plan (organisation_id)",
    "CREATE INDEX training_plan_by_place ON training_plan (place_code)",
    // What was published. Never changed afterwards: a change is a further version.
    "CREATE TABLE training_plan_version (
        plan_id $UUID NOT NULL,
        version $INT NOT NULL CHECK (version >= 1),
        title $TEXT NOT NULL,
        from_day $CODE NOT NULL,
        until_day $CODE NOT NULL,
        planned $INT NOT NULL CHECK (planned >= 1),
        published_by $UUID NOT NULL,
        published_at_ms $INT NOT NULL,
        PRIMARY KEY (plan_id, version),
        CHECK (until_day >= from_day)
    ) $STRICT",
    // Its parts in order: a course of the curriculum, a class session of the hall, or words about a lesson of their own.
    "CREATE TABLE training_plan_item (
        plan_id $UUID NOT NULL,
        version $INT NOT NULL,
        position $INT NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('course', 'class', 'words')),
        course $CODE NULL,
        class_id $UUID NULL,
        words $TEXT NULL,
        PRIMARY KEY (plan_id, version, position),
        CHECK ((kind = 'course') = (course IS NOT NULL)),
        CHECK ((kind = 'class') = (class_id IS NOT NULL)),
        CHECK ((kind = 'words') = (words IS NOT NULL))
    ) $STRICT",
    // Who was asked, and what they said. Nobody is in a plan without having said yes: `agreed_text` names the words they said it to.
    "CREATE TABLE training_plan_member (
        learner_id $UUID NOT NULL,
        plan_id $UUID NOT NULL,
        version $INT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('invited', 'joined', 'declined', 'left')),
        invited_by $UUID NOT NULL,
        invited_at_ms $INT NOT NULL,
        told_at_ms $INT NULL,
        agreed_text $CODE NULL,
        joined_at_ms $INT NULL,
        answered_at_ms $INT NULL,
        completed_at_ms $INT NULL,
        PRIMARY KEY (learner_id, plan_id),
        CHECK ((state = 'invited') = (answered_at_ms IS NULL)),
        CHECK (state <> 'joined' OR (agreed_text IS NOT NULL AND joined_at_ms IS NOT NULL)),
        CHECK (completed_at_ms IS NULL OR joined_at_ms IS NOT NULL)
    ) $STRICT",
    "CREATE INDEX training_plan_member_by_plan ON training_plan_member (plan_id, state, learner_id)",
    "CREATE INDEX training_plan_member_told ON training_plan_member (told_at_ms)",
    // How many of those in a plan have passed a course, by the month in which they did; an empty course: all courses of their version. An
    // empty month: before the plan began. Drawn anew from recognition, and nothing of one person.
    "CREATE TABLE training_plan_count (
        plan_id $UUID NOT NULL,
        course $CODE NOT NULL,
        month $CODE NOT NULL,
        people $INT NOT NULL CHECK (people >= 0),
        PRIMARY KEY (plan_id, course, month)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables =
            ["training_plan_count", "training_plan_member", "training_plan_item", "training_plan_version", "training_plan"];
        ddl::drop_tables(manager, &tables).await
    }
}
