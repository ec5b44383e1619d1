//! Referring to files, and removing what nothing refers to.

use sea_orm::DbErr;

use super::{Error, Files, Stored, SweepFault, UsedBy, queries};
use crate::db::{Db, DbFault, Tx};
use crate::kernel::Digest;

/// A file that nothing uses stays so long: until then it can be taken up again.
const GRACE_MINUTES: i64 = 24 * 60;
/// Rows in one commit.
const AT_ONCE: u64 = 200;

/// Keeps that `by` uses the file, which was put into the store just now: one that has lain there unused may be on its way out. Twice is
/// once.
///
/// # Errors
/// What the database answers.
pub async fn refer(tx: &Tx, file: &Stored, by: UsedBy) -> Result<(), DbErr> {
    queries::upsert_file(tx, file).await?;
    queries::insert_use(tx, &file.digest, by).await
}

/// Keeps that `by` no longer uses the file. Where nothing else does, it is removed in a day.
///
/// # Errors
/// What the database answers.
pub async fn release(tx: &Tx, digest: &Digest, by: UsedBy) -> Result<(), DbErr> {
    queries::lock_file(tx, digest).await?;
    queries::delete_use(tx, digest, by).await?;
    queries::mark_unused(tx, digest).await
}

/// Removes files that nothing has used for a day, and files that no row knows. Safe to run twice, and while files come.
///
/// # Errors
/// The store's; the database's.
pub async fn sweep(db: &Db, files: &Files) -> Result<(), SweepFault> {
    let before = db.clock().now().plus_minutes(-GRACE_MINUTES);
    loop {
        let unused = queries::list_unused(db.read(), before, AT_ONCE).await?;
        let found = unused.len();
        let gone = db.write(async move |tx| delete_rows(tx, &unused, before).await).await?;
        for digest in &gone {
            files.store().remove(digest, before)?;
        }
        // What was used again meanwhile stays; so few are left that the next night may look at them.
        if found == 0 || gone.len() < found {
            break;
        }
    }
    for digest in files.store().list_before(before)? {
        if !queries::is_known(db.read(), &digest).await? {
            files.store().remove(&digest, before)?;
        }
    }
    Ok(())
}

async fn delete_rows(tx: &Tx, unused: &[Digest], before: crate::kernel::Timestamp) -> Result<Vec<Digest>, DbFault> {
    let mut gone = Vec::new();
    for digest in unused {
        if queries::delete_unused(tx, digest, before).await? {
            gone.push(*digest);
        }
    }
    Ok(gone)
}

/// What reading all files came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Files that are what they were.
    pub whole: u64,
    /// Files that are known and are not there, or are damaged.
    pub lost: Vec<Digest>,
}

/// Reads every file that the database knows, and holds it against its digest.
///
/// # Errors
/// What the database answers.
pub async fn audit(db: &Db, files: &Files) -> Result<Audit, SweepFault> {
    let mut audit = Audit::default();
    for digest in queries::list(db.read()).await? {
        match files.get(digest).await {
            Ok(Some(_)) => audit.whole += 1,
            Ok(None) | Err(Error::Damaged(_) | Error::Disk(_)) => audit.lost.push(digest),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(audit)
}
