//! Asking and deciding, with the letters that tell the person, all in one commit.

use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::{self, AliasKind, AliasRequest, Found, Grant, Phone, Profile, Role, StaffScope, Whose};
use crate::kernel::{AliasRequestId, CardNumber, Digest, LearnerId};
use crate::outbox::{self, Channel, Letter, Standing};
use crate::recognition::{self, AliasDone, AliasError};

/// The other account, as the officer names it.
#[derive(Debug)]
pub(super) enum Other {
    /// By its card or by the telephone that signs in to it.
    Card(CardNumber),
    Phone(Phone),
    /// One that is joined already.
    Joined(LearnerId),
}

/// Somebody whose account it is, as far as they are still known.
#[derive(Clone, Debug)]
pub(super) struct Both {
    /// Of the account that shows everything.
    pub primary: Option<Profile>,
    /// Of the other one.
    pub other: Option<Profile>,
}

impl Both {
    fn standing(&self, request: &AliasRequest, year: i64) -> Standing {
        let elsewhere = || Standing { place_code: Some(request.place_code.clone()), ..Standing::default() };
        self.primary.as_ref().map_or_else(elsewhere, |profile| profile.standing(year))
    }
}

/// The person, where one of `roles` lets the staff member see them; that they were shown is kept.
///
/// # Errors
/// [`identity::Error::NoSuchPerson`].
pub(super) async fn see_learner(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (learner, roles): (LearnerId, &[Role]),
) -> Result<Found, AliasError> {
    let found = identity::show(tx, keys, scope, (learner, roles), "joined").await?;
    Ok(found.ok_or(identity::Error::NoSuchPerson)?)
}

/// The other account, where the officer may see it as an officer; `None` where there is none, or none of theirs: they are told the same.
///
/// # Errors
/// What the database answers.
pub(super) async fn find_other(tx: &Tx, keys: &Keys, scope: &StaffScope, other: &Other) -> Result<Option<Profile>, AliasError> {
    let found = match other {
        Other::Card(card) => identity::find_by_card(tx, keys, scope, card).await?,
        Other::Phone(phone) => identity::find_by_phone(tx, keys, scope, phone).await?,
        Other::Joined(learner) => identity::show(tx, keys, scope, (*learner, Role::OFFICERS), "joined").await?,
    };
    let is_theirs = |found: &Found| {
        let whose = Whose { place: found.profile.place_code.as_deref(), groups: &found.profile.groups };
        scope.grant_for(Role::OFFICERS, whose).is_some()
    };
    Ok(found.filter(is_theirs).map(|found| found.profile))
}

/// A request with both people it is about, where one of `roles` lets the staff member see both: by where it belongs, where somebody has no
/// place or has left. That they were shown is kept.
///
/// # Errors
/// [`identity::Error::NoSuchAlias`], also where it is not theirs to see.
pub(super) async fn see_request(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    ((learner, id), roles): ((LearnerId, AliasRequestId), &[Role]),
) -> Result<(AliasRequest, Both), AliasError> {
    let request = identity::get_alias_request(tx, learner, id).await?;
    let primary = see_one(tx, keys, scope, (request.primary, &request, roles)).await?;
    let other = see_one(tx, keys, scope, (request.learner, &request, roles)).await?;
    Ok((request, Both { primary, other }))
}

async fn see_one(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (learner, request, roles): (LearnerId, &AliasRequest, &[Role]),
) -> Result<Option<Profile>, AliasError> {
    let profile = match identity::profile(tx, keys, learner).await {
        Ok(profile) => Some(profile),
        Err(identity::Error::NoSuchPerson) => None,
        Err(error) => return Err(error.into()),
    };
    let groups = profile.as_ref().map(|profile| profile.groups.clone()).unwrap_or_default();
    let place = profile.as_ref().and_then(|profile| profile.place_code.as_deref()).unwrap_or(&request.place_code);
    let by = scope.grant_for(roles, Whose { place: Some(place), groups: &groups }).ok_or(identity::Error::NoSuchAlias)?;
    audit::record_access(tx, access(learner, scope, by)).await?;
    Ok(profile)
}

fn access<'a>(learner: LearnerId, scope: &StaffScope, by: &'a Grant) -> audit::Access<'a> {
    audit::Access {
        learner,
        actor: scope.actor(),
        actor_role: by.role.code(),
        organisation: by.organisation,
        place_code: by.area.as_str(),
        what: "joined",
    }
}

/// Agrees to a request: it is done, and the person is told.
///
/// # Errors
/// As [`recognition::approve_alias`].
pub(super) async fn agree(
    tx: &Tx,
    keys: &Keys,
    (request, both): (&AliasRequest, &Both),
    (reviewer, shown): (LearnerId, &Digest),
    help_phone: &str,
) -> Result<(), AliasError> {
    let standing = both.standing(request, i64::from(tx.now.day().year()));
    let which = (request.learner, request.id);
    if recognition::approve_alias(tx, which, (reviewer, shown), &standing).await? == AliasDone::Before {
        return Ok(());
    }
    let template = match request.kind {
        AliasKind::Join => "accounts-joined",
        AliasKind::End => "accounts-parted",
    };
    let mut told = Vec::new();
    for profile in [&both.primary, &both.other].into_iter().flatten() {
        let Some(phone) = profile.phone.as_ref().filter(|phone| !told.contains(*phone)) else { continue };
        told.push(phone.clone());
        let letter = Letter {
            learner: Some(profile.learner),
            channel: Channel::Sms,
            to: phone.as_str(),
            template,
            lang: profile.lang,
            params: vec![("help_phone", help_phone.to_owned())],
        };
        outbox::send(tx, keys, &letter).await?;
    }
    Ok(())
}
