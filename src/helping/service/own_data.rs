//! What this subject keeps of a person, and what goes when they leave.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use crate::db::Tx;
use crate::helping::queries::{acts, assistance, hours};
use crate::kernel::{LearnerId, SealKey};

/// Rows of each kind that "my data" holds.
const MOST: u64 = 10_000;

/// Everything of `learner`: when they were assisted, what was done on their behalf, their hours and proofs as a volunteer.
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId, key: &SealKey) -> Result<Value, DbErr> {
    let assisted = assistance::list_of(db, learner, MOST).await?;
    let acts = acts::list_of(db, &[learner], MOST).await?;
    let (lines, proofs) = (hours::list_of(db, learner).await?, hours::list_proofs(db, learner).await?);
    let assisted: Vec<Value> = assisted
        .iter()
        .map(|one| {
            json!({
                "helper": one.helper, "aid": one.aid.code(), "since_ms": one.since.ms(), "until_ms": one.until.map(|at| at.ms()),
            })
        })
        .collect();
    let acts: Vec<Value> = acts
        .iter()
        .map(|act| {
            json!({
                "number": act.number.as_str(), "errand": act.errand, "helper": act.helper, "day": act.day.to_string(),
                "agreed": act.agreed.code(), "outcome": act.outcome.code(), "words": act.read(key), "place_code": act.place_code,
                "recorded_at_ms": act.recorded_at.ms(), "undone_at_ms": act.undone.map(|(at, _)| at.ms()),
            })
        })
        .collect();
    let lines: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({
                "organisation": line.organisation, "day": line.day.to_string(), "minutes": line.minutes, "what": line.what,
                "source": line.source.code(),
            })
        })
        .collect();
    let proofs: Vec<Value> =
        proofs.iter().map(|proof| json!({ "number": proof.number.as_str(), "issued_at_ms": proof.issued_at.ms() })).collect();
    let thanks = hours::list_thanks_of(db, learner).await?;
    Ok(json!({ "assisted": assisted, "on_behalf": acts, "volunteer_hours": lines, "proofs": proofs, "thanked_on": thanks }))
}

/// Forgets the words of what was done on somebody's behalf, offers and thanks. What is left names nobody.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    acts::empty_all_of(tx, learner).await?;
    assistance::delete_offers(tx, learner).await?;
    hours::delete_thanks_of(tx, learner).await
}
