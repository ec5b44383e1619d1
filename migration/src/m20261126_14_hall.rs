//! What was taken down in the hall without the bank: devices, the packs they hand over, the claims in them, tests given to them to be
//! taken there. And what a box in the hall keeps itself, in a database of its own.
//!
//! A claim is found by its device and its number there: whose it is may be known later, or never.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // A device that may hand over claims: a box of the hall (`box`), whose packs are signed with its key, or a volunteer's phone (`phone`),
    // which hands over while its owner is signed in. `operators` are the ids of those who may write on it, as JSON. `settled_seq` and
    // `head`: how far its chain has come in the bank.
    "CREATE TABLE claim_device (
        id $UUID NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL CHECK (kind IN ('box', 'phone')),
        name $TEXT NOT NULL,
        place_code $CODE NOT NULL,
        public_key $BYTES NULL,
        operators $TEXT NOT NULL,
        prepared_by $UUID NULL,
        prepared_at_ms $INT NOT NULL,
        settled_seq $INT NOT NULL DEFAULT 0 CHECK (settled_seq >= 0),
        head $BYTES NOT NULL,
        revoked_at_ms $INT NULL,
        revoked_by $UUID NULL,
        CHECK ((kind = 'box') = (public_key IS NOT NULL))
    ) $STRICT",
    "CREATE INDEX claim_device_by_place ON claim_device (place_code)",
    "CREATE INDEX claim_device_by_owner ON claim_device (prepared_by)",
    // A pack as it came first; `times` counts how often. `broken`: a row was changed on the way (`row_seq`); `forked`: a row is otherwise
    // than what the device handed over before. Nothing of these two was kept.
    "CREATE TABLE claim_pack (
        device_id $UUID NOT NULL,
        id $UUID NOT NULL,
        first_seq $INT NOT NULL CHECK (first_seq > 0),
        last_seq $INT NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('whole', 'broken', 'forked')),
        row_seq $INT NULL,
        made_at_ms $INT NOT NULL,
        received_at_ms $INT NOT NULL,
        way $CODE NOT NULL CHECK (way IN ('network', 'file', 'command')),
        carried_by $UUID NULL,
        times $INT NOT NULL DEFAULT 1,
        PRIMARY KEY (device_id, id, state),
        CHECK (last_seq >= first_seq)
    ) $STRICT",
    // One claim. `waits`: one before it is missing, or it is being looked at. What it says is sealed with the bank's key, and emptied when
    // it is no longer needed. `became`: what was made of it (an attempt, a learner, a session).
    "CREATE TABLE claim (
        device_id $UUID NOT NULL,
        seq $INT NOT NULL CHECK (seq > 0),
        id $UUID NOT NULL,
        pack_id $UUID NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('attendance', 'answers', 'witnessed', 'enrolment', 'exam_seen', 'exam_begun',
            'exam_answers', 'exam_hand', 'exam_note', 'exam_end')),
        operator_id $UUID NOT NULL,
        made_at_ms $INT NOT NULL,
        received_at_ms $INT NOT NULL,
        prev $BYTES NOT NULL,
        hash $BYTES NOT NULL,
        body_sealed $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('waits', 'accepted', 'duplicate', 'needs_look', 'dropped')),
        why $CODE NULL,
        learner_id $UUID NULL,
        became $TEXT NULL,
        settled_at_ms $INT NULL,
        decided_by $UUID NULL,
        PRIMARY KEY (device_id, seq),
        CHECK (state <> 'needs_look' OR why IS NOT NULL),
        CHECK ((state = 'waits') = (settled_at_ms IS NULL))
    ) $STRICT",
    "CREATE INDEX claim_by_id ON claim (id)",
    "CREATE INDEX claim_by_learner ON claim (learner_id)",
    "CREATE INDEX claim_by_state ON claim (state, settled_at_ms)",
    // A test begun in the bank for somebody and given to a device, without what is right. Several devices may have it: it counts once.
    "CREATE TABLE claim_sheet (
        learner_id $UUID NOT NULL,
        attempt_id $UUID NOT NULL,
        device_id $UUID NOT NULL,
        given_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, attempt_id, device_id)
    ) $STRICT",
    // On the box: its own chain. What a claim says is sealed to the bank and cannot be opened here.
    "CREATE TABLE box_entry (
        seq $INT NOT NULL PRIMARY KEY CHECK (seq > 0),
        id $UUID NOT NULL UNIQUE,
        kind $CODE NOT NULL,
        operator_id $UUID NOT NULL,
        made_at_ms $INT NOT NULL,
        prev $BYTES NOT NULL,
        hash $BYTES NOT NULL,
        body $TEXT NOT NULL,
        handed_at_ms $INT NULL
    ) $STRICT",
    // On the box: how the class stands, sealed with the key that follows from the class's password.
    "CREATE TABLE box_note (
        name $CODE NOT NULL PRIMARY KEY,
        words_sealed $BYTES NOT NULL,
        written_at_ms $INT NOT NULL
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = ["box_note", "box_entry", "claim_sheet", "claim", "claim_pack", "claim_device"];
        ddl::drop_tables(manager, &tables).await
    }
}
