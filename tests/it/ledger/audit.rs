//! The audit names what somebody with the database in hands has changed.

use credit_bank::ledger::{self, Fault, Posting};
use sea_orm::DbBackend;

use super::steps::{approval, assert_sound, issue, learner, post, run_sql};
use crate::support::databases::Fresh;

/// Three learners; the first has three transfers.
async fn scene(fresh: &Fresh) {
    for number in [1, 2, 3] {
        issue(fresh, learner(number), "T01").await;
        issue(fresh, learner(number), "T02").await;
    }
    let wang = ledger::book_of(fresh.db.read(), learner(1)).await.unwrap();
    let award = wang.transfers()[1].id;
    post(fresh, learner(1), "r", move |order, book| Posting::reverse(order, approval(), book, award)).await.unwrap();
}

/// Takes triggers and constraints away as somebody would who owns the file.
async fn unlock(fresh: &Fresh) {
    if fresh.db.backend() == DbBackend::Postgres {
        run_sql(fresh, "ALTER TABLE ledger_transfer DISABLE TRIGGER ALL").await;
        run_sql(fresh, "ALTER TABLE ledger_account DISABLE TRIGGER ALL").await;
        run_sql(fresh, "ALTER TABLE ledger_unsealed DISABLE TRIGGER ALL").await;
        for name in ["ledger_holding", "ledger_found", "ledger_overdraw", "ledger_beginning"] {
            run_sql(fresh, &format!("ALTER TABLE ledger_transfer DROP CONSTRAINT {name}")).await;
        }
        return;
    }
    for trigger in [
        "transfer_is_never_changed",
        "transfer_is_never_removed",
        "account_never_goes_back",
        "account_is_never_removed",
        "unsealed_is_never_changed",
        "unsealed_leaves_by_its_leaf",
    ] {
        run_sql(fresh, &format!("DROP TRIGGER ledger_{trigger}")).await;
    }
}

/// Runs SQL that breaks the rules, and gives the first fault the audit names.
async fn after(fresh: &Fresh, sql: &str) -> Vec<(Fault, i64)> {
    if fresh.db.backend() == DbBackend::Sqlite {
        let path = match &fresh.target {
            credit_bank::db::Target::Sqlite(path) => path.display().to_string(),
            credit_bank::db::Target::Postgres(_) => String::new(),
        };
        let mut options = sea_orm::ConnectOptions::new(format!("sqlite://{path}"));
        options.max_connections(1);
        let other = sea_orm::Database::connect(options).await.unwrap();
        use sea_orm::ConnectionTrait;
        other.execute_unprepared("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").await.unwrap();
        other.execute_unprepared(sql).await.unwrap();
        other.close().await.unwrap();
    } else {
        run_sql(fresh, sql).await;
    }
    let report = ledger::audit(&fresh.db, |_| ()).await.unwrap();
    assert_eq!(report.exit_code(), u8::from(!report.differences.is_empty()));
    report.differences.iter().map(|difference| (difference.fault, difference.version)).collect()
}

crate::on_both! {
    async fn a_sound_ledger_is_counted_and_green(fresh: Fresh) {
        assert_sound(&fresh).await;
        scene(&fresh).await;
        let mut seen = 0;
        let report = ledger::audit(&fresh.db, |progress| seen = progress.transfers).await.unwrap();
        assert_eq!((report.exit_code(), report.transfers, report.accounts, report.awards, seen), (0, 7, 3, 6, 7));
        assert!(report.tally.is_balanced() && report.per_second > 0);
        assert_eq!(report.tally.balance(ledger::Kind::Holding), 1250);
        assert_eq!(report.tally.balance(ledger::Kind::Issuance), -1250);
    }

    async fn a_changed_row_is_named(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        let found = after(&fresh, "UPDATE ledger_transfer SET rule_version = 'x' WHERE version = 3").await;
        assert_eq!(found, [(Fault::Leaf, 3)]);
    }

    async fn a_changed_amount_is_named_even_with_all_balances_moved(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        let found = after(&fresh, "UPDATE ledger_transfer SET holding_after_milli = holding_after_milli + 1, amount_milli = amount_milli + 1 WHERE version = 2").await;
        assert!(found.contains(&(Fault::Leaf, 2)) && found.iter().any(|(fault, _)| *fault == Fault::Sums), "{found:?}");
    }

    async fn a_removed_row_is_named(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        let found = after(&fresh, "DELETE FROM ledger_transfer WHERE version = 1").await;
        assert_eq!(found[0], (Fault::OutOfOrder, 2));
    }

    async fn a_cut_tail_leaves_the_account_ahead(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        let found = after(&fresh, "DELETE FROM ledger_transfer WHERE version = 3").await;
        assert_eq!(found[0], (Fault::AccountAhead, 3));
    }

    async fn an_invented_balance_and_a_missing_account_are_named(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        let found = after(&fresh, "UPDATE ledger_account SET holding_milli = 9000 WHERE version = 3").await;
        assert_eq!(found, [(Fault::AccountBalances, 3), (Fault::Sums, 0)]);
        let found = after(&fresh, "DELETE FROM ledger_account WHERE version = 3").await;
        assert_eq!(found[0], (Fault::NoAccount, 3));
    }

    async fn a_transfer_that_is_neither_sealed_nor_waiting_is_named(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        let third = ledger::book_of(fresh.db.read(), learner(1)).await.unwrap().transfers()[2].id.uuid().simple().to_string();
        let id = if fresh.db.backend() == DbBackend::Postgres { format!("'{third}'::uuid") } else { format!("x'{third}'") };
        let found = after(&fresh, &format!("DELETE FROM ledger_unsealed WHERE record_id = {id}")).await;
        assert_eq!(found, [(Fault::NotCovered, 3)]);
        let moved = if fresh.db.backend() == DbBackend::Postgres { format!("'{}'::uuid", "ee".repeat(16)) } else { format!("x'{}'", "ee".repeat(16)) };
        let hash = if fresh.db.backend() == DbBackend::Postgres { "sha256('')" } else { "zeroblob(32)" };
        let found = after(&fresh, &format!("INSERT INTO ledger_unsealed VALUES ({moved}, {id}, 'transfer', 1, {hash}, 1)")).await;
        assert_eq!(found, [(Fault::NotCovered, 3), (Fault::CoversNothing, 0)]);
    }

    async fn a_column_that_cannot_be_read_is_named(fresh: Fresh) {
        scene(&fresh).await;
        unlock(&fresh).await;
        if fresh.db.backend() == DbBackend::Postgres {
            run_sql(&fresh, "ALTER TABLE ledger_transfer DROP CONSTRAINT ledger_hashes").await;
        }
        let bytes = if fresh.db.backend() == DbBackend::Postgres { "'\\x01'::bytea" } else { "x'01'" };
        let found = after(&fresh, &format!("UPDATE ledger_transfer SET salt = {bytes} WHERE version = 3")).await;
        assert_eq!(found[0], (Fault::Unreadable, 3));
    }
}
