//! Certificates by the thousand: looked at line by line, a sample looked at by a second person, issued to each once, whatever breaks off.

use credit_bank::app::runner_of;
use credit_bank::certificates::{self, BatchError, OfBatch};
use credit_bank::clients::Scope;
use credit_bank::curriculum::Shelves;
use credit_bank::db::Tx;
use credit_bank::identity::Role;
use credit_bank::kernel::{Acting, CardNumber, CertificateBatchId, IdentityLevel, LearnerId, RequestId};
use entity::{certificate, certificate_batch, certificate_batch_line as batch_line, certificate_print_part, certificate_request};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::agencies::TOWN;
use crate::certificates::Issuing;
use crate::classes::point;
use crate::passbook::passes;
use crate::rolls::crowd;
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::{Answer, Bank, Person, SHELF};
use crate::webhooks::asks_as;

pub type People = Vec<(LearnerId, CardNumber)>;

/// Does what is due, batches among it.
async fn works(bank: &Bank) {
    let shelves = Shelves::new(SHELF.clone());
    certificates::with_batches(runner_of(&bank.house), &bank.house, &shelves).run_due().await.unwrap();
}

/// An agency that issues 单元学习证明, and so many people who have passed T19.
pub async fn passed(fresh: Fresh, count: usize) -> (Issuing, People) {
    let work = Issuing::over(fresh).await;
    let people = crowd(work.bank(), count, TOWN).await;
    for (learner, _) in &people {
        passes(work.bank(), *learner, "T19").await;
    }
    work.bank().seals().await;
    (work, people)
}

fn csv(lines: &[String]) -> Vec<u8> {
    let head = "学员,姓名".to_owned();
    std::iter::once(head).chain(lines.iter().cloned()).collect::<Vec<_>>().join("\n").into_bytes()
}

pub fn lines_of(people: &[(LearnerId, CardNumber)]) -> Vec<String> {
    people.iter().map(|(_, card)| format!("{},王桂英", card.as_str())).collect()
}

async fn sends(work: &Issuing, from: &str, file: Vec<u8>) -> Answer {
    let path = format!("{}/batches", work.queue());
    let form = work.zhao.opens(&path).await;
    work.zhao.sends_file(&form, &path, &[("what", "unit T19"), ("from", from)], "list.csv", file).await
}

/// Brings a file and lets the bank look at it; the batch's page.
pub async fn brings(work: &Issuing, lines: &[String]) -> String {
    let answer = sends(work, "file", csv(lines)).await;
    let page = answer.location.unwrap_or_else(|| panic!("{} {}", answer.status, answer.body));
    works(work.bank()).await;
    page.split('?').next().unwrap().to_owned()
}

pub async fn posts(person: &Person, path: &str, fields: &[(&str, &str)]) -> Answer {
    let form = person.opens("/help").await;
    person.sends(&form, path, fields).await
}

fn id_of(page: &str) -> CertificateBatchId {
    page.rsplit('/').next().unwrap().parse().unwrap()
}

async fn row(work: &Issuing, page: &str) -> certificate_batch::Model {
    certificate_batch::Entity::find_by_id(id_of(page).uuid()).one(work.bank().house.db.read()).await.unwrap().unwrap()
}

async fn lines(work: &Issuing, page: &str) -> Vec<batch_line::Model> {
    let of = batch_line::Entity::find().filter(batch_line::Column::BatchId.eq(id_of(page).uuid()));
    let mut all = of.all(work.bank().house.db.read()).await.unwrap();
    all.sort_by_key(|line| line.number);
    all
}

async fn count_in(work: &Issuing, page: &str, state: &str) -> usize {
    lines(work, page).await.iter().filter(|line| line.state == state).count()
}

/// Looks at all of the sample and finds it right.
async fn looks(work: &Issuing, person: &Person, page: &str) {
    for line in lines(work, page).await.iter().filter(|line| line.in_sample == 1) {
        let path = format!("{page}/sample/{}", line.number);
        let shown = person.opens(&path).await;
        assert!(shown.status == 200 && shown.body.contains("王桂英"), "{}", shown.body);
        let digest = shown.input("shown");
        let looked = person.sends(&shown, &path, &[("doing", "right"), ("shown", &digest)]).await;
        assert_eq!(looked.status, 303, "{}", looked.body);
    }
}

async fn agrees(person: &Person, page: &str) -> Answer {
    let shown = person.opens(page).await;
    let digest = if shown.body.contains("name=\"shown\"") { shown.input("shown") } else { "0".repeat(64) };
    posts(person, &format!("{page}/decide"), &[("doing", "agree"), ("shown", &digest)]).await
}

/// Brings, asks, looks, agrees; nothing is issued yet.
async fn agreed(work: &Issuing, lines: &[String]) -> String {
    let page = brings(work, lines).await;
    let asked = posts(&work.zhao, &format!("{page}/ask"), &[]).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    looks(work, &work.sun, &page).await;
    let agreed = agrees(&work.sun, &page).await;
    assert_eq!(agreed.status, 303, "{}", agreed.body);
    page
}

/// Each of these people has exactly one, in force.
async fn each_has_one(work: &Issuing, people: &[(LearnerId, CardNumber)]) {
    let rows: Vec<certificate::Model> = work.rows().await.into_iter().filter(|row| row.state == "active").collect();
    for (learner, _) in people {
        assert_eq!(rows.iter().filter(|row| row.learner_id == learner.uuid()).count(), 1);
    }
    assert_eq!(rows.len(), people.len());
    assert!(work.rows().await.iter().all(|row| ["active", "void"].contains(&row.state.as_str())));
}

async fn suspends(work: &Issuing, is_off: bool) {
    let admin = if is_off { &work.desk.shen } else { &work.desk.zheng };
    let (act, field) = if is_off { ("suspend", "suspend_why") } else { ("lift", "lift_why") };
    let answer = posts(admin, &format!("{}/{act}", work.desk.path()), &[(field, "查账")]).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
}

/// Does one turn of a batch's work.
async fn turns(work: &Issuing, page: &str) -> Option<credit_bank::kernel::Timestamp> {
    certificates::run_batch(&work.bank().house.db, &work.at(), (id_of(page), "12345")).await.unwrap()
}

/// Begins a turn of a batch's work and falls over once `is_far` says so.
async fn falls_over(work: &Issuing, page: &str, state: &str, count: usize) {
    let (db, desk, id) = (work.bank().house.db.clone(), work.at(), id_of(page));
    let running = actix_web::rt::spawn(async move { certificates::run_batch(&db, &desk, (id, "12345")).await });
    while count_in(work, page, state).await < count && !running.is_finished() {
        actix_web::rt::task::yield_now().await;
    }
    running.abort();
    drop(running.await);
}

crate::on_both! {
    async fn what_is_wrong_is_named_and_left_out_and_the_others_get_one_each(fresh: Fresh) {
        let (work, mut people) = passed(fresh, 13).await;
        let without = crowd(work.bank(), 1, TOWN).await;
        let (_, misnamed) = people.pop().unwrap();
        let mut all = lines_of(&people);
        all.extend(lines_of(&without));
        all.extend(["1234567890,".to_owned(), ",王桂英".to_owned(), all[0].clone()]);
        all.push(format!("{},李秀兰", misnamed.as_str()));
        let page = brings(&work, &all).await;
        let shown = work.zhao.opens(&page).await;
        for words in ["看完了", "卡号不对", "没写是谁", "在前面已经有一行", "还没有够条件", "还要学完、考过", "姓名和卡号对不上"] {
            assert!(shown.body.contains(words), "{words}: {}", shown.body);
        }
        assert_eq!((row(&work, &page).await.ready, row(&work, &page).await.wrong), (12, 5));
        let file = work.zhao.opens(&format!("{page}/left-out")).await;
        assert!(file.status == 200 && file.body.contains("原因") && file.body.contains("卡号不对"), "{}", file.body);
        assert_eq!(work.sun.opens(&format!("{page}/left-out")).await.status, 403);
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        assert_eq!(row(&work, &page).await.sample, 10);
        looks(&work, &work.sun, &page).await;
        assert_eq!((agrees(&work.sun, &page).await.status, agrees(&work.sun, &page).await.status), (303, 303));
        works(work.bank()).await;
        assert_eq!(row(&work, &page).await.state, "done");
        each_has_one(&work, &people).await;
        let again = brings(&work, &all).await;
        assert_eq!(again, page, "the same file is the same batch");
        works(work.bank()).await;
        each_has_one(&work, &people).await;
        let progress: Value = serde_json::from_str(&work.zhao.opens(&format!("{page}/progress")).await.body).unwrap();
        assert_eq!((&progress["state"], &progress["issued"], &progress["left_out"]), (&json!("done"), &json!(12), &json!(5)));
        work.close().await;
    }

    async fn one_that_is_not_right_sends_it_back_whole(fresh: Fresh) {
        let (work, people) = passed(fresh, 3).await;
        let page = brings(&work, &lines_of(&people)).await;
        assert_eq!(agrees(&work.sun, &page).await.status, 409, "nobody has asked");
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        assert_eq!(agrees(&work.sun, &page).await.status, 409, "nobody has looked");
        let path = format!("{page}/sample/2");
        let shown = work.sun.opens(&path).await;
        assert_eq!(work.sun.sends(&shown, &path, &[("doing", "wrong"), ("words", " ")]).await.status, 422);
        assert_eq!(work.sun.sends(&shown, &path, &[("doing", "right"), ("shown", &"0".repeat(64))]).await.status, 409);
        assert_eq!(work.sun.opens(&format!("{page}/sample/99")).await.status, 404);
        for _ in 0..2 {
            assert_eq!(work.sun.sends(&shown, &path, &[("doing", "wrong"), ("words", "第 2 行不是她")]).await.status, 303);
        }
        let back = row(&work, &page).await;
        assert_eq!((back.state.as_str(), back.answer.as_deref()), ("refused", Some("第 2 行不是她")));
        assert!(work.zhao.opens(&page).await.body.contains("第 2 行不是她"));
        assert_eq!(agrees(&work.sun, &page).await.status, 409);
        works(work.bank()).await;
        assert!(work.rows().await.is_empty());
        let again = brings(&work, &lines_of(&people)).await;
        assert_ne!(again, page, "it is brought anew");
        for _ in 0..2 {
            assert_eq!(posts(&work.zhao, &format!("{again}/withdraw"), &[]).await.status, 303);
        }
        assert_eq!(posts(&work.zhao, &format!("{again}/ask"), &[]).await.status, 409);
        work.close().await;
    }

    async fn who_agrees_has_looked_at_all_of_it_and_is_not_who_brought_it(fresh: Fresh) {
        let (work, people) = passed(fresh, 3).await;
        let page = brings(&work, &lines_of(&people)).await;
        assert_eq!(posts(&work.sun, &format!("{page}/ask"), &[]).await.status, 403);
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        assert_eq!(work.zhao.opens(&format!("{page}/sample/2")).await.status, 403);
        let (other, _) = work.desk.works(Role::Reviewer, Some(work.desk.organisation), None).await;
        looks(&work, &other, &page).await;
        assert_eq!(agrees(&work.sun, &page).await.status, 409, "somebody else has looked");
        let db = &work.bank().house.db;
        let of = OfBatch { agency: work.agency(), batch: id_of(&page), by: work.zhao_id };
        let shown = certificates::find_batch(db.read(), of.agency, of.batch).await.unwrap().shown();
        let own = db.write(async move |tx: &Tx| certificates::agree_to_batch(tx, of, &shown).await).await;
        assert!(matches!(own, Err(BatchError::SamePerson)), "{own:?}");
        looks(&work, &work.sun, &page).await;
        assert_eq!(agrees(&work.sun, &page).await.status, 303);
        works(work.bank()).await;
        each_has_one(&work, &people).await;
        work.close().await;
    }

    async fn one_person_by_two_accounts_gets_one(fresh: Fresh) {
        let (work, people) = passed(fresh, 2).await;
        let work = work.joins(people[0].0, people[1].0).await;
        let by_number: Vec<String> = people.iter().map(|(learner, _)| format!("{learner},")).collect();
        let page = agreed(&work, &by_number).await;
        works(work.bank()).await;
        let all = lines(&work, &page).await;
        let ends: Vec<_> = all.iter().map(|line| (line.state.as_str(), line.problem.as_deref())).collect();
        assert_eq!(ends, [("issued", None), ("wrong", Some("same-person"))]);
        each_has_one(&work, &people[..1]).await;
        work.close().await;
    }

    async fn a_suspension_halts_it_between_two_chunks_and_it_goes_on_when_that_is_lifted(fresh: Fresh) {
        let (work, people) = passed(fresh, 125).await;
        let page = agreed(&work, &lines_of(&people)).await;
        assert!(turns(&work, &page).await.is_some_and(|again| again <= work.bank().clock.now()), "there is more to be done");
        let before = count_in(&work, &page, "issued").await;
        assert!((20..125).contains(&before), "{before}");
        suspends(&work, true).await;
        assert!(turns(&work, &page).await.is_some_and(|again| again > work.bank().clock.now()), "it comes again");
        works(work.bank()).await;
        assert_eq!((count_in(&work, &page, "issued").await, count_in(&work, &page, "reserved").await), (before, 0));
        suspends(&work, false).await;
        work.bank().clock.turn_ms(11 * 60_000);
        works(work.bank()).await;
        assert_eq!(row(&work, &page).await.state, "done");
        each_has_one(&work, &people).await;
        work.close().await;
    }

    async fn nobody_else_finds_it_and_who_has_left_is_passed_over(fresh: Fresh) {
        let (work, people) = passed(fresh, 2).await;
        let page = agreed(&work, &lines_of(&people)).await;
        let other = point(work.bank(), "别处的学校", TOWN).await;
        let elsewhere = crate::agencies::enters(&work.desk.shen, other, "91350100M000100Y43").await;
        let (stranger, _) = work.desk.works(Role::Officer, Some(other), None).await;
        for path in [page.clone(), page.replace(&work.desk.id, &elsewhere), format!("{page}/progress")] {
            assert_eq!(stranger.opens(&path).await.status, 404, "{path}");
        }
        let (keys, db) = (work.bank().house.keys.clone(), work.bank().house.db.clone());
        let acting = Acting { learner: people[1].0, helper: None, identity_level: IdentityLevel::KNOWN };
        credit_bank::me::end_account(&db, &keys, RequestId::fresh(work.bank().clock.now()), acting).await.unwrap();
        works(work.bank()).await;
        let all = lines(&work, &page).await;
        assert_eq!((all[1].state.as_str(), all[1].problem.as_deref(), all[1].learner_id), ("passed", Some("gone"), None));
        each_has_one(&work, &people[..1]).await;
        work.bank().clock.turn_ms(31 * 86_400_000);
        certificates::empty_old_batches(&db).await.unwrap();
        assert_eq!(batch_line::Entity::find().count(db.read()).await.unwrap(), 0, "lines go, the certificates stay");
        each_has_one(&work, &people[..1]).await;
        work.close().await;
    }

    async fn who_has_asked_is_a_list_and_the_request_is_answered_by_it(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        work.passes("T19").await;
        assert_eq!(sends(&work, "requests", Vec::new()).await.status, 422, "nobody has asked");
        work.asks("T19").await;
        let brought = sends(&work, "requests", Vec::new()).await;
        let page = brought.location.unwrap_or_else(|| panic!("{}", brought.body));
        works(work.bank()).await;
        assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
        looks(&work, &work.sun, &page).await;
        assert_eq!(agrees(&work.sun, &page).await.status, 303);
        works(work.bank()).await;
        let request = certificate_request::Entity::find().one(work.bank().house.db.read()).await.unwrap().unwrap();
        assert_eq!((request.state.as_str(), request.officer_id), ("approved", Some(work.zhao_id.uuid())));
        assert_eq!((request.decider_id, request.certificate_id), (Some(work.sun_id.uuid()), Some(work.rows().await[0].id)));
        work.close().await;
    }

    async fn a_program_brings_people_and_a_person_agrees(fresh: Fresh) {
        let (work, people) = passed(fresh, 2).await;
        let (id, secret) = work.bank().client_of("教务平台", &[Scope::Certificates], Some((work.agency(), work.zhao_id))).await;
        let token = work.bank().token(id, &secret).await;
        let brings = async |body: Value, key: &str| {
            asks_as(work.bank(), &token, (Method::POST, "/api/v1/certificates"), Some(body), Some(key)).await
        };
        let line = |(_, card): &(LearnerId, CardNumber)| json!({ "who": card.as_str(), "name": "王桂英" });
        let mut all: Vec<Value> = people.iter().map(line).collect();
        all.push(json!({ "who": "1234567890" }));
        let wish = json!({ "kind": "unit", "about": "T19", "lines": all });
        let (status, brought) = brings(wish.clone(), "batch-0001").await;
        assert_eq!((status, &brought["lines"]), (202, &json!(3)), "{brought}");
        assert_eq!(brings(wish.clone(), "batch-0001").await, (202, brought.clone()));
        assert_eq!(brings(wish, "batch-0002").await.1["id"], brought["id"], "the same people are the same batch");
        let (status, wrong) = brings(json!({ "kind": "diploma", "lines": [{ "who": "1" }] }), "batch-0003").await;
        assert_eq!(status, 422, "{wrong}");
        works(work.bank()).await;
        let page = format!("{}/batches/{}", work.queue(), brought["id"].as_str().unwrap());
        assert!(work.sun.opens(&page).await.body.contains("由程序送来"));
        assert_eq!(agrees(&work.zhao, &page).await.status, 403, "whoever answers for it is the first of the two");
        looks(&work, &work.sun, &page).await;
        assert_eq!(agrees(&work.sun, &page).await.status, 303);
        works(work.bank()).await;
        let path = format!("/api/v1/certificate-batches/{}?limit=2", brought["id"].as_str().unwrap());
        let (_, first) = asks_as(work.bank(), &token, (Method::GET, &path), None, None).await;
        assert_eq!((&first["state"], &first["issued"], &first["left_out"]), (&json!("done"), &json!(2), &json!(1)), "{first}");
        let next = format!("{path}&after={}", first["next"].as_str().unwrap());
        let (_, last) = asks_as(work.bank(), &token, (Method::GET, &next), None, None).await;
        assert_eq!(last["results"], json!([{ "line": 3, "state": "wrong", "problem": "who-wrong", "certificate": null }]));
        assert!(!first.to_string().contains("王桂英"));
        each_has_one(&work, &people).await;
        work.close().await;
    }

    async fn its_sheets_are_drawn_fetched_and_go_after_a_month(fresh: Fresh) {
        let (work, people) = passed(fresh, 2).await;
        let page = agreed(&work, &lines_of(&people)).await;
        assert_eq!(posts(&work.zhao, &format!("{page}/print"), &[]).await.status, 409, "it is not done");
        works(work.bank()).await;
        for _ in 0..2 {
            assert_eq!(posts(&work.zhao, &format!("{page}/print"), &[]).await.status, 303);
        }
        works(work.bank()).await;
        let shown = work.zhao.opens(&page).await;
        assert!(shown.body.contains("第 1 包，2 张"), "{}", shown.body);
        let db = work.bank().house.db.clone();
        let part = certificate_print_part::Entity::find().one(db.read()).await.unwrap().unwrap();
        assert_eq!((part.sheets, part.first_line, part.last_line), (2, 2, 3));
        let file = format!("{page}/sheets/1");
        let taken = work.zhao.opens(&file).await;
        assert_eq!((taken.status, taken.headers["content-type"].to_str().unwrap()), (200, "application/zip"));
        assert_eq!(work.sun.opens(&file).await.status, 403);
        assert_eq!(work.zhao.opens(&format!("{page}/sheets/2")).await.status, 404);
        work.bank().clock.turn_ms(31 * 86_400_000);
        works(work.bank()).await;
        certificates::schedule_batches(&db).await.unwrap();
        works(work.bank()).await;
        assert_eq!(certificate_print_part::Entity::find().count(db.read()).await.unwrap(), 0);
        work.close().await;
    }
}

#[actix_web::test]
async fn two_thousand_lines_halted_in_every_state_come_to_one_for_each() {
    let (work, people) = passed(fresh(Engine::Sqlite).await.unwrap(), 2_000).await;
    let all = lines_of(&people);
    // Cut off while its lines are kept: the same file begins anew once nobody can be keeping them any more.
    let (path, form) = (format!("{}/batches", work.queue()), work.zhao.opens(&format!("{}/batches", work.queue())).await);
    let sent = work.zhao.sends_file(&form, &path, &[("what", "unit T19"), ("from", "file")], "list.csv", csv(&all));
    let mut cut = tokio::time::timeout(std::time::Duration::from_millis(30), sent).await.is_err();
    let page = loop {
        if cut {
            work.bank().clock.turn_ms(130_000);
        }
        let page = sends(&work, "file", csv(&all)).await.location.unwrap().split('?').next().unwrap().to_owned();
        // What was cut off may have begun only after the clock was turned.
        cut = lines(&work, &page).await.len() < all.len();
        if !cut {
            break page;
        }
    };
    // While it is looked at, some lines at a time.
    let (db, desk, id) = (work.bank().house.db.clone(), work.at(), id_of(&page));
    let looking = actix_web::rt::spawn({
        let (db, desk) = (db.clone(), desk.clone());
        async move { while certificates::check_batch(&db, &desk, id).await.unwrap() {} }
    });
    while count_in(&work, &page, "ready").await < 200 && !looking.is_finished() {
        actix_web::rt::task::yield_now().await;
    }
    looking.abort();
    drop(looking.await);
    works(work.bank()).await;
    assert_eq!((row(&work, &page).await.ready, row(&work, &page).await.wrong), (2_000, 0));
    assert_eq!(posts(&work.zhao, &format!("{page}/ask"), &[]).await.status, 303);
    assert_eq!(row(&work, &page).await.sample, 45);
    looks(&work, &work.sun, &page).await;
    assert_eq!(agrees(&work.sun, &page).await.status, 303);
    // While it is made valid, while lines are reserved, made, entered.
    for (state, count) in [("reserved", 1), ("issued", 1), ("reserved", 5), ("issued", 90), ("reserved", 20), ("issued", 400)] {
        falls_over(&work, &page, state, count).await;
    }
    let issued = count_in(&work, &page, "issued").await;
    assert!((20..2_000).contains(&issued), "{issued}");
    // Three who work on it at once do nothing twice.
    let (left, right, third) = tokio::join!(turns(&work, &page), turns(&work, &page), turns(&work, &page));
    assert!([left, right, third].iter().any(Option::is_some));
    work.bank().clock.turn_ms(11 * 60_000);
    works(work.bank()).await;
    let done = row(&work, &page).await;
    assert_eq!((done.state.as_str(), done.done, done.wrong), ("done", 2_000, 0));
    each_has_one(&work, &people).await;
    work.close().await;
}
