//! Asking and deciding, with the letter that tells the learner, all in one commit.

use sea_orm::DbErr;

use crate::audit;
use crate::config::Keys;
use crate::db::{DbFault, OnceKey, Retry, Tx};
use crate::error::AppError;
use crate::identity::{self, Found, Profile, Role, StaffScope, Whose};
use crate::kernel::{CorrectionRequestId, Digest, LearnerId};
use crate::outbox::{self, Channel, Letter, Standing};
use crate::recognition::{self, CorrectionKind, CorrectionRequest, Levels, NewRequest};

/// What can go wrong: in recognition, or with the person.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    #[error(transparent)]
    Person(#[from] identity::Error),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Recognition(error.into())
    }
}

impl From<DbFault> for Error {
    fn from(fault: DbFault) -> Self {
        Self::Recognition(fault.into())
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Recognition(error) => error.database_error(),
            Self::Person(error) => error.database_error(),
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Recognition(error) => error.into(),
            Error::Person(error) => error.into(),
        }
    }
}

/// Whose credit it is, as far as they are still known.
#[derive(Clone, Debug)]
pub(super) struct Whom {
    /// Nothing of them once they have left.
    pub profile: Option<Profile>,
    /// Where and in which groups they stand.
    pub standing: Standing,
}

/// What a letter about a correction says besides what was done.
#[derive(Clone, Debug)]
pub(super) struct Told {
    /// The course.
    pub course: String,
    /// Who answers for it.
    pub who: String,
    /// Where somebody answers.
    pub help_phone: String,
}

/// The learner, where one of `roles` lets the staff member see them; that they were shown is kept.
///
/// # Errors
/// [`identity::Error::NoSuchPerson`].
pub(super) async fn see_learner(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (learner, roles): (LearnerId, &[Role]),
) -> Result<Found, Error> {
    let found = identity::show(tx, keys, scope, (learner, roles), "credit").await?;
    Ok(found.ok_or(identity::Error::NoSuchPerson)?)
}

/// A request with the person it is about, where one of `roles` lets the staff member see it: by where it belongs, so that it is not lost when
/// the person moves or leaves. That it was shown is kept.
///
/// # Errors
/// [`recognition::Error::NoSuchRequest`], also where it is not theirs to see.
pub(super) async fn see_request(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    ((learner, id), roles): ((LearnerId, CorrectionRequestId), &[Role]),
) -> Result<(CorrectionRequest, Whom), Error> {
    let request = recognition::get_request(tx, learner, id).await?;
    let profile = match identity::profile(tx, keys, learner).await {
        Ok(profile) => Some(profile),
        Err(identity::Error::NoSuchPerson) => None,
        Err(error) => return Err(error.into()),
    };
    let groups = profile.as_ref().map(|profile| profile.groups.clone()).unwrap_or_default();
    let whose = Whose { place: Some(&request.place_code), groups: &groups };
    let by = scope.grant_for(roles, whose).ok_or(recognition::Error::NoSuchRequest)?;
    let access = audit::Access {
        learner,
        actor: scope.actor(),
        actor_role: by.role.code(),
        organisation: by.organisation,
        place_code: by.area.as_str(),
        what: "correction",
    };
    audit::record_access(tx, access).await?;
    let year = i64::from(tx.now.day().year());
    let elsewhere = || Standing { place_code: Some(request.place_code.clone()), ..Standing::default() };
    let standing = profile.as_ref().map_or_else(elsewhere, |profile| profile.standing(year));
    Ok((request, Whom { profile, standing }))
}

/// Asks for a correction; the learner is told where it is done at once.
///
/// # Errors
/// As [`recognition::ask`].
pub(super) async fn ask(
    tx: &Tx,
    (keys, profile): (&Keys, &Profile),
    new: &NewRequest,
    (least, told): (Levels, &Told),
    (once, digest): (&OnceKey, &Digest),
) -> Result<CorrectionRequestId, Error> {
    let standing = profile.standing(i64::from(tx.now.day().year()));
    let asked = recognition::ask(tx, new, (least, &standing), (once, digest)).await?;
    if asked.is_done_now {
        tell(tx, keys, profile, (new.kind, told)).await?;
    }
    Ok(asked.id)
}

/// Agrees to a request: it is done, and the learner is told.
///
/// # Errors
/// As [`recognition::approve`].
pub(super) async fn agree(
    tx: &Tx,
    keys: &Keys,
    (request, whom): (&CorrectionRequest, &Whom),
    (reviewer, shown): (LearnerId, &Digest),
    (least, told): (Levels, &Told),
) -> Result<(), Error> {
    let which = (request.learner, request.id);
    let done = recognition::approve(tx, which, (reviewer, shown), (least, &whom.standing)).await?;
    if let (true, Some(profile)) = (done.is_done_now, &whom.profile) {
        tell(tx, keys, profile, (request.kind, told)).await?;
    }
    Ok(())
}

const fn template_of(kind: CorrectionKind) -> &'static str {
    match kind {
        CorrectionKind::Freeze => "credit-frozen",
        CorrectionKind::Unfreeze => "credit-unfrozen",
        CorrectionKind::Revoke => "credit-revoked",
        CorrectionKind::Reverse => "credit-reversed",
        CorrectionKind::Restore => "credit-restored",
    }
}

/// A text to the learner's phone, where they have one. The passbook shows the line in any case.
async fn tell(tx: &Tx, keys: &Keys, profile: &Profile, (kind, told): (CorrectionKind, &Told)) -> Result<(), DbErr> {
    let Some(phone) = &profile.phone else { return Ok(()) };
    let params = vec![("course", told.course.clone()), ("who", told.who.clone()), ("help_phone", told.help_phone.clone())];
    let letter = Letter {
        learner: Some(profile.learner),
        channel: Channel::Sms,
        to: phone.as_str(),
        template: template_of(kind),
        lang: profile.lang,
        params,
    };
    outbox::send(tx, keys, &letter).await
}
