//! The job of this subject: once a night the last days are looked over.

use std::sync::Arc;

use serde_json::Value;

use super::{Error, look_over};
use crate::db::{Db, DbFault};
use crate::jobs::{self, Next, Runner};
use crate::recognition;

const LOOK_OVER: &str = "signals.look_over";
/// Minutes after midnight in Shanghai: the day is over, and nobody is at a hall.
const AT_MINUTE: i64 = 200;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner) -> Runner {
    let handler: jobs::Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            look_over(&db).await.map_err(|error| error.to_string())?;
            let forget = async |tx: &crate::db::Tx| Ok::<_, Error>(recognition::forget_tallies(tx).await?);
            db.write(forget).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().day().plus_days(1).start().plus_minutes(AT_MINUTE)))
        })
    });
    runner.with(LOOK_OVER, handler)
}

/// Asks for it from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, LOOK_OVER, LOOK_OVER, tx.now, &Value::Null).await?)).await
}
