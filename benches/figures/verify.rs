//! What verifying takes of the server's processor: a code that is there, and one that is not. And whether whoever only looks at the clock learns
//! which of the two it was: by a code (105 bits by chance: who holds it is told anyway), and by number and name, which must tell nothing.

use std::cmp::Ordering;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use credit_bank::certificates::{self, Order};
use credit_bank::credentials::{LongCode, Number};
use credit_bank::kernel::Chance;
use futures_util::future::join_all;

use crate::certificates::{House, UNIT, prepare};
use crate::county::ONCE;
use crate::http::Client;
use crate::load::{Seen, all_at_once};
use crate::process::Server;
use crate::reading::millis;
use crate::stock::Stock;
use crate::{name_of, show};

/// So many readers ask for codes at once, each from so many addresses, and so often from each: the most that may be there in ten minutes.
const READERS: usize = 8;
const ADDRESSES: usize = 10;
const CODES: usize = 30;
/// Answers of each kind whose times are held against each other.
const COMPARED: usize = 200;
/// So many ask by number and name at once, a half of them rightly; each so often from an address.
const ASKING: usize = 20;
const NUMBERS: usize = 10;
/// 王桂英, as a form is sent.
const NAME: &str = "%E7%8E%8B%E6%A1%82%E8%8B%B1";

pub async fn measure(engine: Option<&str>) {
    let stock = Stock::fresh(engine).await;
    let house = prepare(&stock, 1).await;
    let (code, number) = issues(&stock, &house).await;
    let settings = [("CREDIT_BANK_TRUSTED_PROXIES", "[127.0.0.1]")];
    let server = Server::open_with(stock.folder.path(), stock.postgres.as_deref(), &settings);
    let engine = name_of(engine);
    for (what, known) in [("there", Some(code.as_str())), ("not there", None)] {
        let before = server.cpu();
        let outcome = all_at_once((0..READERS).map(|reader| asks_for_codes(server.address, reader, known))).await;
        let spent = server.cpu().saturating_sub(before);
        let each = spent.as_secs_f64() * 1000.0 / f64::from(u32::try_from(outcome.count()).unwrap());
        let details = format!("{:.0}/s, {}", outcome.per_second, outcome.details("codes"));
        show(
            &format!("/v, a code that is {what}: server CPU a request, {engine}"),
            "≤ 0.6 ms",
            &format!("{each:.2} ms"),
            &details,
        );
    }
    let [found, none] = by_code(server.address, &code).await;
    tells(&format!("/v, a code that is there takes longer than one that is not, {engine}"), "may differ", (&found, &none));
    let [right, unknown] = by_number(server.address, &number).await;
    let name = format!("/v, the right number and name take longer than others, {engine}");
    tells(&name, "about a half", (&right, &unknown));
}

/// The certificate of the one person; its code and its number.
async fn issues(stock: &Stock, house: &House) -> (String, String) {
    let learner = *house.people.first().unwrap();
    let order = Order {
        learner,
        kind: "unit".to_owned(),
        about: UNIT.to_owned(),
        agency: house.agency,
        officer: house.officer,
        batch: None,
        request: None,
        shown: None,
        help_phone: "12345".to_owned(),
    };
    certificates::issue(&stock.db, &house.desk, &order, None).await.unwrap();
    let now = stock.db.clock().now();
    let shown = certificates::list_of(stock.db.read(), &house.desk, learner, now).await.unwrap().pop().unwrap();
    (shown.register.code.to_text(), shown.register.number.as_str().to_owned())
}

/// Where a code is asked for: this one, or one by chance that nobody has.
fn path_of(known: Option<&str>) -> (String, u16) {
    match known {
        Some(code) => (format!("/v/{code}"), 200),
        None => (format!("/v/{}", LongCode::from_chance(Chance::secret())), 404),
    }
}

/// Asks for as many codes as an address may that guesses, from one address after the other.
async fn asks_for_codes(address: SocketAddr, reader: usize, known: Option<&str>) -> Seen {
    let mut client = Client::connect(address, "").await.unwrap();
    let mut seen = Seen::default();
    for house in 1..=ADDRESSES {
        client.comes_from(&format!("10.1.{reader}.{house}"));
        for _ in 0..CODES {
            let (path, expected) = path_of(known);
            seen.time(async { client.get(&path).await.unwrap().status == expected }).await;
        }
    }
    seen
}

/// How long one reader waited for a code that is there and for one that is not, by turns.
async fn by_code(address: SocketAddr, code: &str) -> [Vec<Duration>; 2] {
    let mut client = Client::connect(address, "").await.unwrap();
    let (mut found, mut none) = (Seen::default(), Seen::default());
    for turn in 0..COMPARED {
        client.comes_from(&format!("10.2.0.{}", turn / CODES + 1));
        let known = [Some(code), None];
        let in_turn = if turn.is_multiple_of(2) { known } else { [None, Some(code)] };
        for one in in_turn {
            let (path, expected) = path_of(one);
            let seen = if one.is_some() { &mut found } else { &mut none };
            seen.time(async { client.get(&path).await.unwrap().status == expected }).await;
        }
    }
    assert_eq!((found.errors, none.errors), (0, 0), "every code was answered");
    [found.waits, none.waits]
}

/// Somebody who asks by number and name: rightly, or for numbers by chance.
struct Asking {
    client: Client,
    is_right: bool,
    waits: Vec<Duration>,
}

impl Asking {
    async fn begin(address: SocketAddr, at: usize) -> Self {
        let mut client = Client::connect(address, "").await.unwrap();
        client.learn_token_at("/v").await.unwrap();
        Self { client, is_right: at.is_multiple_of(2), waits: Vec::new() }
    }

    async fn asks(&mut self, number: &str) {
        let number = if self.is_right { number.to_owned() } else { Number::from_chance(Chance::secret()).to_string() };
        let fields = format!("&by=name&number={number}&name={NAME}");
        let begun = Instant::now();
        let answer = self.client.post("/v", ONCE, &fields).await.unwrap();
        self.waits.push(begun.elapsed());
        assert_eq!(answer.status, 303, "it leads to an answer");
    }
}

/// How long people waited who had number and name right, and those who had not, all in the same rounds.
async fn by_number(address: SocketAddr, number: &str) -> [Vec<Duration>; 2] {
    let mut people = join_all((0..ASKING).map(|at| Asking::begin(address, at))).await;
    for round in 0..COMPARED * 2 / ASKING {
        for (at, one) in people.iter_mut().enumerate() {
            one.client.comes_from(&format!("10.3.{}.{}", round / NUMBERS, at + 1));
        }
        join_all(people.iter_mut().map(|one| one.asks(number))).await;
    }
    let waits = |is_right: bool| -> Vec<Duration> {
        people.iter().filter(|one| one.is_right == is_right).flat_map(|one| one.waits.clone()).collect()
    };
    [waits(true), waits(false)]
}

/// What a pair counts for whoever says that the first of it took longer.
const fn share_of(order: Ordering) -> f64 {
    match order {
        Ordering::Greater => 1.0,
        Ordering::Equal => 0.5,
        Ordering::Less => 0.0,
    }
}

/// Shows how likely one of the first took longer than one of the second: Mann–Whitney's U as a share of all pairs, and how many standard
/// deviations it lies from a half, where both are alike.
fn tells(figure: &str, asked: &str, (first, second): (&[Duration], &[Duration])) {
    let pairs = first.iter().flat_map(|one| second.iter().map(move |other| one.cmp(other)));
    let longer: f64 = pairs.map(share_of).sum();
    let count = |all: &[Duration]| f64::from(u32::try_from(all.len()).unwrap());
    let (n, m) = (count(first), count(second));
    let z = (longer - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    let middle = |all: &[Duration]| {
        let mut sorted = all.to_vec();
        sorted.sort_unstable();
        millis(sorted[sorted.len() / 2])
    };
    let details = format!("{n} and {m} answers, z {z:.1}, p50 {:.2} and {:.2} ms", middle(first), middle(second));
    show(figure, asked, &format!("{:.2} of all pairs", longer / (n * m)), &details);
}
