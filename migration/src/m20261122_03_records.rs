//! What the house keeps about itself: audit trail, access log, jobs, outbox, idempotency keys.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE audit_entry (
        id $UUID NOT NULL PRIMARY KEY,
        at_ms $INT NOT NULL,
        actor_id $UUID NULL,
        action $CODE NOT NULL,
        object_kind $CODE NOT NULL,
        object_id $CODE NOT NULL,
        learner_id $UUID NULL,
        place_code $CODE NULL,
        detail $TEXT NOT NULL,
        request $CODE NOT NULL
    ) $STRICT",
    "CREATE INDEX audit_entry_by_time ON audit_entry (at_ms)",
    "CREATE INDEX audit_entry_by_learner ON audit_entry (learner_id, at_ms)",
    // Who of the staff read what of whom; the person sees it under their own data.
    "CREATE TABLE access_log (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        actor_id $UUID NOT NULL,
        actor_role $CODE NOT NULL,
        organisation_id $UUID NULL,
        place_code $CODE NOT NULL,
        what $CODE NOT NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    "CREATE TABLE job (
        id $UUID NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL,
        job_key $CODE NOT NULL UNIQUE,
        payload $TEXT NOT NULL,
        run_at_ms $INT NOT NULL,
        attempts $INT NOT NULL DEFAULT 0,
        leased_until_ms $INT NOT NULL DEFAULT 0,
        last_error $TEXT NULL
    ) $STRICT",
    "CREATE INDEX job_due ON job (run_at_ms)",
    // Everything worth telling others: one row in the commit that made it true.
    "CREATE TABLE event (
        id $UUID NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL,
        at_ms $INT NOT NULL,
        day $CODE NOT NULL,
        learner_id $UUID NULL,
        place_code $CODE NULL,
        groups $TEXT NOT NULL,
        age_band $CODE NULL,
        body $TEXT NOT NULL
    ) $STRICT",
    // Whoever leaves is taken out of their events.
    "CREATE INDEX event_of_learner ON event (learner_id) WHERE learner_id IS NOT NULL",
    // Letters waiting to leave; address and parameters are sealed with the outbox's key and deleted when sent or given up.
    "CREATE TABLE message (
        id $UUID NOT NULL PRIMARY KEY,
        learner_id $UUID NULL,
        channel $CODE NOT NULL CHECK (channel IN ('sms', 'mail')),
        template $CODE NOT NULL,
        template_version $CODE NOT NULL,
        lang $CODE NOT NULL,
        at_night $INT NOT NULL CHECK (at_night IN (0, 1)),
        address_sealed $BYTES NULL,
        params_sealed $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('waiting', 'sent', 'given_up')),
        attempts $INT NOT NULL DEFAULT 0,
        next_at_ms $INT NOT NULL,
        made_at_ms $INT NOT NULL,
        give_up_at_ms $INT NOT NULL,
        sent_at_ms $INT NULL,
        last_error $TEXT NULL
    ) $STRICT",
    "CREATE INDEX message_due ON message (state, next_at_ms)",
    "CREATE INDEX message_sent ON message (channel, sent_at_ms)",
    "CREATE INDEX message_of_learner ON message (learner_id) WHERE learner_id IS NOT NULL",
    "CREATE TABLE idempotency (
        learner_id $UUID NOT NULL,
        once_key $CODE NOT NULL,
        request_hash $BYTES NOT NULL,
        effect $TEXT NOT NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, once_key)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["idempotency", "message", "event", "job", "access_log", "audit_entry"]).await
    }
}
