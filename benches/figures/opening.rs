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
    drop(first_answer(&stock).await);
    let mut taken = Vec::new();
    for _ in 0..STARTS {
        taken.push(millis(first_answer(&stock).await.1));
    }
    show("start to first answer, existing database", "≤ 1 s", &format!("{:.2} s", median(taken) / 1000.0), "median of 5");
    let (server, _) = first_answer(&stock).await;
    let mut client = Client::connect(server.address, &member.cookies).await.unwrap();
    client.get("/").await.unwrap();
    actix_web::rt::time::sleep(REST).await;
    let (now, most) = server.memory_mib();
    show("memory, idle", "≤ 64 MiB", &format!("{now:.0} MiB"), &format!("most since the start {most:.0} MiB"));
}

async fn first_answer(stock: &Stock) -> (Server, Duration) {
    let started = Instant::now();
    let server = Server::open(stock.folder.path(), None);
    let mut client = Client::connect(server.address, "").await.unwrap();
    assert_eq!(client.get("/").await.unwrap().status, 200);
    let took = started.elapsed();
    (server, took)
}
