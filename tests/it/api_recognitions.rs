//! Results that a program brings to be recognised: looked at and asked by the bank, agreed to by a person, booked; the same once more is the
//! same, and what is wrong is named by its line.

use credit_bank::clients::Scope;
use credit_bank::identity::Role;
use credit_bank::kernel::{AgencyId, CardNumber, LearnerId};
use entity::{event, roll};
use reqwest::Method;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};

use crate::agencies::{TOWN, enters};
use crate::classes::point;
use crate::rolls::{Rolls, agrees_as, crowd, works};
use crate::support::databases::{Engine, Fresh, fresh};
use crate::webhooks::asks_as;

const PATH: &str = "/api/v1/recognitions";

/// An agency with a program.
struct Program {
    rolls: Rolls,
    token: String,
}

impl Program {
    async fn over(fresh: Fresh) -> Self {
        let rolls = Rolls::over(fresh).await;
        let agency: AgencyId = rolls.desk.id.parse().unwrap();
        let (id, secret) = rolls.bank().client_of("省开放大学平台", &[Scope::Recognise], Some((agency, rolls.zhao_id))).await;
        let token = rolls.bank().token(id, &secret).await;
        Self { rolls, token }
    }

    async fn brings(&self, body: &Value, key: &str) -> (u16, Value) {
        asks_as(self.rolls.bank(), &self.token, (Method::POST, PATH), Some(body.clone()), Some(key)).await
    }

    async fn stands(&self, id: &str) -> Value {
        let (status, page) = asks_as(self.rolls.bank(), &self.token, (Method::GET, &format!("{PATH}/{id}")), None, None).await;
        assert_eq!(status, 200, "{page}");
        page
    }

    fn wish(&self, people: &[(LearnerId, CardNumber)]) -> Value {
        let line = |(at, (_, card)): (usize, &(LearnerId, CardNumber))| json!({ "who": card.as_str(), "number": format!("ZJ-{at:05}"), "value": "1", "day": "2026-01-08" });
        json!({
            "rule": self.rolls.rule, "identity_level": 2, "supervision_level": 3,
            "lines": people.iter().enumerate().map(line).collect::<Vec<_>>(),
        })
    }

    async fn count(&self) -> u64 {
        roll::Entity::find().count(self.rolls.bank().house.db.read()).await.unwrap()
    }

    async fn closes(self) {
        self.rolls.desk.bank.close().await;
    }
}

fn kind_of(problem: &Value) -> &str {
    problem["type"].as_str().unwrap().strip_prefix("/api/v1/problems/").unwrap()
}

crate::on_both! {
    async fn what_a_program_brings_is_asked_by_itself_and_booked_once_a_person_agrees(fresh: Fresh) {
        let program = Program::over(fresh).await;
        let people = crowd(program.rolls.bank(), 3, TOWN).await;
        let wish = program.wish(&people);
        let (status, brought) = program.brings(&wish, "roll-0001").await;
        assert_eq!((status, &brought["lines"]), (202, &json!(3)), "{brought}");
        let id = brought["id"].as_str().unwrap().to_owned();
        works(program.rolls.bank()).await;
        let asked = program.stands(&id).await;
        assert_eq!((&asked["state"], &asked["gives_milli"], &asked["problems"]), (&json!("asked"), &json!(750), &json!([])));
        assert_eq!(program.rolls.credited().await, 0, "a program never decides");
        // Neither does whoever answers for it.
        let page = format!("{}/{id}", program.rolls.path());
        assert_eq!(agrees_as(&program.rolls.zhao, &page).await.status, 403);
        let shown = program.rolls.qian.opens(&page).await;
        assert!(shown.body.contains("由程序送来"), "{}", shown.body);
        assert_eq!(program.rolls.agrees(&page).await.status, 303);
        works(program.rolls.bank()).await;
        assert_eq!((program.stands(&id).await["state"].clone(), program.rolls.credited().await), (json!("done"), 3));
        let told = event::Entity::find().filter(event::Column::Kind.eq("roll.done"));
        let told: Vec<Value> = told.all(program.rolls.bank().house.db.read()).await.unwrap().iter().map(|row| serde_json::from_str(&row.body).unwrap()).collect();
        assert_eq!(told, [json!({ "agency": program.rolls.desk.id, "roll": id, "standing": "done", "lines": 3, "passed": 0 })]);
        program.closes().await;
    }

    async fn the_same_lines_are_the_same_results_under_whichever_key_and_at_once(fresh: Fresh) {
        let program = Program::over(fresh).await;
        let people = crowd(program.rolls.bank(), 2, TOWN).await;
        let wish = program.wish(&people);
        let all = futures_util::future::join_all((0..4).map(|_| program.brings(&wish, "roll-0001"))).await;
        let done: Vec<&Value> = all.iter().filter(|(status, _)| *status == 202).map(|(_, body)| body).collect();
        assert!(!done.is_empty() && done.iter().all(|body| body["id"] == done[0]["id"]));
        for (status, body) in all.iter().filter(|(status, _)| *status != 202) {
            assert_eq!((*status, kind_of(body)), (409, "on-its-way"), "{body}");
        }
        assert_eq!(program.brings(&wish, "roll-0001").await, (202, done[0].clone()), "the first answer again");
        let (_, again) = program.brings(&wish, "roll-0002").await;
        assert_eq!((&again["id"], program.count().await), (&done[0]["id"], 1));
        let (status, other) = program.brings(&program.wish(&people[..1]), "roll-0001").await;
        assert_eq!((status, kind_of(&other)), (422, "key-reused"));
        program.closes().await;
    }

    async fn what_is_wrong_is_named_by_its_line_page_by_page_and_nobody_by_name(fresh: Fresh) {
        let program = Program::over(fresh).await;
        let people = crowd(program.rolls.bank(), 1, TOWN).await;
        let mut wish = program.wish(&people);
        let lines = wish["lines"].as_array_mut().unwrap();
        let good = lines[0].clone();
        let wrong = [("who", "1234567890", "who-wrong"), ("value", "0", "value-wrong"), ("day", "2026-02-30", "day-wrong"), ("number", " ", "number-empty")];
        for (at, (field, value, _)) in wrong.iter().enumerate() {
            let mut line = good.clone();
            line["number"] = json!(format!("X-{at}"));
            line[*field] = json!(value);
            lines.push(line);
        }
        let (status, brought) = program.brings(&wish, "roll-0001").await;
        assert_eq!(status, 202, "{brought}");
        works(program.rolls.bank()).await;
        let id = brought["id"].as_str().unwrap();
        let (mut path, mut seen) = (format!("{PATH}/{id}?limit=3"), Vec::new());
        loop {
            let (_, page) = asks_as(program.rolls.bank(), &program.token, (Method::GET, &path), None, None).await;
            assert_eq!((&page["state"], &page["wrong"]), (&json!("checked"), &json!(4)), "{page}");
            assert!(!page.to_string().contains("王桂英"));
            seen.extend(page["problems"].as_array().unwrap().clone());
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{PATH}/{id}?limit=3&after={next}");
        }
        let expected: Vec<Value> = wrong.iter().enumerate().map(|(at, (_, _, code))| json!({ "line": at + 2, "state": "wrong", "problem": code, "other": null })).collect();
        assert_eq!(seen, expected);
        program.closes().await;
    }
}

#[actix_web::test]
async fn a_wish_that_cannot_be_is_refused_whole_and_takes_no_key() {
    let program = Program::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let people = crowd(program.rolls.bank(), 1, TOWN).await;
    let good = program.wish(&people);
    let spoilt = |change: fn(&mut Value)| {
        let mut wish = good.clone();
        change(&mut wish);
        wish
    };
    type Spoil = fn(&mut Value);
    let cases: [(Spoil, u16, &str, &str); 8] = [
        (|wish| wish["rule"] = json!("01980000-0000-7000-8000-000000000000"), 422, "invalid", "rule"),
        (|wish| wish["rule"] = json!("T19"), 400, "unreadable", "rule"),
        (|wish| wish["identity_level"] = json!(0), 422, "invalid", "identity_level"),
        (|wish| wish["supervision_level"] = json!(4), 422, "invalid", "supervision_level"),
        (|wish| wish["lines"] = json!([]), 422, "invalid", "lines"),
        (|wish| wish["lines"][0]["value"] = json!(1), 400, "unreadable", "value"),
        (|wish| wish["lines"][0]["name"] = json!("x"), 400, "unreadable", "lines[0]"),
        (|wish| wish["lines"][0]["who"] = json!("1".repeat(201)), 422, "invalid", "lines[0]"),
    ];
    for (change, status, kind, place) in cases {
        let wish = spoilt(change);
        let (got, problem) = program.brings(&wish, "roll-0001").await;
        assert_eq!((got, kind_of(&problem)), (status, kind), "{problem}");
        assert!(problem.to_string().contains(place), "{place}: {problem}");
    }
    let many = spoilt(|wish| {
        let line = wish["lines"][0].clone();
        wish["lines"] = json!(vec![line; 5_001]);
    });
    assert_eq!(program.brings(&many, "roll-0001").await.0, 422);
    let (status, _) = asks_as(program.rolls.bank(), &program.token, (Method::POST, PATH), Some(good.clone()), None).await;
    assert_eq!((status, program.count().await), (400, 0));
    assert_eq!(program.brings(&good, "roll-0001").await.0, 202);
    program.closes().await;
}

#[actix_web::test]
async fn nobody_elses_program_finds_it_and_a_suspended_agency_brings_nothing() {
    let program = Program::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let bank = program.rolls.bank();
    let people = crowd(bank, 1, TOWN).await;
    let wish = program.wish(&people);
    let (_, brought) = program.brings(&wish, "roll-0001").await;
    let path = format!("{PATH}/{}", brought["id"].as_str().unwrap());
    let elsewhere = point(bank, "青石镇文化站", TOWN).await;
    let other = enters(&program.rolls.desk.shen, elsewhere, "91350100M000100Y43").await.parse().unwrap();
    let theirs = bank.officer_of(program.rolls.desk.shen_id, elsewhere, TOWN, 72).await;
    let token = async |scopes: &[Scope], agency| {
        let (id, secret) = bank.client_of("别的平台", scopes, agency).await;
        bank.token(id, &secret).await
    };
    let gets = async |token: &str| asks_as(bank, token, (Method::GET, path.as_str()), None, None).await.0;
    assert_eq!(gets(&token(&[Scope::Recognise], Some((other, theirs))).await).await, 404);
    let own: AgencyId = program.rolls.desk.id.parse().unwrap();
    assert_eq!(gets(&token(&[Scope::Webhooks], Some((own, program.rolls.zhao_id))).await).await, 403);
    assert_eq!(
        gets(&token(&[Scope::Recognise], Some((own, program.rolls.qian_id))).await).await,
        403,
        "a reviewer is no officer"
    );
    let (theirs, id) = (token(&[Scope::Recognise], Some((other, theirs))).await, program.rolls.rule);
    let (status, problem) = asks_as(bank, &theirs, (Method::POST, PATH), Some(wish.clone()), Some("roll-0009")).await;
    assert_eq!((status, kind_of(&problem)), (422, "invalid"), "the rule {id} is another agency's");
    let (_, by) = bank.staff("郑敏", Role::Administrator, TOWN).await;
    bank.house
        .db
        .write(async move |tx: &credit_bank::db::Tx| credit_bank::agencies::suspend(tx, own, by, "要查").await)
        .await
        .unwrap();
    let (status, problem) = program.brings(&wish, "roll-0003").await;
    assert_eq!((status, kind_of(&problem)), (409, "changed"), "{problem}");
    program.closes().await;
}
