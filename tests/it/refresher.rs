//! 再来一遍: three questions of a course, a week and a month after it was passed. Offered, not urged.

use std::collections::BTreeSet;

use credit_bank::assessment::{self, Given, Shown, key_of};
use credit_bank::curriculum::model::{Form, Item};
use credit_bank::identity::Assurance;
use credit_bank::kernel::{Digest, LearnerId, Seed};
use entity::refresher;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::assessment_pages::takes;
use crate::passbook::passes;
use crate::support::databases::Engine;
use crate::support::editions::Changed;
use crate::support::server::{Answer, Bank, Person, SHELF};

const DAY: i64 = 86_400_000;
const WEEK: &str = "/refreshers/T19/week";
const MONTH: &str = "/refreshers/T19/month";

fn offers(home: &Answer, address: &str) -> bool {
    assert!(home.body.matches("data-primary").count() == 1 && home.status == 200, "{}", home.body);
    assert!(home.body.matches("action=\"/refreshers/").count() <= 2, "one offer at a time: {}", home.body);
    home.body.contains(&format!("action=\"{address}\""))
}

async fn rows(bank: &Bank, learner: LearnerId) -> Vec<refresher::Model> {
    let rows = refresher::Entity::find().filter(refresher::Column::LearnerId.eq(learner.uuid()));
    rows.order_by_desc(refresher::Column::Kind).all(bank.fresh.db.read()).await.unwrap()
}

fn hashes(row: &refresher::Model) -> Vec<Digest> {
    row.items.split(',').map(|text| Digest::from_slice(&hex::decode(text).unwrap()).unwrap()).collect()
}

/// The question at `position`, as it was drawn, with the fields that answer it rightly.
async fn question(bank: &Bank, row: &refresher::Model, position: usize) -> (Item, Vec<(String, String)>) {
    let hash = hashes(row)[position - 1];
    let seed = Seed::from_slice(&row.seed).unwrap();
    let item = assessment::get_asked(bank.house.db.read(), &SHELF, &hash, (seed, position)).await.unwrap();
    let shown = Shown::of(&item, seed, position);
    let places: Vec<usize> = shown.entries().map(|(place, _)| place).collect();
    let field = |name: &str, value: usize| (name.to_owned(), value.to_string());
    let fields = match (&item.form, key_of(&item).right_answer()) {
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
    };
    (item, fields)
}

/// Takes the refresher at `address` from the first page to its end, answering 不知道.
async fn goes_through(person: &Person, address: &str) {
    let begun = person.sends(&person.opens("/").await, address, &[]).await;
    assert_eq!((begun.status, begun.location.as_deref()), (303, Some(format!("{address}/1").as_str())), "{}", begun.body);
    for position in 1..=3 {
        let path = format!("{address}/{position}");
        let told = person.sends(&person.opens(&path).await, &path, &[("q", "0")]).await;
        assert_eq!(told.location, Some(format!("{path}/answer")));
    }
}

/// What 我的数据 says each refresher came to, in its order.
async fn came_to(person: &Person) -> Vec<String> {
    let page = person.opens("/me/kept").await.body;
    let keys = page.split("<span class=\"soft\">").skip(1).filter_map(|rest| rest.split("</span>").next());
    keys.filter(|key| ["再想过一遍", "放到以后", "想了一半"].contains(key)).map(str::to_owned).collect()
}

crate::on_both! {
    async fn one_is_offered_after_a_week_and_not_before_and_the_second_after_a_month(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T19").await;
        bank.clock.turn_ms(6 * DAY);
        // The first page of a day also makes the session last longer.
        assert!(!offers(&wang.opens("/").await, WEEK));
        let before = bank.house.db.statements();
        wang.opens("/").await;
        assert_eq!(bank.house.db.statements() - before, 5, "nothing is looked for where nothing can be due");
        assert_eq!(wang.sends(&wang.opens("/help").await, WEEK, &[]).await.status, 404, "not yet due");
        bank.clock.turn_ms(DAY);
        wang.opens("/").await;
        let before = bank.house.db.statements();
        let home = wang.opens("/").await;
        assert_eq!(bank.house.db.statements() - before, 6);
        assert!(offers(&home, WEEK) && home.body.contains("一周前学会的「防诈骗，守好钱袋子」，花两分钟再想想三个问题？"), "{}", home.body);
        assert_eq!(wang.sends(&home, MONTH, &[]).await.status, 404, "the month has not come");
        goes_through(&wang, WEEK).await;
        let last = wang.opens(&format!("{WEEK}/3/answer")).await;
        assert!(last.body.contains("data-primary href=\"/\"") && last.body.contains("都想过了"), "{}", last.body);
        assert!(!offers(&wang.opens("/").await, WEEK), "taken once");
        bank.clock.turn_ms(22 * DAY);
        assert!(!offers(&wang.opens("/").await, MONTH), "the 29th day");
        bank.clock.turn_ms(DAY);
        let wang = bank.signed_in(id, Assurance::Sms).await;
        let home = wang.opens("/").await;
        assert!(offers(&home, MONTH) && home.body.contains("1\u{a0}个月前学会的"), "{}", home.body);
        goes_through(&wang, MONTH).await;
        bank.clock.turn_ms(DAY);
        assert!(!offers(&wang.opens("/").await, MONTH) && !offers(&wang.opens("/").await, WEEK));
        let rows = rows(&bank, id).await;
        let (week, month) = (hashes(&rows[0]), hashes(&rows[1]));
        assert!(week.len() == 3 && month.len() == 3 && month.iter().all(|hash| !week.contains(hash)), "other questions");
        // No credit, no result, no event comes of it.
        let book = credit_bank::recognition::passbook_of(bank.fresh.db.read(), id).await.unwrap();
        assert_eq!((book.total.milli(), book.results.len()), (250, 1));
        bank.close().await;
    }

    async fn each_answer_is_told_at_once_may_be_changed_and_a_form_sent_twice_is_one_answer(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T19").await;
        bank.clock.turn_ms(8 * DAY);
        let home = wang.opens("/").await;
        let begun = wang.sends(&home, WEEK, &[]).await.location;
        let again = wang.sends(&home, WEEK, &[]).await.location;
        assert_eq!((begun.as_deref(), &again), (Some(format!("{WEEK}/1").as_str()), &begun), "begun twice is begun once");
        let row = rows(&bank, id).await.remove(0);
        for position in 1..=3 {
            let (item, right) = question(&bank, &row, position).await;
            let right: Vec<(&str, &str)> = right.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let path = format!("{WEEK}/{position}");
            let shown = wang.opens(&path).await;
            assert!(item.purpose == credit_bank::curriculum::model::Use::Learn && shown.body.contains(&format!("第\u{a0}{position}\u{a0}题")), "{}", shown.body);
            assert_eq!(wang.opens(&format!("{path}/answer")).await.location.as_deref(), Some(path.as_str()), "nothing to tell yet");
            // What cannot be an answer comes back with what was sent.
            let (bad, kept) = match &item.form {
                Form::Single { .. } | Form::TrueFalse { .. } | Form::Screen { .. } => (vec![("q", "9")], None),
                Form::Multiple { .. } => (vec![("q", "0"), ("q", "1")], Some("checked")),
                Form::Order { .. } | Form::Match { .. } => (vec![("s1", "1"), ("s2", "1")], Some("selected")),
            };
            let wrong = wang.sends(&shown, &path, &bad).await;
            assert!(wrong.status == 422 && wrong.body.contains("错误："), "{}", wrong.body);
            assert!(kept.is_none_or(|kept| wrong.body.contains(kept)), "{}", wrong.body);
            for fields in [vec![("q", "0")], right.clone(), right] {
                let told = wang.sends(&shown, &path, &fields).await;
                assert_eq!((told.status, told.location), (303, Some(format!("{path}/answer"))));
            }
            let verdict = wang.opens(&format!("{path}/answer")).await;
            assert!(verdict.body.contains("答对了") && verdict.body.contains("data-primary"), "{}", verdict.body);
            let kept = rows(&bank, id).await.remove(0);
            assert_eq!((kept.done_at_ms.is_some(), &kept.items), (position == 3, &row.items));
        }
        bank.close().await;
    }

    async fn what_was_left_in_the_middle_is_offered_to_be_gone_on_with_and_what_was_put_away_is_not(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T19").await;
        bank.clock.turn_ms(7 * DAY);
        wang.sends(&wang.opens("/").await, WEEK, &[]).await;
        let first = format!("{WEEK}/1");
        wang.sends(&wang.opens(&first).await, &first, &[("q", "0")]).await;
        let home = wang.opens("/").await;
        assert!(offers(&home, WEEK) && home.body.contains("接着想"), "{}", home.body);
        assert_eq!(wang.sends(&home, WEEK, &[]).await.location, Some(format!("{WEEK}/2")));
        assert_eq!(came_to(&wang).await, ["想了一半"]);
        for _ in 0..2 {
            assert_eq!(wang.sends(&home, &format!("{WEEK}/later"), &[]).await.location.as_deref(), Some("/"));
        }
        bank.clock.turn_ms(DAY);
        assert!(!offers(&wang.opens("/").await, WEEK), "put away");
        // Put away unseen it may still be taken up by its address, and another course has its own turn.
        passes(&bank, id, "T20").await;
        bank.clock.turn_ms(7 * DAY);
        let home = wang.opens("/").await;
        assert!(offers(&home, "/refreshers/T20/week"));
        for _ in 0..2 {
            assert_eq!(wang.sends(&home, "/refreshers/T20/week/later", &[]).await.status, 303);
        }
        assert!(!offers(&wang.opens("/").await, "/refreshers/T20/week"));
        assert_eq!(came_to(&wang).await, ["放到以后", "放到以后"], "nobody has thought about either");
        assert_eq!(wang.opens("/refreshers/T20/week/1").await.status, 404);
        assert_eq!(wang.sends(&home, "/refreshers/T20/week", &[]).await.location.as_deref(), Some("/refreshers/T20/week/1"));
        assert_eq!(wang.opens("/refreshers/T20/week/1").await.status, 200);
        assert_eq!(rows(&bank, id).await.len(), 2);
        bank.close().await;
    }

    async fn nobody_has_somebody_elses_and_addresses_that_name_none_lead_nowhere(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let (li, li_id) = bank.learner("李建国", 2, None).await;
        passes(&bank, id, "T19").await;
        bank.clock.turn_ms(7 * DAY);
        wang.sends(&wang.opens("/").await, WEEK, &[]).await;
        let form = li.opens("/help").await;
        for path in [format!("{WEEK}/1"), format!("{WEEK}/1/answer")] {
            assert_eq!(li.opens(&path).await.status, 404, "{path}");
            let unknown = bank.visitor().opens(&path).await;
            assert!(unknown.location.is_some_and(|to| to.starts_with("/sign-in")), "{path}");
        }
        for path in [WEEK.to_owned(), format!("{WEEK}/later"), format!("{WEEK}/1")] {
            assert_eq!(li.sends(&form, &path, &[("q", "0")]).await.status, 404, "{path}");
            assert_eq!(wang.posts_raw(&path, &[("q", "0")]).await.status, 403, "{path} without its token");
        }
        for path in ["/refreshers/T99/week/1", "/refreshers/T19/year/1", "/refreshers/T19/week/0", "/refreshers/T19/week/4"] {
            assert_eq!(wang.opens(path).await.status, 404, "{path}");
        }
        assert!(rows(&bank, li_id).await.is_empty());
        bank.close().await;
    }

    async fn what_the_test_missed_is_asked_first(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        let (test, _) = takes(&bank, &wang, id, 7).await;
        let attempt = test.trim_start_matches("/tests/").parse().unwrap();
        let sheet = assessment::get_sheet(bank.house.db.read(), id, attempt).await.unwrap();
        let missed: BTreeSet<String> = sheet.attempt.missed.iter().map(|missed| missed.outcome.clone()).collect();
        bank.clock.turn_ms(7 * DAY);
        wang.sends(&wang.opens("/").await, WEEK, &[]).await;
        let asked: Vec<String> =
            hashes(&rows(&bank, id).await[0]).iter().map(|hash| SHELF.item(hash).unwrap().outcome.clone()).collect();
        let first: BTreeSet<String> = asked.iter().take(missed.len()).cloned().collect();
        assert_eq!(first, missed, "{asked:?}");
        bank.close().await;
    }

    async fn it_is_in_ones_own_copy_and_goes_with_whoever_leaves(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (wang, id) = bank.learner("王桂英", 1, None).await;
        passes(&bank, id, "T19").await;
        bank.clock.turn_ms(7 * DAY);
        goes_through(&wang, WEEK).await;
        let copy = credit_bank::learning::export(bank.fresh.db.read(), id).await.unwrap();
        let kept = &copy["refreshers"][0];
        assert_eq!((kept["course"].as_str(), kept["kind"].as_str(), kept["given"].as_array().map(Vec::len)), (Some("T19"), Some("week"), Some(3)));
        let items: Vec<&str> = kept["items"].as_array().unwrap().iter().filter_map(serde_json::Value::as_str).collect();
        let drawn: Vec<String> = hashes(&rows(&bank, id).await[0]).iter().map(Digest::to_string).collect();
        assert_eq!(items, drawn, "which questions were asked");
        assert_eq!(came_to(&wang).await, ["再想过一遍"]);
        let leaving = async move |tx: &credit_bank::db::Tx| credit_bank::learning::forget(tx, id).await.map_err(credit_bank::db::DbFault::from);
        bank.fresh.db.write(leaving).await.unwrap();
        assert!(rows(&bank, id).await.is_empty());
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_question_that_a_later_edition_changed_is_shown_as_it_was_drawn() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    credit_bank::curriculum::keep(&bank.fresh.db, SHELF.edition(), "县学分银行").await.unwrap();
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    passes(&bank, id, "T19").await;
    bank.clock.turn_ms(7 * DAY);
    wang.sends(&wang.opens("/").await, WEEK, &[]).await;
    let (item, _) = question(&bank, &rows(&bank, id).await[0], 1).await;
    let later =
        Changed { path: "courses/T19/items.toml", change: |text| text.replace("explain = \"", "explain = \"新的一版。") }.shelf();
    assert!(later.item(&item.hash).is_none(), "today's edition has it no longer");
    let bank = bank.restarted_teaching(&later).await;
    let wang = Person { url: bank.url.clone(), ..wang };
    let shown = wang.opens(&format!("{WEEK}/1")).await;
    assert!(shown.status == 200 && shown.body.contains("fieldset"), "{}", shown.body);
    wang.sends(&shown, &format!("{WEEK}/1"), &[("q", "0")]).await;
    let told = wang.opens(&format!("{WEEK}/1/answer")).await;
    assert!(told.status == 200 && !told.body.contains("新的一版"), "{}", told.body);
    bank.close().await;
}
