//! A long book: how large it is, how long it takes to be sealed and audited and in how much memory, and that what a learner asks for takes
//! as long as in a short one.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use credit_bank::db::{Db, Target};
use credit_bank::kernel::{Clock, LearnerId};
use credit_bank::ledger::seal::receipt::Receipt;
use credit_bank::ledger::{self, seal};
use entity::ledger_account;
use sea_orm::{ConnectionTrait, EntityTrait, PaginatorTrait, QueryOrder, QuerySelect, Statement};

use crate::process::{Server, most_memory_mib};
use crate::reading::millis;
use crate::sealing::in_millis;
use crate::stock::Shelter;
use crate::{name_of, show};

/// So many learners are asked about.
const ASKED: u64 = 1_000;

pub async fn measure(engine: Option<&str>, transfers: u64) {
    let short = Shelter::fresh(engine).await;
    ledger::make_chains(&short.db, transfers / 100, |_| ()).await.unwrap();
    let short_read = balance_read(&short.db).await;
    drop(short);
    let shelter = Shelter::fresh(engine).await;
    let (db, folder) = (&shelter.db, shelter.folder.path());
    let name = |what: &str| format!("book of {transfers} transfers, {}: {what}", name_of(engine));
    let begun = Instant::now();
    let made = ledger::make_chains(db, transfers, |_| ()).await.unwrap();
    let took = begun.elapsed();
    show(&name("made by the ledger's own maker"), "", &rate(made, took), &seconds(took));
    seal_all(&shelter, &name, made).await;
    let size = size_mib(db, folder).await;
    show(
        &name("size"),
        "",
        &format!("{size:.0} MiB"),
        &format!("{:.0} bytes a transfer, with its leaf and all indexes", size * 1_048_576.0 / as_f64(made)),
    );
    audit(&shelter, &name, made);
    let long_read = balance_read(db).await;
    let details = format!("{} in a book of a hundredth", in_millis(short_read));
    show(&name("one balance read"), "does not grow", &in_millis(long_read), &details);
    proofs(db, folder, &name).await;
}

/// A server seals what waits.
async fn seal_all(shelter: &Shelter, name: &impl Fn(&str) -> String, made: u64) {
    let begun = Instant::now();
    let server = Server::open(shelter.folder.path(), shelter.url());
    while seal::latest(shelter.db.read()).await.unwrap().is_none_or(|signed| signed.size < made) {
        actix_web::rt::time::sleep(Duration::from_millis(200)).await;
    }
    let took = begun.elapsed();
    let memory = format!("{:.0} MiB", server.memory_mib().1);
    show(&name("all sealed by a server"), "≤ 256 MiB", &format!("{}, {memory}", rate(made, took)), &seconds(took));
}

/// Both audits that concern the ledger, in a process of their own: made awards have no results that recognition could compare them with.
fn audit(shelter: &Shelter, name: &impl Fn(&str) -> String, made: u64) {
    let begun = Instant::now();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg("audit-book").arg(shelter.folder.path()).args(shelter.url());
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut most: f64 = 0.0;
    let status = loop {
        most = most.max(most_memory_mib(child.id()).unwrap_or(most));
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    assert!(status.success(), "a difference was found");
    let took = begun.elapsed();
    show(&name("full audit"), "≥ 100,000/s, ≤ 256 MiB", &format!("{}, {most:.0} MiB", rate(made, took)), &seconds(took));
}

/// The process that audits the book in `folder`, or at `url`; it ends badly where it finds a difference.
pub async fn audit_book(folder: &Path, url: Option<&str>) {
    let target = url.map_or_else(|| Target::Sqlite(folder.join("bank.sqlite")), |url| Target::Postgres(url.to_owned()));
    let db = credit_bank::db::open(&target, Clock::system()).await.unwrap();
    let report = ledger::audit(&db, |_| ()).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.first());
    let remembered = seal::remembered(&folder.join("keys")).unwrap().into_iter().collect();
    let report = seal::audit_log(&db, remembered, |_| ()).await.unwrap();
    assert!(report.is_sound() && report.waiting == 0, "{:?}", report.differences);
}

async fn balance_read(db: &Db) -> Duration {
    let learners = learners(db).await;
    let begun = Instant::now();
    for learner in &learners {
        ledger::balances_of(db.read(), *learner).await.unwrap();
    }
    begun.elapsed() / u32::try_from(learners.len()).unwrap()
}

/// Learners all over the book.
async fn learners(db: &Db) -> Vec<LearnerId> {
    let all = ledger_account::Entity::find().count(db.read()).await.unwrap();
    let mut learners = Vec::new();
    for part in 0..10 {
        let ids: Vec<uuid::Uuid> = ledger_account::Entity::find()
            .select_only()
            .column(ledger_account::Column::LearnerId)
            .order_by_asc(ledger_account::Column::LearnerId)
            .offset(all * part / 10)
            .limit(ASKED / 10)
            .into_tuple()
            .all(db.read())
            .await
            .unwrap();
        learners.extend(ids.into_iter().map(LearnerId::from_uuid));
    }
    learners
}

async fn proofs(db: &Db, folder: &Path, name: &impl Fn(&str) -> String) {
    let (mut made, mut verified) = (Vec::new(), Vec::new());
    let mut last = None;
    for learner in learners(db).await {
        let book = ledger::book_of(db.read(), learner).await.unwrap();
        let transfer = &book.transfers()[0];
        let begun = Instant::now();
        let proven = seal::prove(db.read(), learner, transfer.id.uuid()).await.unwrap().unwrap();
        made.push(begun.elapsed());
        let receipt = Receipt::of(transfer, &proven);
        let text = receipt.to_json();
        let begun = Instant::now();
        Receipt::parse(&text).unwrap().verify(&[], &[]).unwrap();
        verified.push(begun.elapsed());
        last = Some(text);
    }
    let p99 = |waits: &mut Vec<Duration>| {
        waits.sort_unstable();
        waits[waits.len() * 99 / 100]
    };
    show(
        &name("an inclusion proof"),
        "≤ 5 ms",
        &format!("p99 {}", in_millis(p99(&mut made))),
        &format!("{} of them", made.len()),
    );
    let file = folder.join("receipt.json");
    std::fs::write(&file, last.unwrap()).unwrap();
    let begun = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_credit-bank")).args(["ledger", "verify-receipt"]).arg(&file).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let details = format!("the command, from start to end: {:.0} ms", millis(begun.elapsed()));
    show(&name("verifying a receipt"), "≤ 50 ms", &format!("p99 {}", in_millis(p99(&mut verified))), &details);
}

async fn size_mib(db: &Db, folder: &Path) -> f64 {
    if let sea_orm::DbBackend::Postgres = db.backend() {
        let asked = Statement::from_string(db.backend(), "SELECT pg_database_size(current_database())");
        let bytes: i64 = db.read().query_one_raw(asked).await.unwrap().unwrap().try_get_by_index(0).unwrap();
        return as_f64(u64::try_from(bytes).unwrap()) / 1_048_576.0;
    }
    let length = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |file| file.len());
    as_f64(length("bank.sqlite") + length("bank.sqlite-wal")) / 1_048_576.0
}

fn rate(count: u64, took: Duration) -> String {
    format!("{:.0}/s", as_f64(count) / took.as_secs_f64())
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "shown rounded")]
const fn as_f64(count: u64) -> f64 {
    count as f64
}
