//! Unit tests through the door, as somebody with a telephone takes them.

use std::collections::{BTreeMap, BTreeSet};

use credit_bank::assessment::{self, Given, Shown, key_of};
use credit_bank::curriculum::Shelf;
use credit_bank::curriculum::model::Form;
use credit_bank::db::Db;
use credit_bank::kernel::LearnerId;

use crate::support::databases::Engine;
use crate::support::editions::Changed;
use crate::support::server::{Answer, Bank, Person, SHELF};

/// The fields that answer the question at `position` rightly.
pub async fn right_fields(db: &Db, learner: LearnerId, test: &str, position: usize) -> Vec<(String, String)> {
    let attempt = test.trim_start_matches("/tests/").parse().unwrap();
    let sheet = assessment::get_sheet(db.read(), learner, attempt).await.unwrap();
    let item = assessment::get_item(db.read(), &SHELF, &sheet.attempt, position).await.unwrap();
    fields_for(&Shown::of(&item, sheet.attempt.seed, position))
}

/// The fields that answer a question rightly.
pub fn fields_for(shown: &Shown<'_>) -> Vec<(String, String)> {
    let item = shown.item();
    let field = |name: &str, value: usize| (name.to_owned(), value.to_string());
    let places: Vec<usize> = shown.entries().map(|(place, _)| place).collect();
    match (&item.form, key_of(item).right_answer()) {
        (_, Given::Truth(answer)) => vec![field("q", if answer { 1 } else { 2 })],
        (_, Given::Chosen(right)) => {
            (1..).zip(&places).filter(|(_, place)| right.contains(place)).map(|(value, _)| field("q", value)).collect()
        }
        (Form::Order { .. }, _) => (1..).zip(&places).map(|(n, place)| field(&format!("s{n}"), place + 1)).collect(),
        _ => {
            let rights: Vec<usize> = shown.rights().map(|(place, _)| place).collect();
            let value = |left: &usize| rights.iter().position(|right| right == left).unwrap() + 1;
            (1..).zip(&places).map(|(n, place)| field(&format!("s{n}"), value(place))).collect()
        }
    }
}

/// Begins the test of T19; gives its address.
pub async fn begins(person: &Person) -> String {
    let page = person.opens("/courses/T19/test").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let begun = person.sends(&page, "/courses/T19/test", &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.body);
    begun.location.unwrap()
}

pub async fn answers(person: &Person, address: &str, fields: &[(String, String)]) -> Answer {
    let page = person.opens(address).await;
    assert_eq!(page.status, 200, "{address}: {:?}", page.location);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    person.sends(&page, address, &fields).await
}

/// Answers the first `right` questions rightly, the others with 不知道, and hands in; gives the page of the result.
pub async fn takes(bank: &Bank, person: &Person, learner: LearnerId, right: usize) -> (String, Answer) {
    let test = begins(person).await;
    for position in 1..=10 {
        let fields = match position <= right {
            true => right_fields(&bank.house.db, learner, &test, position).await,
            false => vec![("q".to_owned(), "0".to_owned())],
        };
        let address = format!("{test}/{position}");
        let kept = answers(person, &address, &fields).await;
        assert_eq!((kept.status, kept.location.as_deref()), (303, Some(address.as_str())), "{}", kept.body);
    }
    let done = hands_in(person, &test).await;
    assert_eq!((done.status, done.location), (303, Some(format!("{test}/result"))));
    let result = person.opens(&format!("{test}/result")).await;
    (test, result)
}

pub async fn hands_in(person: &Person, test: &str) -> Answer {
    let check = person.opens(&format!("{test}/check")).await;
    person.sends(&check, &format!("{test}/hand-in"), &[]).await
}

#[actix_web::test]
async fn an_elder_takes_the_test_from_the_first_page_to_the_seal() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(bank) = Bank::open(engine).await else { continue };
        let (wang, learner) = bank.learner("王桂英", 1, None).await;
        let start = wang.opens("/courses/T19/test").await;
        assert!(
            start.body.contains("一共 10 题，对 7 题就通过") && start.body.contains("通过就记 1 格（0.25 学分）"),
            "{}",
            start.body
        );
        let (test, result) = takes(&bank, &wang, learner, 9).await;
        assert_eq!(result.status, 200);
        for words in ["又得 1 格", "0.25 学分", "已记入", "10 题对了 9 题", "3 月 2 日记入", "讲给您听", "您现在有 1 格"]
        {
            assert!(result.body.contains(words), "{words}: {}", result.body);
        }
        // Whoever goes back to a question of a test that is over sees its result.
        let over = wang.opens(&format!("{test}/3")).await;
        assert_eq!(over.location, Some(format!("{test}/result")));
        let again = wang.opens("/courses/T19/test").await;
        assert!(again.body.contains("您已经通过了"), "{}", again.body);
        bank.close().await;
    }
}

#[actix_web::test]
async fn whoever_is_short_of_a_few_is_led_to_the_lessons_and_told_what_went_well() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (li, learner) = bank.learner("李玉兰", 2, None).await;
    let (_, result) = takes(&bank, &li, learner, 5).await;
    for words in [
        "这次还差 2 题",
        "10 题对了 5 题，要对 7 题",
        "回去学第",
        "href=\"/courses/T19/c",
        "再考一次",
        "href=\"/courses/T19/test\"",
    ] {
        assert!(result.body.contains(words), "{words}: {}", result.body);
    }
    assert!(!result.body.contains("可以这样"), "a failed test tells no right answers");
    bank.close().await;
}

#[actix_web::test]
async fn what_is_sent_wrongly_comes_back_with_what_was_chosen_and_nothing_is_kept() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (zhao, _) = bank.learner("赵秀芬", 3, None).await;
    let test = begins(&zhao).await;
    for position in 1..=10 {
        let address = format!("{test}/{position}");
        let page = zhao.opens(&address).await;
        let fields: &[(&str, &str)] = match (page.body.contains("type=\"checkbox\""), page.body.contains("<select")) {
            (true, _) => &[("q", "2"), ("q", "0")],
            (_, true) => &[("s1", "2"), ("s2", "2")],
            _ => &[("q", "77")],
        };
        let wrong = zhao.sends(&page, &address, fields).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        assert!(wrong.body.contains("<title>错误：") && wrong.body.contains("role=\"alert\""), "{}", wrong.body);
        if fields.len() == 2 {
            let kept = wrong.body.matches(" checked").count() + wrong.body.matches("value=\"2\" selected").count();
            assert_eq!(kept, 2, "{}", wrong.body);
        }
    }
    assert_eq!(zhao.opens(&test).await.location, Some(format!("{test}/1")));
    let check = zhao.opens(&format!("{test}/check")).await;
    assert!(check.body.contains("还有 10 题没答") && check.body.contains("还没答"), "{}", check.body);
    bank.close().await;
}

#[actix_web::test]
async fn the_test_of_somebody_else_is_not_found_and_strangers_sign_in_first() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let ((wang, learner), (stranger, _)) = (bank.learner("王桂英", 4, None).await, bank.learner("李玉兰", 5, None).await);
    let test = begins(&wang).await;
    let own = begins(&stranger).await;
    let page = stranger.opens(&format!("{own}/1")).await;
    for path in ["", "/1", "/check", "/result"] {
        assert_eq!(stranger.opens(&format!("{test}{path}")).await.status, 404, "{path}");
        let unknown = bank.visitor().opens(&format!("{test}{path}")).await;
        assert!(unknown.location.is_some_and(|location| location.starts_with("/sign-in")), "{path}");
    }
    for path in ["/1", "/hand-in"] {
        assert_eq!(stranger.sends(&page, &format!("{test}{path}"), &[("q", "0")]).await.status, 404, "{path}");
        assert_eq!(wang.posts_raw(&format!("{test}{path}"), &[("q", "0")]).await.status, 403, "{path} without its token");
    }
    for path in ["/courses/T99/test", "/courses/x/test", "/tests/x/1", "/tests/x"] {
        assert_eq!(wang.opens(path).await.status, 404, "{path}");
    }
    for position in ["0", "11", "x"] {
        assert_eq!(wang.opens(&format!("{test}/{position}")).await.status, 404, "{position}");
    }
    let fields = right_fields(&bank.house.db, learner, &test, 1).await;
    assert_eq!(answers(&wang, &format!("{test}/1"), &fields).await.status, 303);
    bank.close().await;
}

#[actix_web::test]
async fn answers_survive_a_second_device_and_a_restart_of_the_server() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (phone, learner) = bank.learner("王桂英", 6, None).await;
    let tablet = bank.signed_in(learner, credit_bank::identity::Assurance::Sms).await;
    let stale = tablet.opens("/courses/T19/test").await;
    let test = begins(&phone).await;
    answers(&phone, &format!("{test}/1"), &right_fields(&bank.house.db, learner, &test, 1).await).await;
    let begun = tablet.sends(&stale, "/courses/T19/test", &[]).await;
    assert_eq!(begun.location.as_deref(), Some(test.as_str()), "the other device goes on with the same test");
    assert_eq!(tablet.opens(&test).await.location, Some(format!("{test}/2")));
    answers(&tablet, &format!("{test}/2"), &right_fields(&bank.house.db, learner, &test, 2).await).await;
    let bank = bank.restarted().await;
    let phone = bank.signed_in(learner, credit_bank::identity::Assurance::Sms).await;
    let page = phone.opens(&format!("{test}/1")).await;
    assert!(page.body.contains("已存好"), "{}", page.body);
    assert_eq!(phone.opens(&test).await.location, Some(format!("{test}/3")));
    assert!(phone.opens("/courses/T19/test").await.body.contains("接着答"));
    bank.close().await;
}

#[actix_web::test]
async fn a_form_that_is_sent_again_after_a_lost_connection_keeps_what_it_says_once_however_late() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, learner) = bank.learner("王桂英", 8, None).await;
    let start = wang.opens("/courses/T19/test").await;
    let test = wang.sends(&start, "/courses/T19/test", &[]).await.location.unwrap();
    let question = wang.opens(&format!("{test}/1")).await;
    let fields = right_fields(&bank.house.db, learner, &test, 1).await;
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(wang.sends(&question, &format!("{test}/1"), &fields).await.location);
    }
    let mut bank = bank.restarted().await;
    // The very form of the page that was open before the server stopped, with the same cookies: only the port is another.
    let wang = Person { url: bank.url.clone(), ..wang };
    answers.push(wang.sends(&question, &format!("{test}/1"), &fields).await.location);
    assert_eq!(wang.sends(&start, "/courses/T19/test", &[]).await.location.as_deref(), Some(test.as_str()));
    bank = bank.restarted().await;
    let wang = Person { url: bank.url.clone(), ..wang };
    answers.push(wang.sends(&question, &format!("{test}/1"), &fields).await.location);
    assert!(answers.iter().all(|to| to.as_deref() == Some(&format!("{test}/1"))), "{answers:?}");
    let attempt = test.trim_start_matches("/tests/").parse().unwrap();
    let sheet = assessment::get_sheet(bank.house.db.read(), learner, attempt).await.unwrap();
    assert_eq!((sheet.answers.len(), sheet.first_open()), (1, Some(2)));
    let check = wang.opens(&format!("{test}/check")).await;
    let first = hands_in(&wang, &test).await.location;
    let again = wang.sends(&check, &format!("{test}/hand-in"), &[]).await.location;
    assert_eq!((first.as_deref(), again), (Some(format!("{test}/result").as_str()), first.clone()));
    // What comes after the hand-in is not taken, and says so by leading to the result.
    assert_eq!(wang.sends(&question, &format!("{test}/1"), &fields).await.location, first);
    bank.close().await;
}

/// Some test items of T19 are for farmers alone: as many as the standard allows.
fn some_for_farmers(text: &str) -> String {
    let (mut seen, mut left) = (BTreeMap::<String, usize>::new(), 4);
    let items = text.split("[[item]]").map(|item| {
        let outcome = item.split("outcome = ").nth(1).unwrap_or_default().lines().next().unwrap_or_default();
        let is_test = item.contains("use = \"test\"");
        let count = seen.entry(outcome.to_owned()).or_default();
        *count += usize::from(is_test);
        // Of each outcome two stay for everybody, and fourteen in all.
        if !is_test || *count != 3 || left == 0 {
            return item.to_owned();
        }
        left -= 1;
        item.replace("groups = [\"all\"]", "groups = [\"farmer\"]")
    });
    items.collect::<Vec<_>>().join("[[item]]")
}

/// How many items for farmers alone all the tests asked that `person` may take one after the other.
async fn farmers_items(bank: &Bank, shelf: &Shelf, (person, learner): (&Person, LearnerId)) -> usize {
    let mut asked = BTreeSet::new();
    for _ in 0..4 {
        let test = begins(person).await;
        let attempt = test.trim_start_matches("/tests/").parse().unwrap();
        asked.extend(assessment::get_sheet(bank.house.db.read(), learner, attempt).await.unwrap().attempt.items);
        hands_in(person, &test).await;
    }
    asked.iter().filter(|hash| !shelf.item(hash).unwrap().groups.suits(&[])).count()
}

#[actix_web::test]
async fn items_suit_the_groups_and_the_places_to_begin_that_lessons_suit() {
    let fresh = crate::support::databases::fresh(Engine::Sqlite).await.unwrap();
    let shelf = Changed { path: "courses/T19/items.toml", change: some_for_farmers }.shelf();
    let bank = Bank::teaching(fresh, &shelf).await;
    let (wang, elder) = bank.learner("王桂英", 10, None).await;
    assert_eq!(farmers_items(&bank, &shelf, (&wang, elder)).await, 0, "an elder who chose nothing");
    // By what stands in the account.
    let (li, id) = bank.learner("李玉兰", 11, None).await;
    let page = li.opens("/start").await;
    li.sends(&page, "/start", &[("start", "farm")]).await;
    assert!(farmers_items(&bank, &shelf, (&li, id)).await > 0, "somebody who begins with the farm");
    // By what the browser keeps from before somebody registered.
    let (_, id) = bank.learner("赵秀芬", 12, None).await;
    let zhao = bank.signed_in_with(id, "start=daily.farm").await;
    assert!(farmers_items(&bank, &shelf, (&zhao, id)).await > 0, "somebody who chose before they registered");
    bank.close().await;
}

#[actix_web::test]
async fn whoever_is_known_to_nobody_yet_is_told_how_to_become_known_and_where() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (stranger, learner) = bank.learner("王桂英", 9, None).await;
    set_level(&bank, learner, 0).await;
    let (_, result) = takes(&bank, &stranger, learner, 10).await;
    for words in ["还没有记格", "带上身份证", "再考一次", "服务点在哪儿"] {
        assert!(result.body.contains(words), "{words}: {}", result.body);
    }
    set_level(&bank, learner, 1).await;
    let (_, result) = takes(&bank, &stranger, learner, 10).await;
    assert!(result.body.contains("又得 1 格") && !result.body.contains("带上身份证"), "{}", result.body);
    bank.close().await;
}

/// What is known of who somebody is, as staff would set it.
pub async fn set_level(bank: &Bank, learner: LearnerId, level: i64) {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let id = learner.uuid();
    let set = async move |tx: &credit_bank::db::Tx| {
        entity::person::Entity::update_many()
            .col_expr(entity::person::Column::IdentityLevel, level.into())
            .filter(entity::person::Column::LearnerId.eq(id))
            .exec(tx)
            .await
            .map_err(credit_bank::db::DbFault::from)
    };
    bank.fresh.db.write(set).await.unwrap();
}

#[actix_web::test]
async fn a_test_handed_in_twice_is_one_pass_and_questions_left_open_are_said_before() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, learner) = bank.learner("王桂英", 7, None).await;
    let test = begins(&wang).await;
    for position in 1..=8 {
        answers(&wang, &format!("{test}/{position}"), &right_fields(&bank.house.db, learner, &test, position).await).await;
    }
    let check = wang.opens(&format!("{test}/check")).await;
    assert!(check.body.contains("还有 2 题没答") && check.body.contains("剩下 2 题不答了，看结果"), "{}", check.body);
    assert!(check.body.contains(&format!("data-primary href=\"{test}/9\"")), "the first thing is to answer: {}", check.body);
    let hand_in = format!("{test}/hand-in");
    let (first, second) = (wang.sends(&check, &hand_in, &[]).await, wang.sends(&check, &hand_in, &[]).await);
    assert_eq!((first.status, second.status), (303, 303));
    assert_eq!(first.location, second.location);
    let result = wang.opens(&format!("{test}/result")).await;
    assert!(result.body.contains("10 题对了 8 题") && result.body.contains("您现在有 1 格"), "{}", result.body);
    bank.close().await;
}
