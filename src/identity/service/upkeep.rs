//! The clean-up: what is over is deleted after its term, in bites of 500 rows.

use crate::db::{Db, DbFault};
use crate::identity::queries::upkeep;

const DAY_MS: i64 = 86_400_000;
/// Codes are kept a day after they expired (the limits of texts look back a day), sessions and links 30 days (their owner may ask
/// where they were signed in), wrong tries two days.
const CODES_MS: i64 = DAY_MS;
const SESSIONS_MS: i64 = 30 * DAY_MS;
const TRIES_MS: i64 = 2 * DAY_MS;
/// A bite smaller than this was the last.
const BITE: u64 = 500;

/// Deletes expired codes, sessions, links and forgotten tries. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn clean_up(db: &Db) -> Result<(), DbFault> {
    loop {
        let deleted = db
            .write(async |tx| {
                let now = tx.now.ms();
                let codes = upkeep::delete_challenges(tx, now - CODES_MS).await?;
                let sessions = upkeep::delete_sessions(tx, now - SESSIONS_MS).await?;
                let tries = upkeep::delete_tries(tx, now - TRIES_MS).await?;
                upkeep::delete_links(tx, now - SESSIONS_MS).await?;
                upkeep::delete_halls(tx, now - SESSIONS_MS).await?;
                Ok::<_, DbFault>(codes.max(sessions).max(tries))
            })
            .await?;
        if deleted < BITE {
            return Ok(());
        }
    }
}
