//! Items that are templates: filled wherever somebody sees them, with the same words as long as the attempt is kept.

use std::collections::BTreeSet;

use credit_bank::assessment::{self, Given, Sheet, key_of};
use credit_bank::curriculum::model::Item;
use credit_bank::curriculum::{self, CourseCode, Shelf};
use credit_bank::kernel::{Acting, AttemptId, Chance, Group, IdentityLevel, LearnerId, Seed};

use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::editions::{ASKERS, all_templates};
use crate::support::server::{Bank, Person, SHELF};

/// What stands in a page where a variable was not filled.
fn unfilled(body: &str) -> Option<&str> {
    body.split('{').skip(1).find_map(|after| {
        let (name, _) = after.split_once('}')?;
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        is_name.then_some(name)
    })
}

/// The page at `address`, in which somebody asks and nothing is left open.
async fn reads(person: &Person, address: &str) -> String {
    let page = person.opens(address).await;
    assert_eq!(page.status, 200, "{address}: {:?}", page.location);
    assert_eq!(unfilled(&page.body), None, "{address}: {}", page.body);
    page.body
}

fn is_asked(body: &str) -> bool {
    ASKERS.iter().any(|asker| body.contains(asker))
}

fn acting(learner: LearnerId) -> Acting {
    Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN }
}

async fn items(fresh: &Fresh, shelf: &Shelf, sheet: &Sheet) -> Vec<Item> {
    assessment::get_items(fresh.db.read(), shelf, &sheet.attempt).await.unwrap()
}

/// Takes the test of T19 through its pages and has so many right; looks at every page on the way.
async fn takes(bank: &Bank, shelf: &Shelf, person: &Person, learner: LearnerId, right: usize) {
    let start = person.opens("/courses/T19/test").await;
    let test = person.sends(&start, "/courses/T19/test", &[]).await.location.unwrap();
    let attempt: AttemptId = test.trim_start_matches("/tests/").parse().unwrap();
    let sheet = assessment::get_sheet(bank.house.db.read(), learner, attempt).await.unwrap();
    let asked = assessment::get_items(bank.house.db.read(), shelf, &sheet.attempt).await.unwrap();
    for (position, item) in (1..).zip(&asked) {
        let address = format!("{test}/{position}");
        assert!(is_asked(&reads(person, &address).await), "{address}");
        let page = person.opens(&address).await;
        let refused = person.sends(&page, &address, &[]).await;
        assert_eq!((refused.status, unfilled(&refused.body)), (422, None), "{}", refused.body);
        let given = if position <= right { key_of(item).right_answer() } else { Given::Unknown };
        let kept =
            async move |tx: &credit_bank::db::Tx| assessment::answer(tx, &acting(learner), attempt, position, &given).await;
        bank.house.db.write(kept).await.unwrap();
        reads(person, &address).await;
    }
    assert!(is_asked(&reads(person, &format!("{test}/check")).await));
    let check = person.opens(&format!("{test}/check")).await;
    person.sends(&check, &format!("{test}/hand-in"), &[]).await;
    reads(person, &format!("{test}/result")).await;
}

#[actix_web::test]
async fn no_page_of_a_test_or_of_a_lesson_shows_a_variable() {
    let shelf = all_templates();
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let (wang, learner) = bank.learner("王桂英", 1, None).await;
    takes(&bank, &shelf, &wang, learner, 4).await;
    takes(&bank, &shelf, &wang, learner, 8).await;
    for lesson in &shelf.course(CourseCode::parse("T19").unwrap()).unwrap().lessons {
        let name = lesson.id.trim_start_matches("T19-");
        let quiz = (1..=lesson.check.len()).map(|number| format!("quiz/{number}"));
        for asked in quiz.chain(["tried".to_owned()]) {
            let address = format!("/courses/T19/{name}/{asked}");
            let shown = reads(&wang, &address).await;
            assert!(is_asked(&shown), "{address}");
            let told = reads(&wang, &format!("{address}/answer?q=0")).await;
            let asker = ASKERS.iter().find(|asker| shown.contains(*asker)).unwrap();
            assert!(told.contains(asker), "{address}: {told}");
        }
    }
    bank.close().await;
}

crate::on_both! {
    async fn what_was_asked_is_shown_in_the_same_words_under_a_newer_edition(fresh: Fresh) {
        let (older, learner) = (all_templates(), LearnerId::from_uuid(uuid::Uuid::from_bytes(Chance::secret())));
        curriculum::keep(&fresh.db, older.edition(), "").await.unwrap();
        let (shelf, seed) = (older.clone(), Chance::fresh_seed());
        let code = CourseCode::parse("T19").unwrap();
        let attempt = fresh
            .db
            .write(async move |tx| assessment::start(tx, &acting(learner), &shelf, code, &[Group::Elder], seed).await)
            .await
            .unwrap();
        let sheet = assessment::get_sheet(fresh.db.read(), learner, attempt).await.unwrap();
        let asked = items(&fresh, &older, &sheet).await;
        assert!(asked.iter().all(|item| is_asked(&item.stem) && is_asked(&item.explain) && !item.is_template()));
        assert!(sheet.attempt.items.iter().all(|hash| SHELF.item(hash).is_none()), "the newer edition asks otherwise");
        assert_eq!(items(&fresh, &SHELF, &sheet).await, asked);
        assert_eq!(items(&fresh, &older, &sheet).await, asked);
    }
}

/// The templates of the own curriculum.
fn templates() -> Vec<&'static Item> {
    SHELF.courses().iter().flat_map(|course| &course.items).filter(|item| item.is_template()).collect()
}

#[test]
fn the_same_seed_asks_in_the_same_words_and_others_in_others() {
    assert!(templates().len() >= 3);
    for item in templates() {
        let asked = |n: u8, position: usize| item.asked(Seed([n; 16]), position);
        let ways: BTreeSet<String> = (0..40).map(|n| asked(n, 1).to_json()).collect();
        assert!(ways.len() >= 4, "{}: {} ways", item.id, ways.len());
        let places: BTreeSet<String> = (1..=10).map(|position| asked(7, position).to_json()).collect();
        assert!(places.len() > 1, "{}", item.id);
        for n in 0..40 {
            let one = asked(n, 3);
            assert_eq!(one, asked(n, 3));
            assert_eq!((&one.id, one.hash, one.is_template()), (&item.id, item.hash, false));
            assert_eq!(unfilled(&one.texts().join(" ")), None);
            assert_eq!(key_of(&one), key_of(item), "what is right does not change");
        }
    }
}

#[test]
fn the_right_option_is_what_the_numbers_shown_come_to() {
    let item = SHELF.item_by_id("T12-i42").unwrap();
    for n in 0..=u8::MAX {
        let asked = item.asked(Seed([n; 16]), usize::from(n % 10) + 1);
        let digits = |text: &str| -> Vec<i64> {
            text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(|part| part.parse().unwrap()).collect()
        };
        let [price, cost, fixed] = digits(&asked.stem)[..] else { panic!("{}", asked.stem) };
        let right =
            |right: bool| asked.form.options().iter().filter(move |one| one.right == right).map(|one| digits(&one.text)[0]);
        let enough = fixed / (price - cost);
        assert_eq!((fixed % (price - cost), right(true).collect::<Vec<_>>()), (0, vec![enough]), "{}", asked.stem);
        assert!(right(false).all(|wrong| wrong != enough), "{}", asked.stem);
    }
}
