//! The job of this subject: who offered something that came back is told.

use std::sync::Arc;

use serde_json::Value;

use super::service::tell_ended;
use crate::config::Keys;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};

const TELL: &str = "transfers.tell";
/// Minutes between two looks.
const EVERY_MINUTES: i64 = 10;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner, keys: &Keys) -> Runner {
    let keys = keys.clone();
    let tell: Handler = Arc::new(move |db: Db, _| {
        let keys = keys.clone();
        Box::pin(async move {
            tell_ended(&db, &keys).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    runner.with(TELL, tell)
}

/// Asks for the job from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, TELL, TELL, tx.now, &Value::Null).await?)).await
}
