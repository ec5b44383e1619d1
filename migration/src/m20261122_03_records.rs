//! What the house keeps about itself: audit trail, access log, jobs and what they found, outbox, idempotency keys, which key it has.

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
    "CREATE INDEX access_log_by_time ON access_log (at_ms)",
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
    // What a check found when it looked last: how many differences, and the first of them, without personal data.
    "CREATE TABLE finding (
        about $CODE NOT NULL PRIMARY KEY,
        differences $INT NOT NULL CHECK (differences >= 0),
        first $TEXT NULL,
        looked_at_ms $INT NOT NULL
    ) $STRICT",
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
    "CREATE INDEX event_by_time ON event (at_ms)",
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
    "CREATE INDEX message_by_time ON message (made_at_ms)",
    "CREATE TABLE idempotency (
        learner_id $UUID NOT NULL,
        once_key $CODE NOT NULL,
        request_hash $BYTES NOT NULL,
        effect $TEXT NOT NULL,
        at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, once_key)
    ) $STRICT",
    "CREATE INDEX idempotency_by_time ON idempotency (at_ms)",
    // One row: a value that follows from the bank's key, so that the database is never opened with another one.
    "CREATE TABLE key_check (
        id $INT NOT NULL PRIMARY KEY CHECK (id = 1),
        value $BYTES NOT NULL CHECK (length(value) = 32),
        kept_at_ms $INT NOT NULL
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(
            manager,
            &["key_check", "idempotency", "message", "event", "finding", "job", "access_log", "audit_entry"],
        )
        .await
    }
}
