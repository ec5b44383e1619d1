//! Places and organisations: small shared data, read-mostly.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

const UP: &[&str] = &[
    // A node of the tree province 2 · city 4 · county 6 · town 9 · village 12 digits; `code_set` and `code_version` say whose code it is.
    "CREATE TABLE place (
        code $CODE NOT NULL PRIMARY KEY CHECK (length(code) BETWEEN 2 AND 20),
        parent_code $CODE NULL,
        level $INT NOT NULL CHECK (level BETWEEN 1 AND 5),
        name $TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        code_set $CODE NOT NULL,
        code_version $CODE NOT NULL
    ) $STRICT",
    "CREATE INDEX place_by_parent ON place (parent_code)",
    "CREATE TABLE place_import (
        code_set $CODE NOT NULL,
        code_version $CODE NOT NULL,
        digest $CODE NOT NULL,
        row_count $INT NOT NULL,
        imported_at_ms $INT NOT NULL,
        PRIMARY KEY (code_set, code_version)
    ) $STRICT",
    // `opening_hours` are words; `opening_spans` the same by weekday (`1:0830-1130,1400-1700;6:0830-1130`), which win where there are any;
    // `closed_words` says when it is closed otherwise; `facilities` what is there, by codes with commas between.
    "CREATE TABLE organisation (
        id $UUID NOT NULL PRIMARY KEY,
        kind $CODE NOT NULL CHECK (kind IN ('agency', 'school', 'community', 'service_point')),
        name $TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
        place_code $CODE NOT NULL REFERENCES place (code),
        line $CODE NULL,
        address $TEXT NULL,
        phone $TEXT NULL,
        opening_hours $TEXT NULL,
        opening_spans $CODE NULL,
        closed_words $TEXT NULL,
        facilities $CODE NOT NULL DEFAULT '',
        is_sample $INT NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
        created_at_ms $INT NOT NULL,
        closed_at_ms $INT NULL
    ) $STRICT",
    "CREATE INDEX organisation_by_place ON organisation (place_code)",
    // Of one name in one place there is one open organisation, also where two forms arrive at once.
    "CREATE UNIQUE INDEX organisation_open ON organisation (place_code, name) WHERE closed_at_ms IS NULL",
    // Small settings of a place: brand, contact, hotline shown first, texts in a day (`sms_per_day`).
    "CREATE TABLE place_setting (
        place_code $CODE NOT NULL,
        name $CODE NOT NULL,
        value $TEXT NOT NULL,
        set_at_ms $INT NOT NULL,
        PRIMARY KEY (place_code, name)
    ) $STRICT",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, &["place_setting", "organisation", "place_import", "place"]).await
    }
}
