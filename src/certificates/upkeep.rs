//! The jobs of this subject: what was reserved and not issued is void after a day; the lists in which certificates stand are published; what was counted of
//! verifying goes after days, what was shown after years.

use std::sync::Arc;

use serde_json::Value;

use super::{Error, origin_of, service};
use crate::db::{Db, DbFault, Tx};
use crate::jobs::{self, Next, Runner};
use crate::web::House;

const VOID: &str = "certificates.void";
const LISTS: &str = "credentials.status";
/// Minutes between two looks at what lies about.
const VOID_MINUTES: i64 = 60;
/// Seconds between two looks at the lists: from a commit to everybody is less than a minute.
const LISTS_SECONDS: i64 = 15;

/// The runner, knowing these jobs.
#[must_use]
pub fn with_upkeep(runner: Runner, house: &House) -> Runner {
    let void: jobs::Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            let voided = db.write(async |tx: &Tx| service::void_stale(tx).await);
            voided.await.map_err(|error| error.to_string())?;
            let forgotten = db.write(async |tx: &Tx| {
                service::forget_tallies(tx).await?;
                service::forget_shares(tx).await
            });
            forgotten.await.map_err(|error: Error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(VOID_MINUTES)))
        })
    });
    let (keys, origin) = (house.keys.clone(), origin_of(&house.config));
    let lists: jobs::Handler = Arc::new(move |db: Db, _| {
        let (keys, origin) = (keys.clone(), origin.clone());
        Box::pin(async move {
            if let Some(origin) = &origin {
                service::publish_lists(&db, &keys, origin).await.map_err(|error| error.to_string())?;
            }
            Ok(Next::At(db.clock().now().plus_ms(LISTS_SECONDS * 1000)))
        })
    });
    runner.with(VOID, void).with(LISTS, lists)
}

/// Asks for the jobs from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    let both = async |tx: &Tx| {
        for job in [VOID, LISTS] {
            jobs::schedule(tx, job, job, tx.now, &Value::Null).await?;
        }
        Ok(())
    };
    db.write(both).await
}
