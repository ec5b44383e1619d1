//! Postings alone: in groups, as a batch recognition or a hall's hand-over makes them, against the same statements with the same values
//! given straight to SQLite; and one by one, each with its own caller among many that wait.

use std::path::Path;
use std::time::{Duration, Instant};

use credit_bank::db::{Db, DbFault, Target, Tx};
use credit_bank::kernel::{Clock, Digest, LearnerId, OrganisationId, new_id};
use credit_bank::ledger::{self, Amount, Ask, Asset, AwardKey, AwardSeries, BANK, Error, Key, Order, Posting};
use rusqlite::types::Value;

use crate::load::{Outcome, Seen, all_at_once};
use crate::reading::{median, millis};
use crate::sealing;
use crate::show;

/// Learners in a group, and what each is credited, unit by unit.
const GROUP: usize = 250;
pub const UNITS: [&str; 4] = ["T01", "T04", "T07", "T19"];
/// Groups that are on their way at once.
const AT_ONCE: usize = 4;
const ROUNDS: usize = 5;
/// Single postings: so many wait at once, so many each.
const WAITING: usize = 256;
const EACH: usize = 40;

pub async fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let db = open(&folder.path().join("bank.sqlite")).await;
    let bare = folder.path().join("bare.sqlite");
    drop(open(&bare).await);
    let (mut ours, mut ratios) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let groups: Vec<Vec<LearnerId>> = (0..AT_ONCE).map(|_| learners(&db, GROUP)).collect();
        let outcome = all_at_once(groups.iter().map(|group| in_groups(&db, group))).await;
        assert_eq!(outcome.errors, 0);
        let per_second = outcome.per_second * f64::from(u32::try_from(GROUP).unwrap());
        let took = written_bare(&folder.path().join("bank.sqlite"), &bare, &groups);
        let transfers = f64::from(u32::try_from(AT_ONCE * GROUP * UNITS.len()).unwrap());
        ratios.push(per_second / (transfers / took.as_secs_f64()));
        ours.push(per_second);
    }
    let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    let details = format!(
        "{GROUP} learners a commit's closure; of the same statements given straight to SQLite, rounds {}",
        each.join(" ")
    );
    let measured = format!("{:.0}/s, {:.2}", median(ours), median(ratios));
    show("postings in groups, SQLite", "≥ 10,000 transfers/s, ≥ 0.5 of bare", &measured, &details);
    let outcome = one_by_one(&db, |_| BANK).await;
    let details =
        format!("{WAITING} waiting, p50 {:.0} ms, p99 {:.0} ms", millis(outcome.quantile(0.5)), millis(outcome.quantile(0.99)));
    show("postings one by one, SQLite", "≥ 2,500/s", &format!("{:.0}/s", outcome.per_second), &details);
    sealing::measure(None).await;
}

pub async fn open(file: &Path) -> Db {
    credit_bank::db::open(&Target::Sqlite(file.to_owned()), Clock::system()).await.unwrap()
}

pub fn learners(db: &Db, count: usize) -> Vec<LearnerId> {
    (0..count).map(|_| LearnerId::from_uuid(new_id(db.clock().now()))).collect()
}

fn issue(tx: &Tx, learner: LearnerId, unit: &str, issuer: OrganisationId) -> Posting {
    let evidence = Digest::from_array([5; 32]);
    let order = Order { actor: learner, occurred_at: tx.now, rule_version: "2026.1".to_owned(), evidence };
    let award = AwardKey::new(AwardSeries::new(Asset::LITERACY, unit, 1).unwrap(), 1).unwrap();
    Posting::issue(order, award, issuer, Amount::from_milli(250).unwrap())
}

/// One unit after the other for a whole group, each in a closure of its own.
pub async fn in_groups(db: &Db, group: &[LearnerId]) -> Seen {
    let mut seen = Seen::default();
    for unit in UNITS {
        let group = group.to_vec();
        let work = async move |tx: &Tx| {
            let series = AwardSeries::new(Asset::LITERACY, unit, 1);
            let ask =
                |learner: &LearnerId| Ask { learner: *learner, key: Key::new("bench", unit).unwrap(), series: series.clone() };
            let chains = ledger::open_many(tx, group.iter().map(ask).collect()).await?;
            let postings: Vec<_> =
                chains.into_iter().zip(&group).map(|(chain, who)| (chain, issue(tx, *who, unit, BANK))).collect();
            ledger::post_many(tx, &postings).await?.into_iter().try_for_each(|posted| posted.map(|_| ()))
        };
        seen.time(async { db.write(work).await.is_ok() }).await;
    }
    seen
}

/// Each posting by a caller of its own, for a learner of its own.
pub async fn one_by_one(db: &Db, issuer: impl Fn(usize) -> OrganisationId + Copy) -> Outcome {
    all_at_once((0..WAITING).map(|caller| async move {
        let mut seen = Seen::default();
        for learner in learners(db, EACH) {
            seen.time(async { post_one(db, learner, "T01", issuer(caller)).await.is_ok() }).await;
        }
        seen
    }))
    .await
}

/// One posting.
pub async fn post_one(db: &Db, learner: LearnerId, unit: &'static str, issuer: OrganisationId) -> Result<(), Error> {
    let work = async move |tx: &Tx| {
        let series = AwardSeries::new(Asset::LITERACY, unit, 1).ok_or(DbFault::Stopped)?;
        let chain = ledger::open(tx, learner, Key::new("bench", unit).unwrap(), Some(&series)).await?;
        ledger::post(tx, chain, &issue(tx, learner, unit, issuer)).await.map(|_| ())
    };
    db.write(work).await
}

/// The statements of these groups with the values that they had, written to another file without anything between: how long it took.
fn written_bare(from: &Path, to: &Path, groups: &[Vec<LearnerId>]) -> Duration {
    let source = rusqlite::Connection::open(from).unwrap();
    let target = rusqlite::Connection::open(to).unwrap();
    target
        .execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA cache_size = -8192")
        .unwrap();
    let batches: Vec<Vec<Batch>> =
        (1..).zip(UNITS).map(|(version, _)| groups.iter().map(|group| Batch::read(&source, group, version)).collect()).collect();
    let begun = Instant::now();
    for at_once in &batches {
        target.execute_batch("BEGIN IMMEDIATE").unwrap();
        for batch in at_once {
            batch.write(&target);
        }
        target.execute_batch("COMMIT").unwrap();
    }
    begun.elapsed()
}

/// What one closure has written.
struct Batch {
    version: i64,
    keys: Vec<Value>,
    transfers: Vec<Value>,
    accounts: Vec<Value>,
}

const TRANSFER_COLUMNS: usize = 42;

impl Batch {
    fn read(source: &rusqlite::Connection, group: &[LearnerId], version: i64) -> Self {
        let mut statement = source.prepare("SELECT * FROM ledger_transfer WHERE learner_id = ?1 AND version = ?2").unwrap();
        let (mut keys, mut transfers, mut accounts) = (Vec::new(), Vec::new(), Vec::new());
        for learner in group {
            let id = Value::Blob(learner.uuid().as_bytes().to_vec());
            let row: Vec<Value> = statement
                .query_row(rusqlite::params![id, version], |row| (0..TRANSFER_COLUMNS).map(|at| row.get(at)).collect())
                .unwrap();
            let unit = UNITS[usize::try_from(version - 1).unwrap()];
            let text = |text: String| Value::Text(text);
            keys.extend([
                id.clone(),
                text("bench".into()),
                text(unit.into()),
                text(format!("1/{unit}/1/")),
                text(format!("1/{unit}/10")),
            ]);
            let after = row[17..22].to_vec();
            accounts.extend(if version == 1 {
                vec![id, Value::Integer(1), Value::Integer(1)]
            } else {
                vec![id, Value::Integer(version - 1), Value::Integer(version)]
            });
            accounts.extend(after);
            accounts.push(row[30].clone());
            transfers.extend(row);
        }
        Self { version, keys, transfers, accounts }
    }

    fn write(&self, target: &rusqlite::Connection) {
        let places = |width: usize| vec![format!("({})", vec!["?"; width].join(", ")); GROUP].join(", ");
        let select = format!(
            "WITH q (learner_id, scope, key, award_from, award_until) AS (VALUES {}) SELECT a.*, t.* FROM q CROSS JOIN ledger_account a
             LEFT JOIN ledger_transfer t ON (t.learner_id = a.learner_id AND t.asset = a.asset AND t.version >= a.version)
                OR (t.learner_id = a.learner_id AND t.idempotency_scope = q.scope AND t.idempotency_key = q.key)
                OR (t.learner_id = a.learner_id AND t.award_key >= q.award_from AND t.award_key < q.award_until)
             WHERE a.learner_id = q.learner_id AND a.asset = 1",
            places(5)
        );
        let mut statement = target.prepare(&select).unwrap();
        let mut rows = statement.query(rusqlite::params_from_iter(&self.keys)).unwrap();
        while rows.next().unwrap().is_some() {}
        let insert = format!("INSERT INTO ledger_transfer VALUES {}", places(TRANSFER_COLUMNS));
        target.prepare(&insert).unwrap().execute(rusqlite::params_from_iter(&self.transfers)).unwrap();
        let accounts = if self.version == 1 {
            format!(
                "INSERT INTO ledger_account (learner_id, asset, version, holding_milli, pending_milli, frozen_milli, transferred_milli, \
                 revoked_milli, recorded_at_ms) VALUES {}",
                places(9)
            )
        } else {
            format!(
                "WITH n (learner_id, was, version, holding, pending, frozen, transferred, revoked, recorded_at) AS (VALUES {}) \
                 UPDATE ledger_account AS a SET version = n.version, holding_milli = n.holding, pending_milli = n.pending, frozen_milli = n.frozen, \
                 transferred_milli = n.transferred, revoked_milli = n.revoked, recorded_at_ms = n.recorded_at \
                 FROM n WHERE a.learner_id = n.learner_id AND a.asset = 1 AND a.version = n.was",
                places(9)
            )
        };
        target.prepare(&accounts).unwrap().execute(rusqlite::params_from_iter(&self.accounts)).unwrap();
    }
}
