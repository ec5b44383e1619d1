//! The jobs of batches: each is looked at, its work is done, its sheets are drawn; what is over goes when its time has come. Each turn is short, so no
//! other work is kept waiting.

use std::sync::Arc;

use serde_json::Value;

use super::sheets::draw_part;
use crate::certificates::service::batches::{
    CHECK, DRAW, RUN, check_batch, empty_old_batches, help_phone_of, run_batch, sweep_prints,
};
use crate::certificates::{Desk, origin_of};
use crate::curriculum::Shelves;
use crate::db::{Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};
use crate::kernel::CertificateBatchId;
use crate::web::House;

const SWEEP: &str = "certificates.batch_sweep";

fn batch_of(payload: &Value) -> Result<CertificateBatchId, String> {
    let id = payload.get("batch").and_then(Value::as_str).and_then(|id| id.parse().ok());
    id.ok_or_else(|| "the job names no batch".to_owned())
}

/// What certificates are made with, in this house, today.
fn desk_of(house: &House, shelves: &Shelves) -> Desk {
    Desk { shelf: shelves.now(), keys: house.keys.clone(), origin: origin_of(&house.config) }
}

/// The runner, knowing these jobs.
#[must_use]
pub fn with_batches(runner: Runner, house: &House, shelves: &Shelves) -> Runner {
    let (its, theirs) = (house.clone(), shelves.clone());
    let check: Handler = Arc::new(move |db: Db, payload| {
        let desk = desk_of(&its, &theirs);
        Box::pin(async move {
            let more = check_batch(&db, &desk, batch_of(&payload)?).await.map_err(|error| error.to_string())?;
            Ok(if more { Next::At(db.clock().now()) } else { Next::Done })
        })
    });
    let (its, theirs) = (house.clone(), shelves.clone());
    let run: Handler = Arc::new(move |db: Db, payload| {
        let (house, desk) = (its.clone(), desk_of(&its, &theirs));
        Box::pin(async move {
            let id = batch_of(&payload)?;
            let phone = help_phone_of(&house, id).await.map_err(|error| error.to_string())?;
            let again = run_batch(&db, &desk, (id, &phone)).await.map_err(|error| error.to_string())?;
            Ok(again.map_or(Next::Done, Next::At))
        })
    });
    let (its, theirs) = (house.clone(), shelves.clone());
    let draw: Handler = Arc::new(move |db: Db, payload| {
        let (house, desk) = (its.clone(), desk_of(&its, &theirs));
        Box::pin(async move {
            let more = draw_part(&house, &desk, batch_of(&payload)?).await.map_err(|error| error.to_string())?;
            Ok(if more { Next::At(db.clock().now()) } else { Next::Done })
        })
    });
    let sweep: Handler = Arc::new(|db: Db, _| {
        Box::pin(async move {
            empty_old_batches(&db).await.map_err(|error| error.to_string())?;
            sweep_prints(&db).await.map_err(|error| error.to_string())?;
            Ok(Next::At(db.clock().now().plus_days(1)))
        })
    });
    runner.with(CHECK, check).with(RUN, run).with(DRAW, draw).with(SWEEP, sweep)
}

/// Asks for the sweep from now on. At every start; twice is once.
///
/// # Errors
/// What the database answers.
pub async fn schedule_batches(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| Ok(jobs::schedule(tx, SWEEP, SWEEP, tx.now, &Value::Null).await?)).await
}
