//! One issuer grants to many learners on PostgreSQL, against a bare transaction of as many rows that PostgreSQL's own pgbench sends.

use std::path::PathBuf;
use std::process::Command;

use credit_bank::kernel::OrganisationId;
use credit_bank::ledger::BANK;
use sea_orm::{ConnectionTrait, Database};

use crate::load::{Outcome, Seen, all_at_once};
use crate::postings::{learners, post_one};
use crate::reading::{median, millis};
use crate::stock::{Shelter, fresh_postgres};
use crate::{sealing, show};

const CLIENTS: usize = 32;
const EACH: usize = 60;
const ROUNDS: usize = 5;

/// As many rows as a learner's first posting writes: the account is opened, the transfer and what waits for its leaf are inserted, and the
/// account is brought up to it.
const TABLES: &str = "CREATE TABLE account (learner_id uuid PRIMARY KEY, version bigint NOT NULL, milli bigint NOT NULL);
    CREATE TABLE transfer (learner_id uuid, id uuid, version bigint NOT NULL, milli bigint NOT NULL, code text NOT NULL, \
    at_ms bigint NOT NULL, leaf bytea NOT NULL, PRIMARY KEY (learner_id, id));
    CREATE TABLE unsealed (learner_id uuid, id uuid, leaf bytea NOT NULL, at_ms bigint NOT NULL, PRIMARY KEY (learner_id, id))";
const SCRIPT: &str = "SELECT gen_random_uuid() AS learner, gen_random_uuid() AS id \\gset
BEGIN;
INSERT INTO account VALUES (:learner::uuid, 0, 0);
INSERT INTO transfer VALUES (:learner::uuid, :id::uuid, 1, 250, 'issue', 1772413200000, decode(md5(:id::text) || md5(:learner::text), 'hex'));
INSERT INTO unsealed VALUES (:learner::uuid, :id::uuid, decode(md5(:id::text) || md5(:learner::text), 'hex'), 1772413200000);
UPDATE account SET version = 1, milli = 250 WHERE learner_id = :learner::uuid;
COMMIT;
";

pub async fn measure(server: &str) {
    let Shelter { db, folder, .. } = Shelter::fresh(Some(server)).await;
    let script = folder.path().join("bare.sql");
    std::fs::write(&script, SCRIPT).unwrap();
    let url = fresh_postgres(server).await;
    let bare = Database::connect(&url).await.unwrap();
    bare.execute_unprepared(TABLES).await.unwrap();
    let (mut one, mut ratios, mut to_many) = (Vec::new(), Vec::new(), Vec::new());
    let mut waits = Vec::new();
    for _ in 0..ROUNDS {
        let ours = granted(&db, |_| BANK).await;
        let many =
            granted(&db, |client| OrganisationId::from_uuid(uuid::Uuid::from_u128(u128::try_from(client).unwrap() + 1))).await;
        let bare = by_pgbench(&url, &script);
        assert_eq!(ours.errors + many.errors, 0);
        waits.push(millis(ours.quantile(0.99)));
        one.push(ours.per_second);
        ratios.push(ours.per_second / bare);
        to_many.push(ours.per_second / many.per_second);
    }
    let each: Vec<String> = ratios.iter().map(|ratio| format!("{ratio:.2}")).collect();
    let details = format!("{CLIENTS} clients, first postings, p99 {:.0} ms, rounds {}", median(waits), each.join(" "));
    let measured = format!("{:.2} ({:.0}/s)", median(ratios), median(one));
    show(
        "one issuer to many learners, PostgreSQL, of a bare transaction of as many rows by pgbench",
        "≥ 0.35",
        &measured,
        &details,
    );
    show("the same, of as many issuers as clients", "about 1", &format!("{:.2}", median(to_many)), "no row is hot");
    sealing::measure(Some(server)).await;
}

async fn granted(db: &credit_bank::db::Db, issuer: impl Fn(usize) -> OrganisationId + Copy) -> Outcome {
    all_at_once((0..CLIENTS).map(|client| async move {
        let mut seen = Seen::default();
        for learner in learners(db, EACH) {
            seen.time(async { post_one(db, learner, "T01", issuer(client)).await.is_ok() }).await;
        }
        seen
    }))
    .await
}

/// Transactions a second.
fn by_pgbench(url: &str, script: &std::path::Path) -> f64 {
    let clients = CLIENTS.to_string();
    let run = Command::new(pgbench())
        .args(["-n", "-M", "prepared", "-j", "2", "-T", "3", "-c", &clients, "-f"])
        .arg(script)
        .arg(url)
        .output();
    let run = run.unwrap();
    let said = String::from_utf8_lossy(&run.stdout);
    let tps = said.lines().find_map(|line| line.strip_prefix("tps = "));
    tps.unwrap_or_else(|| panic!("{said}{}", String::from_utf8_lossy(&run.stderr)))
        .split_whitespace()
        .next()
        .unwrap()
        .parse()
        .unwrap()
}

/// The program on the path, or where Debian keeps it.
fn pgbench() -> PathBuf {
    let kept =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin/pgbench"));
    kept.filter(|path| path.exists()).max().unwrap_or_else(|| PathBuf::from("pgbench"))
}
