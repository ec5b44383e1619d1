//! Who read what is deleted when its term is over. The trail of what was done is the archives' and is never deleted by a program.

use super::queries;
use crate::db::{Db, DbFault, Tx};

/// A wrong done by reading can be claimed for three years (民法典, article 188).
pub(super) const ACCESS_YEARS: u16 = 3;

/// Deletes what has passed its term, in bites. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn clean_up(db: &Db) -> Result<(), DbFault> {
    loop {
        let work = async |tx: &Tx| Ok::<_, DbFault>(queries::delete_access_before(tx, tx.now.minus_years(ACCESS_YEARS)).await?);
        if db.write(work).await? < queries::BITE {
            return Ok(());
        }
    }
}
