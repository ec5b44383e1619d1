//! Help: call-backs, disputes, things to print, complaints about data. One case, one number, one term; anonymous cases carry the nil learner.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // Personal data: `…_sealed`. A learner's own are sealed with the learner's key and go when the learner leaves; those of somebody
    // without an account are sealed with the bank's key and emptied 30 days after the case has ended. Number, kind, state and dates
    // stay for the register. `browser` is the digest of the asking browser's token, by which somebody without an account is known again.
    // `concerns_id`: of whom somebody complains; it is neither shown to them nor answered by them.
    // `place_code` is empty where the place is not known: the whole bank's matter.
    // `agency_id`: whose decision an appeal is against; its people hear it.
    "CREATE TABLE help_case (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        number $CODE NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('call_back', 'dispute', 'print', 'data_complaint', 'on_behalf', 'appeal')),
        about $CODE NULL,
        words_sealed $BYTES NULL,
        phone_sealed $BYTES NULL,
        browser $BYTES NULL,
        place_code $CODE NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'in_hand', 'answered', 'withdrawn')),
        answer_sealed $BYTES NULL,
        opened_at_ms $INT NOT NULL,
        due_at_ms $INT NOT NULL,
        changed_at_ms $INT NOT NULL,
        handler_id $UUID NULL,
        concerns_id $UUID NULL,
        agency_id $UUID NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    // A line of the passbook is asked about once at a time.
    "CREATE UNIQUE INDEX help_case_dispute ON help_case (learner_id, about) WHERE kind = 'dispute' AND state IN ('open', 'in_hand')",
    // What was decided about a certificate is appealed against once at a time.
    "CREATE UNIQUE INDEX help_case_appeal ON help_case (learner_id, about) WHERE kind = 'appeal' AND state IN ('open', 'in_hand')",
    // The appeals that wait for an agency, what is promised first on top.
    "CREATE INDEX help_case_appeals ON help_case (agency_id, due_at_ms) WHERE kind = 'appeal' AND state IN ('open', 'in_hand')",
    // What one browser asked before its owner signed in.
    "CREATE INDEX help_case_of_browser ON help_case (learner_id, browser) WHERE browser IS NOT NULL",
    "CREATE INDEX help_case_open ON help_case (state, due_at_ms)",
    "CREATE TABLE help_number (
        number $CODE NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL
    ) $STRICT",
    // How many call-backs one source (a digest of its address) has asked for in one hour; older hours are swept.
    "CREATE TABLE help_tally (
        source $BYTES NOT NULL,
        hour $INT NOT NULL,
        asked $INT NOT NULL CHECK (asked >= 1),
        PRIMARY KEY (source, hour)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["help_tally", "help_number", "help_case"]).await
    }
}
