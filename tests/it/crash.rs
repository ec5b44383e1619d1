//! The server is killed while a class hands in: what was acknowledged is there, nothing is half done.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use credit_bank::assessment::{self, State, key_of};
use credit_bank::curriculum::CourseCode;
use credit_bank::db;
use credit_bank::identity::Assurance;
use credit_bank::kernel::{Acting, AttemptId, Chance, Clock, Group, IdentityLevel, LearnerId};
use credit_bank::{ledger, recognition};
use futures_util::future::{Either, join_all, select};

use crate::support::binary::{Served, over, serve};
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::{Bank, Person, SHELF};

const CLASS: u32 = 12;
pub const COURSES: [&str; 5] = ["T01", "T04", "T07", "T19", "T20"];
/// After so many acknowledged hand-ins the server is killed.
const KILLED_AFTER: usize = 20;

/// A test begun and all answered rightly, not yet handed in.
pub async fn answered(fresh: &Fresh, learner: LearnerId, course: &str) -> AttemptId {
    let acting = Acting { learner, helper: None, identity_level: IdentityLevel::KNOWN };
    let code = CourseCode::parse(course).unwrap();
    let work = async move |tx: &db::Tx| {
        let attempt = assessment::start(tx, &acting, &SHELF, code, &[Group::Elder], Chance::fresh_seed()).await?;
        let sheet = assessment::get_sheet(tx, learner, attempt).await?;
        let items = assessment::get_items(tx, &SHELF, &sheet.attempt).await?;
        for (position, item) in (1..).zip(&items) {
            assessment::answer(tx, &acting, attempt, position, &key_of(item).right_answer()).await?;
        }
        Ok::<_, assessment::Error>(attempt)
    };
    fresh.db.write(work).await.unwrap()
}

/// Hands in one test; the status of the answer, `None` where the server is gone.
pub async fn hands_in_one(person: &Person, attempt: AttemptId) -> Option<u16> {
    let page = person.client.get(format!("{}/help", person.url)).send().await.ok()?;
    let body = page.text().await.ok()?;
    let input = |name: &str| {
        let tag = body.split('<').find(|tag| tag.contains(&format!("name=\"{name}\""))).unwrap();
        tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    };
    let fields = [("csrf", input("csrf")), ("once", input("once"))];
    let sent = person.client.post(format!("{}/tests/{attempt}/hand-in", person.url)).form(&fields).send().await;
    Some(sent.ok()?.status().as_u16())
}

/// Hands in one test after the other until the server is gone; says which were acknowledged.
async fn hands_in(person: Person, attempts: Vec<AttemptId>, acknowledged: Arc<AtomicUsize>) -> Vec<AttemptId> {
    let mut done = Vec::new();
    for attempt in attempts {
        match hands_in_one(&person, attempt).await {
            Some(303) => {
                done.push(attempt);
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            Some(status) => panic!("{status}"),
            None => break,
        }
    }
    done
}

/// Ends when enough were acknowledged.
async fn enough(acknowledged: &AtomicUsize) {
    while acknowledged.load(Ordering::SeqCst) < KILLED_AFTER {
        tokio::task::yield_now().await;
    }
}

async fn a_class_loses_nothing(engine: Engine) {
    let Some(fresh) = fresh(engine).await else { return };
    // Sessions must be valid for the binary, which shows the system's time.
    let clock = Clock::system();
    let db = db::open(&fresh.target, clock.clone()).await.unwrap();
    let mut bank = Bank::over(Fresh { db, clock, ..fresh }).await;
    let mut class = Vec::new();
    for number in 1..=CLASS {
        let (_, learner) = bank.learner("王桂英", number, None).await;
        let mut attempts = Vec::new();
        for course in COURSES {
            attempts.push(answered(&bank.fresh, learner, course).await);
        }
        class.push((learner, attempts));
    }
    let Served { mut child, url, .. } = serve(over(&bank.fresh));
    bank.url = url;
    let acknowledged = Arc::new(AtomicUsize::new(0));
    let mut handing_in = Vec::new();
    for (learner, attempts) in &class {
        let person = bank.signed_in(*learner, Assurance::Sms).await;
        handing_in.push(hands_in(person, attempts.clone(), Arc::clone(&acknowledged)));
    }
    let told = join_all(handing_in);
    let told = match select(told, std::pin::pin!(enough(&acknowledged))).await {
        Either::Left((told, _)) => told,
        Either::Right(((), told)) => {
            // SIGKILL: no handler runs, nothing is flushed.
            child.kill().unwrap();
            told.await
        }
    };
    child.kill().unwrap();
    child.wait().unwrap();
    let told: Vec<AttemptId> = told.into_iter().flatten().collect();
    assert!((KILLED_AFTER..class.len() * COURSES.len()).contains(&told.len()), "{} were acknowledged", told.len());

    // What the next start finds.
    let db = db::open(&bank.fresh.target, Clock::system()).await.unwrap();
    for (learner, attempts) in &class {
        let passbook = recognition::passbook_of(db.read(), *learner).await.unwrap();
        let mut passed = 0;
        for attempt in attempts {
            let sheet = assessment::get_sheet(db.read(), *learner, *attempt).await.unwrap();
            assert!(matches!(sheet.attempt.state, State::Open | State::Passed), "{:?}", sheet.attempt.state);
            assert!(sheet.attempt.state == State::Passed || !told.contains(attempt), "an acknowledged hand-in is gone");
            passed += usize::from(sheet.attempt.state == State::Passed);
        }
        assert_eq!(passbook.entries.len(), passed, "a test and its credit are one commit");
    }
    assert!(ledger::audit(&db, |_| ()).await.unwrap().is_sound());
    assert!(recognition::audit(&db).await.unwrap().is_sound());
    bank.close().await;
}

#[actix_web::test]
async fn a_class_handing_in_loses_nothing_acknowledged_when_the_server_is_killed_on_sqlite() {
    a_class_loses_nothing(Engine::Sqlite).await;
}

#[actix_web::test]
async fn a_class_handing_in_loses_nothing_acknowledged_when_the_server_is_killed_on_postgresql() {
    a_class_loses_nothing(Engine::Postgres).await;
}
