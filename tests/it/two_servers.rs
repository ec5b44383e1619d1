//! Two servers on one PostgreSQL database: nothing is credited twice, one of them seals, and when it is killed the other goes on.

use std::time::{Duration, Instant};

use credit_bank::assessment::{self, State};
use credit_bank::db;
use credit_bank::identity::Assurance;
use credit_bank::kernel::{Clock, LearnerId, TransferId};
use credit_bank::ledger::seal;
use credit_bank::{ledger, recognition};
use entity::ledger_log;
use futures_util::future::{join, join_all};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::crash::{COURSES, answered, hands_in_one};
use crate::ledger::steps::{issue, learner};
use crate::support::binary::{over, serve};
use crate::support::databases::{Engine, Fresh, fresh};
use crate::support::server::Bank;

/// A database that shows the system's time, as the servers do.
async fn fresh_now() -> Option<Fresh> {
    let fresh = fresh(Engine::Postgres).await?;
    let clock = Clock::system();
    let db = db::open(&fresh.target, clock.clone()).await.unwrap();
    Some(Fresh { db, clock, ..fresh })
}

#[actix_web::test]
async fn a_test_handed_in_at_two_servers_at_once_is_credited_once() {
    let Some(fresh) = fresh_now().await else { return };
    let mut bank = Bank::over(fresh).await;
    let (mut first, mut second) = (serve(over(&bank.fresh)), serve(over(&bank.fresh)));
    let mut class = Vec::new();
    for number in 1..=3 {
        let (_, learner) = bank.learner("王桂英", number, None).await;
        let mut attempts = Vec::new();
        for course in COURSES {
            attempts.push(answered(&bank.fresh, learner, course).await);
        }
        class.push((learner, attempts));
    }
    for (learner, attempts) in &class {
        bank.url.clone_from(&first.url);
        let here = bank.signed_in(*learner, Assurance::Sms).await;
        bank.url.clone_from(&second.url);
        let there = bank.signed_in(*learner, Assurance::Sms).await;
        let at_once = attempts.iter().map(|attempt| join(hands_in_one(&here, *attempt), hands_in_one(&there, *attempt)));
        for (one, other) in join_all(at_once).await {
            assert_eq!((one, other), (Some(303), Some(303)));
        }
    }
    for (learner, attempts) in &class {
        for attempt in attempts {
            let sheet = assessment::get_sheet(bank.fresh.db.read(), *learner, *attempt).await.unwrap();
            assert_eq!(sheet.attempt.state, State::Passed);
        }
        let passbook = recognition::passbook_of(bank.fresh.db.read(), *learner).await.unwrap();
        assert_eq!((passbook.entries.len(), passbook.total.milli()), (COURSES.len(), 1250));
    }
    for child in [&mut first.child, &mut second.child] {
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(ledger::audit(&bank.fresh.db, |_| ()).await.unwrap().is_sound());
    assert!(recognition::audit(&bank.fresh.db).await.unwrap().is_sound());
    bank.close().await;
}

/// Who seals.
async fn holder(fresh: &Fresh) -> Option<Uuid> {
    ledger_log::Entity::find().one(fresh.db.read()).await.unwrap().unwrap().holder
}

/// How long it takes until the transfer stands under a signed checkpoint; not longer than ten seconds.
async fn sealed(fresh: &Fresh, learner: LearnerId, transfer: TransferId) -> Duration {
    let began = Instant::now();
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    loop {
        looks.tick().await;
        if seal::prove(fresh.db.read(), learner, transfer.uuid()).await.unwrap().is_some() {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_secs(10), "nobody has sealed it");
    }
}

#[actix_web::test]
async fn when_the_server_that_seals_is_killed_the_other_seals_within_ten_seconds() {
    let Some(fresh) = fresh_now().await else { return };
    let mut first = serve(over(&fresh));
    let who = learner(1);
    sealed(&fresh, who, issue(&fresh, who, "T01").await).await;
    let of_first = holder(&fresh).await;
    let mut second = serve(over(&fresh));
    for unit in ["T02", "T03", "T04", "T05"] {
        sealed(&fresh, who, issue(&fresh, who, unit).await).await;
    }
    // Where the machine is busy the first may be late, and lose it to the second.
    let of_killed = holder(&fresh).await;
    let (killed, left) = if of_killed == of_first { (&mut first, &mut second) } else { (&mut second, &mut first) };
    killed.child.kill().unwrap();
    killed.child.wait().unwrap();
    let took = sealed(&fresh, who, issue(&fresh, who, "T06").await).await;
    assert!(holder(&fresh).await.is_some_and(|holder| Some(holder) != of_killed), "after {took:?}");
    left.child.kill().unwrap();
    left.child.wait().unwrap();
    let remembered = seal::remembered(&fresh.folder.path().join("keys")).unwrap().into_iter().collect();
    let log = seal::audit_log(&fresh.db, remembered, |_| ()).await.unwrap();
    assert!(log.is_sound() && log.leaves == 6, "{:?}", log.differences);
}
