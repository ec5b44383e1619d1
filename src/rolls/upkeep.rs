//! The jobs of this subject: a roll is looked at, its work is done, and what it says goes when its time is over.

use std::sync::Arc;

use serde_json::Value;

use super::service::{self, CHECK, RUN};
use crate::config::Keys;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};
use crate::kernel::RollId;

const SWEEP: &str = "rolls.sweep";

fn roll_of(payload: &Value) -> Result<RollId, String> {
    let id = payload.get("roll").and_then(Value::as_str).and_then(|id| id.parse().ok());
    id.ok_or_else(|| "the job names no roll".to_owned())
}

/// The runner, knowing these jobs.
#[must_use]
pub fn with_upkeep(runner: Runner, keys: &Keys) -> Runner {
    let for_check = keys.clone();
    let check: Handler = Arc::new(move |db: Db, payload| {
        let keys = for_check.clone();
        Box::pin(async move {
            service::check(&db, &keys, roll_of(&payload)?).await.map_err(|error| error.to_string())?;
            Ok(Next::Done)
        })
    });
    let for_run = keys.clone();
    let run: Handler = Arc::new(move |db: Db, payload| {
        let keys = for_run.clone();
        Box::pin(async move {
            let again = service::run(&db, &keys, roll_of(&payload)?).await.map_err(|error| error.to_string())?;
            Ok(again.map_or(Next::Done, Next::At))
        })
    });
    let sweep: Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            service::empty_old(&db).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_days(1)))
        })
    });
    runner.with(CHECK, check).with(RUN, run).with(SWEEP, sweep)
}

/// Asks for the sweep from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, SWEEP, SWEEP, tx.now, &Value::Null).await?)).await
}
