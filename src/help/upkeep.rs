//! The job of this subject: once a day, what people without an account told us goes when its time is over.

use std::sync::Arc;

use serde_json::Value;

use super::{Error, service};
use crate::db::{Db, DbFault};
use crate::jobs::{self, Next, Runner};

const SWEEP: &str = "help.sweep";

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner) -> Runner {
    let sweep: jobs::Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            db.write::<_, Error, _>(async |tx| Ok(service::sweep(tx).await?)).await.map_err(|error| error.to_string())?;
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
