//! The endpoints for runs of conformance through the door: off, there are none; on, what they sign is believed by them alone.

use std::net::TcpListener;
use std::sync::Arc;

use credit_bank::app::{Running, serve};
use credit_bank::config::Config;
use credit_bank::curriculum::Shelves;
use credit_bank::web::{House, Rooms};
use serde_json::{Value, json};

use crate::support::binary::bare;
use crate::support::databases::{Engine, fresh};
use crate::support::server::{Bank, SHELF};
use crate::verify::Issued;

const ISSUE: &str = "/api/vc/credentials/issue";
const VERIFY: &str = "/api/vc/credentials/verify";
const VERIFY_PRESENTATION: &str = "/api/vc/presentations/verify";

/// The same bank once more, with the endpoints.
struct Open {
    url: String,
    running: Running,
}

impl Open {
    async fn beside(bank: &Bank) -> Self {
        Self::with(bank, |_| ()).await
    }

    async fn with(bank: &Bank, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config { vc_api: true, ..(*bank.house.config).clone() };
        change(&mut config);
        let house = House { config: Arc::new(config), rooms: Rooms::default(), ..bank.house.clone() };
        let running = serve(&house, &Shelves::new(SHELF.clone()), TcpListener::bind("127.0.0.1:0").unwrap()).unwrap();
        Self { url: format!("http://{}", running.address), running }
    }

    async fn sends(&self, path: &str, kind: &str, body: String) -> reqwest::Response {
        let request = reqwest::Client::new().post(format!("{}{path}", self.url)).header("content-type", kind).body(body);
        request.send().await.unwrap()
    }

    async fn posts(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self.sends(path, "application/json", body.to_string()).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        assert!(
            headers["cache-control"] == "no-store" && !headers.contains_key("set-cookie") && headers.contains_key("ratelimit")
        );
        (status, serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    async fn issues(&self, credential: &Value) -> Value {
        let (status, mut answer) = self.posts(ISSUE, &json!({ "credential": credential, "options": {} })).await;
        assert_eq!(status, 201, "{answer}");
        answer["verifiableCredential"].take()
    }

    /// Whether a credential verifies, and of which kind the problem is where it does not.
    async fn verifies(&self, credential: &Value) -> Result<(), String> {
        let (status, answer) = self.posts(VERIFY, &json!({ "verifiableCredential": credential })).await;
        assert_eq!(status, if answer["verified"] == json!(true) { 200 } else { 400 }, "{answer}");
        let problem = answer["problemDetails"].as_array().unwrap().first();
        problem.map_or(Ok(()), |problem| Err(problem["title"].as_str().unwrap().to_owned()))
    }

    async fn close(self) {
        self.running.handle.stop(true).await;
    }
}

fn plain() -> Value {
    json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/examples/v2"],
        "type": ["VerifiableCredential", "AlumniCredential"],
        "issuer": "https://issuer.example/1",
        "credentialSubject": { "id": "did:example:abcdefgh", "alumniOf": "The School of Examples" },
    })
}

crate::on_both! {
    async fn a_certificate_of_the_bank_verifies_and_a_signed_copy_of_it_is_believed_by_nothing_else(fresh: Fresh) {
        let issued = Issued::over(fresh).await;
        let (bank, person) = (issued.work.bank(), issued.work.bank().visitor_at("10.4.0.1"));
        let open = Open::beside(bank).await;
        let document = person.opens(&format!("/v/{}/credential.json", issued.code)).await.body;
        let document: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(open.verifies(&document).await, Ok(()));
        let mut changed = document.clone();
        changed["credentialSubject"]["identifier"][0]["identityHash"] = json!("李桂英");
        assert_eq!(open.verifies(&changed).await, Err("CRYPTOGRAPHIC_SECURITY_ERROR".to_owned()));

        // The same words, signed here.
        let mut copy = document.clone();
        copy.as_object_mut().unwrap().remove("proof");
        let forged = open.issues(&copy).await;
        assert_eq!(open.verifies(&forged).await, Ok(()), "by its own key it does");
        let form = person.opens("/v").await;
        let page = person.sends_file(&form, "/v/file", &[], "a", forged.to_string().into_bytes()).await;
        assert_eq!(page.status, 422, "{}", page.body);
        let request = person.client.post(format!("{}/api/v1/verifications", bank.url)).json(&json!({ "credential": forged }));
        assert_eq!(request.send().await.unwrap().status().as_u16(), 422);
        let keys = person.opens("/v/keys.json").await.body;
        let did = forged["issuer"]["id"].as_str().unwrap();
        let key = did.strip_prefix("did:key:").unwrap();
        assert!(keys.contains("credit-bank/keys/1") && !keys.contains(key), "{keys}");
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in [("keys.json", &keys), ("own.json", &document.to_string()), ("forged.json", &forged.to_string())] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let genuine = |file: &str| bare(folder.path()).args(["verify", file]).output().unwrap();
        assert!(String::from_utf8(genuine("own.json").stdout).unwrap().contains("签名是真的"));
        let output = genuine("forged.json");
        assert!(!output.status.success() && !String::from_utf8_lossy(&output.stdout).contains("签名是真的"), "{output:?}");
        // Its database is looked through before either server ends: each lent it connections.
        issued.close().await;
        open.close().await;
    }

    async fn what_is_signed_verifies_and_what_is_changed_or_is_none_does_not(fresh: Fresh) {
        let bank = Bank::over(fresh).await;
        let open = Open::beside(&bank).await;
        let signed = open.issues(&plain()).await;
        assert!(signed["issuer"].as_str().unwrap().starts_with("did:key:z6Mk"), "{signed}");
        assert_eq!(open.verifies(&signed).await, Ok(()));
        for place in ["/type/1", "/credentialSubject/id", "/credentialSubject/alumniOf"] {
            let mut changed = signed.clone();
            let value = changed.pointer_mut(place).unwrap();
            *value = json!(format!("{}x", value.as_str().unwrap()));
            assert_eq!(open.verifies(&changed).await, Err("CRYPTOGRAPHIC_SECURITY_ERROR".to_owned()), "{place}");
        }
        for (member, value) in [("@context", json!(["https://example.org/v1"])), ("type", json!([])), ("issuer", json!("x")), ("validFrom", json!("2023"))] {
            let mut wrong = plain();
            wrong[member] = value;
            let (status, problem) = open.posts(ISSUE, &json!({ "credential": wrong })).await;
            assert_eq!((status, &problem["title"]), (400, &json!("MALFORMED_VALUE_ERROR")), "{member} {problem}");
        }
        let presents = |credentials: Value| {
            let context = "https://www.w3.org/ns/credentials/v2";
            json!({ "verifiablePresentation": {
                "@context": [context], "type": ["VerifiablePresentation"], "verifiableCredential": credentials } })
        };
        let (status, answer) = open.posts(VERIFY_PRESENTATION, &presents(json!([signed, signed]))).await;
        assert_eq!((status, &answer["verified"]), (200, &json!(true)), "{answer}");
        let (status, answer) = open.posts(VERIFY_PRESENTATION, &presents(json!([signed, plain()]))).await;
        assert_eq!((status, &answer["verified"]), (400, &json!(false)), "{answer}");
        open.close().await;
        bank.close().await;
    }
}

#[actix_web::test]
async fn off_there_is_no_such_address_and_on_bad_bodies_are_told_apart() {
    let bank = Bank::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let shut = |path: &'static str| {
        let request = reqwest::Client::new().post(format!("{}{path}", bank.url)).json(&json!({ "credential": plain() }));
        async move { request.send().await.unwrap() }
    };
    let nothing = shut("/api/vc/nothing").await;
    let content = nothing.headers()["content-type"].clone();
    assert_eq!(nothing.status().as_u16(), 404);
    for path in [ISSUE, VERIFY, VERIFY_PRESENTATION] {
        let answer = shut(path).await;
        assert_eq!((answer.status().as_u16(), &answer.headers()["content-type"]), (404, &content), "{path}");
    }
    let open = Open::beside(&bank).await;
    for path in [ISSUE, VERIFY, VERIFY_PRESENTATION] {
        for (kind, body, status) in [
            ("application/json", "{".to_owned(), 400),
            ("application/json", "[]".to_owned(), 400),
            ("application/json", "{}".to_owned(), 400),
            ("application/json", r#"{"credential":{},"credential":{}}"#.to_owned(), 400),
            ("application/json", "[".repeat(60_000), 400),
            ("application/json", " ".repeat(64 * 1024 + 1), 413),
            ("text/plain", "{}".to_owned(), 415),
        ] {
            let answer = open.sends(path, kind, body).await;
            assert_eq!(answer.status().as_u16(), status, "{path} {kind}");
            assert!(answer.headers().get("set-cookie").is_none());
        }
    }
    open.close().await;
    // As often as the API, and no oftener.
    let open = Open::with(&bank, |config| config.api_per_minute = 2).await;
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(open.sends(VERIFY, "application/json", "{}".to_owned()).await.status().as_u16());
    }
    assert_eq!(seen.last(), Some(&429), "{seen:?}");
    open.close().await;
    bank.close().await;
}
