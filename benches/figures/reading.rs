//! Reading: a public lesson page against a fixed answer, the home of somebody signed in, the weight of a first view.

use std::time::Duration;

use actix_web::rt::time::Instant;

use crate::http::Client;
use crate::load::{Outcome, Seen, all_at_once};
use crate::process::Server;
use crate::show;
use crate::stock::Stock;

const LESSON: &str = "/courses/T19/c1/1";
/// Readers at once.
const READERS: usize = 32;
/// Rounds of each, one after the other in turn, so that a disturbance of the machine meets both.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(3);

pub async fn measure() {
    let stock = Stock::fresh(None).await;
    let member = stock.members(1).await.pop().unwrap();
    let bank = Server::open(stock.folder.path(), None);
    let mut reader = Client::connect(bank.address, "font=large").await.unwrap();
    let page = reader.get(LESSON).await.unwrap();
    assert_eq!(page.status, 200);
    let (file, data) = (stock.folder.path().join("lesson.html"), tempfile::tempdir().unwrap());
    std::fs::write(&file, &page.body).unwrap();
    let reference = Server::reference(&file, data.path());
    for coding in ["br", "gzip", "identity"] {
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            bare.push(read_for(&reference, "/", coding, "font=large").await.per_second);
            ours.push(read_for(&bank, LESSON, coding, "font=large").await.per_second);
        }
        let (ours, bare) = (median(ours), median(bare));
        let asked = if coding == "identity" { "" } else { "≥ 0.5 of a fixed answer" };
        let details = format!("{ours:.0}/s against {bare:.0}/s, {} bytes before coding", page.body.len());
        show(&format!("public lesson page, {coding}"), asked, &format!("{:.2}", ours / bare), &details);
    }
    let before = bank.cpu();
    let home = read_for(&bank, "/", "br", &member.cookies).await;
    let spent = bank.cpu().saturating_sub(before);
    let each = spent.as_secs_f64() * 1000.0 / f64::from(u32::try_from(home.count()).unwrap());
    let details = format!("{:.0}/s, p99 {:.1} ms, {} errors", home.per_second, millis(home.quantile(0.99)), home.errors);
    show("home, signed in: server CPU a request", "≤ 0.8 ms", &format!("{each:.2} ms"), &details);
    weigh(&bank).await;
}

/// The first view of somebody new: the page and everything it names.
async fn weigh(bank: &Server) {
    let mut browser = Client::connect(bank.address, "").await.unwrap().accepting("br");
    let page = browser.get("/").await.unwrap();
    let mut plain = Client::connect(bank.address, "").await.unwrap();
    let words = String::from_utf8(plain.get("/").await.unwrap().body).unwrap();
    let head = words.split("</head>").next().unwrap_or_default();
    let named: Vec<&str> = head.split('"').filter(|text| text.starts_with("/static/")).collect();
    let mut bytes = page.wire_bytes;
    for path in &named {
        bytes += browser.get(path).await.unwrap().wire_bytes;
    }
    show(
        "first view of a learner",
        "≤ 30 kB, ≤ 5 requests",
        &format!("{:.1} kB, {} requests", f64::from(u32::try_from(bytes).unwrap()) / 1000.0, named.len() + 1),
        "br",
    );
}

async fn read_for(server: &Server, path: &'static str, coding: &'static str, cookies: &str) -> Outcome {
    let readers = (0..READERS).map(|_| async move {
        let mut client = Client::connect(server.address, cookies).await.unwrap().accepting(coding);
        let mut seen = Seen::default();
        let until = Instant::now() + ROUND;
        while Instant::now() < until {
            seen.time(async { client.get(path).await.unwrap().status == 200 }).await;
        }
        seen
    });
    all_at_once(readers).await
}

pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

pub fn millis(wait: Duration) -> f64 {
    wait.as_secs_f64() * 1000.0
}
