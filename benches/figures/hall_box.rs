//! Thirty learners on one box of a hall: all take a test at once, page after page without a rest, and hand it in. The box serves in this very
//! process, so that load and server share its cores as they share those of a laptop.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use credit_bank::app::{open_box, serve_box};
use credit_bank::assessment::{Entry, Question, Setting, Shown};
use credit_bank::config::{Config, Keys};
use credit_bank::curriculum::{CourseCode, Shelves};
use credit_bank::hall::{Kit, KitClass, KitPerson, KitQuestion, KitTest, ToBank};
use credit_bank::i18n::Lang;
use credit_bank::kernel::{AttemptId, Chance, ClassId, Clock, DeviceId, LearnerId};
use ed25519_dalek::SigningKey;
use futures_util::future::join_all;

use crate::http::{Answer, Client};
use crate::load::{Outcome, Seen};
use crate::process::most_memory_mib;
use crate::reading::millis;
use crate::show;
use crate::stock::SHELF;

const LEARNERS: usize = 30;
const QUESTIONS: usize = 10;
/// Classes one after the other, each on a box of its own.
const ROUNDS: usize = 5;
const PASSWORD: &str = "123456789012";
const ONCE: &str = "0123456789abcdef";
const KINDS: [&str; 4] = ["one's tests", "a question", "an answer kept", "a test handed in"];

/// The waits of somebody for each kind of page.
type Waits = [Seen; 4];

pub async fn measure() {
    let mut seen: Vec<Waits> = Vec::new();
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        seen.extend(class().await);
    }
    let took = begun.elapsed().as_secs_f64();
    let memory = most_memory_mib(std::process::id()).unwrap_or(0.0);
    for (at, kind) in KINDS.iter().enumerate() {
        let outcome = Outcome::of(seen.iter_mut().map(|waits| std::mem::take(&mut waits[at])), Duration::from_secs_f64(took));
        let details = format!(
            "{} answers, {} errors, p50 {:.0} ms, longest {:.0} ms",
            outcome.count(),
            outcome.errors,
            millis(outcome.quantile(0.5)),
            millis(outcome.quantile(1.0))
        );
        let p99 = format!("{:.0} ms", millis(outcome.quantile(0.99)));
        show(&format!("hall box, {LEARNERS} at once: {kind}"), "p99 ≤ 300 ms", &p99, &details);
    }
    let details = format!("{ROUNDS} classes in {took:.1} s, opening the boxes among them");
    show("hall box, most memory, with the load", "", &format!("{memory:.0} MiB"), &details);
}

/// A kit for a class, and the first choice of each question as its form sends it.
fn kit(key: &SigningKey) -> (Kit, Vec<String>) {
    let (clock, keys) = (Clock::system(), Keys::fresh());
    let now = clock.now();
    let mut kit = Kit::new(DeviceId::fresh(now), key, ("bench", "330182001"), &ToBank::of(&keys), now);
    let person = |name: String| KitPerson { id: LearnerId::fresh(now), name, tail: "7897".to_owned(), born: Some(1951) };
    kit.operators = vec![person("李敏".to_owned())];
    let code = CourseCode::parse("T19").unwrap();
    let course = SHELF.course(code).unwrap();
    let mut fields = Vec::new();
    for number in 0..LEARNERS {
        let one = person(format!("learner {number}"));
        let (seed, mut questions) = (Chance::fresh_seed(), Vec::new());
        for (position, item) in (1..).zip(course.items.iter().take(QUESTIONS)) {
            let item = item.asked(seed, position);
            let question = Question::new(&Shown::of(&item, seed, position), Setting::Test, Lang::Chinese, "", Entry::Blank);
            if number == 0 {
                let first = question.taps.first().or(question.ticks.first()).unwrap_or(&question.unknown);
                fields.push(format!("&q={}", first.value));
            }
            questions.push(KitQuestion::of(&question));
        }
        let (attempt, title) = (AttemptId::fresh(now), course.title.clone());
        kit.tests.push(KitTest { attempt, person: one.id, course: code.to_string(), title, questions });
        kit.people.push(one);
    }
    kit.classes.push(KitClass {
        id: ClassId::fresh(now),
        title: course.title.clone(),
        course: code.to_string(),
        time: String::new(),
        hours: (now.ms(), now.plus_days(1).ms()),
        has_second: false,
        people: kit.people.iter().map(|one| one.id).collect(),
    });
    (kit, fields)
}

/// One class on a box of its own.
async fn class() -> Vec<Waits> {
    let (kit, fields) = kit(&SigningKey::from_bytes(&Chance::secret()));
    let folder = tempfile::tempdir().unwrap();
    let config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    let house = open_box(config, kit.to_file(PASSWORD).unwrap(), Clock::system()).await.unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let running = serve_box(&house, &Shelves::new(SHELF.clone()), listener).unwrap();
    let mut host = Client::connect(running.address, "").await.unwrap();
    host.learn_token_at("/").await.unwrap();
    assert_eq!(host.post("/unlock", ONCE, &format!("&password={PASSWORD}")).await.unwrap().location, "/operator");
    let operator = format!("&operator={}", kit.operators[0].id);
    assert_eq!(host.post("/operator", ONCE, &operator).await.unwrap().location, "/class");
    let list = String::from_utf8(host.get("/class").await.unwrap().body).unwrap();
    let mut people = Vec::new();
    for test in &kit.tests {
        let row = list.split("<li").find(|row| row.contains(&test.person.to_string())).unwrap();
        let code: String = row.split("今天的数字 ").nth(1).unwrap().chars().take(4).collect();
        let mut client = Client::connect(running.address, "").await.unwrap();
        client.learn_token_at("/").await.unwrap();
        assert_eq!(client.post("/learn", ONCE, &format!("&code={code}")).await.unwrap().location, "/paper");
        people.push((client, test.attempt.to_string()));
    }
    let all = people.into_iter().map(|(client, attempt)| takes(client, attempt, &fields));
    let seen = join_all(all).await;
    running.handle.stop(true).await;
    seen
}

/// Somebody takes their test as fast as the box answers.
async fn takes(mut client: Client, attempt: String, fields: &[String]) -> Waits {
    let [mut own, mut asked, mut kept, mut handed] = Waits::default();
    let is_shown = |answer: std::io::Result<Answer>| answer.unwrap().status == 200;
    own.time(async { is_shown(client.get("/paper").await) }).await;
    for (position, field) in (1..).zip(fields) {
        let path = format!("/paper/{attempt}/{position}");
        asked.time(async { is_shown(client.get(&path).await) }).await;
        let next = format!("/paper/{attempt}/{}", position + 1);
        kept.time(async { client.post(&path, ONCE, field).await.unwrap().location == next }).await;
    }
    asked.time(async { is_shown(client.get(&format!("/paper/{attempt}/{}", fields.len() + 1)).await) }).await;
    let path = format!("/paper/{attempt}/hand-in");
    handed.time(async { client.post(&path, ONCE, "&help=none").await.unwrap().location == "/paper" }).await;
    own.time(async { String::from_utf8(client.get("/paper").await.unwrap().body).unwrap().contains("答卷已收好") }).await;
    [own, asked, kept, handed]
}
