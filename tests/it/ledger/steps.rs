//! What the ledger's tests do, said once.

use credit_bank::db::{DbFault, Retry, Tx};
use credit_bank::kernel::{Digest, LearnerId, OrganisationId, TransferId, digest_of};
use credit_bank::ledger::{
    self, Amount, Approval, Asset, AwardKey, AwardSeries, AwardState, Book, Error, Key, Order, Posted, Posting, Reason,
};
use sea_orm::{ConnectionTrait, DbErr};

use crate::support::databases::{Fresh, START};

/// A learner by number.
pub fn learner(number: u8) -> LearnerId {
    LearnerId::from_uuid(uuid::Uuid::from_bytes([number; 16]))
}

/// Somebody who approves.
pub fn approver() -> LearnerId {
    learner(200)
}

pub fn issuer() -> OrganisationId {
    OrganisationId::from_uuid(uuid::Uuid::from_bytes([9; 16]))
}

pub fn evidence() -> Digest {
    digest_of(&[b"evidence"])
}

pub fn order(actor: LearnerId, tx: &Tx) -> Order {
    Order { actor, occurred_at: tx.now, rule_version: "2026.1".to_owned(), evidence: evidence() }
}

pub fn reason() -> Reason {
    Reason::parse("wrong_person").unwrap()
}

pub fn approval() -> Approval {
    Approval { approver: approver(), reason: reason() }
}

pub fn key(text: &str) -> Key {
    Key::new("test", text).unwrap()
}

pub fn milli(amount: i64) -> Amount {
    Amount::from_milli(amount).unwrap()
}

pub fn series(unit: &str) -> AwardSeries {
    AwardSeries::new(Asset::LITERACY, unit, 1).unwrap()
}

/// Issues `amount` for a unit, in the cycle that is open, in a transaction at hand.
pub async fn issue_in(tx: &Tx, who: LearnerId, key: Key, unit: &str, amount: i64) -> Result<Posted, Error> {
    let chain = ledger::open(tx, who, key, Some(&series(unit))).await?;
    let cycle = match chain.award() {
        AwardState::Open(cycle) => cycle,
        AwardState::Given(_) if chain.is_repeat() => 1,
        AwardState::Given(_) => return Err(Error::AwardGiven),
    };
    let award = AwardKey::new(series(unit), cycle).unwrap();
    ledger::post(tx, chain, &Posting::issue(order(who, tx), award, issuer(), milli(amount))).await
}

/// Issues a quarter credit for a unit.
pub async fn issue(fresh: &Fresh, who: LearnerId, unit: &'static str) -> TransferId {
    let posted: Result<Posted, Error> = fresh.db.write(async move |tx| issue_in(tx, who, key(unit), unit, 250).await).await;
    posted.unwrap().transfers[0].id
}

/// Posts what `make` makes of the book, under a key of its own.
pub async fn post<F>(fresh: &Fresh, who: LearnerId, once: &'static str, make: F) -> Result<Posted, Error>
where
    F: Fn(Order, &Book) -> Result<Posting, Error> + Send + 'static,
{
    fresh
        .db
        .write(async move |tx| {
            let chain = ledger::open(tx, who, key(once), None).await?;
            let book = ledger::book_under(tx, &chain).await?;
            ledger::post(tx, chain, &make(order(who, tx), &book)?).await
        })
        .await
}

/// What a probe came to: it never leaves anything behind.
pub enum Probe {
    Accepted,
    Refused(String),
}

impl From<DbFault> for Probe {
    fn from(fault: DbFault) -> Self {
        Self::Refused(fault.to_string())
    }
}

impl From<DbErr> for Probe {
    fn from(error: DbErr) -> Self {
        Self::Refused(error.to_string())
    }
}

impl Retry for Probe {
    fn database_error(&self) -> Option<&DbErr> {
        None
    }
}

/// Runs raw SQL and says why it was refused; what was accepted is taken back.
pub async fn refusal_of_sql(fresh: &Fresh, sql: &str) -> Option<String> {
    let sql = sql.to_owned();
    let outcome: Result<(), Probe> = fresh
        .db
        .write(async move |tx| {
            tx.execute_unprepared(&sql).await?;
            Err(Probe::Accepted)
        })
        .await;
    reason_of(outcome)
}

pub fn reason_of(outcome: Result<(), Probe>) -> Option<String> {
    match outcome {
        Ok(()) | Err(Probe::Accepted) => None,
        Err(Probe::Refused(reason)) => Some(reason),
    }
}

/// Runs raw SQL for good.
pub async fn run_sql(fresh: &Fresh, sql: &str) {
    let sql = sql.to_owned();
    let done: Result<(), DbFault> = fresh
        .db
        .write(async move |tx| {
            tx.execute_unprepared(&sql).await?;
            Ok(())
        })
        .await;
    done.unwrap();
}

/// The audit finds nothing wrong, and the clock still stands where tests start.
pub async fn assert_sound(fresh: &Fresh) {
    let report = ledger::audit(&fresh.db, |_| ()).await.unwrap();
    assert!(report.is_sound(), "{:?}", report.differences);
    assert!(fresh.clock.now() >= START);
}
