//! The first page: nobody is asked anything to begin, and there is one next step whatever somebody was doing.

use credit_bank::assessment;
use credit_bank::curriculum::model::Verdict;
use credit_bank::kernel::LearnerId;

use crate::learning::{follows, go, t19, taps};
use crate::support::databases::{Engine, fresh};
use crate::support::editions::being_written;
use crate::support::server::{Answer, Bank, Person, SHELF};

/// The words of the one primary action of a page.
fn primary(page: &Answer) -> String {
    assert_eq!(page.body.matches("data-primary").count(), 1, "{}", page.body);
    let inside = page.body.split("data-primary").nth(1).unwrap().split_once('>').unwrap().1;
    let inside = inside.split("</a>").next().unwrap().split("</button>").next().unwrap();
    let mut words = String::new();
    for piece in inside.split('<') {
        words.push_str(piece.split_once('>').map_or(piece, |(_, words)| words));
    }
    words.replace('\u{a0}', " ")
}

/// Begins the test of T19; gives its address.
async fn begins(person: &Person) -> String {
    let page = person.opens("/courses/T19/test").await;
    person.sends(&page, "/courses/T19/test", &[]).await.location.unwrap()
}

/// Answers the question at `position` with 不知道.
async fn passes_over(person: &Person, test: &str, position: usize) {
    let address = format!("{test}/{position}");
    let page = person.opens(&address).await;
    assert_eq!(person.sends(&page, &address, &[("q", "0")]).await.status, 303);
}

#[actix_web::test]
async fn the_size_of_letters_is_asked_once_and_what_was_ticked_stays_ticked() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    for at in ["/", "/start"] {
        let visitor = bank.visitor();
        let first = visitor.opens(at).await;
        assert!(first.body.contains("字看得清吗？") && first.body.contains("要最大的"), "{}", first.body);
        let fields = [("at", at), ("start", "daily"), ("start", "veteran"), ("start", "nowhere"), ("size", "large")];
        for _ in 0..2 {
            let sent = visitor.sends(&first, "/start", &fields).await;
            let sized = follows(&visitor, &sent).await;
            assert_eq!(sized.status, 303);
            let back = follows(&visitor, &sized).await;
            assert!(back.body.contains("data-font=\"large\"") && !back.body.contains("字看得清吗？"), "{}", back.body);
            let ticked = |id: &str| back.body.contains(&format!("value=\"{id}\" autocomplete=\"off\" checked"));
            assert_eq!((ticked("daily"), ticked("farm"), ticked("veteran")), (true, false, true), "{at}");
            assert_eq!(back.body.matches(" checked").count(), 2);
        }
        assert_eq!(visitor.sends(&first, "/start", &[("at", at), ("size", "huge")]).await.status, 400);
        let elsewhere = visitor.sends(&first, "/start", &[("at", "//evil.example"), ("size", "normal")]).await;
        assert_eq!(elsewhere.location.as_deref(), Some("/font?to=normal&back=%2F"));
    }
    bank.close().await;
}

#[actix_web::test]
async fn the_doors_for_who_has_learnt_before_lead_to_the_card_and_to_the_telephone() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let first = bank.visitor().opens("/").await;
    assert!(first.body.contains("href=\"/sign-in/card\"") && first.body.contains("href=\"/sign-in\""), "{}", first.body);
    for point in &SHELF.start_points().points {
        assert!(first.body.contains(&point.label), "{}", point.label);
    }
    assert!(primary(&first).starts_with("开始学第 1 课"), "{}", first.body);
    bank.close().await;
}

crate::on_both! {
    async fn an_open_test_is_the_next_step_and_after_a_failed_one_the_lesson_of_what_was_missed(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let test = begins(&wang).await;
        assert!(primary(&wang.opens("/").await).starts_with("接着考，第 1 题"));
        for position in [2, 1, 3, 5] {
            passes_over(&wang, &test, position).await;
        }
        let before = bank.house.db.statements();
        let home = wang.opens("/").await;
        assert_eq!(bank.house.db.statements() - before, 5);
        assert!(primary(&home).starts_with("接着考，第 4 题"), "{}", home.body);
        assert_eq!(go(&home), test);
        assert!(primary(&wang.opens("/courses/T19").await).starts_with("接着考，第 4 题"));
        for position in [4, 6, 7, 8, 9, 10] {
            passes_over(&wang, &test, position).await;
        }
        assert!(primary(&wang.opens("/").await).starts_with("接着考，看一遍答案"));
        bank.clock.turn_ms(60_000);
        let check = wang.opens(&format!("{test}/check")).await;
        assert_eq!(wang.sends(&check, &format!("{test}/hand-in"), &[]).await.status, 303);
        let missed = most_missed(&bank, id, &test).await;
        let home = wang.opens("/").await;
        assert!(go(&home).starts_with(&format!("/courses/T19/{missed}/1")), "{missed}: {}", home.body);
        assert!(primary(&home).starts_with("回去学"), "{}", home.body);
        bank.clock.turn_ms(60_000);
        // Half way through it again: that is where one goes on.
        let card = wang.opens(&format!("/courses/T19/{missed}/1")).await;
        wang.sends(&card, &format!("/courses/T19/{missed}/1"), &[]).await;
        assert!(go(&wang.opens("/").await).starts_with(&format!("/courses/T19/{missed}/2")));
        wang.sends(&card, &format!("/courses/T19/{missed}/done"), &[]).await;
        let home = wang.opens("/").await;
        assert!(!go(&home).contains(&format!("/{missed}/")), "gone through: {}", home.body);
        bank.close().await;
    }

    async fn a_practice_stopped_in_the_middle_is_gone_on_with_by_whose_it_is(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, _) = bank.learner("王桂英", 1, None).await;
        for person in [&wang, &bank.visitor()] {
            let screen = person.opens(&go(&person.opens("/courses/T19/practice").await)).await;
            let (told, _) = taps(person, &screen, &t19().start, Verdict::Right).await;
            let home = person.opens("/").await;
            assert!(primary(&home).starts_with("接着练"), "{}", home.body);
            let again = person.opens(&go(&home)).await;
            assert_eq!(go(&again), go(&told), "the very page where it was left");
            let start = person.opens("/courses/T19/practice").await;
            assert!(start.body.contains("接着练") && start.body.contains("从头再练"), "{}", start.body);
        }
        // Something else was done since.
        bank.clock.turn_ms(60_000);
        let card = wang.opens("/courses/T19/c1/1").await;
        wang.sends(&card, "/courses/T19/c1/1", &[]).await;
        assert!(primary(&wang.opens("/").await).starts_with("继续学第 1 课"));
        bank.close().await;
    }
}

/// The name of the lesson that the attempt at `test` missed most.
async fn most_missed(bank: &Bank, learner: LearnerId, test: &str) -> String {
    let attempt = test.trim_start_matches("/tests/").parse().unwrap();
    let sheet = assessment::get_sheet(bank.house.db.read(), learner, attempt).await.unwrap();
    sheet.attempt.lessons_missed()[0].0.split_once('-').unwrap().1.to_owned()
}

#[actix_web::test]
async fn what_is_missing_for_a_certificate_is_one_tap_from_the_first_page() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, _) = bank.learner("王桂英", 1, None).await;
    let home = wang.opens("/").await;
    assert!(home.body.contains("href=\"/plan\"") && home.body.contains("看看还差什么"), "{}", home.body);
    assert_eq!(wang.opens("/plan").await.status, 200);
    bank.close().await;
}

#[actix_web::test]
async fn a_course_being_written_or_passed_leads_on_to_another() {
    let shelf = being_written("courses/T02/course.toml");
    let bank = Bank::teaching(fresh(Engine::Sqlite).await.unwrap(), &shelf).await;
    let drafting = bank.visitor().opens("/courses/T02").await;
    assert!(primary(&drafting).starts_with("先学别的课"), "{}", drafting.body);
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    crate::passbook::passes(&bank, id, "T01").await;
    let passed = wang.opens("/courses/T01").await;
    assert!(primary(&passed).starts_with("接着学下一门"), "{}", passed.body);
    assert!(!go(&passed).contains("/T01/"), "{}", passed.body);
    bank.close().await;
}
