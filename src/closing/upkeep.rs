//! The job of this subject: once a day, what was agreed to and cannot be undone any more comes to its end.

use std::sync::Arc;

use serde_json::Value;

use super::service;
use crate::config::Keys;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};

const FINISH: &str = "closing.finish";

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner, keys: &Keys) -> Runner {
    let keys = keys.clone();
    let finish: Handler = Arc::new(move |db: Db, _| {
        let keys = keys.clone();
        Box::pin(async move {
            service::finish_due(&db, &keys).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_days(1)))
        })
    });
    runner.with(FINISH, finish)
}

/// Asks for it from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, FINISH, FINISH, tx.now, &Value::Null).await?)).await
}
