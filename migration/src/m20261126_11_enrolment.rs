//! Enrolling people at the hall, one by one and many at once; and closing the account of somebody who has died.
//!
//! What a list holds of people is sealed with a key of the bank, row by row, and goes when the batch is over.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Who was enrolled by whom, where; it can be taken back for a day.
    "CREATE TABLE enrolment (
        learner_id $UUID NOT NULL PRIMARY KEY,
        enrolled_by $UUID NOT NULL,
        place_code $CODE NOT NULL,
        grp $CODE NULL,
        batch_id $UUID NULL,
        looked_alike $INT NOT NULL CHECK (looked_alike >= 0),
        enrolled_at_ms $INT NOT NULL
    ) $STRICT",
    "CREATE INDEX enrolment_by_staff ON enrolment (enrolled_by, enrolled_at_ms)",
    // A list of people. read: its rows stand here; checked: each was looked at; decided: its people are being staged;
    // valid: the one row that makes them real; done: all are active; broken: a row did not fit any more; abandoned: nobody wanted it.
    "CREATE TABLE batch (
        id $UUID NOT NULL PRIMARY KEY,
        organisation_id $UUID NULL,
        place_code $CODE NOT NULL,
        uploaded_by $UUID NOT NULL,
        digest $BYTES NOT NULL CHECK (length(digest) = 32),
        consent $CODE NOT NULL CHECK (consent IN ('spoken', 'paper', 'witness')),
        state $CODE NOT NULL CHECK (state IN ('reading', 'read', 'checked', 'decided', 'valid', 'done', 'broken', 'abandoned')),
        total $INT NOT NULL CHECK (total >= 0),
        done $INT NOT NULL CHECK (done >= 0),
        made_at_ms $INT NOT NULL,
        decided_by $UUID NULL,
        decided_at_ms $INT NULL,
        ended_at_ms $INT NULL
    ) $STRICT",
    "CREATE UNIQUE INDEX batch_of_file ON batch (place_code, digest) WHERE state <> 'abandoned'",
    "CREATE INDEX batch_by_place ON batch (place_code, made_at_ms)",
    // One line of it. `problems` names what is wrong without personal data.
    "CREATE TABLE batch_row (
        batch_id $UUID NOT NULL,
        number $INT NOT NULL CHECK (number >= 1),
        learner_id $UUID NOT NULL,
        sealed $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('new', 'wrong', 'alike', 'known', 'enrolled')),
        problems $TEXT NOT NULL,
        PRIMARY KEY (batch_id, number)
    ) $STRICT",
    "CREATE INDEX batch_row_of_learner ON batch_row (learner_id)",
    // Which columns the lists of an organisation have.
    "CREATE TABLE batch_format (
        organisation_id $UUID NOT NULL PRIMARY KEY,
        columns $CODE NOT NULL,
        set_by $UUID NOT NULL,
        set_at_ms $INT NOT NULL
    ) $STRICT",
    // That the account of somebody who has died was closed, by whom; who agreed that it stays so; that it was undone.
    "CREATE TABLE closing (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        place_code $CODE NULL,
        closed_by $UUID NOT NULL,
        closed_at_ms $INT NOT NULL,
        confirmed_by $UUID NULL,
        confirmed_at_ms $INT NULL,
        undone_by $UUID NULL,
        undone_at_ms $INT NULL,
        finished_at_ms $INT NULL,
        PRIMARY KEY (learner_id, id),
        CHECK (confirmed_by IS NULL OR confirmed_by <> closed_by),
        CHECK (undone_at_ms IS NULL OR finished_at_ms IS NULL)
    ) $STRICT",
    "CREATE UNIQUE INDEX closing_open ON closing (learner_id) WHERE undone_at_ms IS NULL",
    "CREATE INDEX closing_by_time ON closing (closed_at_ms)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["closing", "batch_format", "batch_row", "batch", "enrolment"]).await
    }
}
