//! The jobs that follow: certificates go where the credit goes that they cite; what a distrusted key signed is signed anew.

use std::sync::Arc;

use serde_json::Value;

use super::{Desk, origin_of, service};
use crate::curriculum::Shelves;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};
use crate::kernel::Timestamp;
use crate::web::House;

const FOLLOW: &str = "certificates.follow";
/// Milliseconds between two looks.
const EVERY_MS: i64 = 15_000;
/// Minutes after which what could not be signed anew is tried again.
const AGAIN_MINUTES: i64 = 10;

/// What certificates are made with and read with, in this house, today.
fn desk_of(house: &House, shelves: &Shelves) -> Desk {
    Desk { shelf: shelves.now(), keys: house.keys.clone(), origin: origin_of(&house.config) }
}

/// The runner, knowing these jobs.
#[must_use]
pub fn with_following(runner: Runner, house: &House, shelves: &Shelves) -> Runner {
    let (its, theirs) = (house.clone(), shelves.clone());
    let follow: Handler = Arc::new(move |db: Db, payload| {
        let (house, desk) = (its.clone(), desk_of(&its, &theirs));
        Box::pin(async move {
            let now = db.clock().now();
            let since = payload.get("since_ms").and_then(Value::as_i64).map_or(Timestamp::from_ms(0), Timestamp::from_ms);
            service::follow(&house, &desk, since).await.map_err(|error| error.to_string())?;
            Ok(Next::Since { at: now.plus_ms(EVERY_MS), since: now })
        })
    });
    let (its, theirs) = (house.clone(), shelves.clone());
    let rekey: Handler = Arc::new(move |db: Db, payload| {
        let (house, desk) = (its.clone(), desk_of(&its, &theirs));
        Box::pin(async move {
            let key = service::key_of(&payload).ok_or("the job names no key")?;
            let left = service::rekey(&house, &desk, &key).await.map_err(|error| error.to_string())?;
            Ok(if left == 0 { Next::Done } else { Next::At(db.clock().now().plus_minutes(AGAIN_MINUTES)) })
        })
    });
    runner.with(FOLLOW, follow).with(service::REKEY, rekey)
}

/// Asks for the job from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_following(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, FOLLOW, FOLLOW, tx.now, &Value::Null).await?)).await
}
