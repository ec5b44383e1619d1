//! What the house does by itself at night: the ledger is held against its own rows, and what has passed its term is deleted.

use std::sync::Arc;

use serde_json::Value;

use super::books::{Asked, audit_books};
use crate::config::keys_folder;
use crate::db::{self, Db, DbFault};
use crate::jobs::{self, Handler, Next, Runner};
use crate::kernel::Timestamp;
use crate::web::House;
use crate::{audit, clients, files, outbox};

/// The check whose finding `/readyz` reads.
pub(super) const LEDGER: &str = "ledger";
/// The check that reads all files beside the database; `/readyz` tells of it, and stays ready.
pub(super) const FILES: &str = "files";
const AUDIT: &str = "house.audit";
const UPKEEP: &str = "house.upkeep";
/// When the nights' work begins, in minutes after midnight in Shanghai: few people learn then.
const AT_MINUTES: i64 = 150;

/// The next night's hour after `now`.
fn next_night(now: Timestamp) -> Timestamp {
    let tonight = now.day().start().plus_minutes(AT_MINUTES);
    if tonight > now { tonight } else { now.day().plus_days(1).start().plus_minutes(AT_MINUTES) }
}

/// The runner, knowing these jobs.
pub(super) fn with_nightly(runner: Runner, house: &House) -> Runner {
    let (house, files) = (house.clone(), house.files.clone());
    let audit: Handler = Arc::new(move |db: Db, _| {
        let house = house.clone();
        Box::pin(async move {
            audit_all(&house).await?;
            audit_files(&house).await?;
            Ok(Next::At(next_night(db.clock().now())))
        })
    });
    let upkeep: Handler = Arc::new(move |db: Db, _| {
        let files = files.clone();
        Box::pin(async move {
            clean_up(&db).await.map_err(|error| error.to_string())?;
            files::sweep(&db, &files).await.map_err(|error| error.to_string())?;
            Ok(Next::At(next_night(db.clock().now())))
        })
    });
    runner.with(AUDIT, audit).with(UPKEEP, upkeep)
}

/// Asks for these jobs from now on. At every start; twice is once.
pub(super) async fn schedule_nightly(db: &Db) -> Result<(), DbFault> {
    db.write(async |tx| {
        for kind in [AUDIT, UPKEEP] {
            jobs::schedule(tx, kind, kind, tx.now, &Value::Null).await?;
        }
        Ok(())
    })
    .await
}

/// Recomputes all books from their rows, and keeps what was found.
async fn audit_all(house: &House) -> Result<(), String> {
    let (db, metrics) = (&house.db, &house.metrics);
    let books = audit_books(db, &keys_folder(&house.config.data_dir), Asked::default(), |_| ()).await?;
    let (differences, first) = (books.difference_count(), books.first());
    metrics.ledger_audited(differences, db.clock().now().ms());
    if differences > 0 {
        tracing::error!(differences, first = first.as_deref().unwrap_or_default(), "the ledger differs from its own rows");
    } else {
        let (transfers, awards, leaves) = (books.ledger.transfers, books.awards.awards, books.seal.leaves);
        tracing::info!(transfers, awards, leaves, "the ledger is sound");
    }
    let kept =
        db.write(async move |tx| jobs::keep_finding(tx, LEDGER, differences, first.as_deref()).await.map_err(DbFault::from));
    kept.await.map_err(|error| error.to_string())
}

/// Reads all files beside the database, and keeps what was found.
async fn audit_files(house: &House) -> Result<(), String> {
    let found = files::audit(&house.db, &house.files).await.map_err(|error| error.to_string())?;
    let (lost, first) = (u64::try_from(found.lost.len()).unwrap_or(u64::MAX), found.lost.first().map(files::path_of));
    if lost > 0 {
        tracing::error!(lost, first = first.as_deref().unwrap_or_default(), "files are missing or damaged");
    } else {
        tracing::info!(whole = found.whole, "the files are whole");
    }
    let kept = house.db.write(async move |tx| jobs::keep_finding(tx, FILES, lost, first.as_deref()).await.map_err(DbFault::from));
    kept.await.map_err(|error| error.to_string())
}

/// Deletes what has passed its term, subject by subject, in bites. Safe to run twice.
async fn clean_up(db: &Db) -> Result<(), DbFault> {
    db::clean_up(db).await?;
    outbox::clean_up(db).await?;
    clients::clean_up(db).await?;
    audit::clean_up(db).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Day;

    #[test]
    fn the_night_begins_at_half_past_two() {
        let midnight = Day::parse("2026-03-02").unwrap().start();
        let cases = [(0, 150), (149, 150), (150, 150 + 24 * 60), (1_000, 150 + 24 * 60)];
        for (minutes, next) in cases {
            assert_eq!(next_night(midnight.plus_minutes(minutes)), midnight.plus_minutes(next), "{minutes}");
        }
    }
}
