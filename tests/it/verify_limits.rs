//! How often somebody may verify holds over all servers of a bank: two that share nothing but the database allow an address together what one alone
//! allows it, and nobody else is kept from asking.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use credit_bank::app::{Running, serve};
use credit_bank::config::{Config, Keys};
use credit_bank::credentials::LongCode;
use credit_bank::curriculum::Shelves;
use credit_bank::db;
use credit_bank::files::Files;
use credit_bank::kernel::Clock;
use credit_bank::web::metrics::Metrics;
use credit_bank::web::{House, Rooms};
use futures_util::future::join_all;
use reqwest::cookie::CookieStore as _;
use reqwest::header::HeaderName;
use sea_orm::DbBackend;

use crate::support::binary;
use crate::support::databases::{Engine, fresh};
use crate::support::server::{Answer, Bank, Person, SHELF};
use crate::verify::{Issued, word};

/// A number that nobody has.
const OTHER: &str = "123456789018";
const TEN_MINUTES_MS: i64 = 600_000;

/// Another server of the same bank. What it holds in memory is its own.
pub struct Second {
    pub url: String,
    running: Running,
}

impl Second {
    /// Opens it. On PostgreSQL it has connections of its own; a SQLite file has one writer, which both use.
    async fn beside(bank: &Bank) -> Self {
        Self::with(bank, |_| ()).await
    }

    /// The same, with other settings.
    pub async fn with(bank: &Bank, change: impl FnOnce(&mut Config)) -> Self {
        let folder = bank.fresh.folder.path();
        let mut config = Config::clone(&bank.house.config);
        change(&mut config);
        let house = House {
            db: match bank.fresh.db.backend() {
                DbBackend::Postgres => db::open(&bank.fresh.target, bank.clock.clone()).await.unwrap(),
                _ => bank.fresh.db.clone(),
            },
            files: Files::in_data_dir(folder),
            keys: Keys::open(folder).unwrap(),
            config: Arc::new(config),
            metrics: Metrics::new().unwrap(),
            rooms: Rooms::default(),
        };
        let running = serve(&house, &Shelves::new(SHELF.clone()), TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        Self { url: format!("http://{}", running.address), running }
    }

    /// Somebody with a fresh browser behind this address.
    fn visitor_at(&self, address: &str) -> Person {
        let headers = [(HeaderName::from_static("x-forwarded-for"), address.parse().unwrap())];
        Person::with(&self.url, headers.into_iter().collect())
    }

    /// Stops it in good order.
    pub async fn close(self) {
        self.running.handle.stop(true).await;
    }
}

/// How many answers have this status.
fn count(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// Asks by number and name with a form that is open.
async fn asks(person: &Person, form: &Answer, number: &str, name: &str) -> Answer {
    person.sends(form, "/v", &[("by", "name"), ("number", number), ("name", name)]).await
}

/// Asks so often at each of two servers, all at once, for a number that nobody has.
async fn both_ask(people: [&Person; 2], times: usize) -> Vec<Answer> {
    let forms = [people[0].opens("/v").await, people[1].opens("/v").await];
    let each = (0..times).flat_map(|_| [(people[0], &forms[0]), (people[1], &forms[1])]);
    join_all(each.map(|(person, form)| asks(person, form, OTHER, "李桂英"))).await
}

/// What the answer to number and name is, opened at `reader`'s server.
async fn answered(issued: &Issued, person: &Person, reader: &Person) -> String {
    let way = issued.asks(person, &issued.number, "王桂英").await.location.unwrap();
    word(&reader.opens(&way).await).to_owned()
}

/// Begins to hand in a file at `/v` and does not go on; it is on its way for as long as this is held.
async fn lingers(bank: &Bank, person: &Person, address: &str) -> TcpStream {
    let form = person.opens("/v").await;
    let cookies = person.jar.cookies(&bank.url.parse().unwrap()).unwrap();
    let part = |name: &str, value: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}");
    let body = format!("{}\r\n{}", part("csrf", &form.input("csrf")), part("file\"; filename=\"a", "x"));
    let head = [
        "POST /v/file HTTP/1.1\r\nHost: bank".to_owned(),
        format!("X-Forwarded-For: {address}"),
        format!("Cookie: {}", cookies.to_str().unwrap()),
        "Content-Type: multipart/form-data; boundary=b".to_owned(),
        "Content-Length: 100000\r\n\r\n".to_owned(),
    ];
    let mut stream = TcpStream::connect(bank.url.trim_start_matches("http://")).unwrap();
    stream.write_all([head.join("\r\n"), body].concat().as_bytes()).unwrap();
    stream
}

/// Hands in a file until it is answered so: what others have begun, or let go of, reaches the server in its own time.
async fn hands_in_until(bank: &Bank, person: &Person, status: u16) {
    assert!(hands_in_for(200, bank, person, status).await, "never {status}");
}

/// The same, so many times at most; whether it was answered so.
async fn hands_in_for(times: usize, bank: &Bank, person: &Person, status: u16) -> bool {
    let form = person.opens("/v").await;
    for _ in 0..times {
        let answer = person.sends_file(&form, "/v/file", &[], "a", b"x".to_vec()).await;
        if answer.status == status {
            return true;
        }
        assert!([422, 503].contains(&answer.status), "{} {}", answer.status, answer.body);
        // So that it is not by how often one may ask.
        bank.clock.turn_ms(TEN_MINUTES_MS);
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

crate::on_both! {
    async fn who_lets_files_drip_in_keeps_two_places_and_nobody_else_from_theirs(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let (slow, other) = (bank.visitor_at("10.9.0.1"), bank.visitor_at("10.9.0.2"));
        let mut begun = Vec::new();
        for _ in 0..2 {
            hands_in_until(bank, &slow, 422).await;
            begun.push(lingers(bank, &slow, "10.9.0.1").await);
        }
        // A server that has much to do may have turned one of them away.
        while !hands_in_for(40, bank, &slow, 503).await {
            assert!(begun.len() < 6, "six are on their way at once");
            begun.push(lingers(bank, &slow, "10.9.0.1").await);
        }
        let form = other.opens("/v").await;
        let answer = other.sends_file(&form, "/v/file", &[], "a", b"x".to_vec()).await;
        assert_eq!(answer.status, 422, "another address is not kept from it: {}", answer.body);
        drop(begun);
        hands_in_until(bank, &slow, 422).await;
        issued.close().await;
    }

    async fn codes_that_are_not_there_are_counted_over_both_servers_also_at_once(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let second = Second::beside(bank).await;
        let (here, there) = (bank.visitor_at("10.5.0.1"), second.visitor_at("10.5.0.1"));
        let strange = format!("/v/{}", LongCode::from_chance([9; 14]));
        let answers = join_all((0..20).flat_map(|_| [here.opens(&strange), there.opens(&strange)])).await;
        assert_eq!((count(&answers, 404), count(&answers, 429)), (30, 10));
        for person in [&here, &there] {
            let over = person.opens(&strange).await;
            assert!(over.status == 429 && over.headers.contains_key("retry-after"), "{} {}", over.status, over.body);
            assert_eq!(person.opens(&format!("/v/{}", issued.code)).await.status, 200, "whoever holds the paper goes on");
        }
        for other in [bank.visitor_at("10.5.0.2"), second.visitor_at("10.5.0.2")] {
            assert_eq!(other.opens(&strange).await.status, 404, "another address is not kept from it");
        }
        bank.clock.turn_ms(TEN_MINUTES_MS);
        let answers = join_all((0..16).flat_map(|_| [here.opens(&strange), there.opens(&strange)])).await;
        assert_eq!((count(&answers, 404), count(&answers, 429)), (30, 2), "the next ten minutes");
        second.close().await;
        issued.close().await;
    }

    async fn number_and_name_are_asked_ten_times_in_ten_minutes_and_sixty_a_day_at_both_together(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let second = Second::beside(bank).await;
        let (here, there) = (bank.visitor_at("10.6.0.1"), second.visitor_at("10.6.0.1"));
        let answers = both_ask([&here, &there], 7).await;
        assert_eq!((count(&answers, 303), count(&answers, 429)), (10, 4));
        let (other, beside) = (bank.visitor_at("10.6.0.2"), second.visitor_at("10.6.0.2"));
        assert_eq!(count(&both_ask([&other, &beside], 5).await, 303), 10, "another address is not kept from it");
        for _ in 0..5 {
            bank.clock.turn_ms(TEN_MINUTES_MS);
            assert_eq!(count(&both_ask([&here, &there], 5).await, 303), 10);
        }
        bank.clock.turn_ms(TEN_MINUTES_MS);
        for over in both_ask([&here, &there], 1).await {
            let wait: i64 = over.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!(over.status == 429 && wait > 3_600, "sixty were asked today: {} {wait}", over.status);
        }
        assert_eq!(count(&both_ask([&other, &beside], 1).await, 303), 2);
        second.close().await;
        issued.close().await;
    }

    async fn wrong_names_of_a_number_are_counted_over_both_servers(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let second = Second::beside(bank).await;
        let people: Vec<Person> = (1..=19)
            .map(|number| {
                let address = format!("10.7.0.{number}");
                if number % 2 == 0 { bank.visitor_at(&address) } else { second.visitor_at(&address) }
            })
            .collect();
        let wrong = join_all(people.iter().map(|person| issued.asks(person, &issued.number, "李桂英"))).await;
        assert_eq!(count(&wrong, 303), 19);
        let (here, there) = (bank.visitor_at("10.7.1.1"), second.visitor_at("10.7.1.2"));
        for (person, reader) in [(&here, &there), (&there, &here)] {
            assert_eq!(answered(&issued, person, reader).await, "有效", "an answer of one is opened by the other");
        }
        assert_eq!(issued.asks(&there, &issued.number, "李桂英").await.status, 303);
        for (person, reader) in [(&here, &here), (&there, &there)] {
            assert_eq!(answered(&issued, person, reader).await, "查不到", "twenty wrong names today");
        }
        assert_eq!(there.opens(&format!("/v/{}", issued.code)).await.status, 200, "the long code opens it");
        second.close().await;
        issued.close().await;
    }

    async fn ten_files_in_ten_minutes_are_read_at_both_together(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let second = Second::beside(bank).await;
        let (here, there) = (bank.visitor_at("10.8.0.1"), second.visitor_at("10.8.0.1"));
        let sends = async |person: &Person| {
            let form = person.opens("/v").await;
            person.sends_file(&form, "/v/file", &[], "a", b"x".to_vec()).await
        };
        for _ in 0..5 {
            assert_eq!((sends(&here).await.status, sends(&there).await.status), (422, 422));
        }
        for person in [&here, &there] {
            let over = sends(person).await;
            assert!(over.status == 429 && over.headers.contains_key("retry-after"), "{} {}", over.status, over.body);
        }
        assert_eq!(sends(&second.visitor_at("10.8.0.2")).await.status, 422, "another address is not kept from it");
        second.close().await;
        issued.close().await;
    }
}

/// Which ten minutes it is by the system's time, as processes see it.
fn ten_minutes() -> i64 {
    Clock::system().now().ms() / TEN_MINUTES_MS
}

/// Somebody who really comes from this address of the machine.
fn from(url: &str, address: Ipv4Addr) -> Person {
    let client = reqwest::Client::builder().local_address(IpAddr::V4(address)).redirect(reqwest::redirect::Policy::none());
    Person { client: client.build().unwrap(), jar: Arc::default(), url: url.to_owned() }
}

#[actix_web::test]
async fn two_processes_on_one_database_allow_an_address_together_what_one_allows() {
    let Some(fresh) = fresh(Engine::Postgres).await else { return };
    let mut first = binary::serve(binary::over(&fresh));
    let mut second = binary::serve(binary::over(&fresh));
    let strange = format!("/v/{}", LongCode::from_chance([9; 14]));
    let mut number = 1;
    let answers = loop {
        number += 1;
        let address = Ipv4Addr::new(127, 0, 0, number);
        let (here, there) = (from(&first.url, address), from(&second.url, address));
        let begun = ten_minutes();
        let answers = join_all((0..20).flat_map(|_| [here.opens(&strange), there.opens(&strange)])).await;
        // Where the next ten minutes began meanwhile, the limit did too.
        if ten_minutes() == begun {
            break answers;
        }
    };
    assert_eq!((count(&answers, 404), count(&answers, 429)), (30, 10));
    for url in [&first.url, &second.url] {
        assert_eq!(from(url, Ipv4Addr::new(127, 0, 1, 1)).opens(&strange).await.status, 404, "another address");
    }
    for child in [&mut first.child, &mut second.child] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
