//! What is kept of a person here, and for how long.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use crate::db::Tx;
use crate::hall::queries::{claims, devices};
use crate::kernel::LearnerId;

/// How long what a claim says is kept that waits for a person.
pub(in crate::hall) const BODY_DAYS: u16 = 180;

/// What is kept of somebody here: what was taken down about them in a hall.
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let about = claims::list_about(db, learner).await?;
    let line = |claim: &crate::hall::Claim| {
        json!({
            "kind": claim.kind.code(), "state": claim.state.code(), "by": claim.operator, "became": claim.became,
            "made_at_ms": claim.made_at.ms(), "received_at_ms": claim.received_at.ms(),
        })
    };
    Ok(Value::Array(about.iter().map(line).collect()))
}

/// Somebody leaves.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), DbErr> {
    claims::empty_about(tx, learner).await?;
    devices::delete_sheets(tx, learner).await
}

/// Empties what old claims say that nobody looked at.
///
/// # Errors
/// What the database answers.
pub async fn sweep(tx: &Tx) -> Result<u64, DbErr> {
    claims::empty_before(tx, tx.now.plus_days(-i64::from(BODY_DAYS))).await
}
