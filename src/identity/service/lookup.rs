//! Staff look people up: by the whole phone or card number, within what their roles let them see. What is shown is kept.
//!
//! Who has not said where they live is found by the number on their card only, since they hold it out: by staff of any area.

use super::Profile;
use super::own_data::profile_and_key;
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::Error;
use crate::identity::queries::{cards, people};
use crate::identity::roles::Role;
use crate::identity::rules;
use crate::identity::scope::{Grant, StaffScope, Whose};
use crate::identity::secrets;
use crate::identity::values::Phone;
use crate::kernel::{CardNumber, LearnerId, SealKey};

/// How a look-up by card number stands in the access log.
const BY_CARD: &str = "find_by_card";
/// Lines of the access log that are looked through.
const LOOKED_THROUGH: u64 = 200;

/// Somebody whom a member of staff has looked up.
#[derive(Clone, Debug)]
pub struct Found {
    /// What is kept of them.
    pub profile: Profile,
    /// The role by which they may be seen.
    pub by: Grant,
    /// What opens the rest that is sealed for them.
    pub key: SealKey,
}

/// Looks somebody up by their whole phone number, within the area of the staff member.
///
/// # Errors
/// What the database answers.
pub async fn find_by_phone(tx: &Tx, keys: &Keys, scope: &StaffScope, phone: &Phone) -> Result<Option<Found>, Error> {
    match people::find_by_phone(tx, secrets::phone_index(keys, phone)).await? {
        Some(learner) => show(tx, keys, scope, (learner, Role::FINDERS), "find_by_phone").await,
        None => Ok(None),
    }
}

/// Looks somebody up by the number of their card: within the area of the staff member, or without any place.
///
/// # Errors
/// What the database answers.
pub async fn find_by_card(tx: &Tx, keys: &Keys, scope: &StaffScope, card: &CardNumber) -> Result<Option<Found>, Error> {
    match cards::find_card(tx, card).await? {
        Some(card) => show(tx, keys, scope, (card.learner, Role::FINDERS), BY_CARD).await,
        None => Ok(None),
    }
}

/// Shows what is kept of somebody whom the staff member may see by one of `roles`, and keeps in the access log that it was shown.
/// `None` where there is nobody, or nobody whom they may see.
///
/// # Errors
/// What the database answers.
pub async fn show(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (learner, roles): (LearnerId, &[Role]),
    what: &'static str,
) -> Result<Option<Found>, Error> {
    let (profile, key) = match profile_and_key(tx, keys, learner).await {
        Ok(found) => found,
        Err(Error::NoSuchPerson) => return Ok(None),
        Err(error) => return Err(error),
    };
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    let Some(by) = scope.grant_for(roles, whose).cloned() else { return Ok(None) };
    if profile.place_code.is_none() && what != BY_CARD && !held_out_their_card(tx, scope, learner).await? {
        return Ok(None);
    }
    let access = audit::Access {
        learner,
        actor: scope.actor(),
        actor_role: by.role.code(),
        organisation: by.organisation,
        place_code: by.area.as_str(),
        what,
    };
    audit::record_access(tx, access).await?;
    Ok(Some(Found { profile, by, key }))
}

/// Whether this member of staff has found the person by their card number within the last day.
async fn held_out_their_card(tx: &Tx, scope: &StaffScope, learner: LearnerId) -> Result<bool, Error> {
    let rows = audit::list_access(tx, learner, LOOKED_THROUGH).await?;
    Ok(rows.iter().any(|row| row.actor == scope.actor() && row.what == BY_CARD && rules::can_be_undone(row.at, tx.now)))
}
