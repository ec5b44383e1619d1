//! An officer's desk where four hundred applications wait: what the queue and a case take of the server's processor.

use std::net::SocketAddr;
use std::time::Duration;

use actix_web::rt::time::Instant;

use crate::county::County;
use crate::http::Client;
use crate::load::{Seen, all_at_once};
use crate::reading::millis;
use crate::show;

/// Applications that are sent, beside the one of the sample county.
const WAITING: usize = 400;
/// Pages of the officer's that are opened at once, and for how long.
const READERS: usize = 8;
const ROUND: Duration = Duration::from_secs(5);

pub async fn measure() {
    let county = County::open();
    let learners = county.learners().await;
    for (number, learner) in (0..WAITING).zip(learners.iter().cycle()) {
        learner.applies(number).await;
    }
    let officer = county.staff("赵强").await;
    let work = officer.opens("/staff/agency").await;
    let agency = links(&work, "/staff/agency/").next().unwrap();
    let queue = format!("{agency}/applications");
    // The oldest come first: one page of them, and the case of somebody of the crowd among them.
    let waiting = officer.opens(&queue).await;
    let case = links(&waiting, &format!("{queue}/")).last().unwrap();
    let cookies = officer.cookies();
    // The desk's first page reads none of them: what any page of the desk takes.
    for (name, path, asked) in
        [("/staff alone", "/staff", ""), ("queue, 400 waiting", queue.as_str(), "≤ 2 ms"), ("a case of 400", case, "≤ 2 ms")]
    {
        let before = county.server.cpu();
        let outcome = all_at_once((0..READERS).map(|_| reads(county.server.address, path, &cookies))).await;
        let spent = county.server.cpu().saturating_sub(before);
        let each = spent.as_secs_f64() * 1000.0 / f64::from(u32::try_from(outcome.count()).unwrap());
        let details =
            format!("{:.0}/s, p99 {:.1} ms, {} errors", outcome.per_second, millis(outcome.quantile(0.99)), outcome.errors);
        show(&format!("{name}, an officer: server CPU a request"), asked, &format!("{each:.2} ms"), &details);
    }
}

/// Where the links of a page lead that begin like this.
fn links<'p>(page: &'p str, start: &str) -> impl Iterator<Item = &'p str> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(move |href| href.starts_with(start) && !href.contains('?'))
}

async fn reads(address: SocketAddr, path: &str, cookies: &str) -> Seen {
    let mut client = Client::connect(address, cookies).await.unwrap().accepting("br");
    let mut seen = Seen::default();
    let until = Instant::now() + ROUND;
    while Instant::now() < until {
        seen.time(async { client.get(path).await.unwrap().status == 200 }).await;
    }
    seen
}
