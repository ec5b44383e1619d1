//! Saving: answers one by one, and the whole way from the last tap to the credit, each acknowledged only when it is on the disk.

use std::time::Duration;

use actix_web::rt::time::Instant;
use credit_bank::assessment;
use credit_bank::db::{Db, DbFault, Tx};
use credit_bank::kernel::{AttemptId, Chance};
use credit_bank::outbox::Standing;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

use crate::http::Client;
use crate::load::{Outcome, Seen, all_at_once};
use crate::process::Server;
use crate::reading::millis;
use crate::stock::{COURSES, Member, SHELF, Stock};
use crate::{name_of, show};

/// Learners at once.
const AT_ONCE: usize = 64;
/// Learners who hand in, one after the other among those at once: each every course.
const CLASS: u32 = 768;
const ANSWERING: Duration = Duration::from_secs(6);

pub async fn measure(engine: Option<&str>) {
    answers(engine).await;
    hand_ins(engine).await;
}

/// The processes that serve: one over SQLite; two over PostgreSQL, as a province runs it.
fn servers(stock: &Stock) -> Vec<Server> {
    let count = if stock.postgres.is_some() { 2 } else { 1 };
    (0..count).map(|_| Server::open(stock.folder.path(), stock.postgres.as_deref())).collect()
}

async fn answers(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let members = stock.members(u32::try_from(AT_ONCE).unwrap()).await;
    let attempts = stock.attempts(&members, &["T19"], false).await;
    let servers = servers(&stock);
    let callers = members.iter().zip(&attempts).enumerate().map(|(at, (member, attempts))| {
        let (address, attempt) = (servers[at % servers.len()].address, attempts[0]);
        async move {
            let mut client = Client::connect(address, &member.cookies).await.unwrap();
            client.learn_token().await.unwrap();
            let mut seen = Seen::default();
            let until = Instant::now() + ANSWERING;
            for position in (1..=10).cycle().take_while(|_| Instant::now() < until) {
                let path = format!("/tests/{attempt}/{position}");
                seen.time(async { client.post(&path, "0123456789abcdef", "&q=0").await.unwrap().status == 303 }).await;
            }
            seen
        }
    });
    let outcome = all_at_once(callers).await;
    let asked = if engine.is_none() { "≥ 1,500/s, p99 ≤ 100 ms" } else { "" };
    let measured = format!("{:.0}/s, p99 {:.0} ms", outcome.per_second, millis(outcome.quantile(0.99)));
    show(&format!("one answer saved, 64 learners, {}", name_of(engine)), asked, &measured, &details(&outcome, &servers));
}

async fn hand_ins(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let members = stock.members(CLASS).await;
    let attempts = stock.attempts(&members, &COURSES, true).await;
    // Half of the class hands in below HTTP beside the bare closure, the other half through the door.
    let half = members.len() / 2;
    below_http(engine, &stock, &members[..half], &attempts[..half]).await;
    let servers = servers(&stock);
    let each = (members.len() - half) / AT_ONCE;
    let callers = (0..AT_ONCE).map(|at| {
        let mine = half + at * each..half + (at + 1) * each;
        let (members, attempts) = (&members[mine.clone()], &attempts[mine]);
        let address = servers[at % servers.len()].address;
        async move {
            let mut seen = Seen::default();
            for (member, attempts) in members.iter().zip(attempts) {
                let mut client = Client::connect(address, &member.cookies).await.unwrap();
                client.learn_token().await.unwrap();
                for attempt in attempts {
                    let path = format!("/tests/{attempt}/hand-in");
                    seen.time(async { client.post(&path, "0123456789abcdef", "").await.unwrap().status == 303 }).await;
                }
            }
            seen
        }
    });
    let outcome = all_at_once(callers).await;
    let measured = format!("{:.0}/s, p99 {:.0} ms", outcome.per_second, millis(outcome.quantile(0.99)));
    let name = format!("test handed in → graded → recognised → credit, {}", name_of(engine));
    show(&name, "≥ 400/s", &measured, &details(&outcome, &servers));
}

/// The closure itself, against a bare one of as many statements through the same write path.
async fn below_http(engine: Option<&str>, stock: &Stock, members: &[Member], attempts: &[Vec<AttemptId>]) {
    let db = &stock.db;
    let before = db.statements();
    let ours = all_at_once((0..AT_ONCE).map(|at| async move {
        let mut seen = Seen::default();
        for (member, attempts) in members.iter().zip(attempts).skip(at).step_by(AT_ONCE) {
            for attempt in attempts {
                seen.time(hands_in(db, member, *attempt)).await;
            }
        }
        seen
    }))
    .await;
    let statements = (db.statements() - before) / u64::try_from(ours.count()).unwrap();
    make_bare_table(db).await;
    let each = ours.count() / AT_ONCE;
    let bare = all_at_once((0..AT_ONCE).map(|_| async move {
        let mut seen = Seen::default();
        for _ in 0..each {
            seen.time(bare_closure(db, statements)).await;
        }
        seen
    }))
    .await;
    let details = format!("{:.0}/s against {:.0}/s, {} + {} errors", ours.per_second, bare.per_second, ours.errors, bare.errors);
    let name = |what: &str| format!("hand-in below HTTP, {}: {what}", name_of(engine));
    show(&name("statements"), if engine.is_none() { "≤ 10" } else { "≤ 12 (locks)" }, &statements.to_string(), "");
    show(&name("of a bare closure"), "≥ 0.6", &format!("{:.2}", ours.per_second / bare.per_second), &details);
}

async fn hands_in(db: &Db, member: &Member, attempt: AttemptId) -> bool {
    let acting = member.acting;
    let work =
        async move |tx: &Tx| assessment::hand_in(tx, &acting, &SHELF, attempt, "某某区社区学院", &Standing::default()).await;
    db.write(work).await.is_ok_and(|handed_in| handed_in.is_passed)
}

async fn make_bare_table(db: &Db) {
    let create = "CREATE TABLE bare (learner_id VARCHAR(36) NOT NULL, id VARCHAR(36) NOT NULL, a BIGINT NOT NULL, b BIGINT NOT NULL, \
        c TEXT NOT NULL, d TEXT NOT NULL, e TEXT NOT NULL, f BIGINT NOT NULL, PRIMARY KEY (learner_id, id))";
    let work = async move |tx: &Tx| tx.execute_unprepared(create).await.map(|_| ()).map_err(DbFault::from);
    db.write(work).await.unwrap();
}

/// As many statements as a hand-in: two reads, two updates, the rest inserts of one row each.
async fn bare_closure(db: &Db, statements: u64) -> bool {
    let learner = hex::encode(Chance::secret::<16>());
    let work = async move |tx: &Tx| {
        let backend = tx.get_database_backend();
        let place = |number: usize| if backend == DbBackend::Postgres { format!("${number}") } else { "?".to_owned() };
        let by_key = format!("learner_id = {} AND id = {}", place(1), place(2));
        let insert = format!("INSERT INTO bare VALUES ({})", (1..=8).map(place).collect::<Vec<_>>().join(", "));
        for number in 0..statements {
            let id = number.to_string();
            let key = [learner.clone().into(), id.clone().into()];
            match number {
                0 | 1 => {
                    let select = Statement::from_sql_and_values(backend, format!("SELECT * FROM bare WHERE {by_key}"), key);
                    tx.query_one_raw(select).await?;
                }
                8 | 9 => {
                    let first = [learner.clone().into(), "2".into()];
                    let update =
                        Statement::from_sql_and_values(backend, format!("UPDATE bare SET a = a + 1 WHERE {by_key}"), first);
                    tx.execute_raw(update).await?;
                }
                _ => {
                    let text = "recognition.recognised";
                    let values =
                        [learner.clone().into(), id.into(), 1.into(), 2.into(), text.into(), text.into(), text.into(), 3.into()];
                    tx.execute_raw(Statement::from_sql_and_values(backend, insert.as_str(), values)).await?;
                }
            }
        }
        Ok::<_, DbFault>(())
    };
    db.write(work).await.is_ok()
}

fn details(outcome: &Outcome, servers: &[Server]) -> String {
    let most: Vec<String> = servers.iter().map(|server| format!("{:.0}", server.memory_mib().1)).collect();
    format!(
        "{} done, {} errors, p50 {:.0} ms, most memory {} MiB",
        outcome.count(),
        outcome.errors,
        millis(outcome.quantile(0.5)),
        most.join(" and ")
    )
}
