//! Rolls (成批认定): results of one partner brought as one file, looked at, agreed to by a second person, booked.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // `rule_id`: one version of a conversion rule. `file_code`: a code of file and rule that only the bank's key makes. `identity_level` and
    // `supervision_level`: what whoever brought it states of the evidence. `worth_milli`: what the unit was worth when it was brought.
    // `per_person_milli`: what one person may be given in all, as it was agreed to. `trouble`: why it went back. `total`, `wrong`: lines;
    // `done`: the last line at which the step at hand has arrived; `gives_milli`: what all lines credit, and what was taken of the quota.
    "CREATE TABLE roll (
        id $UUID NOT NULL PRIMARY KEY,
        agency_id $UUID NOT NULL,
        rule_id $UUID NOT NULL,
        file_code $BYTES NOT NULL CHECK (length(file_code) = 32),
        identity_level $INT NOT NULL CHECK (identity_level BETWEEN 0 AND 3),
        supervision_level $INT NOT NULL CHECK (supervision_level BETWEEN 0 AND 3),
        worth_milli $INT NOT NULL CHECK (worth_milli > 0),
        per_person_milli $INT NULL,
        state $CODE NOT NULL CHECK (state IN ('reading', 'read', 'checked', 'asked', 'agreed', 'valid', 'done', 'refused', 'withdrawn')),
        trouble $CODE NULL,
        total $INT NOT NULL CHECK (total >= 0),
        wrong $INT NOT NULL CHECK (wrong >= 0),
        done $INT NOT NULL CHECK (done >= 0),
        gives_milli $INT NOT NULL CHECK (gives_milli >= 0),
        brought_by $UUID NOT NULL,
        brought_at_ms $INT NOT NULL,
        asked_at_ms $INT NULL,
        decided_by $UUID NULL,
        decided_at_ms $INT NULL,
        answer $TEXT NULL,
        valid_at_ms $INT NULL,
        ended_at_ms $INT NULL,
        CONSTRAINT roll_two_people CHECK (decided_by <> brought_by),
        CONSTRAINT roll_decided_whole CHECK ((decided_by IS NULL) = (decided_at_ms IS NULL)),
        CONSTRAINT roll_decided CHECK (decided_by IS NOT NULL OR state NOT IN ('agreed', 'valid', 'done', 'refused')),
        CONSTRAINT roll_valid CHECK ((valid_at_ms IS NOT NULL) = (state IN ('valid', 'done')))
    ) $STRICT",
    "CREATE INDEX roll_by_agency ON roll (agency_id, brought_at_ms)",
    // The same file by the same version of a rule is the same roll, unless it was given up or not agreed to.
    "CREATE UNIQUE INDEX roll_same ON roll (rule_id, file_code) WHERE state NOT IN ('refused', 'withdrawn')",
    // One line. `learner_id`: whose it is, once that was looked up. `sealed`: what it says, under the bank's key, until the roll is over.
    // `problem`: why it cannot be booked, or was passed over; `other`: the line that it repeats.
    "CREATE TABLE roll_line (
        roll_id $UUID NOT NULL REFERENCES roll (id),
        number $INT NOT NULL CHECK (number > 0),
        learner_id $UUID NULL,
        sealed $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('new', 'wrong', 'ready', 'booked', 'passed')),
        problem $CODE NULL,
        other $INT NULL,
        milli $INT NOT NULL CHECK (milli >= 0),
        transfer_id $UUID NULL,
        PRIMARY KEY (roll_id, number),
        CONSTRAINT roll_line_booked CHECK ((transfer_id IS NOT NULL) = (state = 'booked')),
        CONSTRAINT roll_line_problem CHECK ((problem IS NOT NULL) = (state IN ('wrong', 'passed')))
    ) $NOROWID",
    "CREATE INDEX roll_line_of_learner ON roll_line (learner_id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["roll_line", "roll"]).await
    }
}
