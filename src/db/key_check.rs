//! Which key this database belongs to: a value that follows from the bank's key is kept in it at the first start, so that it is never
//! opened with another one.

use super::{Db, DbFault, queries};
use crate::kernel::Mac;

/// What the database says of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyFit {
    /// It is the one that everything here was sealed with.
    Fits,
    /// It is another one.
    Strange,
}

/// Whether this database has met a key before.
///
/// # Errors
/// What the database answers.
pub async fn has_key(db: &Db) -> Result<bool, DbFault> {
    Ok(queries::find_key_check(db.read()).await?.is_some())
}

/// Holds `check`, which follows from the key at hand, against the one kept; keeps it where there is none.
///
/// # Errors
/// What the database answers.
pub async fn check_key(db: &Db, check: Mac) -> Result<KeyFit, DbFault> {
    // Of two processes that start at once, the first one's key counts.
    let kept = db.write(async move |tx| Ok::<_, DbFault>(queries::keep_key_check(tx, &check).await?)).await?;
    Ok(if check.is(&kept) { KeyFit::Fits } else { KeyFit::Strange })
}
