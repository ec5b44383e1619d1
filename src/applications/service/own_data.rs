//! What is kept of a person here: export, forgetting, and what is removed when its time is over.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::begin::forget_draft;
use super::{NewStep, keep, number_of, remove, words_of};
use crate::agencies;
use crate::applications::queries::{applications, files, steps};
use crate::applications::rules::{APPEAL_DAYS, DRAFT_DAYS, Deed, State, Why};
use crate::applications::{Application, Error, Sent, Step};
use crate::config::Keys;
use crate::conversions;
use crate::db::{Db, Tx};
use crate::kernel::{LearnerId, SealKey, Timestamp};
use crate::outbox::Standing;

/// Rows in one commit.
const AT_ONCE: u64 = 100;

/// What somebody applied for, and what was said to it: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId, key: &SealKey) -> Result<Value, Error> {
    let mut lines = Vec::new();
    for own in applications::list_of(db, &[learner]).await? {
        lines.push(line(db, &own, key).await?);
    }
    Ok(Value::Array(lines))
}

async fn line(db: &impl ConnectionTrait, own: &Application, key: &SealKey) -> Result<Value, Error> {
    let rule = conversions::get_rule(db, own.rule).await?;
    let agency = agencies::find_agency(db, own.agency).await?.map(|agency| agency.name);
    let sent = own.sent.as_ref();
    let number = sent.map(|sent| number_of(key, sent)).unwrap_or_default();
    let step = |step: &Step| {
        json!({
            "deed": step.deed.code(), "at_ms": step.at.ms(), "why": step.why.map(Why::code), "words": words_of(Some(key), step),
        })
    };
    let done: Vec<Value> = steps::list(db, own.learner, own.id).await?.iter().map(step).collect();
    let pieces = files::list(db, own.learner, own.id).await?;
    Ok(json!({
        "title": rule.title, "agency": agency, "unit": own.unit, "state": own.state.code(), "begun_at_ms": own.begun_at.ms(),
        "number": number, "value": sent.map(|sent| sent.value), "passed_day": sent.map(|sent| sent.passed.to_string()),
        "elsewhere": sent.map(|sent| sent.elsewhere.code()), "agreed_text": sent.map(|sent| sent.agreed_text.as_str()),
        "sent_at_ms": sent.map(|sent: &Sent| sent.at.ms()), "milli": own.given.map(|(_, credits)| credits.milli()),
        "files": pieces.iter().filter(|piece| piece.file.is_some()).count(), "steps": done,
    }))
}

/// Somebody leaves: what was not sent is forgotten, what waits is taken back, all evidence is removed. What was decided stays; its words and
/// numbers cannot be read any more once the key of the person is destroyed.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, keys: &Keys, learner: LearnerId) -> Result<(), Error> {
    for draft in applications::list_in(tx, learner, &[State::Draft]).await? {
        forget_draft(tx, &draft).await?;
    }
    for waiting in applications::list_in(tx, learner, &State::WAITING).await? {
        let Some(held) = applications::lock(tx, learner, waiting.id).await?.filter(|held| held.state.is_waiting()) else {
            continue;
        };
        let agency = agencies::find_agency(tx, held.agency).await?.ok_or(Error::NoSuch)?;
        let step = NewStep {
            deed: Deed::Withdraw,
            actor: learner,
            to: None,
            why: None,
            words: "",
            examined: None,
            given: None,
            responsible_org: &agency.name,
            place_code: &agency.place_code,
        };
        keep(tx, keys, (&held, State::Withdrawn), &step, &Standing::default()).await?;
    }
    for piece in files::list_of(tx, learner).await? {
        remove(tx, &piece).await?;
    }
    Ok(())
}

/// Forgets what was begun and not sent in time, and removes the evidence of what was given back, when the time to appeal is over. Safe to run
/// twice.
///
/// # Errors
/// What the database answers.
pub async fn remove_due(db: &Db) -> Result<(), Error> {
    loop {
        let removed = db.write(async |tx: &Tx| remove_some(tx).await).await?;
        if removed < AT_ONCE {
            return Ok(());
        }
    }
}

/// How many of what is asked most there were.
async fn remove_some(tx: &Tx) -> Result<u64, Error> {
    let unsent = applications::list_unsent(tx, tx.now.plus_days(-i64::from(DRAFT_DAYS)), AT_ONCE).await?;
    for draft in &unsent {
        if let Some(held) = applications::lock(tx, draft.learner, draft.id).await?.filter(|held| held.state == State::Draft) {
            forget_draft(tx, &held).await?;
        }
    }
    // The last day of an appeal is a whole one: the evidence is there until it has passed.
    let over: Timestamp = tx.now.day().minus_days(APPEAL_DAYS).start();
    let due = files::list_due(tx, over, AT_ONCE).await?;
    for piece in &due {
        let held = applications::lock(tx, piece.learner, piece.application).await?;
        let is_over = held.is_some_and(|held| !held.state.is_waiting() && held.state != State::Accepted);
        if is_over {
            remove(tx, piece).await?;
        }
    }
    Ok(u64::try_from(unsent.len().max(due.len())).unwrap_or(u64::MAX))
}
