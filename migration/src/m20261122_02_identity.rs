//! People, keys of their data, ways to sign in, sessions, roles, consents.
//!
//! Every table of a person's things carries `learner_id` first; what must be unique over everybody
//! (phone, card, document, staff login) has a small table of its own. Personal columns end in `_sealed`:
//! they are encrypted with the person's own key, so that destroying the key forgets them.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    "CREATE TABLE person (
        learner_id $UUID NOT NULL PRIMARY KEY,
        state $CODE NOT NULL CHECK (state IN ('active', 'left')),
        name_sealed $BYTES NULL,
        phone_sealed $BYTES NULL,
        document_sealed $BYTES NULL,
        birth_year $INT NULL CHECK (birth_year BETWEEN 1900 AND 2200),
        sex $CODE NULL CHECK (sex IN ('female', 'male')),
        place_code $CODE NULL,
        font $CODE NOT NULL DEFAULT 'normal' CHECK (font IN ('normal', 'large', 'xlarge')),
        lang $CODE NOT NULL DEFAULT 'zh-CN',
        start_point $CODE NULL,
        pathway $CODE NULL,
        identity_level $INT NOT NULL CHECK (identity_level BETWEEN 0 AND 3),
        is_sample $INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
        registered_at_ms $INT NOT NULL,
        left_at_ms $INT NULL
    ) $STRICT",
    // The envelope key of one person, wrapped by the bank's key; NULL once destroyed.
    "CREATE TABLE person_key (
        learner_id $UUID NOT NULL PRIMARY KEY,
        wrapped $BYTES NULL,
        made_at_ms $INT NOT NULL,
        destroyed_at_ms $INT NULL
    ) $STRICT",
    "CREATE TABLE phone_index (
        phone_index $BYTES NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL
    ) $STRICT",
    "CREATE TABLE document_index (
        document_index $BYTES NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL
    ) $STRICT",
    // Whoever leaves takes all of theirs along, also one that was put right.
    "CREATE INDEX phone_index_of_learner ON phone_index (learner_id)",
    "CREATE INDEX document_index_of_learner ON document_index (learner_id)",
    // That authorised staff saw a document: who and when, no copy. Taken back within a day, the row stays and says so.
    "CREATE TABLE document_sight (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        seen_by $UUID NOT NULL,
        seen_at_ms $INT NOT NULL,
        level_before $INT NOT NULL CHECK (level_before BETWEEN 0 AND 3),
        kept_number $INT NOT NULL CHECK (kept_number IN (0, 1)),
        undone_by $UUID NULL,
        undone_at_ms $INT NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    // Who agreed for a child under 14; the name is sealed with the child's key.
    "CREATE TABLE guardian (
        learner_id $UUID NOT NULL PRIMARY KEY,
        name_sealed $BYTES NOT NULL,
        relation $CODE NOT NULL CHECK (relation IN ('mother', 'father', 'grandparent', 'other')),
        told_to $UUID NOT NULL,
        told_at_ms $INT NOT NULL
    ) $STRICT",
    "CREATE TABLE card (
        card_number $CODE NOT NULL PRIMARY KEY CHECK (length(card_number) = 10),
        learner_id $UUID NOT NULL,
        pin_mac $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('active', 'ended')),
        issued_at_ms $INT NOT NULL
    ) $STRICT",
    "CREATE INDEX card_by_learner ON card (learner_id)",
    // Wrong tries, counted per secret (card, staff login) and source (known device or address); and, of unknown devices together,
    // per secret and calendar day (`day:2026-11-22`, `totp:2026-11-22`).
    "CREATE TABLE sign_in_try (
        subject $CODE NOT NULL,
        source $CODE NOT NULL,
        failed $INT NOT NULL CHECK (failed >= 0),
        last_at_ms $INT NOT NULL,
        PRIMARY KEY (subject, source)
    ) $STRICT",
    "CREATE INDEX sign_in_try_by_time ON sign_in_try (last_at_ms)",
    // One flow of proving a phone: its key is the hash of a secret that only the asking browser holds, so that nobody else can
    // use up its tries. The code is derived from the flow and kept nowhere.
    "CREATE TABLE sms_challenge (
        flow_hash $BYTES NOT NULL PRIMARY KEY CHECK (length(flow_hash) = 32),
        phone_index $BYTES NOT NULL,
        phone_sealed $BYTES NOT NULL,
        purpose $CODE NOT NULL CHECK (purpose IN ('sign_in', 'change_phone')),
        tries $INT NOT NULL CHECK (tries >= 0),
        sends $INT NOT NULL CHECK (sends >= 1),
        source $CODE NOT NULL,
        had_account $INT NOT NULL CHECK (had_account IN (0, 1)),
        place_code $CODE NULL,
        sent_at_ms $INT NOT NULL,
        expires_at_ms $INT NOT NULL,
        verified_at_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX sms_challenge_by_phone ON sms_challenge (phone_index, sent_at_ms)",
    "CREATE INDEX sms_challenge_by_source ON sms_challenge (source, sent_at_ms)",
    "CREATE INDEX sms_challenge_by_place ON sms_challenge (place_code, sent_at_ms)",
    "CREATE TABLE session (
        token_hash $BYTES NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        assurance $CODE NOT NULL CHECK (assurance IN ('password_totp', 'sms', 'card_pin', 'pictures', 'vouched', 'link')),
        device_label $TEXT NOT NULL,
        is_shared $INT NOT NULL CHECK (is_shared IN (0, 1)),
        created_at_ms $INT NOT NULL,
        seen_at_ms $INT NOT NULL,
        expires_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX session_by_learner ON session (learner_id, created_at_ms)",
    "CREATE INDEX session_by_expiry ON session (expires_at_ms)",
    "CREATE TABLE known_device (
        learner_id $UUID NOT NULL,
        device_hash $BYTES NOT NULL,
        first_at_ms $INT NOT NULL,
        last_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, device_hash)
    ) $STRICT",
    "CREATE TABLE role (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        role $CODE NOT NULL CHECK (role IN ('volunteer', 'officer', 'reviewer', 'administrator', 'analyst', 'archivist', 'auditor')),
        organisation_id $UUID NULL,
        place_code $CODE NULL,
        line $CODE NULL,
        granted_by $UUID NOT NULL,
        granted_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    "CREATE TABLE staff_login (
        login $CODE NOT NULL PRIMARY KEY CHECK (length(login) BETWEEN 3 AND 40),
        learner_id $UUID NOT NULL
    ) $STRICT",
    "CREATE TABLE staff_credential (
        learner_id $UUID NOT NULL PRIMARY KEY,
        password_hash $TEXT NOT NULL,
        totp_sealed $BYTES NOT NULL,
        totp_last_step $INT NOT NULL,
        set_at_ms $INT NOT NULL
    ) $STRICT",
    // A one-time link by which a staff member sets password and second factor.
    "CREATE TABLE staff_link (
        token_hash $BYTES NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL,
        expires_at_ms $INT NOT NULL,
        used_at_ms $INT NULL
    ) $STRICT",
    "CREATE TABLE consent (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        text_id $CODE NOT NULL,
        text_version $CODE NOT NULL,
        way $CODE NOT NULL CHECK (way IN ('screen', 'spoken', 'paper', 'witness')),
        given_at_ms $INT NOT NULL,
        withdrawn_at_ms $INT NULL,
        PRIMARY KEY (learner_id, id)
    ) $STRICT",
    "CREATE TABLE person_group (
        learner_id $UUID NOT NULL,
        grp $CODE NOT NULL CHECK (grp IN ('elder', 'farmer', 'woman', 'civil_servant', 'veteran', 'disabled', 'public')),
        chosen_at_ms $INT NOT NULL,
        PRIMARY KEY (learner_id, grp)
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
            &[
                "person_group",
                "consent",
                "staff_link",
                "staff_credential",
                "staff_login",
                "role",
                "known_device",
                "session",
                "sms_challenge",
                "sign_in_try",
                "card",
                "guardian",
                "document_sight",
                "document_index",
                "phone_index",
                "person_key",
                "person",
            ],
        )
        .await
    }
}
