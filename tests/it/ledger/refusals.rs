//! Refusals 1 to 7 by the database itself. Each case is a valid row with one thing wrong; the valid row is proved to be accepted first.

use credit_bank::db::Target;
use credit_bank::ledger::{self, Posting};
use entity::{ledger_account, ledger_transfer as row, ledger_unsealed};
use sea_orm::{ActiveModelTrait, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, EntityTrait, IntoActiveModel};
use uuid::Uuid;

use super::rows::{
    get, insert_for_good, last, next_like, next_reverse, next_taking, next_unfreeze, rebalance, refusal, refused, scene, wang,
};
use super::steps::{Probe, approval, issue, learner, post, reason, reason_of, refusal_of_sql};

const FOREIGN: &str = "FOREIGN KEY";

type Spoil = fn(&mut row::Model);

/// Each balance after, spoilt by itself, and the constraint that notices.
const SPOIL_AFTER: [(&str, Spoil); 5] = [
    ("ledger_holding", |wrong| wrong.holding_after_milli += 1),
    ("ledger_pending", |wrong| wrong.pending_after_milli += 1),
    ("ledger_frozen", |wrong| wrong.frozen_after_milli += 1),
    ("ledger_transferred", |wrong| wrong.transferred_after_milli += 1),
    ("ledger_revoked", |wrong| wrong.revoked_after_milli += 1),
];

/// Tries to replace rows by a changed copy of the chain's first, on a connection with SQLite's own defaults.
async fn replace_first(other: &DatabaseConnection, change: &str) -> String {
    let run = async |sql: String| other.execute_unprepared(&sql).await;
    run("CREATE TEMP TABLE copy AS SELECT * FROM ledger_transfer WHERE version = 1".to_owned()).await.unwrap();
    run(format!("UPDATE copy SET {change}")).await.unwrap();
    let replaced = run("INSERT OR REPLACE INTO ledger_transfer SELECT * FROM copy".to_owned()).await;
    run("DROP TABLE copy".to_owned()).await.unwrap();
    replaced.unwrap_err().to_string()
}

crate::on_both! {
    async fn rule_1_no_transfer_is_changed_removed_or_emptied(fresh: Fresh) {
        scene(&fresh).await;
        for sql in [
            "UPDATE ledger_transfer SET amount_milli = 500",
            "UPDATE ledger_transfer SET actor_id = actor_id",
            "DELETE FROM ledger_transfer",
            "DELETE FROM ledger_account",
            "UPDATE ledger_unsealed SET recorded_at_ms = 1",
            "DELETE FROM ledger_unsealed",
        ] {
            let reason = refusal_of_sql(&fresh, sql).await;
            assert!(reason.as_deref().is_some_and(|reason| reason.contains("ledger:")), "{sql}: {reason:?}");
        }
        if matches!(fresh.target, Target::Postgres(_)) {
            for table in ["ledger_transfer", "ledger_account", "ledger_unsealed"] {
                let reason = refusal_of_sql(&fresh, &format!("TRUNCATE {table} CASCADE")).await.unwrap();
                assert!(reason.contains(&format!("ledger: TRUNCATE on {table} is refused")), "{reason}");
            }
            let upsert = "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer ON CONFLICT (learner_id, id) DO UPDATE SET amount_milli = 1";
            assert!(refusal_of_sql(&fresh, upsert).await.unwrap().contains("ledger: UPDATE"));
        }
    }

    async fn rule_1_nothing_is_replaced_on_sqlite_whatever_the_connection(fresh: Fresh) {
        scene(&fresh).await;
        let Target::Sqlite(path) = &fresh.target else { return };
        let mut options = ConnectOptions::new(format!("sqlite://{}", path.display()));
        let other = Database::connect(options.max_connections(1).to_owned()).await.unwrap();
        let count = row::Entity::find().all(fresh.db.read()).await.unwrap().len();
        let all = ["id = x'0202020202020202020202020202020a'", "version = 99", "idempotency_key = 'new'", "award_key = '1/Z/1/1'"];
        for kept in 0..all.len() {
            let changed: Vec<_> = all.iter().enumerate().filter(|(at, _)| *at != kept).map(|(_, change)| *change).collect();
            let reason = replace_first(&other, &changed.join(", ")).await;
            assert!(reason.contains("a unique key of this transfer is taken"), "{changed:?}: {reason}");
        }
        let short = all.join(", ").replace("0202020202020202020202020202020a", "02");
        assert!(replace_first(&other, &short).await.contains("an id has 16 bytes"));
        let account = other.execute_unprepared("INSERT OR REPLACE INTO ledger_account SELECT * FROM ledger_account").await;
        assert!(account.unwrap_err().to_string().contains("the account is there already"));
        let waiting = other.execute_unprepared("INSERT OR REPLACE INTO ledger_unsealed SELECT * FROM ledger_unsealed").await;
        assert!(waiting.unwrap_err().to_string().contains("it waits for its leaf already"));
        assert_eq!(row::Entity::find().all(fresh.db.read()).await.unwrap().len(), count);
    }

    async fn rule_2_a_code_fits_its_two_kinds(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let valid = next_like(&fresh, &get(&fresh, scene.t01).await, 60).await;
        for (debit, credit) in [("issuance", "transferred"), ("conversion", "holding"), ("issuance", "rounding"), ("holding", "frozen")] {
            refused(&fresh, &valid, &["ledger_fits"], |wrong| {
                (wrong.debit_kind, wrong.credit_kind) = (debit.to_owned(), credit.to_owned());
                rebalance(wrong);
            }).await;
        }
        refused(&fresh, &valid, &["ledger_fits"], |wrong| wrong.phase = "post".to_owned()).await;
        refused(&fresh, &valid, &["ledger_award_where_due"], |wrong| wrong.award_key = None).await;
        let freeze = next_taking(&fresh, scene.t01, "freeze", 61).await;
        refused(&fresh, &freeze, &["ledger_fits"], |wrong| wrong.code = "gift".to_owned()).await;
        refused(&fresh, &freeze, &["ledger_takes_where_due"], |wrong| wrong.takes = None).await;
        refused(&fresh, &freeze, &["ledger_fits"], |wrong| wrong.names_code = None).await;
        refused(&fresh, &freeze, &["ledger_resolves_where_due"], |wrong| wrong.resolves = wrong.takes).await;
        refused(&fresh, &freeze, &["ledger_reverses_where_due"], |wrong| wrong.reverses = wrong.takes).await;
    }

    async fn rule_3_asset_amount_and_balances_stay_in_range(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let valid = next_like(&fresh, &get(&fresh, scene.t01).await, 60).await;
        refused(&fresh, &valid, &["ledger_asset"], |wrong| wrong.asset = 2).await;
        for amount in [0, -250, 1_000_000_001] {
            refused(&fresh, &valid, &["ledger_amount"], |wrong| {
                wrong.amount_milli = amount;
                rebalance(wrong);
            }).await;
        }
        let freeze = next_taking(&fresh, scene.t01, "freeze", 61).await;
        refused(&fresh, &freeze, &["ledger_overdraw"], |wrong| {
            wrong.holding_before_milli = 0;
            rebalance(wrong);
        }).await;
        refused(&fresh, &valid, &["ledger_found"], |wrong| {
            wrong.holding_before_milli = -250;
            rebalance(wrong);
        }).await;
        for (kind, spoil) in SPOIL_AFTER {
            refused(&fresh, &valid, &[kind], spoil).await;
        }
        if matches!(fresh.target, Target::Sqlite(_)) {
            let text = "INSERT INTO ledger_account SELECT x'07070707070707070707070707070707', 1, NULL, 'much', 0, 0, 0, 0, NULL, 0";
            assert!(refusal_of_sql(&fresh, text).await.unwrap().contains("cannot store TEXT value in INTEGER column"));
        }
    }

    async fn rule_3_a_closed_account_takes_only_what_puts_right(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let closed = fresh.db.write(async move |tx| ledger::close(tx, wang()).await).await;
        closed.unwrap();
        let opened = refusal_of_sql(&fresh, "UPDATE ledger_account SET closed = 0").await;
        assert!(opened.as_ref().is_some_and(|reason| reason.contains("a closed account stays closed")), "{opened:?}");
        let issue = next_like(&fresh, &get(&fresh, scene.t01).await, 60).await;
        let freeze = next_taking(&fresh, scene.t01, "freeze", 61).await;
        for wrong in [issue, freeze] {
            assert!(refusal(&fresh, &wrong).await.unwrap().contains("the account is closed"), "{}", wrong.code);
        }
        for right in [
            next_unfreeze(&fresh, &scene, 62).await,
            next_taking(&fresh, scene.t01, "revoke", 63).await,
            next_reverse(&fresh, scene.t01, 64).await,
        ] {
            assert_eq!(refusal(&fresh, &right).await, None, "{}", right.code);
        }
    }

    async fn rule_4_keys_serve_once(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let first = get(&fresh, scene.t01).await;
        let valid = next_like(&fresh, &first, 60).await;
        let taken = &["unique key of this transfer is taken", "ledger_"];
        refused(&fresh, &valid, taken, |wrong| wrong.idempotency_key.clone_from(&first.idempotency_key)).await;
        refused(&fresh, &valid, taken, |wrong| wrong.award_key.clone_from(&first.award_key)).await;
        refused(&fresh, &valid, taken, |wrong| wrong.id = first.id).await;
        let unfreeze = next_unfreeze(&fresh, &scene, 61).await;
        refused(&fresh, &unfreeze, &[FOREIGN, "ledger_resolves_fits"], |wrong| wrong.resolves = Some(scene.t01.uuid())).await;
        refused(&fresh, &unfreeze, &[FOREIGN, "ledger_resolves_fits"], |wrong| {
            wrong.amount_milli = 100;
            rebalance(wrong);
        }).await;
        insert_for_good(&fresh, &unfreeze).await;
        // Another award is frozen meanwhile, so that there is enough to be unfrozen twice.
        insert_for_good(&fresh, &next_taking(&fresh, scene.t01, "freeze", 62).await).await;
        let again = refusal(&fresh, &next_unfreeze(&fresh, &scene, 63).await).await;
        assert!(again.is_some_and(|reason| reason.contains(taken[0]) || reason.contains("ledger_one_resolution")));
    }

    async fn rule_4_nothing_is_reversed_twice_or_inexactly_and_no_reversal_is(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let exact = next_reverse(&fresh, scene.t01, 60).await;
        let fits = &[FOREIGN, "ledger_reverses_exactly"];
        refused(&fresh, &exact, fits, |wrong| {
            wrong.amount_milli = 100;
            rebalance(wrong);
        }).await;
        refused(&fresh, &exact, fits, |wrong| wrong.issuer_id = Uuid::from_bytes([77; 16])).await;
        refused(&fresh, &exact, fits, |wrong| wrong.reverses = Some(Uuid::from_bytes([77; 16]))).await;
        refused(&fresh, &exact, &["ledger_fits"], |wrong| wrong.names_code = Some("convert_in".to_owned())).await;
        refused(&fresh, &exact, &["ledger_fits", "ledger_holding"], |wrong| {
            wrong.credit_kind = "revoked".to_owned();
            rebalance(wrong);
        }).await;
        refused(&fresh, &exact, &["unique key of this transfer is taken", "ledger_one_reversal"], |wrong| {
            wrong.reverses = Some(scene.t03.uuid());
        }).await;
        refused(&fresh, &exact, &["something still hangs on what it reverses"], |wrong| wrong.reverses = Some(scene.t02.uuid())).await;
        let back = next_reverse(&fresh, scene.reversal, 61).await;
        assert!(refusal(&fresh, &back).await.unwrap().contains("ledger_fits"));
    }

    async fn rule_4_an_award_is_taken_by_one_at_a_time(fresh: Fresh) {
        let scene = scene(&fresh).await;
        for code in ["freeze", "revoke", "transfer_out"] {
            let valid = next_taking(&fresh, scene.t01, code, 60).await;
            let taken = &["the award is taken or reversed"];
            refused(&fresh, &valid, taken, |wrong| wrong.takes = Some(scene.t02.uuid())).await;
            refused(&fresh, &valid, taken, |wrong| wrong.takes = Some(scene.t03.uuid())).await;
            refused(&fresh, &valid, &[FOREIGN, "ledger_takes_whole"], |wrong| wrong.takes = Some(scene.freeze.uuid())).await;
        }
        insert_for_good(&fresh, &next_unfreeze(&fresh, &scene, 61).await).await;
        assert_eq!(refusal(&fresh, &next_taking(&fresh, scene.t02, "transfer_out", 62).await).await, None);
    }

    async fn rule_4_what_was_reversed_is_not_resolved(fresh: Fresh) {
        let out = async |once: &'static str, unit: &'static str| {
            let award = issue(&fresh, wang(), unit).await;
            let posted = post(&fresh, wang(), once, move |order, book| Posting::transfer_out(order, book, award)).await;
            posted.unwrap().transfers[0].id
        };
        let (first, second) = (out("o1", "T01").await, out("o2", "T02").await);
        post(&fresh, wang(), "r", move |order, book| Posting::reverse(order, approval(), book, first)).await.unwrap();
        let pending = get(&fresh, second).await;
        let like = row::Model {
            phase: "post".to_owned(),
            debit_kind: "pending".to_owned(),
            credit_kind: "transferred".to_owned(),
            takes: None,
            resolves: Some(second.uuid()),
            names_code: Some("transfer_out".to_owned()),
            names_phase: Some("pending".to_owned()),
            ..pending
        };
        let valid = next_like(&fresh, &like, 60).await;
        refused(&fresh, &valid, &["what it resolves was reversed"], |wrong| wrong.resolves = Some(first.uuid())).await;
    }

    async fn every_transfer_waits_for_its_leaf(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let waiting = ledger_unsealed::Entity::find().all(fresh.db.read()).await.unwrap();
        assert_eq!(waiting.len(), 5);
        assert!(waiting.iter().any(|one| one.record_id == scene.freeze.uuid() && one.learner_id == wang().uuid()));
    }

    async fn rule_5_two_different_people_put_right(fresh: Fresh) {
        let scene = scene(&fresh).await;
        for valid in [
            next_unfreeze(&fresh, &scene, 60).await,
            next_taking(&fresh, scene.t01, "revoke", 61).await,
            next_reverse(&fresh, scene.t01, 62).await,
        ] {
            refused(&fresh, &valid, &["ledger_two_people"], |wrong| wrong.approver_id = Some(wrong.actor_id)).await;
            refused(&fresh, &valid, &["ledger_approver"], |wrong| wrong.approver_id = None).await;
            refused(&fresh, &valid, &["ledger_reason"], |wrong| wrong.reason_code = None).await;
        }
    }

    async fn rule_6_nothing_is_booked_before_it_happened_or_before_its_predecessor(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let valid = next_like(&fresh, &get(&fresh, scene.t01).await, 60).await;
        refused(&fresh, &valid, &["ledger_not_from_tomorrow"], |wrong| wrong.occurred_at_ms = wrong.recorded_at_ms + 300_001).await;
        let edge = row::Model { occurred_at_ms: valid.recorded_at_ms + 300_000, ..valid.clone() };
        assert_eq!(refusal(&fresh, &edge).await, None);
        refused(&fresh, &valid, &["ledger_step"], |wrong| wrong.recorded_at_ms -= 1).await;
        refused(&fresh, &valid, &["ledger_hashes"], |wrong| wrong.evidence_hash = vec![1]).await;
    }

    async fn rule_7_no_fork_no_gap_no_invented_balance(fresh: Fresh) {
        let scene = scene(&fresh).await;
        let last = last(&fresh).await;
        let valid = next_like(&fresh, &get(&fresh, scene.t01).await, 60).await;
        refused(&fresh, &valid, &["unique key of this transfer is taken", "ledger_one_successor"], |wrong| {
            (wrong.version, wrong.before_version) = (last.version, last.before_version);
            (wrong.holding_before_milli, wrong.before_recorded_at_ms) = (last.holding_before_milli, last.before_recorded_at_ms);
            rebalance(wrong);
        }).await;
        refused(&fresh, &valid, &[FOREIGN, "ledger_before_is_what_was_left"], |wrong| {
            wrong.version += 1;
            wrong.before_version = Some(last.version + 1);
        }).await;
        refused(&fresh, &valid, &["ledger_step"], |wrong| wrong.before_version = Some(1)).await;
        refused(&fresh, &valid, &["ledger_chain"], |wrong| wrong.before_version = None).await;
        refused(&fresh, &valid, &[FOREIGN, "ledger_before_is_what_was_left"], |wrong| {
            wrong.holding_before_milli += 1000;
            rebalance(wrong);
        }).await;
        refused(&fresh, &valid, &["ledger_holding"], |wrong| wrong.holding_after_milli += 1).await;
        let stranger = row::Model { learner_id: learner(2).uuid(), version: 1, before_version: None, before_recorded_at_ms: None, ..valid };
        assert!(refusal(&fresh, &stranger).await.unwrap().contains("ledger_beginning"));
    }

    async fn rule_7_an_account_shows_only_what_a_transfer_left(fresh: Fresh) {
        scene(&fresh).await;
        for (sql, words) in [
            ("UPDATE ledger_account SET holding_milli = 99999", [FOREIGN, "shows_what_was_left"]),
            ("UPDATE ledger_account SET version = version + 1", [FOREIGN, "shows_what_was_left"]),
            ("UPDATE ledger_account SET version = 1", ["never goes back", "never goes back"]),
            ("UPDATE ledger_account SET version = NULL, recorded_at_ms = NULL", ["ledger_account_opened", "never goes back"]),
            ("UPDATE ledger_account SET frozen_milli = -1", ["ledger_account_overdraw", "ledger_account_overdraw"]),
            ("UPDATE ledger_account SET closed = 2", ["ledger_account_closed", "ledger_account_closed"]),
            ("UPDATE ledger_account SET asset = 2", ["never goes back", "ledger_account_asset"]),
        ] {
            let reason = refusal_of_sql(&fresh, sql).await;
            assert!(reason.as_ref().is_some_and(|reason| words.iter().any(|word| reason.contains(word))), "{sql}: {reason:?}");
        }
        let invented = ledger_account::Model {
            learner_id: learner(7).uuid(),
            asset: 1,
            version: None,
            holding_milli: 0,
            pending_milli: 0,
            frozen_milli: 0,
            transferred_milli: 0,
            revoked_milli: 0,
            recorded_at_ms: None,
            closed: 0,
        };
        for (wrong, word) in [
            (ledger_account::Model { asset: 2, ..invented.clone() }, "ledger_account_asset"),
            (ledger_account::Model { holding_milli: 5, ..invented.clone() }, "ledger_account_opened"),
            (ledger_account::Model { recorded_at_ms: Some(1), ..invented.clone() }, "ledger_account_opened"),
        ] {
            let outcome: Result<(), Probe> = fresh.db.write(async move |tx| {
                wrong.clone().into_active_model().insert(tx).await?;
                Err(Probe::Accepted)
            }).await;
            assert!(reason_of(outcome).is_some_and(|reason| reason.contains(word)), "{word}");
        }
        let account = ledger_account::Entity::find().one(fresh.db.read()).await.unwrap().unwrap();
        assert_eq!((account.version, account.holding_milli, account.frozen_milli), (Some(5), 250, 250));
    }

    async fn an_account_left_behind_stops_the_next_posting(fresh: Fresh) {
        let scene = scene(&fresh).await;
        insert_for_good(&fresh, &next_like(&fresh, &get(&fresh, scene.t01).await, 60).await).await;
        let t01 = scene.t01;
        let stopped = post(&fresh, wang(), "n", move |order, book| Posting::freeze(order, reason(), book, t01)).await;
        assert!(matches!(stopped, Err(ledger::Error::AccountBehind)), "{stopped:?}");
        let report = ledger::audit(&fresh.db, |_| ()).await.unwrap();
        assert!(report.differences.iter().any(|difference| difference.fault == ledger::Fault::AccountBehind));
    }
}
