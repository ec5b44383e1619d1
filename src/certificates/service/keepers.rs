//! Who looks after what an agency has issued. Asked anew in the commit that does something.
//!
//! Its people, also while it is suspended; once it has closed, administrators of its place, in the bank's name. A certificate is theirs to see by where
//! its owner lives, and else by where the owner lived when it was issued: so that it is not lost when the owner moves or leaves.

use crate::agencies::{self, Agency};
use crate::audit;
use crate::certificates::rules::acts::Working;
use crate::certificates::{Certificate, Desk, Error, Request};
use crate::db::Tx;
use crate::identity::{self, Profile, Role, StaffScope};
use crate::kernel::{LearnerId, SealKey, Timestamp};
use crate::outbox::Standing;

/// Which of two somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum Part {
    /// Who asks, or acts at once.
    First,
    /// Who decides.
    Second,
    /// One of both, to read.
    Either,
}

/// How an agency stands.
pub(in crate::certificates) const fn working(agency: &Agency) -> Working {
    if agency.is_closed {
        Working::Closed
    } else if agency.suspended.is_some() {
        Working::Suspended
    } else {
        Working::Works
    }
}

/// The roles of a part: of a closed agency both are administrators.
pub(in crate::certificates) const fn roles_of(agency: &Agency, part: Part) -> &'static [Role] {
    match (agency.is_closed, part) {
        (true, _) => Role::ADMINISTRATORS,
        (false, Part::First) => Role::OFFICERS,
        (false, Part::Second) => Role::REVIEWERS,
        (false, Part::Either) => Role::CORRECTORS,
    }
}

/// Whose certificate it is, as far as they are still known.
#[derive(Clone, Debug, Default)]
pub(in crate::certificates) struct Whom {
    /// Nothing of them once they have left.
    pub profile: Option<Profile>,
    /// What opens what is sealed for them.
    pub key: Option<SealKey>,
}

impl Whom {
    /// Whose it is, whoever asks.
    pub async fn of(tx: &Tx, desk: &Desk, learner: LearnerId) -> Result<Self, Error> {
        match identity::profile(tx, &desk.keys, learner).await {
            Ok(profile) => {
                let key = identity::person_key(tx, &desk.keys, learner).await?;
                Ok(Self { profile: Some(profile), key: Some(key) })
            }
            Err(identity::Error::NoSuchPerson) => Ok(Self::default()),
            Err(error) => Err(error.into()),
        }
    }

    /// Where they stand, for events.
    pub fn standing(&self, own: &Certificate, now: Timestamp) -> Standing {
        let elsewhere = || Standing { place_code: own.place_code.clone(), ..Standing::default() };
        self.profile.as_ref().map_or_else(elsewhere, |profile| profile.standing(i64::from(now.day().year())))
    }
}

/// Whose it is, where one of `roles` lets somebody see it; that they were shown is kept.
async fn seen(tx: &Tx, desk: &Desk, (scope, roles): (&StaffScope, &[Role]), own: &Certificate) -> Result<Option<Whom>, Error> {
    if let Some(found) = identity::show(tx, &desk.keys, scope, (own.learner, roles), "certificate").await? {
        return Ok(Some(Whom { profile: Some(found.profile), key: Some(found.key) }));
    }
    let Some(place) = own.place_code.as_deref() else { return Ok(None) };
    let by = scope.grants().iter().find(|grant| roles.contains(&grant.role) && grant.area.covers(place));
    let Some(by) = by else { return Ok(None) };
    let access = audit::Access {
        learner: own.learner,
        actor: scope.actor(),
        actor_role: by.role.code(),
        organisation: by.organisation,
        place_code: by.area.as_str(),
        what: "certificate",
    };
    audit::record_access(tx, access).await?;
    Whom::of(tx, desk, own.learner).await.map(Some)
}

/// A certificate of the agency on somebody's page, with whose it is; none where it is not theirs to see, and that they looked is kept.
///
/// # Errors
/// [`Error::NoSuch`]; what agencies and database refuse.
pub(in crate::certificates) async fn look_at(
    tx: &Tx,
    desk: &Desk,
    (agency, scope): (&Agency, &StaffScope),
    own: &Certificate,
) -> Result<Option<Whom>, Error> {
    if let Some(whom) = seen(tx, desk, (scope, roles_of(agency, Part::Either)), own).await? {
        return Ok(Some(whom));
    }
    agencies::see(tx, &desk.keys, (agency, scope), own.learner, "certificate").await?;
    Ok(None)
}

/// Whether `other` is `actor`, by whichever account.
pub(in crate::certificates) async fn is_self(tx: &Tx, actor: LearnerId, other: LearnerId) -> Result<bool, Error> {
    Ok(identity::accounts_of(tx, actor).await?.contains(&other))
}

/// The agency as it stands now and whose it is, for somebody who may have this part in what becomes of `own`.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::NoSuch`]; [`Error::SamePerson`] for the owner, by whichever account.
pub(in crate::certificates) async fn must_keep(
    tx: &Tx,
    desk: &Desk,
    own: &Certificate,
    (actor, part): (LearnerId, Part),
) -> Result<(Agency, Whom), Error> {
    let agency = agencies::find_agency(tx, own.agency).await?.ok_or(Error::NoSuch)?;
    let scope = identity::load_scope(tx, actor).await?;
    let (scope, roles) = (agencies::keeping_scope(&agency, &scope).ok_or(Error::NotAllowed)?, roles_of(&agency, part));
    if !scope.has_any(roles) {
        return Err(Error::NotAllowed);
    }
    let whom = seen(tx, desk, (&scope, roles), own).await?.ok_or(Error::NoSuch)?;
    if is_self(tx, actor, own.learner).await? { Err(Error::SamePerson) } else { Ok((agency, whom)) }
}

/// The agency as it stands now, for somebody who may be the second in what becomes of a request to it: they may see the person, and are neither the
/// person, by any account, nor who helped them.
///
/// # Errors
/// [`Error::NotAllowed`], [`Error::NoSuchRequest`], [`Error::SamePerson`].
pub(in crate::certificates) async fn must_answer(
    tx: &Tx,
    desk: &Desk,
    request: &Request,
    actor: LearnerId,
) -> Result<Agency, Error> {
    let agency = agencies::find_agency(tx, request.agency).await?.ok_or(Error::NoSuchRequest)?;
    let scope = identity::load_scope(tx, actor).await?;
    let scope = agencies::keeping_scope(&agency, &scope).ok_or(Error::NotAllowed)?;
    let roles = roles_of(&agency, Part::Second);
    if !scope.has_any(roles) {
        return Err(Error::NotAllowed);
    }
    let found = identity::show(tx, &desk.keys, &scope, (request.learner, roles), "certificate").await?;
    found.ok_or(Error::NoSuchRequest)?;
    let own = identity::accounts_of(tx, actor).await?;
    let is_theirs = own.contains(&request.learner) || request.helper.is_some_and(|helper| own.contains(&helper));
    if is_theirs { Err(Error::SamePerson) } else { Ok(agency) }
}

/// Whether the first of two may still have that part.
///
/// # Errors
/// [`Error::ProposerGone`].
pub(in crate::certificates) async fn must_be_there(tx: &Tx, agency: &Agency, first: LearnerId) -> Result<(), Error> {
    let scope = identity::load_scope(tx, first).await?;
    let is_there = agencies::keeping_scope(agency, &scope).is_some_and(|own| own.has_any(roles_of(agency, Part::First)));
    if is_there { Ok(()) } else { Err(Error::ProposerGone) }
}
