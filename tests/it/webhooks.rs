//! Programs of agencies are told of what happens: once they have answered, of their own agency alone, signed, again and again over three days;
//! and only at addresses that may be called.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use credit_bank::agencies;
use credit_bank::app::courier_of;
use credit_bank::clients::{self, Scope, Secret};
use credit_bank::config::Config;
use credit_bank::db::{DbFault, Tx};
use credit_bank::identity::Role;
use credit_bank::kernel::{AgencyId, ClientId, IpNet, LearnerId, Timestamp};
use credit_bank::webhooks::{self, Courier, Door};
use serde_json::{Value, json};

use crate::agencies::{CODE, POWERS, TOWN, enters};
use crate::certificates::Issuing;
use crate::certificates_changing::{issued, sends_to};
use crate::classes::point;
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::receiver::{Came, Receiver, Says};
use crate::support::server::Bank;

const PHONE: &str = "13800000071";

/// A bank that may call the loopback of a test, an agency, and its program.
pub struct Hooks {
    pub bank: Bank,
    pub agency: AgencyId,
    pub officer: LearnerId,
    pub client: ClientId,
    secret: Secret,
}

fn loopback(config: &mut Config) {
    config.webhooks_allow = vec![IpNet::parse("127.0.0.1").unwrap()];
}

impl Hooks {
    pub async fn over(fresh: Fresh) -> Self {
        let bank = Bank::over_with(fresh, loopback).await.with_places().await;
        let organisation = point(&bank, "青石镇成人学校", TOWN).await;
        let (admin, admin_id) = bank.staff("沈静", Role::Administrator, TOWN).await;
        let agency = enters(&admin, organisation, CODE).await.parse().unwrap();
        let officer = bank.officer_of(admin_id, organisation, TOWN, 71).await;
        let scopes = [Scope::Webhooks, Scope::Recognise];
        let (client, secret) = bank.client_of("县平台", &scopes, Some((agency, officer))).await;
        Self { bank, agency, officer, client, secret }
    }

    /// Asks as the program, with a fresh token: tests turn the clock.
    pub async fn asks(&self, method: reqwest::Method, path: &str, body: Option<Value>, key: Option<&str>) -> (u16, Value) {
        let token = self.bank.token(self.client, &self.secret).await;
        asks_as(&self.bank, &token, (method, path), body, key).await
    }

    pub async fn gets(&self, path: &str) -> (u16, Value) {
        self.asks(reqwest::Method::GET, path, None, None).await
    }

    /// Asks to be told of these at an address; its id and its secret.
    pub async fn registers(&self, url: &str, kinds: &[&str]) -> (String, String) {
        let key = format!("register-{url}");
        let (status, made) =
            self.asks(reqwest::Method::POST, "/api/v1/webhooks", Some(json!({ "url": url, "kinds": kinds })), Some(&key)).await;
        assert_eq!((status, &made["state"]), (201, &json!("new")), "{made}");
        (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned())
    }

    pub async fn stands(&self, id: &str) -> (String, Value) {
        let (status, line) = self.gets(&format!("/api/v1/webhooks/{id}")).await;
        assert_eq!(status, 200, "{line}");
        (line["state"].as_str().unwrap().to_owned(), line["trouble"].clone())
    }

    pub fn courier(&self) -> Courier {
        courier_of(&self.bank.house)
    }

    /// A courier of little patience, for whom names lead where `lookup` says.
    fn courier_who(&self, lookup: impl Fn(&str, u16) -> Vec<SocketAddr> + Send + Sync + 'static) -> Courier {
        let lookup = move |host: &str, port: u16| Ok::<_, std::io::Error>(lookup(host, port));
        let door = Door::looking_up(&self.bank.house.config.webhooks_allow, Arc::new(lookup), Duration::from_millis(400));
        Courier::through(&self.bank.house, agencies::answering(&self.bank.house.db), door)
    }

    async fn suspends(&self, agency: AgencyId) {
        let by = LearnerId::NOBODY;
        let work = async move |tx: &Tx| agencies::suspend(tx, agency, by, "王桂英说错了").await;
        self.bank.house.db.write(work).await.unwrap();
    }

    async fn lifts(&self, agency: AgencyId) {
        let by = self.another_administrator().await;
        self.bank.house.db.write(async move |tx: &Tx| agencies::lift(tx, agency, by, "查清了").await).await.unwrap();
    }

    async fn another_administrator(&self) -> LearnerId {
        self.bank.staff("郑敏", Role::Administrator, TOWN).await.1
    }
}

/// Asks with this token.
pub async fn asks_as(
    bank: &Bank,
    token: &str,
    (method, path): (reqwest::Method, &str),
    body: Option<Value>,
    key: Option<&str>,
) -> (u16, Value) {
    let mut request = reqwest::Client::new().request(method, format!("{}{path}", bank.url)).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let answer = request.send().await.unwrap();
    let (status, text) = (answer.status().as_u16(), answer.text().await.unwrap());
    (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")) })
}

/// Whether what came was signed by this secret, as Standard Webhooks has it.
fn is_signed(came: &Came, secret: &str) -> bool {
    let secret = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let seconds: i64 = came.headers["webhook-timestamp"].parse().unwrap();
    let at = Timestamp::from_ms(seconds * 1_000);
    let expected = webhooks::sign(&secret, &came.headers["webhook-id"], at, came.body.as_bytes());
    came.headers["webhook-signature"].split(' ').any(|signature| signature == expected)
}

crate::on_both! {
    async fn an_address_is_told_once_it_has_answered_and_of_its_own_agency_alone(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let receiver = Receiver::listens();
        let (id, secret) = hooks.registers(&receiver.url(), &["agency.suspended", "agency.lifted"]).await;
        // Nobody is told before the first delivery was answered.
        hooks.suspends(hooks.agency).await;
        hooks.lifts(hooks.agency).await;
        hooks.bank.clock.turn_ms(300_000);
        assert_eq!(hooks.courier().deliver_due().await.unwrap(), 1);
        let [first] = &receiver.came()[..] else { panic!("one") };
        assert!(first.line.starts_with("POST /hook ") && is_signed(first, &secret), "{first:?}");
        assert_eq!((&first.json()["type"], first.headers["content-type"].as_str()), (&json!("webhook.test"), "application/json"));
        assert_eq!(hooks.stands(&id).await, ("on".to_owned(), Value::Null));
        hooks.bank.clock.turn_ms(300_000);
        let at = hooks.bank.clock.now();
        hooks.suspends(hooks.agency).await;
        // Several processes find the same, and the receiver gets it once.
        let (one, other) = (hooks.courier(), hooks.courier());
        let (one, other) = futures_util::join!(one.deliver_due(), other.deliver_due());
        assert_eq!(one.unwrap() + other.unwrap(), 1);
        hooks.courier().deliver_due().await.unwrap();
        let [told] = &receiver.came()[..] else { panic!("one") };
        let data = json!({ "agency": hooks.agency, "standing": "suspended", "since": at.to_rfc3339() });
        assert_eq!(told.json(), json!({ "type": "agency.suspended", "timestamp": at.to_rfc3339(), "data": data }));
        assert!(is_signed(told, &secret) && told.headers["webhook-id"] != first.headers["webhook-id"]);
        hooks.bank.close().await;
    }

    async fn what_fails_nine_times_is_taken_at_the_tenth(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let receiver = Receiver::listens();
        let (id, secret) = hooks.registers(&receiver.url(), &["roll.done"]).await;
        receiver.will_say((0..9).map(|_| Says::Status(500, "", "no\u{0}t now")));
        let (mut ids, mut days) = (Vec::new(), 0_i64);
        for attempt in 1..=10_i64 {
            assert_eq!(hooks.courier().deliver_due().await.unwrap(), 1, "{attempt}");
            let [came] = &receiver.came()[..] else { panic!("{attempt}") };
            assert!(is_signed(came, &secret));
            ids.push(came.headers["webhook-id"].clone());
            // Not a moment later: it waits.
            assert_eq!(hooks.courier().deliver_due().await.unwrap(), 0, "{attempt}");
            if attempt < 10 {
                assert_eq!(hooks.stands(&id).await, ("new".to_owned(), json!("refused")), "{attempt}");
                hooks.bank.clock.turn_ms(95_040_001);
                days += 1;
            }
        }
        assert_eq!((days, ids.iter().all(|one| *one == ids[0])), (9, true));
        assert_eq!(hooks.stands(&id).await, ("on".to_owned(), Value::Null));
        let (_, page) = hooks.gets(&format!("/api/v1/webhooks/{id}/deliveries")).await;
        let delivery = &page["deliveries"][0];
        assert_eq!((&delivery["attempts"], &delivery["last_status"], &delivery["next_at"]), (&json!(10), &json!(204), &Value::Null));
        assert_eq!(delivery["sent"]["type"], "webhook.test");
        hooks.bank.close().await;
    }

    async fn what_is_never_taken_turns_it_off_and_the_officer_is_written_to(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let receiver = Receiver::listens();
        let (id, _) = hooks.registers(&receiver.url(), &["roll.done"]).await;
        receiver.will_say((0..11).map(|_| Says::Status(503, "retry-after: 10", "")));
        for _ in 0..10 {
            hooks.bank.clock.turn_ms(95_040_001);
            hooks.courier().deliver_due().await.unwrap();
        }
        assert_eq!(receiver.came().len(), 10);
        assert_eq!(hooks.stands(&id).await, ("off".to_owned(), json!("refused")));
        assert_eq!(hooks.courier().deliver_due().await.unwrap(), 0);
        let letter = hooks.bank.letter_to(PHONE).await.unwrap();
        assert_eq!((letter.template.as_str(), letter.text.contains(&receiver.address.to_string())), ("webhook-off", true));
        // One that says it is gone is turned off at once.
        let gone = Receiver::listens();
        let (id, _) = hooks.registers(&gone.url(), &["roll.done"]).await;
        gone.will_say([Says::Status(410, "", "")]);
        hooks.courier().deliver_due().await.unwrap();
        assert_eq!(hooks.stands(&id).await, ("off".to_owned(), json!("gone")));
        hooks.bank.close().await;
    }

    async fn after_a_change_both_secrets_sign_for_a_day(fresh: Fresh) {
        let hooks = Hooks::over(fresh).await;
        let receiver = Receiver::listens();
        let (id, old) = hooks.registers(&receiver.url(), &["agency.suspended"]).await;
        let path = format!("/api/v1/webhooks/{id}/secret");
        let (status, changed) = hooks.asks(reqwest::Method::POST, &path, None, Some("change-1")).await;
        assert_eq!((status, changed["old_until"].as_str().unwrap()), (200, hooks.bank.clock.now().plus_days(1).to_rfc3339().as_str()));
        let new = changed["secret"].as_str().unwrap().to_owned();
        assert_eq!(hooks.asks(reqwest::Method::POST, &path, None, Some("change-1")).await, (200, changed), "the same again");
        hooks.courier().deliver_due().await.unwrap();
        let [came] = &receiver.came()[..] else { panic!("one") };
        assert!(is_signed(came, &old) && is_signed(came, &new), "{came:?}");
        hooks.bank.clock.turn_ms(86_400_000);
        hooks.suspends(hooks.agency).await;
        hooks.courier().deliver_due().await.unwrap();
        let [came] = &receiver.came()[..] else { panic!("one") };
        assert!(!is_signed(came, &old) && is_signed(came, &new), "{came:?}");
        hooks.bank.close().await;
    }
}

#[actix_web::test]
async fn a_redirect_is_not_followed_and_who_is_slow_is_not_waited_for() {
    let hooks = Hooks::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let (receiver, elsewhere) = (Receiver::listens(), Receiver::listens());
    let (id, _) = hooks.registers(&receiver.url(), &["roll.done"]).await;
    let to: &'static str = format!("location: {}", elsewhere.url()).leak();
    receiver.will_say([Says::Status(307, to, ""), Says::Slowly(Duration::from_millis(1_500))]);
    hooks.courier().deliver_due().await.unwrap();
    assert_eq!((receiver.came().len(), elsewhere.came().len()), (1, 0));
    assert_eq!(hooks.stands(&id).await, ("new".to_owned(), json!("refused")));
    hooks.bank.clock.turn_ms(10_000);
    let address = receiver.address;
    hooks.courier_who(move |_, _| vec![address]).deliver_due().await.unwrap();
    assert_eq!(hooks.stands(&id).await, ("new".to_owned(), json!("slow")));
    hooks.bank.close().await;
}

#[actix_web::test]
async fn a_name_that_leads_elsewhere_at_the_second_look_is_not_called() {
    let hooks = Hooks::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let receiver = Receiver::listens();
    let inside = Receiver::at(&format!("127.0.0.2:{}", receiver.address.port()));
    let (id, _) = hooks.registers(&format!("http://hooks.test:{}/hook", receiver.address.port()), &["agency.suspended"]).await;
    let looks = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&looks);
    let (first, second) = (receiver.address, inside.address);
    let courier = hooks.courier_who(move |host, _| {
        assert_eq!(host, "hooks.test");
        if counted.fetch_add(1, Ordering::SeqCst) == 0 { vec![first] } else { vec![second] }
    });
    courier.deliver_due().await.unwrap();
    assert_eq!((receiver.came().len(), hooks.stands(&id).await.0), (1, "on".to_owned()));
    hooks.suspends(hooks.agency).await;
    courier.deliver_due().await.unwrap();
    assert_eq!((looks.load(Ordering::SeqCst), receiver.came().len(), inside.came().len()), (2, 0, 0));
    hooks.lifts(hooks.agency).await;
    assert_eq!(hooks.stands(&id).await, ("on".to_owned(), json!("address")));
    hooks.bank.close().await;
}

#[actix_web::test]
async fn nobody_is_told_of_another_agency_nor_once_the_client_was_ended() {
    let hooks = Hooks::over(fresh(Engine::Sqlite).await.unwrap()).await;
    let receiver = Receiver::listens();
    hooks.registers(&receiver.url(), &["agency.suspended", "agency.closed"]).await;
    hooks.courier().deliver_due().await.unwrap();
    receiver.came();
    let (admin, _) = hooks.bank.staff("沈静", Role::Administrator, TOWN).await;
    let other = point(&hooks.bank, "青石镇文化站", TOWN).await;
    let other: AgencyId = enters(&admin, other, "91350100M000100Y43").await.parse().unwrap();
    hooks.suspends(other).await;
    hooks.courier().deliver_due().await.unwrap();
    assert_eq!(receiver.came().len(), 0);
    // What was on its way is given up with the client.
    hooks.suspends(hooks.agency).await;
    hooks.courier().fan_out().await.unwrap();
    let client = hooks.client;
    hooks.bank.house.db.write::<_, DbFault, _>(async move |tx| Ok(clients::end(tx, client).await?)).await.unwrap();
    hooks.courier().deliver_due().await.unwrap();
    assert_eq!(receiver.came().len(), 0);
    let (agency, by) = (hooks.agency, LearnerId::NOBODY);
    hooks.bank.house.db.write(async move |tx: &Tx| agencies::close(tx, agency, by, "关了").await).await.unwrap();
    assert_eq!(hooks.courier().deliver_due().await.unwrap(), 0);
    hooks.bank.close().await;
}

#[actix_web::test]
async fn what_becomes_of_a_certificate_is_told_by_its_number_and_names_nobody() {
    let settings = |config: &mut Config| {
        loopback(config);
        config.public_url = Some("http://bank.test".to_owned());
    };
    let work = Issuing::on(Bank::over_with(fresh(Engine::Sqlite).await.unwrap(), settings).await, &POWERS).await;
    let (client, secret) = work.bank().client_of("县平台", &[Scope::Webhooks], Some((work.agency(), work.zhao_id))).await;
    let token = work.bank().token(client, &secret).await;
    let receiver = Receiver::listens();
    let wish = json!({ "url": receiver.url(), "kinds": ["certificate.issued", "certificate.suspended"] });
    let post = (reqwest::Method::POST, "/api/v1/webhooks");
    let (status, made) = asks_as(work.bank(), &token, post, Some(wish), Some("key-certificates")).await;
    assert_eq!(status, 201, "{made}");
    let courier = courier_of(&work.bank().house);
    assert_eq!((courier.deliver_due().await.unwrap(), receiver.came().len()), (1, 1), "the address answers");
    work.bank().clock.turn_ms(300_000);
    let path = issued(&work).await;
    courier.deliver_due().await.unwrap();
    let [told] = &receiver.came()[..] else { panic!("one") };
    let (number, said) = (work.rows().await.pop().unwrap().number, told.json());
    assert_eq!((&said["type"], &said["data"]["number"]), (&json!("certificate.issued"), &json!(number)));
    assert!(said["data"]["agency"] == work.desk.id.as_str() && !told.body.contains("王桂英"), "{said}");
    let suspended = sends_to(&work.zhao, &path, &[("doing", "suspend"), ("reason", "wrong_name")]).await;
    assert_eq!(suspended.status, 303, "{}", suspended.body);
    courier.deliver_due().await.unwrap();
    let [told] = &receiver.came()[..] else { panic!("one") };
    let (said, data) = (told.json(), told.json()["data"].clone());
    assert_eq!((&said["type"], &data["standing"]), (&json!("certificate.suspended"), &json!("suspended")));
    assert_eq!((&data["number"], &data["reason"]), (&json!(number), &json!("wrong_name")));
    work.close().await;
}
