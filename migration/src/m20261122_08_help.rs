//! Help: call-backs, disputes, complaints about data. One case, one number, one term; anonymous cases carry the nil learner.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE help_case (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        number $CODE NOT NULL,
        kind $CODE NOT NULL CHECK (kind IN ('call_back', 'dispute', 'data_complaint')),
        about $CODE NULL,
        words_sealed $BYTES NULL,
        phone_sealed $BYTES NULL,
        place_code $CODE NULL,
        state $CODE NOT NULL CHECK (state IN ('open', 'in_hand', 'answered', 'withdrawn')),
        answer_sealed $BYTES NULL,
        opened_at_ms $INT NOT NULL,
        due_at_ms $INT NOT NULL,
        changed_at_ms $INT NOT NULL,
        handler_id $UUID NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    "CREATE TABLE help_number (
        number $CODE NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL
    ) $STRICT",
    "CREATE INDEX help_case_open ON help_case (state, due_at_ms)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["help_number", "help_case"]).await
    }
}
