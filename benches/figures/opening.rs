//! Opening: from the start of the process to its first answer, and what it holds when nobody asks anything.

use std::time::{Duration, Instant};

use crate::http::Client;
use crate::process::Server;
use crate::reading::{median, millis};
use crate::show;
use crate::stock::Stock;

const STARTS: usize = 5;
/// What is made at the start and let go again has gone by then.
const REST: Duration = Duration::from_secs(5);

pub async fn measure() {
    let stock = Stock::fresh(None).await;
    let member = stock.members(1).await.pop().unwrap();
    // The first start loads the edition and the places into the database.
    let (first, took) = first_answer(&stock).await;
    let asked = "≤ 64 MiB";
    rest(
        &first,
        &member.cookies,
        ("memory, idle, after the very first start", asked),
        &format!("{:.1} s to load", took.as_secs_f64()),
    )
    .await;
    drop(first);
    let mut taken = Vec::new();
    for _ in 0..STARTS {
        taken.push(millis(first_answer(&stock).await.1));
    }
    show("start to first answer, existing database", "≤ 1 s", &format!("{:.2} s", median(taken) / 1000.0), "median of 5");
    let (server, _) = first_answer(&stock).await;
    rest(&server, &member.cookies, ("memory, idle", asked), "a later start").await;
}

/// One page for somebody signed in, then nothing for a while.
async fn rest(server: &Server, cookies: &str, (figure, asked): (&str, &str), details: &str) {
    let mut client = Client::connect(server.address, cookies).await.unwrap();
    client.get("/").await.unwrap();
    actix_web::rt::time::sleep(REST).await;
    let (now, most) = server.memory_mib();
    let (anonymous, file) = server.parts_mib();
    let details =
        format!("{details}; {anonymous:.0} of its own, {file:.0} of the program's file; most since the start {most:.0} MiB");
    show(figure, asked, &format!("{now:.0} MiB"), &details);
}

async fn first_answer(stock: &Stock) -> (Server, Duration) {
    let started = Instant::now();
    let server = Server::open(stock.folder.path(), None);
    let mut client = Client::connect(server.address, "").await.unwrap();
    assert_eq!(client.get("/").await.unwrap().status, 200);
    let took = started.elapsed();
    (server, took)
}
