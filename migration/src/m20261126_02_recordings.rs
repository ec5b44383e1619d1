//! Recordings that staff and volunteers send: a card or a question read aloud, beside those of the curriculum's files.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // `reads`: the card (`T19-c1/3`) or question (`T19-i01`). `words`: the digest of what was read; once an edition says it otherwise,
    // the recording is no longer played. `file`: the digest of the sound in the file store. `place_code`: where whoever sent it works;
    // who administers that place listens to it first. `speaker_id`: whoever sent it, where they speak themselves. `consent`: the version
    // of the sentence that was agreed to. Once people leave, their ids name nobody.
    "CREATE TABLE recording (
        id $UUID NOT NULL PRIMARY KEY,
        reads $CODE NOT NULL,
        words $BYTES NOT NULL CHECK (length(words) = 32),
        lang $CODE NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('recorded', 'synthetic')),
        file $BYTES NOT NULL CHECK (length(file) = 32),
        sound $CODE NOT NULL CHECK (sound IN ('mp3', 'wav', 'ogg', 'm4a')),
        seconds $INT NOT NULL CHECK (seconds BETWEEN 1 AND 180),
        bytes $INT NOT NULL CHECK (bytes BETWEEN 1 AND 5242880),
        place_code $CODE NOT NULL,
        sent_by $UUID NOT NULL,
        speaker_id $UUID NULL,
        consent $CODE NOT NULL,
        state $CODE NOT NULL CHECK (state IN ('waiting', 'shown', 'replaced', 'withdrawn')),
        sent_at_ms $INT NOT NULL,
        changed_at_ms $INT NOT NULL,
        changed_by $UUID NULL,
        UNIQUE (reads, lang, file, words)
    ) $STRICT",
    // One voice in each language.
    "CREATE UNIQUE INDEX recording_shown ON recording (reads, lang) WHERE state = 'shown'",
    "CREATE INDEX recording_waiting ON recording (sent_at_ms) WHERE state = 'waiting'",
    "CREATE INDEX recording_of_speaker ON recording (speaker_id) WHERE speaker_id IS NOT NULL",
    "CREATE INDEX recording_of_sender ON recording (sent_by, sent_at_ms)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["recording"]).await
    }
}
