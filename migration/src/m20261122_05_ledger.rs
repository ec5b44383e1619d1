//! The ledger's first floor: accounts, transfers, and what the database itself refuses. `docs/LEDGER.md` explains it.
//!
//! Constraints first; the triggers (in `refusals_sqlite.rs` and `refusals_postgres.rs` beside this file) only check,
//! but for one that queues each transfer for sealing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

use crate::ddl;

mod refusals_postgres;
mod refusals_sqlite;
mod sealing;

/// See the module.
#[derive(DeriveMigrationName)]
pub struct Migration;

/// The only fact table. A row names both sides, the balances it found and the balances it left, and its predecessor;
/// `names_code` and `names_phase` repeat what the transfer it resolves, reverses or takes is, so that foreign keys can hold it to that.
const TRANSFER: &str = "CREATE TABLE ledger_transfer (
        learner_id $UUID NOT NULL,
        id $UUID NOT NULL,
        asset $INT NOT NULL,
        version $INT NOT NULL,
        before_version $INT NULL,
        code $CODE NOT NULL,
        phase $CODE NOT NULL,
        debit_kind $CODE NOT NULL,
        credit_kind $CODE NOT NULL,
        issuer_id $UUID NOT NULL,
        amount_milli $INT NOT NULL,
        holding_before_milli $INT NOT NULL,
        pending_before_milli $INT NOT NULL,
        frozen_before_milli $INT NOT NULL,
        transferred_before_milli $INT NOT NULL,
        revoked_before_milli $INT NOT NULL,
        before_recorded_at_ms $INT NULL,
        holding_after_milli $INT NOT NULL,
        pending_after_milli $INT NOT NULL,
        frozen_after_milli $INT NOT NULL,
        transferred_after_milli $INT NOT NULL,
        revoked_after_milli $INT NOT NULL,
        group_id $UUID NOT NULL,
        resolves $UUID NULL,
        reverses $UUID NULL,
        takes $UUID NULL,
        names_code $CODE NULL,
        names_phase $CODE NULL,
        award_key $CODE NULL,
        occurred_at_ms $INT NOT NULL,
        recorded_at_ms $INT NOT NULL,
        actor_id $UUID NOT NULL,
        approver_id $UUID NULL,
        reason_code $CODE NULL,
        rule_version $CODE NOT NULL,
        evidence_hash $BYTES NOT NULL,
        idempotency_scope $CODE NOT NULL,
        idempotency_key $CODE NOT NULL,
        request_hash $BYTES NOT NULL,
        format_version $INT NOT NULL,
        salt $BYTES NOT NULL,
        leaf_hash $BYTES NOT NULL,
        PRIMARY KEY (learner_id, id),
        CONSTRAINT ledger_one_successor UNIQUE (learner_id, asset, version),
        CONSTRAINT ledger_left UNIQUE (learner_id, asset, version, holding_after_milli, pending_after_milli, frozen_after_milli, transferred_after_milli, revoked_after_milli, recorded_at_ms),
        CONSTRAINT ledger_nature UNIQUE (learner_id, asset, id, code, phase, issuer_id, amount_milli),
        CONSTRAINT ledger_idempotency UNIQUE (learner_id, idempotency_scope, idempotency_key),
        CONSTRAINT ledger_before_is_what_was_left FOREIGN KEY (learner_id, asset, before_version, holding_before_milli, pending_before_milli, frozen_before_milli, transferred_before_milli, revoked_before_milli, before_recorded_at_ms) REFERENCES ledger_transfer (learner_id, asset, version, holding_after_milli, pending_after_milli, frozen_after_milli, transferred_after_milli, revoked_after_milli, recorded_at_ms),
        CONSTRAINT ledger_resolves_fits FOREIGN KEY (learner_id, asset, resolves, names_code, names_phase, issuer_id, amount_milli) REFERENCES ledger_transfer (learner_id, asset, id, code, phase, issuer_id, amount_milli),
        CONSTRAINT ledger_reverses_exactly FOREIGN KEY (learner_id, asset, reverses, names_code, names_phase, issuer_id, amount_milli) REFERENCES ledger_transfer (learner_id, asset, id, code, phase, issuer_id, amount_milli),
        CONSTRAINT ledger_takes_whole FOREIGN KEY (learner_id, asset, takes, names_code, names_phase, issuer_id, amount_milli) REFERENCES ledger_transfer (learner_id, asset, id, code, phase, issuer_id, amount_milli),
        CONSTRAINT ledger_asset CHECK (asset = 1),
        CONSTRAINT ledger_amount CHECK (amount_milli BETWEEN 1 AND 1000000000),
        CONSTRAINT ledger_chain CHECK (version >= 1 AND ((version = 1) = (before_version IS NULL)) AND ((version = 1) = (before_recorded_at_ms IS NULL))),
        CONSTRAINT ledger_step CHECK (before_version = version - 1 AND before_recorded_at_ms <= recorded_at_ms),
        CONSTRAINT ledger_beginning CHECK (version > 1 OR holding_before_milli + pending_before_milli + frozen_before_milli + transferred_before_milli + revoked_before_milli = 0),
        CONSTRAINT ledger_overdraw CHECK (holding_after_milli >= 0 AND pending_after_milli >= 0 AND frozen_after_milli >= 0 AND transferred_after_milli >= 0 AND revoked_after_milli >= 0),
        CONSTRAINT ledger_found CHECK (holding_before_milli >= 0 AND pending_before_milli >= 0 AND frozen_before_milli >= 0 AND transferred_before_milli >= 0 AND revoked_before_milli >= 0),
        CONSTRAINT ledger_holding CHECK (holding_after_milli = holding_before_milli + CASE WHEN credit_kind = 'holding' THEN amount_milli WHEN debit_kind = 'holding' THEN -amount_milli ELSE 0 END),
        CONSTRAINT ledger_pending CHECK (pending_after_milli = pending_before_milli + CASE WHEN credit_kind = 'pending' THEN amount_milli WHEN debit_kind = 'pending' THEN -amount_milli ELSE 0 END),
        CONSTRAINT ledger_frozen CHECK (frozen_after_milli = frozen_before_milli + CASE WHEN credit_kind = 'frozen' THEN amount_milli WHEN debit_kind = 'frozen' THEN -amount_milli ELSE 0 END),
        CONSTRAINT ledger_transferred CHECK (transferred_after_milli = transferred_before_milli + CASE WHEN credit_kind = 'transferred' THEN amount_milli WHEN debit_kind = 'transferred' THEN -amount_milli ELSE 0 END),
        CONSTRAINT ledger_revoked CHECK (revoked_after_milli = revoked_before_milli + CASE WHEN credit_kind = 'revoked' THEN amount_milli WHEN debit_kind = 'revoked' THEN -amount_milli ELSE 0 END),
        CONSTRAINT ledger_fits CHECK (code || ' ' || phase || ' ' || debit_kind || ' ' || credit_kind || ' ' || coalesce(names_code, '-') || ' ' || coalesce(names_phase, '-') IN (
            'issue single issuance holding - -',
            'convert_in single conversion holding - -',
            'convert_out single holding conversion issue single',
            'convert_out single holding conversion convert_in single',
            'rounding single conversion rounding - -',
            'transfer_out pending holding pending issue single',
            'transfer_out pending holding pending convert_in single',
            'transfer_out post pending transferred transfer_out pending',
            'transfer_out void pending holding transfer_out pending',
            'freeze single holding frozen issue single',
            'freeze single holding frozen convert_in single',
            'unfreeze single frozen holding freeze single',
            'revoke single holding revoked issue single',
            'revoke single holding revoked convert_in single',
            'reverse single holding issuance issue single',
            'reverse single holding conversion convert_in single',
            'reverse single conversion holding convert_out single',
            'reverse single rounding conversion rounding single',
            'reverse single revoked holding revoke single',
            'reverse single transferred pending transfer_out post',
            'reverse single pending holding transfer_out pending')),
        CONSTRAINT ledger_resolves_where_due CHECK ((resolves IS NOT NULL) = (code = 'unfreeze' OR phase IN ('post', 'void'))),
        CONSTRAINT ledger_reverses_where_due CHECK ((reverses IS NOT NULL) = (code = 'reverse')),
        CONSTRAINT ledger_takes_where_due CHECK ((takes IS NOT NULL) = (code IN ('freeze', 'revoke', 'convert_out') OR phase = 'pending')),
        CONSTRAINT ledger_award_where_due CHECK ((award_key IS NOT NULL) = (code IN ('issue', 'convert_in'))),
        CONSTRAINT ledger_two_people CHECK (approver_id <> actor_id),
        CONSTRAINT ledger_approver CHECK (approver_id IS NOT NULL OR code NOT IN ('revoke', 'reverse', 'unfreeze')),
        CONSTRAINT ledger_reason CHECK (reason_code IS NOT NULL OR code NOT IN ('freeze', 'revoke', 'reverse', 'unfreeze')),
        CONSTRAINT ledger_not_from_tomorrow CHECK (occurred_at_ms <= recorded_at_ms + 300000),
        CONSTRAINT ledger_hashes CHECK (length(evidence_hash) = 32 AND length(request_hash) = 32 AND length(leaf_hash) = 32 AND length(salt) = 16)
    ) $STRICT";

/// One row per learner and asset: the balances that the transfer of this `version` left. `version` NULL: opened, nothing posted yet.
const ACCOUNT: &str = "CREATE TABLE ledger_account (
        learner_id $UUID NOT NULL,
        asset $INT NOT NULL,
        version $INT NULL,
        holding_milli $INT NOT NULL,
        pending_milli $INT NOT NULL,
        frozen_milli $INT NOT NULL,
        transferred_milli $INT NOT NULL,
        revoked_milli $INT NOT NULL,
        recorded_at_ms $INT NULL,
        closed $INT NOT NULL DEFAULT 0,
        PRIMARY KEY (learner_id, asset),
        CONSTRAINT ledger_account_shows_what_was_left FOREIGN KEY (learner_id, asset, version, holding_milli, pending_milli, frozen_milli, transferred_milli, revoked_milli, recorded_at_ms) REFERENCES ledger_transfer (learner_id, asset, version, holding_after_milli, pending_after_milli, frozen_after_milli, transferred_after_milli, revoked_after_milli, recorded_at_ms),
        CONSTRAINT ledger_account_asset CHECK (asset = 1),
        CONSTRAINT ledger_account_opened CHECK ((version IS NULL) = (recorded_at_ms IS NULL) AND (version IS NOT NULL OR (holding_milli = 0 AND pending_milli = 0 AND frozen_milli = 0 AND transferred_milli = 0 AND revoked_milli = 0))),
        CONSTRAINT ledger_account_overdraw CHECK (holding_milli >= 0 AND pending_milli >= 0 AND frozen_milli >= 0 AND transferred_milli >= 0 AND revoked_milli >= 0),
        CONSTRAINT ledger_account_closed CHECK (closed = 0 OR (closed = 1 AND pending_milli = 0))
    ) $STRICT";

const UP: &[&str] = &[
    TRANSFER,
    ACCOUNT,
    "CREATE UNIQUE INDEX ledger_one_award ON ledger_transfer (learner_id, award_key) WHERE award_key IS NOT NULL",
    "CREATE UNIQUE INDEX ledger_one_resolution ON ledger_transfer (learner_id, resolves) WHERE resolves IS NOT NULL",
    "CREATE UNIQUE INDEX ledger_one_reversal ON ledger_transfer (learner_id, reverses) WHERE reverses IS NOT NULL",
    // The few that went out or were converted, for the audit to find among all others.
    "CREATE INDEX ledger_outward ON ledger_transfer (learner_id, id, code) WHERE code IN ('transfer_out', 'convert_in', 'convert_out')",
    "CREATE INDEX ledger_takers ON ledger_transfer (learner_id, takes) WHERE takes IS NOT NULL",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await?;
        ddl::run(manager, sealing::UP).await?;
        ddl::run_only(manager, DbBackend::Sqlite, refusals_sqlite::UP).await?;
        ddl::run_only(manager, DbBackend::Postgres, refusals_postgres::UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, sealing::TABLES).await?;
        ddl::drop_tables(manager, &["ledger_account", "ledger_transfer"]).await?;
        ddl::run_only(manager, DbBackend::Postgres, refusals_postgres::DOWN).await
    }
}
