//! Supervised sessions that are taken along on a box of the hall, with the papers that were drawn for it.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // The boxes that a session was taken along on, and what people call them; it is on the one that it was not taken back from. None: it is run in
    // the bank. `last_seq` is the number, on that box, of the latest of what the bank has made of it; `end_seq` and `end_hash` are those of the claim
    // by which the box has ended it: nothing behind it counts. `end_waived_at_ms`: since when nobody
    // is asked for the code of that end; an end that comes later is asked for again.
    "CREATE TABLE exam_box (
        exam_id $UUID NOT NULL,
        device_id $UUID NOT NULL,
        name $TEXT NOT NULL,
        taken_by $UUID NOT NULL,
        taken_at_ms $INT NOT NULL,
        taken_back_at_ms $INT,
        last_seq $INT CHECK (last_seq >= 1),
        end_seq $INT,
        end_hash $BYTES,
        end_waived_at_ms $INT,
        PRIMARY KEY (exam_id, device_id),
        CHECK ((end_seq IS NULL) = (end_hash IS NULL)),
        CHECK (end_seq IS NULL OR last_seq <= end_seq)
    ) $STRICT",
    "CREATE UNIQUE INDEX exam_box_one ON exam_box (exam_id) WHERE taken_back_at_ms IS NULL",
    // What was drawn for a candidate on a box, begun or not; it stays when the session is taken back, for what that box hands over.
    "CREATE TABLE exam_box_paper (
        learner_id $UUID NOT NULL,
        exam_id $UUID NOT NULL,
        device_id $UUID NOT NULL,
        seed $BYTES NOT NULL,
        edition $CODE NOT NULL,
        items $BYTES NOT NULL,
        PRIMARY KEY (learner_id, exam_id, device_id)
    ) $STRICT",
    // Which list each of the two has confirmed last, signed in as themselves: the digest of what stood in their name.
    "CREATE TABLE exam_confirmation (
        exam_id $UUID NOT NULL,
        invigilator_id $UUID NOT NULL,
        list $BYTES NOT NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (exam_id, invigilator_id)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["exam_confirmation", "exam_box_paper", "exam_box"]).await
    }
}
