//! Keys of acts that nobody repeats any more are deleted.

use super::{Db, DbFault, queries};

/// How long a repeat of a form gets the first answer.
pub(super) const ONCE_DAYS: u16 = 30;

/// Deletes what has passed its term, in bites. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn clean_up(db: &Db) -> Result<(), DbFault> {
    loop {
        let work = async |tx: &super::Tx| {
            let before = tx.now.plus_days(-i64::from(ONCE_DAYS));
            Ok::<_, DbFault>(queries::delete_once_before(tx, before).await?)
        };
        if db.write(work).await? < queries::BITE {
            return Ok(());
        }
    }
}
