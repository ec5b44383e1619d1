//! Certificates for programs: whether one is good, for anybody; those of an agency; what a program asks for is the first of two.

use credit_bank::app::runner_of;
use credit_bank::certificates;
use credit_bank::clients::Scope;
use credit_bank::credentials::status;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::databases::Fresh;
use crate::verify::Issued;
use crate::webhooks::asks_as;

const PATH: &str = "/api/v1/verifications";

/// A certificate, and a program of its agency.
struct Program {
    issued: Issued,
    token: String,
}

impl Program {
    async fn over(fresh: Fresh) -> Self {
        let issued = Issued::over(fresh).await;
        let whose = Some((issued.work.agency(), issued.work.zhao_id));
        let scopes = [Scope::Verify, Scope::Certificates];
        let (id, secret) = issued.work.bank().client_of("省开放大学平台", &scopes, whose).await;
        let token = issued.work.bank().token(id, &secret).await;
        Self { issued, token }
    }

    async fn posts(&self, path: &str, body: Value, key: Option<&str>) -> (u16, Value) {
        asks_as(self.issued.work.bank(), &self.token, (Method::POST, path), Some(body), key).await
    }

    async fn gets(&self, path: &str) -> (u16, Value) {
        asks_as(self.issued.work.bank(), &self.token, (Method::GET, path), None, None).await
    }

    async fn about(&self, deed: &str, body: Value, key: &str) -> (u16, Value) {
        self.posts(&format!("/api/v1/certificates/{}/{deed}", self.issued.number), body, Some(key)).await
    }
}

async fn anybody(issued: &Issued, body: &Value) -> (u16, Value) {
    let bank = issued.work.bank();
    let answer = reqwest::Client::new().post(format!("{}{PATH}", bank.url)).json(body).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
}

/// The set positions of the agency's list of suspensions, as it is published fifteen seconds later.
async fn suspended(program: &Program) -> Vec<u32> {
    let bank = program.issued.work.bank();
    certificates::schedule_upkeep(&bank.house.db).await.unwrap();
    bank.clock.turn_ms(15_000);
    runner_of(&bank.house).run_due().await.unwrap();
    let list = bank.visitor().opens(&format!("/issuers/{}/status/suspension/1", program.issued.work.agency())).await;
    let list: Value = serde_json::from_str(&list.body).unwrap();
    status::decode(list["credentialSubject"]["encodedList"].as_str().unwrap()).unwrap()
}

crate::on_both! {
    async fn anybody_and_a_program_ask_whether_one_is_good(fresh: Fresh) {
        let program = Program::over(fresh).await;
        let issued = &program.issued;
        let document = issued.work.bank().visitor().opens(&format!("/v/{}/credential.json", issued.code)).await.body;
        let document: Value = serde_json::from_str(&document).unwrap();
        let ways = [
            json!({ "code": issued.code }),
            json!({ "number": issued.number, "name": "王桂英" }),
            json!({ "credential": document }),
        ];
        for way in &ways {
            for (status, answer) in [anybody(issued, way).await, program.posts(PATH, way.clone(), None).await] {
                assert_eq!((status, &answer["standing"], &answer["register"]["name"]), (200, &json!("active"), &json!("王*英")), "{answer}");
                assert_eq!((&answer["replaced"], &answer["certificate"]["units"][0]["code"]), (&json!(false), &json!("T19")));
                assert!(!answer.to_string().contains("13800000001") && !answer.to_string().contains("330182001"), "{answer}");
            }
        }
        let (status, wrong) = anybody(issued, &json!({ "number": issued.number, "name": "李桂英" })).await;
        assert_eq!((status, &wrong["standing"], &wrong["register"]), (200, &json!("unknown"), &Value::Null));
        let mut changed = document.clone();
        changed["credentialSubject"]["identifier"][0]["identityHash"] = json!("李桂英");
        assert_eq!(anybody(issued, &json!({ "credential": changed })).await.0, 422);
        for bad in [json!({}), json!({ "code": "1", "name": "王" }), json!({ "more": 1 })] {
            assert_eq!(anybody(issued, &bad).await.0, 400, "{bad}");
        }
        program.issued.close().await;
    }

    async fn a_program_suspends_at_once_and_the_lists_say_so_within_a_minute(fresh: Fresh) {
        let program = Program::over(fresh).await;
        assert_eq!(suspended(&program).await, Vec::<u32>::new());
        let wish = json!({ "reason": "evidence_wrong", "words": "成绩单有误" });
        assert_eq!(program.about("suspensions", json!({ "reason": "credit_reversed" }), "key-0000").await.0, 422);
        let (status, done) = program.about("suspensions", wish.clone(), "key-0001").await;
        assert_eq!((status, &done["outcome"]), (201, &json!("suspended")), "{done}");
        assert_eq!(program.about("suspensions", wish.clone(), "key-0001").await, (201, done), "the first answer again");
        assert_eq!(program.about("suspensions", json!({ "reason": "fraud" }), "key-0001").await.0, 422, "another body");
        assert_eq!(program.about("suspensions", wish, "key-0002").await.0, 409, "it is suspended");
        let page = program.issued.work.bank().visitor().opens(&format!("/v/{}", program.issued.code)).await;
        assert!(page.body.contains("已暂停") && page.body.contains("发证依据的材料有误") && !page.body.contains("成绩单有误"), "{}", page.body);
        assert_eq!(suspended(&program).await.len(), 1);
        let (_, list) = program.gets("/api/v1/certificates?limit=1").await;
        assert_eq!((&list["certificates"][0]["standing"], &list["next"]), (&json!("suspended"), &Value::Null), "{list}");
        program.issued.close().await;
    }

    async fn a_program_asks_for_a_revocation_and_a_person_decides(fresh: Fresh) {
        let program = Program::over(fresh).await;
        let (status, done) = program.about("revocations", json!({ "reason": "fraud" }), "key-0001").await;
        assert_eq!((status, &done["outcome"]), (202, &json!("asked")), "{done}");
        let way = format!("/api/v1/requests/{}", done["request"].as_str().unwrap());
        let (_, request) = program.gets(&way).await;
        assert_eq!((&request["act"], &request["state"], &request["number"]), (&json!("revoke"), &json!("proposed"), &json!(program.issued.number)), "{request}");
        let (_, verified) = program.posts(PATH, json!({ "code": program.issued.code }), None).await;
        assert_eq!(verified["standing"], json!("active"), "a program never decides");
        // Another agency's program finds neither, nor does one without the scope.
        let bank = program.issued.work.bank();
        let (id, secret) = bank.client_of("目录平台", &[Scope::Verify], None).await;
        let other = bank.token(id, &secret).await;
        assert_eq!(asks_as(bank, &other, (Method::GET, &way), None, None).await.0, 403);
        let strange = "/api/v1/requests/01980000-0000-7000-8000-000000000001";
        assert_eq!(program.gets(strange).await.0, 404);
        assert_eq!(program.posts("/api/v1/certificates/123456789018/revocations", json!({ "reason": "fraud" }), Some("key-0009")).await.0, 404);
        assert_eq!(program.posts(&format!("/api/v1/certificates/{}/revocations", program.issued.number), json!({ "reason": "fraud" }), None).await.0, 400);
        program.issued.close().await;
    }

    async fn an_agencys_certificates_come_page_by_page_and_name_nobody(fresh: Fresh) {
        let program = Program::over(fresh).await;
        let (status, list) = program.gets("/api/v1/certificates").await;
        assert_eq!((status, list["certificates"].as_array().unwrap().len()), (200, 1), "{list}");
        let line = &list["certificates"][0];
        assert_eq!((&line["number"], &line["kind"], &line["about"], &line["version"]), (&json!(program.issued.number), &json!("unit"), &json!("T19"), &json!(1)));
        assert!(!list.to_string().contains("桂英"), "{list}");
        let later = program.issued.work.bank().clock.now().plus_days(1).to_rfc3339();
        let (_, none) = program.gets(&format!("/api/v1/certificates?changed_since={later}")).await;
        assert_eq!(none["certificates"], json!([]));
        for bad in ["changed_since=2026", "after=x", "changed_since=2026-13-01T00:00:00Z"] {
            assert!([400, 422].contains(&program.gets(&format!("/api/v1/certificates?{bad}")).await.0), "{bad}");
        }
        program.issued.close().await;
    }
}
