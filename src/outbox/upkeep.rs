//! Events and letters go when their term is over.

use super::queries;
use crate::db::{Db, DbFault, Tx};

/// Whoever draws figures from events has drawn them long before.
pub(super) const EVENT_YEARS: u16 = 3;
/// That, when and by which template somebody was written to; the words are gone since the letter went.
pub(super) const LETTER_YEARS: u16 = 1;

/// Deletes what has passed its term, in bites. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn clean_up(db: &Db) -> Result<(), DbFault> {
    loop {
        let work = async |tx: &Tx| {
            let events = queries::delete_events_before(tx, tx.now.minus_years(EVENT_YEARS)).await?;
            let letters = queries::delete_messages_before(tx, tx.now.minus_years(LETTER_YEARS)).await?;
            Ok::<_, DbFault>(events.max(letters))
        };
        if db.write(work).await? < queries::BITE {
            return Ok(());
        }
    }
}
