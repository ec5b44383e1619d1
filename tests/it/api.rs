//! The JSON API: what programs get, how they are let in and put out, and what they are told when something is wrong.

use std::collections::BTreeSet;

use credit_bank::app::ROUTES;
use credit_bank::clients::{self, Scope};
use credit_bank::db::DbFault;
use serde_json::{Value, json};

use crate::passbook::passes;
use crate::support::databases::{Engine, fresh};
use crate::support::raw::says;
use crate::support::server::{Answer, Bank, Person};

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|error| panic!("{error}: {}", answer.body))
}

async fn gets(person: &Person, path: &str) -> Value {
    let answer = person.opens(path).await;
    assert_eq!(
        (answer.status, answer.headers["content-type"].to_str().unwrap()),
        (200, "application/json"),
        "{path}: {}",
        answer.body
    );
    json_of(&answer)
}

/// What is told, as RFC 9457 has it.
fn problem(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.headers["content-type"], "application/problem+json", "{}", answer.body);
    let problem = json_of(answer);
    assert_eq!((answer.status, &problem["status"]), (status, &json!(status)), "{}", answer.body);
    assert!(problem["title"].as_str().is_some_and(|title| title.chars().any(|c| c > '\u{4e00}')), "in Chinese: {problem}");
    assert!(problem["instance"].as_str().is_some_and(|instance| instance.starts_with("urn:uuid:")));
    problem
}

async fn asks_token(bank: &Bank, fields: &[(&str, &str)]) -> Answer {
    bank.visitor().posts_raw("/api/v1/token", fields).await
}

crate::on_both! {
    async fn anybody_reads_courses_and_places_page_by_page(fresh: Fresh) {
        let bank = Bank::over(fresh).await.with_places().await;
        let visitor = bank.visitor();
        let catalogue = gets(&visitor, "/api/v1/courses").await;
        assert_eq!((catalogue["courses"].as_array().unwrap().len(), catalogue["areas"].as_array().unwrap().len()), (23, 7));
        let course = gets(&visitor, "/api/v1/courses/T19").await;
        assert_eq!((&course["code"], &course["credit_milli"], &course["path"]), (&json!("T19"), &json!(250), &json!("/courses/T19")));
        assert!(course["lessons"].as_array().unwrap().iter().any(|lesson| lesson["group"] == "elder"));
        let found = gets(&visitor, "/api/v1/search?q=%E9%AA%97%E5%AD%90&limit=3").await;
        assert!((1..=3).contains(&found["hits"].as_array().unwrap().len()), "{found}");
        let names = |page: &Value| page["places"].as_array().unwrap().iter().map(|place| place["name"].clone()).collect::<Vec<_>>();
        assert_eq!(names(&gets(&visitor, "/api/v1/places").await), ["浙江省"]);
        let first = gets(&visitor, "/api/v1/places?parent=330182&limit=1").await;
        assert_eq!((names(&first), first["parent"]["name"].as_str()), (vec![json!("青石镇")], Some("建德市")));
        let after = first["next"].as_str().unwrap();
        let last = gets(&visitor, &format!("/api/v1/places?parent=330182&limit=1&after={after}")).await;
        assert_eq!((names(&last), &last["next"]), (vec![json!("柳湾镇")], &Value::Null));
        let cookies = visitor.opens("/api/v1/courses").await;
        assert!(!cookies.headers.contains_key("set-cookie"), "programs get no cookies");
        bank.close().await;
    }

    async fn a_client_gets_a_token_and_is_out_at_the_next_request_once_it_is_ended(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let (id, token) = bank.client_token("省平台", &[Scope::Places, Scope::Catalogue]).await;
        let program = bank.bearer(&token);
        let who = gets(&program, "/api/v1/client").await;
        let until = bank.clock.now().plus_minutes(10).to_rfc3339();
        assert_eq!(who, json!({ "client_id": id.to_string(), "name": "省平台", "scope": "catalogue places", "until": until }));
        assert_eq!(bank.signed_in(bank.learner("王桂英", 1, None).await.1, credit_bank::identity::Assurance::Sms).await.opens("/api/v1/client").await.status, 401);
        bank.clock.turn_ms(599_000);
        gets(&program, "/api/v1/client").await;
        bank.clock.turn_ms(1_000);
        let over = program.opens("/api/v1/client").await;
        assert_eq!(over.headers["www-authenticate"], "Bearer");
        problem(&over, 401);
        let (other, token) = bank.client_token("市平台", &[Scope::Places]).await;
        let program = bank.bearer(&token);
        gets(&program, "/api/v1/client").await;
        assert!(bank.fresh.db.write::<_, DbFault, _>(async move |tx| Ok(clients::end(tx, other).await?)).await.unwrap());
        problem(&program.opens("/api/v1/client").await, 401);
        problem(&program.opens("/api/v1/places").await, 401);
        bank.close().await;
    }
}

#[actix_web::test]
async fn a_token_is_given_as_the_standard_has_it_and_for_nothing_more_than_the_client_may() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (id, secret) = bank.client("省平台", &[Scope::Places]).await;
    let (id, secret) = (id.to_string(), secret.to_text());
    let grant = ("grant_type", "client_credentials");
    let own = [grant, ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let given = asks_token(&bank, &own).await;
    let body = json_of(&given);
    assert_eq!((&body["token_type"], &body["expires_in"], &body["scope"]), (&json!("Bearer"), &json!(600), &json!("places")));
    assert_eq!(
        (given.headers["cache-control"].to_str().unwrap(), given.headers["pragma"].to_str().unwrap()),
        ("no-store", "no-cache")
    );
    let basic = bank.visitor().client.post(format!("{}/api/v1/token", bank.url)).basic_auth(&id, Some(&secret));
    assert_eq!(basic.form(&[grant, ("scope", "places")]).send().await.unwrap().status().as_u16(), 200);
    let by_json = bank.visitor().client.post(format!("{}/api/v1/token", bank.url));
    let by_json =
        by_json.json(&json!({ "grant_type": "client_credentials", "client_id": id, "client_secret": secret })).send().await;
    assert_eq!(by_json.unwrap().status().as_u16(), 200);
    let stranger = clients::Secret::fresh().to_text();
    type Case<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);
    let refused: [Case<'_>; 8] = [
        (&[grant, ("client_id", &id), ("client_secret", &stranger)], 401, "invalid_client"),
        (&[grant, ("client_id", "01980000-0000-7000-8000-000000000000"), ("client_secret", &secret)], 401, "invalid_client"),
        (&[grant, ("client_id", "li"), ("client_secret", "x")], 401, "invalid_client"),
        (&[grant], 401, "invalid_client"),
        (&[("grant_type", "password"), ("client_id", &id), ("client_secret", &secret)], 400, "unsupported_grant_type"),
        (&[("client_id", &id), ("client_secret", &secret)], 400, "invalid_request"),
        (&[grant, grant, ("client_id", &id), ("client_secret", &secret)], 400, "invalid_request"),
        (&[grant, ("client_id", &id), ("client_secret", &secret), ("scope", "places catalogue")], 400, "invalid_scope"),
    ];
    for (fields, status, error) in refused {
        let answer = asks_token(&bank, fields).await;
        assert_eq!((answer.status, &json_of(&answer)["error"]), (status, &json!(error)), "{fields:?}");
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401);
    }
    bank.close().await;
}

#[actix_web::test]
async fn a_token_covers_its_scopes_and_no_ones_passbook() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let (wang, id) = bank.learner("王桂英", 1, None).await;
    passes(&bank, id, "T01").await;
    let passbook = gets(&wang, "/api/v1/passbook").await;
    assert_eq!((&passbook["total_milli"], &passbook["entries"][0]["unit"]), (&json!(250), &json!("T01")));
    let program = bank.bearer(&bank.client_token("省平台", &[Scope::Places]).await.1);
    problem(&program.opens("/api/v1/passbook").await, 401);
    problem(&bank.visitor().opens("/api/v1/passbook").await, 401);
    gets(&program, "/api/v1/places").await;
    problem(&program.opens("/api/v1/courses").await, 403);
    // A page is no door for it either.
    assert_eq!(program.opens("/passbook").await.location.as_deref(), Some("/sign-in?back=%2Fpassbook"));
    let keys = gets(&bank.visitor(), "/api/v1/jwks.json").await;
    let keys = keys["keys"].as_array().unwrap();
    assert!(keys.len() == 3 && keys.iter().all(|key| key["kty"] == "OKP" && key["crv"] == "Ed25519" && key.get("d").is_none()));
    bank.close().await;
}

#[actix_web::test]
async fn whatever_is_wrong_is_said_in_words_that_name_the_place() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let visitor = bank.visitor();
    let cases: [(&str, u16, &str); 10] = [
        ("/api/v1/nowhere", 404, "没找到这一页"),
        ("/api/v1/courses/T99", 404, "没找到这一页"),
        ("/api/v1/places?parent=99", 404, "没找到这一页"),
        ("/api/v1/places?limit=many", 400, "「limit」"),
        ("/api/v1/search", 400, "问号后面"),
        ("/api/v1/search?q=a&q=b", 400, "问号后面"),
        ("/api/v1/search?q=", 422, "1 到 200 个字"),
        ("/api/v1/search?q=a&limit=51", 422, "1 到 50 之间的数"),
        ("/api/v1/places?parent=%E6%B5%99", 422, "2 到 12 位数字"),
        ("/api/v1/client", 401, "请先登录"),
    ];
    for (path, status, words) in cases {
        let told = problem(&visitor.opens(path).await, status).to_string();
        assert!(told.contains(words), "{path}: {told}");
    }
    let both = problem(&visitor.opens("/api/v1/places?parent=x&limit=0").await, 422);
    let fields: Vec<&str> = both["errors"].as_array().unwrap().iter().map(|error| error["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["limit", "parent"]);
    let wrong = visitor.posts_raw("/api/v1/courses", &[]).await;
    assert_eq!(wrong.headers["allow"], "GET, HEAD");
    problem(&wrong, 405);
    let post = |kind: &str, body: String| {
        visitor.client.post(format!("{}/api/v1/token", bank.url)).header("content-type", kind.to_owned()).body(body).send()
    };
    let sent = post("application/json", "{\n  \"grant_type\": client}".to_owned()).await.unwrap();
    assert_eq!(sent.status().as_u16(), 400);
    let told: Value = serde_json::from_str(&sent.text().await.unwrap()).unwrap();
    assert!(told["detail"].as_str().unwrap().contains("第 2 行第 17 列"), "{told}");
    assert_eq!(post("text/plain", "x".to_owned()).await.unwrap().status().as_u16(), 415);
    assert_eq!(post("application/json", " ".repeat(20_000)).await.unwrap().status().as_u16(), 413);
    let head = "POST /api/v1/token HTTP/1.1\r\nHost: bank\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    let slow = says(&bank.url, head.as_bytes().to_vec()).await;
    assert!(slow.status() == 408 && slow.text.contains("application/problem+json"), "{}", slow.text);
    bank.close().await;
}

#[actix_web::test]
async fn who_asks_too_often_is_asked_to_wait() {
    let fresh = fresh(Engine::Sqlite).await.unwrap();
    let bank = Bank::over_with(fresh, |config| config.api_per_minute = 2).await;
    let visitor = bank.visitor();
    for _ in 0..2 {
        gets(&visitor, "/api/v1/courses").await;
    }
    let waits = visitor.opens("/api/v1/courses").await;
    problem(&waits, 429);
    assert!((1..=31).contains(&waits.headers["retry-after"].to_str().unwrap().parse::<u32>().unwrap()));
    gets(&bank.visitor_at("10.0.0.7"), "/api/v1/courses").await;
    assert_eq!(visitor.opens("/courses").await.status, 200, "pages are not counted");
    bank.close().await;
}

#[actix_web::test]
async fn the_document_describes_the_routes_of_the_api_and_no_others() {
    let bank = Bank::open(Engine::Sqlite).await.unwrap();
    let document = gets(&bank.visitor(), "/api/v1/openapi.json").await;
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<(String, String)> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone())))
        .collect();
    let routes = ROUTES.iter().filter(|route| route.path.starts_with("/api/v1/"));
    let served: BTreeSet<(String, String)> = routes.map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    assert_eq!(described, served);
    bank.close().await;
}
