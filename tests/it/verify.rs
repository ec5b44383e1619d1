//! Verifying through the door: one word for whoever holds the paper, the same answer to whoever guesses, and nothing of a person but the name masked.

use std::time::{Duration, Instant};

use credit_bank::app::runner_of;
use credit_bank::certificates;
use credit_bank::credentials::LongCode;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::Value;

use crate::certificates::{Issuing, does, reverses};
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::{Answer, Person};

/// A bank in which Wang has the certificate of a unit.
pub struct Issued {
    pub work: Issuing,
    pub award: credit_bank::kernel::TransferId,
    pub code: String,
    pub number: String,
    pub id: String,
}

impl Issued {
    pub async fn over(fresh: Fresh) -> Self {
        let work = Issuing::over(fresh).await;
        let award = work.passes("T19").await;
        let request = work.asks("T19").await;
        assert_eq!(does(&work.zhao, &request, "issue").await.status, 303);
        work.bank().seals().await;
        let (db, at) = (work.bank().house.db.read(), work.at());
        let shown = certificates::list_of(db, &at, work.wang_id, work.bank().clock.now()).await.unwrap().pop().unwrap();
        let (code, number) = (shown.register.code.to_text(), shown.register.number.as_str().to_owned());
        Self { award, code, number, id: shown.certificate.to_string(), work }
    }

    pub async fn asks(&self, person: &Person, number: &str, name: &str) -> Answer {
        let form = person.opens("/v").await;
        person.sends(&form, "/v", &[("by", "name"), ("number", number), ("name", name)]).await
    }

    async fn sends(&self, person: &Person, file: Vec<u8>) -> Answer {
        let form = person.opens("/v").await;
        person.sends_file(&form, "/v/file", &[], "a", file).await
    }

    pub async fn close(self) {
        self.work.close().await;
    }
}

/// The one word of an answer.
pub fn word(answer: &Answer) -> &str {
    let title = answer.body.split("<title>").nth(1).unwrap().split("</title>").next().unwrap();
    title.split(' ').next().unwrap()
}

/// Headers by name, but for what differs from one moment to the next.
pub fn headers(answer: &Answer) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["location", "date"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    all.sort();
    all
}

crate::on_both! {
    async fn right_and_wrong_are_answered_alike_and_only_the_way_differs(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let other = "123456789018";
        let own = issued.number.as_str();
        let cases = [(own, "王桂英", "有效"), (own, "李桂英", "查不到"), (other, "王桂英", "查不到"), (other, "李桂英", "查不到")];
        let person = issued.work.bank().visitor_at("10.1.0.1");
        let mut first: Option<(usize, Vec<(String, String)>)> = None;
        for (number, name, expected) in cases {
            let form = person.opens("/v").await;
            let begun = Instant::now();
            let answer = person.sends(&form, "/v", &[("by", "name"), ("number", number), ("name", name)]).await;
            assert!(begun.elapsed() >= Duration::from_millis(395), "{name} {:?}", begun.elapsed());
            assert_eq!((answer.status, answer.body.as_str()), (303, ""), "{number} {name}");
            let way = answer.location.clone().unwrap();
            assert!(!way.contains(number) && !way.contains('%'), "{way}");
            let seen = (way.len(), headers(&answer));
            assert_eq!(first.get_or_insert_with(|| seen.clone()), &seen, "{number} {name}");
            let page = person.opens(&way).await;
            assert_eq!((page.status, word(&page)), (200, expected), "{}", page.body);
            assert_eq!(page.headers.get("cache-control").unwrap(), "no-store");
        }
        // What is typed wrong is said before anything is looked up.
        let wrong = issued.asks(&person, "123456789010", "").await;
        assert!(wrong.status == 422 && wrong.body.contains("编号抄错了一位"), "{}", wrong.body);
        // Ten minutes later the answer is put away.
        let way = issued.asks(&person, &issued.number, "王桂英").await.location.unwrap();
        issued.work.bank().clock.turn_ms(600_000);
        assert_eq!(person.opens(&way).await.status, 404);
        issued.close().await;
    }

    async fn the_long_code_shows_what_was_signed_and_nothing_of_the_person(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let person = issued.work.bank().visitor();
        for way in [format!("/v/{}", issued.code), format!("/V/{}", issued.code), format!("/v/{}", issued.code.to_lowercase())] {
            let page = person.opens(&way).await;
            assert_eq!((page.status, word(&page)), (200, "有效"), "{way}: {}", page.body);
            for said in ["王*英", "单元学习证明", "青石镇成人学校", "T19", "data-compare"] {
                assert!(page.body.contains(said), "{said} in {}", page.body);
            }
            for (name, value) in [("cache-control", "no-store"), ("referrer-policy", "no-referrer"), ("x-robots-tag", "noindex")] {
                assert_eq!(page.headers.get_all(name).iter().collect::<Vec<_>>(), [value], "{name}");
            }
        }
        let mut bodies = Vec::new();
        for end in ["", "/credential.json", "/credential.jwt", "/credential.did-key.json", "/receipts"] {
            let answer = person.opens(&format!("/v/{}{end}", issued.code)).await;
            assert_eq!(answer.status, 200, "{end}: {}", answer.body);
            bodies.push(answer.body);
        }
        let receipts: Value = serde_json::from_str(bodies.last().unwrap()).unwrap();
        assert!(receipts["lines"][0]["award"]["proof"].is_array() && receipts["checkpoints"][0]["note"].is_string(), "{receipts}");
        let learner = issued.work.wang_id.to_string();
        for body in &bodies {
            for secret in ["13800000001", "138\u{a0}0000\u{a0}0001", "330182001", "1951 年", "1951-", learner.as_str()] {
                assert!(!body.contains(secret), "{secret} in {body}");
            }
        }
        issued.close().await;
    }

    async fn a_code_that_is_mistyped_or_not_there_says_so_and_not_too_often(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (person, other) = (issued.work.bank().visitor_at("10.1.0.2"), issued.work.bank().visitor_at("10.1.0.3"));
        let changed = if issued.code.starts_with('0') { "1" } else { "0" };
        let mistyped = format!("{changed}{}", issued.code.get(1..).unwrap());
        let page = person.opens(&format!("/v/{mistyped}")).await;
        assert!(page.status == 404 && page.body.contains("第 1 个字符可能写错了"), "{}", page.body);
        let form = person.opens("/v").await;
        let again = person.sends(&form, "/v", &[("by", "code"), ("code", &mistyped)]).await;
        assert!(again.status == 422 && again.body.contains(&mistyped), "{}", again.body);
        let strange = format!("/v/{}", LongCode::from_chance([9; 14]));
        for _ in 0..30 {
            assert_eq!(person.opens(&strange).await.status, 404);
        }
        let over = person.opens(&strange).await;
        assert!(over.status == 429 && over.headers.contains_key("retry-after") && over.body.contains("分钟"), "{}", over.body);
        assert_eq!(person.opens(&format!("/v/{}", issued.code)).await.status, 200, "whoever holds the paper goes on");
        assert_eq!(other.opens(&strange).await.status, 404);
        issued.close().await;
    }

    async fn nobody_goes_through_names_and_numbers(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let bank = issued.work.bank();
        let people: Vec<Person> = (1..=3).map(|number| bank.visitor_at(&format!("10.2.0.{number}"))).collect();
        for person in &people[..2] {
            let all = futures_util::future::join_all((0..10).map(|_| issued.asks(person, &issued.number, "李桂英"))).await;
            assert!(all.iter().all(|answer| answer.status == 303));
        }
        let over = issued.asks(&people[0], &issued.number, "王桂英").await;
        assert!(over.status == 429 && over.headers.contains_key("retry-after"), "{}", over.body);
        // Twenty wrong names for one number today: the right one opens nothing either, whoever asks.
        let way = issued.asks(&people[2], &issued.number, "王桂英").await.location.unwrap();
        assert_eq!(word(&people[2].opens(&way).await), "查不到");
        assert_eq!(people[2].opens(&format!("/v/{}", issued.code)).await.status, 200, "the long code does");
        bank.clock.turn_ms(86_400_000);
        let way = issued.asks(&people[2], &issued.number, "王桂英").await.location.unwrap();
        assert_eq!(word(&people[2].opens(&way).await), "有效", "the next day");
        // What was counted goes.
        certificates::schedule_upkeep(&bank.house.db).await.unwrap();
        bank.clock.turn_ms(3 * 86_400_000);
        runner_of(&bank.house).run_due().await.unwrap();
        assert_eq!(entity::verify_tally::Entity::find().count(bank.house.db.read()).await.unwrap(), 0);
        issued.close().await;
    }

    async fn a_reversal_is_seen_in_the_very_next_request(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let person = issued.work.bank().visitor();
        let way = format!("/v/{}", issued.code);
        assert_eq!(word(&person.opens(&way).await), "有效");
        reverses(&issued.work, issued.award).await;
        let page = person.opens(&way).await;
        assert_eq!(word(&page), "已暂停", "{}", page.body);
        assert!(page.body.contains("证书依据的学分冲正或转出了") && page.body.contains("青石镇成人学校"), "{}", page.body);
        issued.work.desk.bank.close().await;
    }

    async fn a_file_is_read_verified_and_kept_nowhere(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let person = issued.work.bank().visitor_at("10.3.0.1");
        let document = person.opens(&format!("/v/{}/credential.json", issued.code)).await.body;
        let jwt = person.opens(&format!("/v/{}/credential.jwt", issued.code)).await.body;
        for file in [document.clone(), jwt] {
            let page = issued.sends(&person, file.into_bytes()).await;
            assert_eq!((page.status, word(&page)), (200, "有效"), "{}", page.body);
            assert!(page.body.contains("请核对纸上的字与这里是否一样") && !page.body.contains("王桂英"), "{}", page.body);
        }
        let pdf = issued.work.wang.client.get(format!("{}/certificates/{}/pdf", issued.work.wang.url, issued.id)).send().await.unwrap();
        assert_eq!(pdf.status().as_u16(), 200);
        let pdf = pdf.bytes().await.unwrap().to_vec();
        assert!(pdf.starts_with(b"%PDF"));
        let page = issued.sends(&person, pdf).await;
        assert_eq!((page.status, word(&page)), (200, "有效"), "{}", page.body);
        let changed = document.replace("王桂英", "李桂英");
        assert_ne!(changed, document);
        for (file, said) in [
            (changed.into_bytes(), "签名对不上"),
            (b"hello".to_vec(), "没有找到证书"),
            (Vec::new(), "请先选一个文件"),
            ("[".repeat(1_000_000).into_bytes(), "没有找到证书"),
            (vec![b'x'; 10 * 1024 * 1024 + 1], "照片太大了"),
        ] {
            let page = issued.sends(&person, file).await;
            assert!(page.status == 422 && page.body.contains(said), "{said}: {} {}", page.status, page.body);
        }
        issued.close().await;
    }

    async fn strangers_software_finds_keys_lists_and_kinds(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (bank, person) = (issued.work.bank(), issued.work.bank().visitor());
        let agency = issued.work.agency();
        let did = person.opens(&format!("/issuers/{agency}/did.json")).await;
        assert_eq!((did.status, did.headers.get("content-type").unwrap().to_str().unwrap()), (200, "application/did+json"));
        let did: Value = serde_json::from_str(&did.body).unwrap();
        assert_eq!(did["id"], format!("did:web:bank.test:issuers:{agency}"));
        assert_eq!(did["assertionMethod"].as_array().unwrap().len(), 1);
        certificates::schedule_upkeep(&bank.house.db).await.unwrap();
        bank.clock.turn_ms(15_000);
        runner_of(&bank.house).run_due().await.unwrap();
        for purpose in ["revocation", "suspension"] {
            let way = format!("/issuers/{agency}/status/{purpose}/1");
            let list = person.opens(&way).await;
            assert_eq!((list.status, list.headers.get("cache-control").unwrap().to_str().unwrap()), (200, "public, max-age=30"), "{}", list.body);
            let get = person.client.get(format!("{}{way}", bank.url));
            let known = list.headers.get("etag").unwrap().clone();
            assert_eq!(get.header("if-none-match", known).send().await.unwrap().status().as_u16(), 304);
            let jwt = person.client.get(format!("{}{way}", bank.url)).header("accept", "application/vc+jwt").send().await.unwrap();
            assert_eq!((jwt.headers()["content-type"].to_str().unwrap(), jwt.headers()["vary"].to_str().unwrap().contains("Accept")), ("application/vc+jwt", true));
        }
        let document = person.opens(&format!("/v/{}/credential.json", issued.code)).await.body;
        let document: Value = serde_json::from_str(&document).unwrap();
        let kind = document["credentialSubject"]["achievement"]["id"].as_str().unwrap().strip_prefix("https://bank.test").unwrap().to_owned();
        let page = person.opens(&kind).await;
        assert!(page.status == 200 && page.body.contains("单元学习证明"), "{}", page.body);
        let refresh = format!("/issuers/{agency}/status/refresh/1");
        let nobody = "/issuers/01980000-0000-7000-8000-000000000009/did.json";
        for way in [nobody, "/credentials/unit/1999.1", "/credentials/none/1", refresh.as_str()] {
            assert_eq!(person.opens(way).await.status, 404, "{way}");
        }
        issued.close().await;
    }
}

#[actix_web::test]
async fn ten_files_in_ten_minutes_are_read_for_one_house() {
    let issued = Issued::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let person = issued.work.bank().visitor_at("10.4.0.1");
    for _ in 0..10 {
        assert_eq!(issued.sends(&person, b"x".to_vec()).await.status, 422);
    }
    let over = issued.sends(&person, b"x".to_vec()).await;
    assert!(over.status == 429 && over.headers.contains_key("retry-after"), "{}", over.body);
    assert_eq!(issued.sends(&issued.work.bank().visitor_at("10.4.0.2"), b"x".to_vec()).await.status, 422);
    issued.close().await;
}
