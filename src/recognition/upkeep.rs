//! The job of this subject: what was offered to a receiver that did not answer in time comes back.

use std::sync::Arc;

use serde_json::Value;

use super::transfers_out::expire_overdue;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Next, Runner};

const SWEEP: &str = "recognition.sweep";
/// Minutes between two looks.
const EVERY_MINUTES: i64 = 10;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner) -> Runner {
    let sweep: jobs::Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            expire_overdue(&db).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    runner.with(SWEEP, sweep)
}

/// Asks for the sweep from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, SWEEP, SWEEP, tx.now, &Value::Null).await?)).await
}
