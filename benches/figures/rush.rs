//! A rush: a thousand learners press 开始考核 within one second.

use std::time::Duration;

use actix_web::rt::time::{Instant, sleep_until};

use crate::http::Client;
use crate::load::{Seen, all_at_once};
use crate::process::Server;
use crate::reading::millis;
use crate::stock::Stock;
use crate::{name_of, show};

const LEARNERS: u32 = 1_000;

pub async fn measure(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let members = stock.members(LEARNERS).await;
    let server = Server::open(stock.folder.path(), stock.postgres.as_deref());
    let mut clients = Vec::new();
    for member in &members {
        let mut client = Client::connect(server.address, &member.cookies).await.unwrap();
        client.learn_token().await.unwrap();
        clients.push(client);
    }
    let begun = Instant::now() + Duration::from_millis(50);
    let address = server.address;
    let callers = (0..LEARNERS).zip(clients).map(|(number, mut client)| async move {
        sleep_until(begun + Duration::from_secs(1) * number / LEARNERS).await;
        let mut seen = Seen::default();
        seen.time(async {
            client.reconnect(address).await.unwrap();
            let answer = client.post("/courses/T19/test", "0123456789abcdef", "").await.unwrap();
            answer.status == 303 && answer.location.starts_with("/tests/")
        })
        .await;
        seen
    });
    let outcome = all_at_once(callers).await;
    let measured = format!("p99 {:.2} s, {} errors", outcome.quantile(0.99).as_secs_f64(), outcome.errors);
    let details = format!(
        "p50 {:.0} ms, longest {:.0} ms, most memory {:.0} MiB",
        millis(outcome.quantile(0.5)),
        millis(outcome.quantile(1.0)),
        server.memory_mib().1
    );
    show(&format!("1,000 press 开始考核 within a second, {}", name_of(engine)), "p99 ≤ 2 s, 0 errors", &measured, &details);
}
