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
        -- staged: part of a batch enrolment that is not decided yet. closed: the person has died, and it can still be undone.
        state $CODE NOT NULL CHECK (state IN ('staged', 'active', 'closed', 'left')),
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
    // A blank card has its number and nobody yet: a sheet of them was printed for a place, to be written by hand.
    "CREATE TABLE card (
        card_number $CODE NOT NULL PRIMARY KEY CHECK (length(card_number) = 10),
        learner_id $UUID NULL,
        pin_mac $BYTES NULL,
        pictures_mac $BYTES NULL,
        state $CODE NOT NULL CHECK (state IN ('blank', 'active', 'ended')),
        block_id $UUID NULL,
        place_code $CODE NULL,
        issued_at_ms $INT NOT NULL,
        CHECK ((state = 'blank') = (learner_id IS NULL)),
        CHECK (state <> 'blank' OR (block_id IS NOT NULL AND place_code IS NOT NULL AND pin_mac IS NULL AND pictures_mac IS NULL))
    ) $STRICT",
    "CREATE INDEX card_by_learner ON card (learner_id)",
    "CREATE INDEX card_by_block ON card (block_id)",
    // The sounds of a name with the year of birth, as codes that only the bank's key makes: by them two ways of writing one name are
    // found as one. The area is the county where the person lives.
    "CREATE TABLE name_index (
        name_index $BYTES NOT NULL,
        learner_id $UUID NOT NULL,
        area $CODE NOT NULL,
        PRIMARY KEY (name_index, learner_id)
    ) $STRICT",
    "CREATE INDEX name_index_of_learner ON name_index (learner_id)",
    // A device that volunteers said is the hall's: for half a day, or until somebody ends it.
    "CREATE TABLE hall_device (
        id $UUID NOT NULL PRIMARY KEY,
        token_hash $BYTES NOT NULL UNIQUE CHECK (length(token_hash) = 32),
        place_code $CODE NOT NULL,
        set_by $UUID NOT NULL,
        set_at_ms $INT NOT NULL,
        expires_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX hall_device_by_expiry ON hall_device (expires_at_ms)",
    // Six digits by which a volunteer vouches for somebody at the hall's device, once.
    "CREATE TABLE hall_code (
        code_mac $BYTES NOT NULL PRIMARY KEY CHECK (length(code_mac) = 32),
        learner_id $UUID NOT NULL,
        given_by $UUID NOT NULL,
        place_code $CODE NOT NULL,
        given_at_ms $INT NOT NULL,
        expires_at_ms $INT NOT NULL,
        used_at_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX hall_code_by_expiry ON hall_code (expires_at_ms)",
    "CREATE INDEX hall_code_of_learner ON hall_code (learner_id)",
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
    // `helper_id`: who assists in it now (辅助操作); whatever is done in it says so. `assistance` holds how it began and ended.
    "CREATE TABLE session (
        token_hash $BYTES NOT NULL PRIMARY KEY,
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        assurance $CODE NOT NULL CHECK (assurance IN ('password_totp', 'sms', 'card_pin', 'pictures', 'vouched', 'link')),
        device_label $TEXT NOT NULL,
        is_shared $INT NOT NULL CHECK (is_shared IN (0, 1)),
        hall_id $UUID NULL,
        helper_id $UUID NULL CHECK (helper_id <> learner_id),
        created_at_ms $INT NOT NULL,
        seen_at_ms $INT NOT NULL,
        expires_at_ms $INT NOT NULL,
        ended_at_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX session_by_learner ON session (learner_id, created_at_ms)",
    "CREATE INDEX session_by_expiry ON session (expires_at_ms)",
    "CREATE INDEX session_by_hall ON session (hall_id)",
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
                "hall_code",
                "hall_device",
                "name_index",
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
