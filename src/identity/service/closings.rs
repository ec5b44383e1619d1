//! The account of somebody who has died: closed quietly, and opened again if that was an error.

use super::notes::{Deed, note};
use super::own_data::closed_profile;
use super::people::update;
use super::{issue_card, profile};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::people::{self, PersonUpdate};
use crate::identity::queries::{cards, doors, halls, sessions};
use crate::identity::secrets;
use crate::kernel::LearnerId;
use crate::outbox;

/// Closes the account: sign-in ends, card, PIN and pictures with it, and halls' devices that they have set; no letter goes any more, and
/// the phone is free. All else stays as it is until the time is over in which it can be undone; nothing is done by a role that is held.
///
/// # Errors
/// [`Error::NoSuchPerson`] where it is not open, and so where it was closed before.
pub async fn close_account(tx: &Tx, keys: &Keys, learner: LearnerId, by: LearnerId) -> Result<(), Error> {
    people::lock_person(tx, learner).await?;
    let person = profile(tx, keys, learner).await?;
    if let Some(phone) = &person.phone {
        let index = secrets::phone_index(keys, phone);
        doors::delete_challenges(tx, &index).await?;
        people::delete_phone(tx, index, learner).await?;
    }
    cards::end_cards(tx, learner).await?;
    halls::end_all_of(tx, learner).await?;
    doors::forget_devices(tx, learner).await?;
    sessions::delete_all(tx, learner).await?;
    outbox::stop(tx, learner).await?;
    note(tx, Deed::of("identity.close", by, learner)).await?;
    people::move_person(tx, learner, "active", "closed").await?;
    Ok(())
}

/// Opens an account again that was closed in error, with a new card. The phone comes back, unless somebody else has it by now.
///
/// # Errors
/// [`Error::NoSuchPerson`] where it is not closed.
pub async fn reopen_account(tx: &Tx, keys: &Keys, learner: LearnerId, by: LearnerId) -> Result<(), Error> {
    let person = closed_profile(tx, keys, learner).await?;
    people::move_person(tx, learner, "closed", "active").await?;
    if let Some(phone) = &person.phone
        && !people::insert_phone(tx, secrets::phone_index(keys, phone), learner).await?
    {
        update(tx, learner, PersonUpdate::Phone(None)).await?;
    }
    issue_card(tx, learner).await?;
    Ok(note(tx, Deed::of("identity.reopen", by, learner)).await?)
}
