//! What people choose: where they live, where they begin.

use super::alike::move_name;
use super::notes::{Deed, note};
use super::people::update;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::people::PersonUpdate;
use crate::kernel::Acting;
use crate::places;

/// Keeps where somebody lives, or that they would rather not say.
///
/// # Errors
/// An unknown place; [`Error::NoSuchPerson`].
pub async fn choose_place(tx: &Tx, acting: &Acting, place_code: Option<String>) -> Result<(), Error> {
    if let Some(code) = &place_code
        && places::find_place(tx, code).await?.is_none()
    {
        return Err(places::Error::UnknownPlace.into());
    }
    move_name(tx, acting.learner, place_code.as_deref()).await?;
    update(tx, acting.learner, PersonUpdate::Place(place_code)).await?;
    Ok(note(tx, Deed::of("identity.choose_place", acting.actor(), acting.learner)).await?)
}

/// Keeps where somebody wants to begin and which reading list they have chosen; the codes are the curriculum's.
///
/// # Errors
/// [`Error::NoSuchPerson`].
pub async fn choose_start(tx: &Tx, acting: &Acting, start_point: Option<String>, pathway: Option<String>) -> Result<(), Error> {
    update(tx, acting.learner, PersonUpdate::StartPoint(start_point)).await?;
    update(tx, acting.learner, PersonUpdate::Pathway(pathway)).await
}
