//! Webhooks through the API: asked for once, seen by their own client alone, refused in words; told of page by page.

use credit_bank::clients::{self, Bound, Scope};
use credit_bank::db::DbFault;
use credit_bank::identity::Role;
use entity::{api_once, webhook, webhook_delivery};
use reqwest::Method;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};

use crate::agencies::{TOWN, enters};
use crate::classes::point;
use crate::support::databases::{Engine, fresh};
use crate::support::receiver::Receiver;
use crate::webhooks::{Hooks, asks_as};

const HOOKS: &str = "/api/v1/webhooks";
const URL: &str = "https://hooks.example.cn/bank";

fn wish(url: &str, kinds: &[&str]) -> Option<Value> {
    Some(json!({ "url": url, "kinds": kinds }))
}

fn kind_of(problem: &Value) -> &str {
    problem["type"].as_str().unwrap().strip_prefix("/api/v1/problems/").unwrap()
}

async fn count(hooks: &Hooks) -> u64 {
    webhook::Entity::find().count(hooks.bank.house.db.read()).await.unwrap()
}

crate::on_both! {
    async fn an_address_is_asked_for_once_however_often_and_by_however_many_at_once(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let ask = |body: Option<Value>| hooks.asks(Method::POST, HOOKS, body, Some("\"key-0001\""));
        let all = futures_util::future::join_all((0..4).map(|_| ask(wish(URL, &["roll.done"])))).await;
        for (status, made) in &all {
            assert_eq!((*status, &made["secret"]), (201, &all[0].1["secret"]), "{made}");
        }
        assert_eq!(count(&hooks).await, 1);
        // However it is written, it is the same; anything else is not.
        let same = json!({ "kinds": ["roll.done"], "url": URL });
        assert_eq!(ask(Some(same)).await, (201, all[0].1.clone()));
        let (status, other) = ask(wish(URL, &["roll.done", "agency.closed"])).await;
        assert_eq!((status, kind_of(&other)), (422, "key-reused"), "{other}");
        let (status, more) = hooks.asks(Method::POST, HOOKS, wish(URL, &["roll.done"]), Some("key-0002")).await;
        assert!(status == 201 && more["id"] != all[0].1["id"], "{more}");
        // The secret lies nowhere in the clear.
        let kept = api_once::Entity::find().all(hooks.bank.house.db.read()).await.unwrap();
        let secret = all[0].1["secret"].as_str().unwrap();
        assert!(kept.iter().all(|row| !String::from_utf8_lossy(row.answer_sealed.as_ref().unwrap()).contains(secret)));
        hooks.bank.close().await;
    }

    async fn an_address_is_taken_down_with_all_that_waits_for_it(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let receiver = Receiver::listens();
        let (id, _) = hooks.registers(&receiver.url(), &["roll.done"]).await;
        let path = format!("{HOOKS}/{id}");
        assert_eq!(hooks.asks(Method::DELETE, &path, None, None).await, (204, Value::Null));
        assert_eq!(hooks.asks(Method::DELETE, &path, None, None).await.0, 404);
        assert_eq!(webhook_delivery::Entity::find().count(hooks.bank.house.db.read()).await.unwrap(), 0);
        hooks.courier().deliver_due().await.unwrap();
        assert_eq!((receiver.came().len(), hooks.gets(HOOKS).await), (0, (200, json!({ "webhooks": [] }))));
        hooks.bank.close().await;
    }

    async fn what_was_told_is_read_page_by_page(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let receiver = Receiver::listens();
        let (id, _) = hooks.registers(&receiver.url(), &["agency.suspended"]).await;
        hooks.courier().deliver_due().await.unwrap();
        let hook = id.parse::<uuid::Uuid>().unwrap();
        let now = hooks.bank.clock.now().ms();
        let fill = async move |tx: &credit_bank::db::Tx| {
            use sea_orm::{ActiveModelTrait as _, IntoActiveModel as _};
            let row = |n: u128| webhook_delivery::Model {
                webhook_id: hook,
                event_id: uuid::Uuid::from_u128(n),
                body: json!({ "n": n.to_string() }).to_string(),
                made_at_ms: now - 1_000,
                attempts: 1,
                next_at_ms: now,
                leased_until_ms: 0,
                done_at_ms: Some(now),
                last_status: Some(204),
                last_answer: None,
            };
            for n in 1..=5 {
                webhook_delivery::Entity::insert(row(n).into_active_model().reset_all()).exec_without_returning(tx).await?;
            }
            Ok::<_, DbFault>(())
        };
        hooks.bank.house.db.write(fill).await.unwrap();
        let (mut path, mut seen, mut pages) = (format!("{HOOKS}/{id}/deliveries?limit=2"), Vec::new(), 0);
        loop {
            let (status, page) = hooks.gets(&path).await;
            assert_eq!(status, 200, "{page}");
            seen.extend(page["deliveries"].as_array().unwrap().iter().map(|one| one["sent"]["n"].as_str().unwrap_or("test").to_owned()));
            pages += 1;
            let Some(next) = page["next"].as_str() else { break };
            path = format!("{HOOKS}/{id}/deliveries?limit=2&after={next}");
        }
        assert_eq!((seen.join(" ").as_str(), pages), ("test 5 4 3 2 1", 3));
        let (status, wrong) = hooks.gets(&format!("{HOOKS}/{id}/deliveries?after=AAAA")).await;
        assert_eq!((status, kind_of(&wrong)), (400, "unreadable"));
        assert_eq!(hooks.gets(&format!("{HOOKS}/{id}/deliveries?limit=201")).await.0, 422);
        hooks.bank.close().await;
    }
}

#[actix_web::test]
async fn whatever_is_wrong_is_said_in_words_by_a_kind_that_has_a_page() {
    let hooks = Hooks::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let good = || wish(URL, &["roll.done"]);
    type Case<'a> = (Option<Value>, Option<&'a str>, u16, &'a str, &'a str);
    let cases: [Case<'_>; 12] = [
        (good(), None, 400, "key-missing", "Idempotency-Key"),
        (good(), Some("short"), 400, "key-missing", "Idempotency-Key"),
        (None, Some("key-0001"), 415, "wrong-kind", ""),
        (Some(json!({ "url": URL })), Some("key-0001"), 400, "unreadable", ""),
        (Some(json!({ "url": 7, "kinds": [] })), Some("key-0001"), 400, "unreadable", "url"),
        (Some(json!({ "url": URL, "kinds": ["roll.done"], "name": "x" })), Some("key-0001"), 400, "unreadable", ""),
        (wish(URL, &[]), Some("key-0001"), 422, "invalid", "roll.done"),
        (wish(URL, &["roll.begun"]), Some("key-0001"), 422, "invalid", "roll.done"),
        (wish("https://hooks.example.cn:22/", &["roll.done"]), Some("key-0001"), 422, "invalid", "443"),
        (wish("https://10.0.0.1/", &["roll.done"]), Some("key-0001"), 422, "invalid", "公网"),
        (wish("ftp://hooks.example.cn/", &["roll.done"]), Some("key-0001"), 422, "invalid", "https"),
        (wish("https://a:b@hooks.example.cn/", &["roll.done"]), Some("key-0001"), 422, "invalid", "写法"),
    ];
    for (body, key, status, kind, words) in cases {
        let (got, problem) = hooks.asks(Method::POST, HOOKS, body.clone(), key).await;
        assert_eq!((got, kind_of(&problem)), (status, kind), "{body:?} {key:?} {problem}");
        assert!(problem.to_string().contains(words), "{words}: {problem}");
        let page = hooks.bank.visitor().opens(problem["type"].as_str().unwrap()).await;
        assert!(page.status == 200 && page.body.contains(kind), "{kind}: {}", page.body);
    }
    // Nothing of it took the key.
    assert_eq!(hooks.asks(Method::POST, HOOKS, good(), Some("key-0001")).await.0, 201);
    for at in 2..=10 {
        assert_eq!(hooks.asks(Method::POST, HOOKS, good(), Some(&format!("key-{at:04}"))).await.0, 201);
    }
    let (status, full) = hooks.asks(Method::POST, HOOKS, good(), Some("key-0011")).await;
    assert_eq!((status, kind_of(&full)), (422, "refused"), "{full}");
    assert_eq!(hooks.bank.visitor().opens("/api/v1/problems/nothing").await.status, 404);
    hooks.bank.close().await;
}

#[actix_web::test]
async fn only_its_own_client_with_the_scope_of_a_working_agency_and_an_officer_finds_it() {
    let hooks = Hooks::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let bank = &hooks.bank;
    let (id, _) = hooks.registers(URL, &["roll.done"]).await;
    let path = format!("{HOOKS}/{id}");
    let token = async |scopes: &[Scope], agency| {
        let (id, secret) = bank.client_of("别的平台", scopes, agency).await;
        bank.token(id, &secret).await
    };
    let gets = async |token: &str| asks_as(bank, token, (Method::GET, path.as_str()), None, None).await.0;
    assert_eq!(gets(&token(&[Scope::Recognise], Some((hooks.agency, hooks.officer))).await).await, 403, "the scope");
    assert_eq!(gets(&token(&[Scope::Webhooks], None).await).await, 403, "no agency");
    assert_eq!(gets(&token(&[Scope::Webhooks], Some((hooks.agency, hooks.officer))).await).await, 404, "another client's");
    let (admin, admin_id) = bank.staff("沈静", Role::Administrator, TOWN).await;
    let elsewhere = point(bank, "青石镇文化站", TOWN).await;
    let other = enters(&admin, elsewhere, "91350100M000100Y43").await.parse().unwrap();
    assert_eq!(gets(&token(&[Scope::Webhooks], Some((other, hooks.officer))).await).await, 403, "an officer of another agency");
    let theirs = bank.officer_of(admin_id, elsewhere, TOWN, 72).await;
    assert_eq!(gets(&token(&[Scope::Webhooks], Some((other, theirs))).await).await, 404, "another agency's");
    assert_eq!(hooks.gets(&path).await.0, 200);
    // It ends with who answers for it, and goes on with another.
    let (client, agency) = (hooks.client, hooks.agency);
    let bind = async move |officer| {
        bank.house
            .db
            .write::<_, DbFault, _>(async move |tx| Ok(clients::bind(tx, client, (agency, officer)).await? == Bound::Done))
            .await
            .unwrap()
    };
    assert!(bind(theirs).await);
    assert_eq!(hooks.gets(&path).await.0, 403, "who works elsewhere answers for nothing here");
    assert!(bind(hooks.officer).await);
    assert_eq!(hooks.gets(&path).await.0, 200);
    hooks.bank.close().await;
}

#[actix_web::test]
async fn every_answer_says_how_often_one_may_ask_still() {
    let bank =
        crate::support::server::Bank::over_with(fresh(Engine::Sqlite).await.unwrap(), |config| config.api_per_minute = 3).await;
    let visitor = bank.visitor();
    let says = async |name: &str| visitor.opens("/api/v1/courses").await.headers[name].to_str().unwrap().to_owned();
    assert_eq!(says("ratelimit-policy").await, "\"minute\";q=3;w=60");
    assert_eq!(says("ratelimit").await, "\"minute\";r=1;t=40");
    visitor.opens("/api/v1/courses").await;
    let over = visitor.opens("/api/v1/courses").await;
    assert_eq!((over.status, over.headers["ratelimit"].to_str().unwrap()), (429, "\"minute\";r=0;t=60"));
    assert!(over.headers.contains_key("retry-after"));
    assert!(!visitor.opens("/courses").await.headers.contains_key("ratelimit"));
    bank.close().await;
}
