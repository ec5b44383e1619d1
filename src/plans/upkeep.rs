//! The job of this subject: every hour the figures of plans are drawn, and whoever has finished is noticed.

use std::sync::Arc;

use serde_json::Value;

use super::service;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Next, Runner};
use crate::web::House;

const COUNT: &str = "plans.count";
const EVERY_MINUTES: i64 = 60;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner, house: &House) -> Runner {
    let keys = house.keys.clone();
    let count: jobs::Handler = Arc::new(move |db: Db, _| {
        let keys = keys.clone();
        Box::pin(async move {
            service::count_all(&db, &keys).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    runner.with(COUNT, count)
}

/// Asks for the job from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, COUNT, COUNT, tx.now, &Value::Null).await?)).await
}
