//! Saving: answers one by one, and the whole way from the last tap to the credit, each acknowledged only when it is on the disk.

use std::time::Duration;

use actix_web::rt::time::Instant;

use crate::http::Client;
use crate::load::{Outcome, Seen, all_at_once};
use crate::process::Server;
use crate::reading::millis;
use crate::stock::{COURSES, Stock};
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
    let servers = servers(&stock);
    let each = members.len() / AT_ONCE;
    let callers = (0..AT_ONCE).map(|at| {
        let mine = at * each..(at + 1) * each;
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
