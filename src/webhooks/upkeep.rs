//! The job of this subject: what was sent goes when its time is over.

use std::sync::Arc;

use serde_json::Value;

use super::queries::deliveries as queries;
use crate::db::{Db, DbFault, Tx};
use crate::jobs::{self, Handler, Next, Runner};

/// How long a receiver may see what was sent to it.
pub(super) const DELIVERY_DAYS: u16 = 30;
const SWEEP: &str = "webhooks.sweep";

/// Deletes what has passed its term, in bites. Safe to run twice.
async fn clean_up(db: &Db) -> Result<(), DbFault> {
    loop {
        let work = async |tx: &Tx| {
            let before = tx.now.plus_days(-i64::from(DELIVERY_DAYS));
            Ok::<_, DbFault>(queries::delete_before(tx, before).await?)
        };
        if db.write(work).await? < queries::BITE {
            return Ok(());
        }
    }
}

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner) -> Runner {
    let sweep: Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            clean_up(&db).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_days(1)))
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
