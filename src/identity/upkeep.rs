//! The jobs of this subject and of the places below it: handlers for the runner, and their first appointment.

use std::sync::Arc;

use serde_json::Value;

use super::service::clean_up;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Next, Runner};
use crate::places;

const CLEAN_UP: &str = "identity.clean_up";
const IMPORT_PLACES: &str = "places.import";
/// Minutes between two clean-ups.
const EVERY_MINUTES: i64 = 60;

/// The runner, knowing these jobs.
#[must_use]
pub fn with_upkeep(runner: Runner) -> Runner {
    let clean: jobs::Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            clean_up(&db).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_minutes(EVERY_MINUTES)))
        })
    });
    let import: jobs::Handler = Arc::new(|db: Db, _| {
        Box::pin(async move { places::import_bundled(&db).await.map(|()| Next::Done).map_err(|error| error.to_string()) })
    });
    runner.with(CLEAN_UP, clean).with(IMPORT_PLACES, import)
}

/// Asks for the clean-up from now on, and for the places where they are not all loaded. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_upkeep(db: &Db) -> Result<(), DbFault> {
    let needs_places = !places::is_imported(db.read()).await?;
    db.write(async move |tx| {
        jobs::schedule(tx, CLEAN_UP, CLEAN_UP, tx.now, &Value::Null).await?;
        if needs_places {
            jobs::schedule(tx, IMPORT_PLACES, IMPORT_PLACES, tx.now, &Value::Null).await?;
        }
        Ok(())
    })
    .await
}
