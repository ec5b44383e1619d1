//! The job of this subject: every hour what has passed its term is removed.

use std::sync::Arc;

use serde_json::Value;

use super::service;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Next, Runner};

const REMOVE: &str = "applications.remove";
const EVERY_MINUTES: i64 = 60;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner) -> Runner {
    let remove: jobs::Handler = Arc::new(move |db: Db, _| {
        Box::pin(async move {
            service::remove_due(&db).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    runner.with(REMOVE, remove)
}

/// Asks for the job from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, REMOVE, REMOVE, tx.now, &Value::Null).await?)).await
}
