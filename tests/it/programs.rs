//! Programs of agencies, held to their agency and to whoever answers for them: nothing goes on in the name of somebody who has gone, and nobody
//! is both first and second.

use credit_bank::agencies as service;
use credit_bank::app::runner_of;
use credit_bank::audit::{self, AuditFilter};
use credit_bank::certificates::{self, Asked, Asker, BatchError, Error, OfBatch, Verdict};
use credit_bank::clients::{self, Bound, NewClient, Scope, Secret};
use credit_bank::credentials::Number;
use credit_bank::curriculum::Shelves;
use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::{self, Grant, Role};
use credit_bank::kernel::{AgencyId, CardNumber, CertificateBatchId, Chance, ClientId, LearnerId, OrganisationId};
use credit_bank::places::PlaceCode;
use entity::{certificate_batch, certificate_request, role, webhook};
use futures_util::future::join_all;
use reqwest::Method;
use reqwest::header::{AUTHORIZATION, HeaderName};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::agencies::{TOWN, everything};
use crate::certificates::Issuing;
use crate::certificates_changing::sends_to;
use crate::classes::point;
use crate::passbook::passes;
use crate::rolls::{Rolls, agrees_as, crowd, works};
use crate::support::databases::{Engine, fresh};
use crate::support::receiver::Receiver;
use crate::support::server::{Bank, Person, SHELF};
use crate::verify::Issued;
use crate::webhooks::{Hooks, asks_as};

const CERTIFICATES: &str = "/api/v1/certificates";

/// A program of an agency: its id and a token.
async fn program(bank: &Bank, scope: Scope, whose: (AgencyId, LearnerId)) -> (ClientId, String) {
    let (id, secret) = bank.client_of("省平台", &[scope], Some(whose)).await;
    (id, bank.token(id, &secret).await)
}

async fn gets(bank: &Bank, token: &str, path: &str) -> (u16, Value) {
    asks_as(bank, token, (Method::GET, path), None, None).await
}

/// From now on somebody else of the agency answers for the program, or whoever is named.
async fn binds(bank: &Bank, client: ClientId, to: (AgencyId, LearnerId)) -> Bound {
    let work = async move |tx: &Tx| Ok::<_, DbFault>(clients::bind(tx, client, to).await?);
    bank.house.db.write(work).await.unwrap()
}

async fn puts_out(bank: &Bank, client: ClientId) {
    let work = async move |tx: &Tx| Ok::<_, DbFault>(clients::end(tx, client).await?);
    assert!(bank.house.db.write(work).await.unwrap());
}

async fn suspends(bank: &Bank, agency: AgencyId) {
    let by = LearnerId::NOBODY;
    bank.house.db.write(async move |tx: &Tx| service::suspend(tx, agency, by, "要查").await).await.unwrap();
}

crate::on_both! {
    async fn a_program_ends_with_the_account_of_whoever_answers_for_it(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (bank, officer, by) = (work.bank(), work.zhao_id, work.desk.shen_id);
        let (_, token) = program(bank, Scope::Certificates, (work.agency(), officer)).await;
        assert_eq!(gets(bank, &token, CERTIFICATES).await.0, 200);
        let db = &bank.house.db;
        let before = db.statements();
        assert!(identity::load_scope(db.read(), officer).await.unwrap().has_any(Role::OFFICERS));
        let cost = db.statements() - before;
        let keys = bank.house.keys.clone();
        db.write(async move |tx: &Tx| identity::close_account(tx, &keys, officer, by).await).await.unwrap();
        assert_eq!(gets(bank, &token, CERTIFICATES).await.0, 403, "the role stands, and nobody acts by it");
        let held = role::Entity::find().filter(role::Column::LearnerId.eq(officer.uuid())).one(db.read()).await.unwrap().unwrap();
        assert_eq!(held.ended_at_ms, None);
        let before = db.statements();
        assert!(identity::load_scope(db.read(), officer).await.unwrap().grants().is_empty());
        assert!(db.statements() - before <= cost);
        let keys = bank.house.keys.clone();
        db.write(async move |tx: &Tx| identity::reopen_account(tx, &keys, officer, by).await).await.unwrap();
        assert_eq!(gets(bank, &token, CERTIFICATES).await.0, 200, "it was an error");
        work.close().await;
    }

    async fn whoever_answered_when_it_was_brought_or_asked_is_no_second_for_a_programs_batch(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (bank, agency) = (work.bank(), work.agency());
        let people: Vec<(LearnerId, CardNumber)> = crowd(bank, 2, TOWN).await;
        for (learner, _) in &people {
            passes(bank, *learner, "T19").await;
        }
        bank.seals().await;
        let (client, token) = program(bank, Scope::Certificates, (agency, work.zhao_id)).await;
        let lines: Vec<Value> = people.iter().map(|(_, card)| json!({ "who": card.as_str(), "name": "王桂英" })).collect();
        let wish = Some(json!({ "kind": "unit", "about": "T19", "lines": lines }));
        let (status, brought) = asks_as(bank, &token, (Method::POST, CERTIFICATES), wish, Some("batch-0001")).await;
        assert_eq!(status, 202, "{brought}");
        let (_, second) = work.desk.works(Role::Officer, Some(work.desk.organisation), None).await;
        let (_, third) = work.desk.works(Role::Officer, Some(work.desk.organisation), None).await;
        assert_eq!(binds(bank, client, (agency, second)).await, Bound::Done);
        let shelves = Shelves::new(SHELF.clone());
        certificates::with_batches(runner_of(&bank.house), &bank.house, &shelves).run_due().await.unwrap();
        assert_eq!(binds(bank, client, (agency, third)).await, Bound::Done);
        let (db, batch) = (&bank.house.db, brought["id"].as_str().unwrap().parse::<CertificateBatchId>().unwrap());
        let row = certificate_batch::Entity::find_by_id(batch.uuid()).one(db.read()).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.client_id), ("asked", Some(client.uuid())));
        assert_eq!((row.brought_by, row.asked_by), (work.zhao_id.uuid(), Some(second.uuid())));
        let shown = certificates::find_batch(db.read(), agency, batch).await.unwrap().shown();
        let agrees = async |by: LearnerId| {
            let of = OfBatch { agency, batch, by };
            db.write(async move |tx: &Tx| certificates::agree_to_batch(tx, of, &shown).await).await
        };
        for by in [work.zhao_id, second, third] {
            let agreed = agrees(by).await;
            assert!(matches!(agreed, Err(BatchError::SamePerson)), "{agreed:?}");
        }
        let agreed = agrees(work.sun_id).await;
        assert!(matches!(agreed, Err(BatchError::NotLooked(2))), "a second person, who has to look first: {agreed:?}");
        work.close().await;
    }

    async fn a_burst_is_answered_no_more_often_than_one_who_asks_one_by_one(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let number = Number::parse(&issued.number).unwrap();
        let now = issued.work.bank().clock.now();
        let found = |told: &[Result<Verdict, Error>]| told.iter().filter(|one| matches!(one, Ok(Verdict::Found(_)))).count();
        let client = ClientId::fresh(now);
        let right = join_all((0..60).map(|_| verifies(&issued, &number, "王桂英", client))).await;
        assert_eq!(found(&right), 60, "what is right is not counted");
        let name = |at: usize| if at < 40 { "李桂英" } else { "王桂英" };
        let burst = join_all((0..60).map(|at| verifies(&issued, &number, name(at), client))).await;
        assert_eq!((found(&burst), burst.iter().filter(|one| one.is_err()).count()), (0, 0), "twenty wrong names, whoever asks");
        let client = ClientId::fresh(now);
        let strange: Vec<Number> = (0..230).map(|_| Number::from_chance(Chance::secret())).collect();
        let told = join_all(strange.iter().map(|number| verifies(&issued, number, "王桂英", client))).await;
        let over = told.iter().filter(|one| matches!(one, Err(Error::TooMany(_)))).count();
        assert_eq!((over, found(&told)), (30, 0), "two hundred wrong a day");
        issued.close().await;
    }

    async fn nothing_is_sent_while_whoever_answers_works_elsewhere(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let (bank, agency, officer) = (&hooks.bank, hooks.agency, hooks.officer);
        let receiver = Receiver::listens();
        hooks.registers(&receiver.url(), &["agency.suspended", "agency.lifted"]).await;
        hooks.courier().deliver_due().await.unwrap();
        assert_eq!(receiver.came().len(), 1, "it listens");
        let here = service::find_agency(bank.house.db.read(), agency).await.unwrap().unwrap().organisation;
        let elsewhere = point(bank, "青石镇文化站", TOWN).await;
        let (_, admin) = bank.staff("郑敏", Role::Administrator, TOWN).await;
        suspends(bank, agency).await;
        assert_eq!(hooks.courier().fan_out().await.unwrap(), 1);
        moves(bank, admin, officer, (here, elsewhere)).await;
        assert_eq!((hooks.courier().deliver_due().await.unwrap(), receiver.came().len()), (1, 0), "what was on its way waits");
        let row = webhook::Entity::find().one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!((row.state.as_str(), row.trouble.as_deref()), ("on", Some("client")));
        bank.house.db.write(async move |tx: &Tx| service::lift(tx, agency, admin, "查清了").await).await.unwrap();
        assert_eq!(hooks.courier().fan_out().await.unwrap(), 0, "nothing more is put on its way");
        moves(bank, admin, officer, (elsewhere, here)).await;
        bank.clock.turn_ms(600_000);
        hooks.courier().deliver_due().await.unwrap();
        let came: Vec<String> = receiver.came().iter().map(|one| one.json()["type"].as_str().unwrap().to_owned()).collect();
        assert!(came.contains(&"agency.suspended".to_owned()), "{came:?}");
        hooks.bank.close().await;
    }

    async fn a_program_never_goes_to_another_agency(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let now = bank.clock.now();
        let (own, other) = (AgencyId::fresh(now), AgencyId::fresh(now));
        let (officer, next) = (LearnerId::fresh(now), LearnerId::fresh(now));
        let (new, secret) = (NewClient { name: "省平台".to_owned(), scopes: vec![Scope::Verify], agency: None }, Secret::fresh());
        let add = async move |tx: &Tx| Ok::<_, DbFault>(clients::add(tx, &new, &secret).await?);
        let client = bank.house.db.write(add).await.unwrap();
        assert_eq!(binds(&bank, client, (own, officer)).await, Bound::Done, "it had none");
        assert_eq!(binds(&bank, client, (own, next)).await, Bound::Done, "another officer");
        assert_eq!(binds(&bank, client, (other, next)).await, Bound::Elsewhere);
        let row = clients::find_open(bank.house.db.read(), client).await.unwrap().unwrap();
        assert_eq!(row.agency, Some((own, next)));
        assert_eq!(binds(&bank, ClientId::fresh(now), (own, next)).await, Bound::Unknown);
        puts_out(&bank, client).await;
        assert_eq!(binds(&bank, client, (own, next)).await, Bound::Unknown);
        bank.close().await;
    }

    async fn what_a_program_asks_about_a_certificate_is_told_from_what_its_officer_does(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (work, bank) = (&issued.work, issued.work.bank());
        let (client, token) = program(bank, Scope::Certificates, (work.agency(), work.zhao_id)).await;
        let path = format!("{CERTIFICATES}/{}/suspensions", issued.number);
        let wish = Some(json!({ "reason": "evidence_wrong" }));
        assert_eq!(asks_as(bank, &token, (Method::POST, &path), wish, Some("key-0001")).await.0, 201);
        let asked = certificate_request::Entity::find().filter(certificate_request::Column::Act.eq("confirm"));
        let asked = asked.one(bank.house.db.read()).await.unwrap().unwrap();
        assert_eq!((asked.asker_id, asked.client_id, asked.officer_id), (None, Some(client.uuid()), Some(work.zhao_id.uuid())));
        let page = work.sun.opens(&format!("/staff/agency/{}/issued/{}/{}/requests/{}", work.desk.id, work.wang_id, issued.id, asked.id)).await;
        assert!(page.status == 200 && page.body.contains("由程序送来"), "{}", page.body);
        assert_eq!(clients_in_trail(bank, "certificates.suspend").await, [json!(client)]);
        let page = format!("/staff/agency/{}/issued/{}/{}", work.desk.id, work.wang_id, issued.id);
        let revoke = sends_to(&work.zhao, &page, &[("doing", "revoke"), ("reason", "issued_twice")]).await;
        assert_eq!(revoke.status, 303, "{}", revoke.body);
        assert_eq!(clients_in_trail(bank, "certificates.request").await, [Value::Null], "the officer's own hand");
        issued.close().await;
    }

    async fn a_roll_does_not_go_on_once_its_program_was_put_out(fresh: Fresh) {
        let rolls = Rolls::over(fresh).await;
        let bank = rolls.bank();
        let people = crowd(bank, 3, TOWN).await;
        // Put out before it is looked at: nobody is asked.
        let (client, page) = brings(&rolls, &people[..1], "ZJ-A").await;
        puts_out(bank, client).await;
        works(bank).await;
        assert_eq!(rolls.state(&page).await, "checked");
        assert_eq!(rolls.asks(&page).await.status, 409, "nor by whoever answered for it");
        // Put out before it is agreed to.
        let (client, page) = brings(&rolls, &people[1..2], "ZJ-B").await;
        works(bank).await;
        assert_eq!(rolls.state(&page).await, "asked");
        puts_out(bank, client).await;
        assert_eq!((rolls.agrees(&page).await.status, rolls.state(&page).await), (409, "asked".to_owned()));
        // Put out before it is valid.
        let (client, page) = brings(&rolls, &people[2..], "ZJ-C").await;
        works(bank).await;
        assert_eq!(agrees_as(&rolls.qian, &page).await.status, 303);
        puts_out(bank, client).await;
        works(bank).await;
        assert_eq!((rolls.state(&page).await, rolls.credited().await), ("checked".to_owned(), 0));
        rolls.desk.bank.close().await;
    }

    async fn an_answer_is_to_the_doubt_that_was_shown_and_to_no_later_one(fresh: Fresh) {
        let work = Issuing::over(fresh).await;
        let (shen, zheng) = (&work.desk.shen, &work.desk.zheng);
        let key = format!("{}/keys/1", work.desk.path());
        let asks = async |why: &str| sends_to(shen, &key, &[("doing", "ask"), ("distrust_why", why)]).await.status;
        assert_eq!(asks("机器丢了").await, 303);
        let form = zheng.opens(&key).await;
        let first = form.input("doubt");
        assert_eq!(sends_to(shen, &key, &[("doing", "withdraw"), ("doubt", &first)]).await.status, 303);
        work.bank().clock.turn_ms(1_000);
        assert_eq!(asks("有人抄走了密钥").await, 303);
        for doubt in [first.as_str(), ""] {
            let late = zheng.sends(&form, &key, &[("doing", "agree"), ("doubt", doubt)]).await;
            assert!(late.status == 409 && late.body.contains("有人抄走了密钥"), "{} {}", late.status, late.body);
        }
        assert_eq!(work.desk.count("agencies.distrust_key").await, 0);
        let form = zheng.opens(&key).await;
        let second = form.input("doubt");
        assert_eq!(zheng.sends(&form, &key, &[("doing", "agree"), ("doubt", &second)]).await.status, 303);
        assert_eq!((work.desk.count("agencies.distrust_key").await, first == second), (1, false));
        work.close().await;
    }
}

async fn verifies(issued: &Issued, number: &Number, name: &str, client: ClientId) -> Result<Verdict, Error> {
    let asked = Asked::NumberAndName(number.clone(), name.to_owned());
    certificates::verify(&issued.work.bank().house.db, &issued.work.at(), &asked, &Asker::Client(client)).await
}

/// An officer works for another organisation from now on.
async fn moves(bank: &Bank, admin: LearnerId, who: LearnerId, (from, to): (OrganisationId, OrganisationId)) {
    let db = &bank.house.db;
    let scope = identity::load_scope(db.read(), admin).await.unwrap();
    let held = role::Entity::find()
        .filter(role::Column::LearnerId.eq(who.uuid()))
        .filter(role::Column::OrganisationId.eq(from.uuid()))
        .filter(role::Column::EndedAtMs.is_null());
    let held = held.one(db.read()).await.unwrap().unwrap().id;
    let grant = Grant { role: Role::Officer, organisation: Some(to), area: PlaceCode::parse(TOWN).unwrap(), line: None };
    let work = async move |tx: &Tx| {
        identity::add_role(tx, &scope, who, &grant).await?;
        identity::end_role(tx, &scope, who, held).await
    };
    db.write(work).await.unwrap();
}

/// Which program stands with each line of the trail of an action.
async fn clients_in_trail(bank: &Bank, action: &str) -> Vec<Value> {
    let filter = AuditFilter { action: Some(action.to_owned()), ..everything() };
    let rows = audit::list_entries(bank.house.db.read(), &filter).await.unwrap();
    rows.iter().map(|row| serde_json::from_str::<Value>(&row.detail).unwrap()["client"].clone()).collect()
}

/// A program of its own brings a roll of these people; the program, and the roll's page.
async fn brings(rolls: &Rolls, people: &[(LearnerId, CardNumber)], series: &str) -> (ClientId, String) {
    let agency: AgencyId = rolls.desk.id.parse().unwrap();
    let (client, token) = program(rolls.bank(), Scope::Recognise, (agency, rolls.zhao_id)).await;
    let line = |card: &str| json!({ "who": card, "number": series, "value": "1", "day": "2026-01-08" });
    let lines: Vec<Value> = people.iter().map(|(_, card)| line(card.as_str())).collect();
    let wish = Some(json!({ "rule": rolls.rule, "identity_level": 2, "supervision_level": 3, "lines": lines }));
    let (status, brought) = asks_as(rolls.bank(), &token, (Method::POST, "/api/v1/recognitions"), wish, Some("roll-0001")).await;
    assert_eq!(status, 202, "{brought}");
    (client, format!("{}/{}", rolls.path(), brought["id"].as_str().unwrap()))
}

#[actix_web::test]
async fn every_request_of_a_program_is_counted_whatever_comes_of_it() {
    let bank = Bank::over_with(fresh(Engine::Sqlite).await.unwrap(), |config| config.api_per_minute = 2).await;
    let stranger = |address: &str| {
        let behind = HeaderName::from_static("x-forwarded-for");
        let shown = [(AUTHORIZATION, "Bearer x".parse().unwrap()), (behind, address.parse().unwrap())];
        Person::with(&bank.url, shown.into_iter().collect())
    };
    for (address, path) in [("10.9.0.1", "/api/v1/client"), ("10.9.0.2", CERTIFICATES), ("10.9.0.3", "/api/v1/places")] {
        let person = stranger(address);
        let told = [person.opens(path).await.status, person.opens(path).await.status, person.opens(path).await.status];
        assert_eq!(told, [401, 401, 429], "{path}: no token is guessed by trying");
    }
    let (_, token) = bank.client_token("省平台", &[Scope::Places]).await;
    let program = bank.bearer(&token);
    let first = program.opens("/api/v1/client").await;
    assert!(first.status == 200 && first.headers.contains_key("ratelimit"));
    let mut told = Vec::new();
    for _ in 0..40 {
        told.push(program.opens(CERTIFICATES).await.status);
    }
    assert!(told[0] == 403 && told.contains(&429), "without an agency it may not, and is counted: {told:?}");
    bank.close().await;
}

#[actix_web::test]
async fn what_verifying_may_answer_is_described() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let document: Value = serde_json::from_str(&bank.visitor().opens("/api/v1/openapi.json").await.body).unwrap();
    let codes = |path: &str, method: &str| -> Vec<String> {
        document["paths"][path][method]["responses"].as_object().unwrap().keys().cloned().collect()
    };
    let mut verify = codes("/api/v1/verifications", "post");
    verify.sort();
    assert_eq!(verify, ["200", "400", "401", "403", "404", "408", "413", "415", "422", "429", "503"]);
    assert!(codes("/api/v1/client", "get").contains(&"429".to_owned()));
    bank.close().await;
}

#[actix_web::test]
async fn a_secret_is_changed_and_an_address_taken_down_while_the_agency_is_suspended() {
    let hooks = Hooks::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (id, old) = hooks.registers("https://hooks.example.cn/bank", &["roll.done"]).await;
    suspends(&hooks.bank, hooks.agency).await;
    let path = format!("/api/v1/webhooks/{id}");
    let (status, changed) = hooks.asks(Method::POST, &format!("{path}/secret"), None, Some("change-1")).await;
    assert!(status == 200 && changed["secret"] != old.as_str(), "{status} {changed}");
    assert_eq!(hooks.asks(Method::DELETE, &path, None, None).await, (204, Value::Null));
    hooks.bank.close().await;
}
