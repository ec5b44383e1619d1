//! The job of this subject: every hour it goes on with what was broken off, and empties what is too old to be looked at.

use std::sync::Arc;

use serde_json::Value;

use super::{Error, service};
use crate::curriculum::Shelves;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};
use crate::web::House;

const GO_ON: &str = "hall.go_on";
const EVERY_MINUTES: i64 = 60;

/// The runner, knowing this job.
#[must_use]
pub fn with_upkeep(runner: Runner, house: &House, shelves: &Shelves) -> Runner {
    let (house, shelves) = (house.clone(), shelves.clone());
    let go_on: Handler = Arc::new(move |db: Db, _| {
        let (house, shelves) = (house.clone(), shelves.clone());
        Box::pin(async move {
            service::settle_all(&house, &shelves.now()).await.map_err(|error| error.to_string())?;
            let swept = db.write::<_, Error, _>(async |tx| Ok(service::sweep(tx).await?)).await;
            swept.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    runner.with(GO_ON, go_on)
}

/// Asks for the job from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, GO_ON, GO_ON, tx.now, &Value::Null).await?)).await
}
