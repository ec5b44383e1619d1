//! Documents seen by authorised staff: who and when, no copy. The number is kept only where its owner wants that.

use sea_orm::{ConnectionTrait, DbErr};

use super::notes::{Deed, Sender, note, tell};
use super::people::{person_key, update};
use super::{Profile, profile};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::documents as queries;
use crate::identity::queries::people::{self, DOCUMENT_PLACE, PersonUpdate};
use crate::identity::rules;
use crate::identity::secrets;
use crate::identity::values::DocumentNumber;
use crate::kernel::{Digest, IdentityLevel, LearnerId, Timestamp};

/// Keeps that a document was seen by `staff`; its number only where one is given, in place of one before. A number that another account
/// has is not kept: whoever asks is told nothing of that, and its owner and the administrators learn of it.
///
/// # Errors
/// [`Error::NoSuchPerson`]; [`Error::NotAllowed`] for one's own.
pub async fn document_seen(
    tx: &Tx,
    keys: &Keys,
    (staff, sender): (LearnerId, &Sender),
    learner: LearnerId,
    number: Option<&DocumentNumber>,
) -> Result<(), Error> {
    // Nobody sees their own papers.
    if staff == learner {
        return Err(Error::NotAllowed);
    }
    people::lock_person(tx, learner).await?;
    let before = profile(tx, keys, learner).await?;
    let last = queries::find_last_sight(tx, learner).await?;
    let is_repeat = last.is_some_and(|last| last.seen_by == staff && rules::is_double_tap(last.seen_at.ms(), tx.now));
    if is_repeat && number.is_none_or(|number| before.document.as_ref() == Some(number)) {
        return Ok(());
    }
    let mut is_kept = number.is_some();
    if let Some(number) = number.filter(|number| before.document.as_ref() != Some(*number)) {
        let index = secrets::document_index(keys, number);
        if people::insert_document(tx, index.clone(), learner).await? {
            forget_number(tx, keys, &before).await?;
            let key = person_key(tx, keys, learner).await?;
            let sealed = key.seal(DOCUMENT_PLACE, number.as_str().as_bytes());
            update(tx, learner, PersonUpdate::Document(Some(sealed))).await?;
        } else if is_repeat {
            return Ok(());
        } else {
            note_taken(tx, keys, (staff, sender), (learner, index)).await?;
            is_kept = false;
        }
    }
    keep_sight(tx, staff, &before, is_kept).await
}

/// The same for a paper that was held against the name and the year of birth on a page: what counts is what was read there. `shown` is
/// [`Profile::shown`] as that page had it; none, where the form does not say it, fits nobody.
///
/// # Errors
/// As [`document_seen`]; [`Error::NotAsShown`] where name or year are others by now.
pub async fn document_seen_on_page(
    tx: &Tx,
    keys: &Keys,
    by: (LearnerId, &Sender),
    learner: LearnerId,
    (number, shown): (Option<&DocumentNumber>, Option<Digest>),
) -> Result<(), Error> {
    if by.0 == learner {
        return Err(Error::NotAllowed);
    }
    people::lock_person(tx, learner).await?;
    if shown != Some(profile(tx, keys, learner).await?.shown()) {
        return Err(Error::NotAsShown);
    }
    document_seen(tx, keys, by, learner, number).await
}

/// Whether somebody's document was seen, and that stands.
///
/// # Errors
/// What the database answers.
pub async fn was_document_seen(db: &impl ConnectionTrait, learner: LearnerId) -> Result<bool, DbErr> {
    Ok(queries::list_sights(db, learner).await?.iter().any(|(_, undone)| undone.is_none()))
}

/// That somebody came with a number that another account has: in the trail, and to its owner by a text.
pub(super) async fn note_taken(
    tx: &Tx,
    keys: &Keys,
    (staff, sender): (LearnerId, &Sender),
    (learner, index): (LearnerId, Vec<u8>),
) -> Result<(), Error> {
    note(tx, Deed::of("identity.document_taken", staff, learner)).await?;
    let Some(holder) = people::find_by_document(tx, index).await? else { return Ok(()) };
    let owner = match profile(tx, keys, holder).await {
        Ok(owner) => owner,
        Err(Error::NoSuchPerson) => return Ok(()),
        Err(error) => return Err(error),
    };
    tell(tx, keys, &owner, "document-tried", vec![("help_phone", sender.help_phone.clone())]).await?;
    Ok(())
}

/// Keeps that a document of this person was seen, and what follows from it.
pub(super) async fn keep_sight(tx: &Tx, staff: LearnerId, before: &Profile, kept_number: bool) -> Result<(), Error> {
    let learner = before.learner;
    // Nothing to do where as much was known before.
    people::update_person(tx, learner, PersonUpdate::IdentityAtLeast(IdentityLevel::DOCUMENT)).await?;
    queries::insert_sight(tx, learner, staff, before.identity_level, kept_number).await?;
    Ok(note(tx, Deed::of("identity.document_seen", staff, learner)).await?)
}

/// The number before leaves the index, so that its right owner can have it kept.
async fn forget_number(tx: &Tx, keys: &Keys, before: &Profile) -> Result<(), Error> {
    if let Some(old) = &before.document {
        people::delete_document(tx, secrets::document_index(keys, old), before.learner).await?;
    }
    Ok(())
}

/// Who said last that they had seen a document of this person, if less than a day ago: it can still be taken back.
///
/// # Errors
/// What the database answers.
pub async fn find_fresh_witness(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    now: Timestamp,
) -> Result<Option<LearnerId>, DbErr> {
    let last = queries::find_last_sight(db, learner).await?;
    Ok(last.filter(|last| rules::can_be_undone(last.seen_at, now)).map(|last| last.seen_by))
}

/// Takes back within a day that a document was seen. The level falls to what it was, if this raised it; a number kept with it goes.
/// Doing it twice is doing it once.
///
/// # Errors
/// [`Error::NotAllowed`] unless `staff` said it, or administers; [`Error::TooLateToUndo`] after a day.
pub async fn undo_document(
    tx: &Tx,
    keys: &Keys,
    (staff, administers): (LearnerId, bool),
    learner: LearnerId,
) -> Result<(), Error> {
    people::lock_person(tx, learner).await?;
    let Some(last) = queries::find_last_sight(tx, learner).await? else { return Ok(()) };
    if last.seen_by != staff && !administers {
        return Err(Error::NotAllowed);
    }
    if !rules::can_be_undone(last.seen_at, tx.now) {
        return Err(Error::TooLateToUndo);
    }
    queries::undo_sight(tx, learner, last.id, staff).await?;
    if last.level_before < IdentityLevel::DOCUMENT {
        people::update_person(tx, learner, PersonUpdate::IdentityBack(last.level_before)).await?;
    }
    if last.kept_number {
        forget_number(tx, keys, &profile(tx, keys, learner).await?).await?;
        update(tx, learner, PersonUpdate::Document(None)).await?;
    }
    Ok(note(tx, Deed::of("identity.undo_document", staff, learner)).await?)
}
