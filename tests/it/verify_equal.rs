//! Whoever guesses learns nothing: codes that are not there are answered alike to the byte, and so are numbers with names, whether it is the
//! number that nobody has or the name that is another's; and the bank does the same for each of them, counted in statements.

use credit_bank::credentials::{LongCode, Number};
use credit_bank::kernel::Chance;
use futures_util::future::join_all;

use crate::support::databases::Fresh;
use crate::support::server::{Answer, Bank, Person};
use crate::verify::{Issued, headers, word};

/// So many codes that are not there, and so many numbers, an address asks for in ten minutes.
const CODES: usize = 30;
const NUMBERS: usize = 10;
/// So many addresses ask at once.
const AT_ONCE: usize = 8;
const NAMES: [&str; 6] = ["李桂英", "王桂英", "张伟", "欧阳春华", "阿卜杜热合曼·买买提", "Anna O'Neil"];

/// What came back, but for what was asked, where it is said again in a link.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Seen {
    fn of(answer: &Answer, asked: &str) -> Self {
        Self { status: answer.status, headers: headers(answer), body: answer.body.replace(asked, "…") }
    }
}

/// What number and name came to: the way to the answer, how long it is, and the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Guess {
    sent: Seen,
    way: usize,
    page: Seen,
}

/// The address of house `at` in the network 10.`network`.
fn address(network: usize, at: usize) -> String {
    format!("10.{network}.{}.{}", at / 250, at % 250 + 1)
}

/// How many statements `work` sends, and what it comes to.
async fn cost_of<T>(issued: &Issued, work: impl Future<Output = T>) -> (u64, T) {
    let db = &issued.work.bank().house.db;
    let before = db.statements();
    let done = work.await;
    (db.statements() - before, done)
}

/// Somebody asks for so many codes that are not there, one after the other.
async fn asks_for_codes(bank: &Bank, at: usize) -> Vec<(String, Seen)> {
    let person = bank.visitor_at(&address(11, at));
    let mut all = Vec::new();
    for _ in 0..CODES {
        let code = LongCode::from_chance(Chance::secret()).to_text();
        let answer = person.opens(&format!("/v/{code}")).await;
        let seen = Seen::of(&answer, &code);
        all.push((code, seen));
    }
    all
}

/// So many codes at least, asked for from as many addresses as it takes.
async fn codes_are_alike(fresh: Fresh, count: usize) {
    let issued = Issued::over(fresh).await;
    let bank = issued.work.bank();
    let strange = LongCode::from_chance(Chance::secret()).to_text();
    let person = bank.visitor_at("10.10.0.1");
    let (each, first) = cost_of(&issued, person.opens(&format!("/v/{strange}"))).await;
    assert_eq!((first.status, word(&first)), (404, "查不到"));
    let like = Seen::of(&first, &strange);
    assert!(like.body != first.body && !like.body.contains(&strange), "{}", like.body);
    let houses: Vec<usize> = (0..count.div_ceil(CODES)).collect();
    for some in houses.chunks(AT_ONCE) {
        let (spent, all) = cost_of(&issued, join_all(some.iter().map(|at| asks_for_codes(bank, *at)))).await;
        for (code, seen) in all.iter().flatten() {
            assert_eq!(seen, &like, "{code}");
        }
        assert_eq!(spent, each * u64::try_from(some.len() * CODES).unwrap(), "each costs the same statements");
    }
    issued.close().await;
}

/// Asks by number and name, and opens the answer, which is none.
async fn guesses(person: &Person, form: &Answer, number: &str, name: &str) -> Guess {
    let sent = person.sends(form, "/v", &[("by", "name"), ("number", number), ("name", name)]).await;
    let way = sent.location.clone().unwrap_or_else(|| panic!("{} {}", sent.status, sent.body));
    let page = person.opens(&way).await;
    assert_eq!(word(&page), "查不到", "{number} {name}");
    let token = way.rsplit('/').next().unwrap();
    Guess { sent: Seen::of(&sent, &way), way: way.len(), page: Seen::of(&page, token) }
}

/// Somebody asks for so many numbers by chance with one name or another, all at once.
async fn guesses_by_chance(bank: &Bank, at: usize) -> Vec<(String, Guess)> {
    let person = bank.visitor_at(&address(21, at));
    let form = person.opens("/v").await;
    let asked: Vec<(String, &str)> =
        (0..NUMBERS).map(|n| (Number::from_chance(Chance::secret()).to_string(), NAMES[(at + n) % NAMES.len()])).collect();
    let all = join_all(asked.iter().map(|(number, name)| guesses(&person, &form, number, name))).await;
    asked.iter().map(|(number, name)| format!("{number} {name}")).zip(all).collect()
}

/// So many numbers at least, by chance, against the number of a certificate under another name.
async fn numbers_are_alike(fresh: Fresh, count: usize) {
    let issued = Issued::over(fresh).await;
    let bank = issued.work.bank();
    let person = bank.visitor_at("10.20.0.1");
    let (for_form, form) = cost_of(&issued, person.opens("/v")).await;
    let (each, like) = cost_of(&issued, guesses(&person, &form, &issued.number, "李桂英")).await;
    for (number, name) in [(issued.number.as_str(), "张伟"), ("123456789018", "王桂英"), ("123456789018", "李桂英")] {
        let (spent, guess) = cost_of(&issued, guesses(&person, &form, number, name)).await;
        assert_eq!((spent, &guess), (each, &like), "{number} {name}");
    }
    let houses: Vec<usize> = (0..count.div_ceil(NUMBERS)).collect();
    for some in houses.chunks(AT_ONCE) {
        let (spent, all) = cost_of(&issued, join_all(some.iter().map(|at| guesses_by_chance(bank, *at)))).await;
        for (asked, guess) in all.iter().flatten() {
            assert_eq!(guess, &like, "{asked}");
        }
        let (people, asked) = (u64::try_from(some.len()).unwrap(), u64::try_from(some.len() * NUMBERS).unwrap());
        assert_eq!(spent, for_form * people + each * asked, "each costs the same statements");
    }
    issued.close().await;
}

crate::on_both! {
    async fn four_hundred_codes_that_are_not_there_are_answered_alike(fresh: Fresh) {
        codes_are_alike(fresh, 400).await;
    }

    async fn four_hundred_numbers_that_nobody_has_are_answered_as_one_under_another_name(fresh: Fresh) {
        numbers_are_alike(fresh, 400).await;
    }

    async fn the_right_name_is_matched_at_the_cost_of_a_wrong_one(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let person = issued.work.bank().visitor_at("10.22.0.1");
        let form = person.opens("/v").await;
        let mut costs = Vec::new();
        for (number, name) in [(issued.number.as_str(), "王桂英"), (issued.number.as_str(), "李桂英"), ("123456789018", "王桂英")] {
            let fields = [("by", "name"), ("number", number), ("name", name)];
            let (spent, sent) = cost_of(&issued, person.sends(&form, "/v", &fields)).await;
            assert_eq!(sent.status, 303, "{}", sent.body);
            costs.push(spent);
        }
        assert_eq!(costs, [costs[0]; 3]);
        issued.close().await;
    }

    #[ignore = "long: ten thousand codes"]
    async fn ten_thousand_codes_that_are_not_there_are_answered_alike(fresh: Fresh) {
        codes_are_alike(fresh, 10_000).await;
    }

    #[ignore = "long: ten thousand numbers, each of which is answered after 400 ms"]
    async fn ten_thousand_numbers_that_nobody_has_are_answered_as_one_under_another_name(fresh: Fresh) {
        numbers_are_alike(fresh, 10_000).await;
    }
}
