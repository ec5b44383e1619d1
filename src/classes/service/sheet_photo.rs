//! Photographs of the paper sheet: sealed with the bank's key before they go into the file store, gone after thirty days.

use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::sheet::key_of;
use super::{Deed, lock_own, note};
use crate::classes::queries::sheet_photo as queries;
use crate::classes::{ClassSession, Error};
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::files::{self, Stored, UsedBy};
use crate::identity::StaffScope;
use crate::kernel::{ClassId, Digest, Timestamp, new_id};

const PLACE: &str = "class_sheet_photo.file";
/// A sheet may have several pages.
const MOST: u64 = 6;

const fn used_by(id: Uuid) -> UsedBy {
    UsedBy { kind: "class_sheet_photo", id }
}

/// What goes into the file store of a photograph.
#[must_use]
pub fn seal_photo(keys: &Keys, picture: &[u8]) -> Vec<u8> {
    key_of(keys).seal(PLACE, picture)
}

/// The photograph of what lies in the file store; none where it does not open.
#[must_use]
pub fn open_photo(keys: &Keys, sealed: &[u8]) -> Option<Vec<u8>> {
    key_of(keys).open(PLACE, sealed).ok()
}

/// Keeps a photograph that lies in the file store already. The same form again is the first.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::Closed`]; [`Error::PhotosFull`]; [`Error::SentBefore`].
pub async fn keep_photo(
    tx: &Tx,
    scope: &StaffScope,
    (id, file): (ClassId, &Stored),
    (once, digest): (&OnceKey, &Digest),
) -> Result<(), Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(_) => return Ok(()),
        Once::Misused => return Err(Error::SentBefore),
    }
    let class = lock_own(tx, scope, id).await?;
    if queries::count(tx, class.id).await? >= MOST {
        return Err(Error::PhotosFull);
    }
    let photo = new_id(tx.now);
    queries::insert(tx, class.id, photo, &file.digest, scope.actor()).await?;
    files::refer(tx, file, used_by(photo)).await?;
    note(tx, Deed::of("classes.send_photo", scope.actor(), &class)).await?;
    Ok(remember(tx, scope.actor(), once, digest, &photo.to_string()).await?)
}

/// The photographs of a session.
///
/// # Errors
/// What the database answers.
pub async fn photos_of(db: &impl ConnectionTrait, class: &ClassSession) -> Result<Vec<Uuid>, Error> {
    Ok(queries::list(db, class.id).await?)
}

/// Where a photograph of a session lies in the file store.
///
/// # Errors
/// What the database answers.
pub async fn find_photo(db: &impl ConnectionTrait, class: &ClassSession, photo: Uuid) -> Result<Option<Digest>, Error> {
    Ok(queries::find(db, class.id, photo).await?)
}

/// Takes a photograph away. Twice is once.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::Closed`].
pub async fn drop_photo(tx: &Tx, scope: &StaffScope, id: ClassId, photo: Uuid) -> Result<(), Error> {
    let class = lock_own(tx, scope, id).await?;
    if let Some(file) = queries::find(tx, class.id, photo).await? {
        remove(tx, (class.id, photo, Some(file))).await?;
        note(tx, Deed::of("classes.drop_photo", scope.actor(), &class)).await?;
    }
    Ok(())
}

async fn remove(tx: &Tx, (class, photo, file): (ClassId, Uuid, Option<Digest>)) -> Result<(), DbErr> {
    queries::delete(tx, class, photo).await?;
    match file {
        Some(file) => files::release(tx, &file, used_by(photo)).await,
        None => Ok(()),
    }
}

/// Removes photographs that were sent before `before`.
pub(super) async fn sweep_photos(tx: &Tx, before: Timestamp) -> Result<(), DbErr> {
    for old in queries::list_before(tx, before).await? {
        remove(tx, old).await?;
    }
    Ok(())
}
