//! Why this subject refuses.

use sea_orm::DbErr;

use super::rules::NotDelegated;
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity;
use crate::kernel::SealBroken;
use crate::places;

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such agency.
    #[error("there is no such agency")]
    NoSuch,
    /// There is no such version of a delegation.
    #[error("there is no such delegation")]
    NoSuchDelegation,
    /// Another open agency has this unified social credit code.
    #[error("another agency has this code")]
    CodeTaken,
    /// The organisation is an agency already, under another code.
    #[error("the organisation is an agency already")]
    OrganisationTaken,
    /// The agency is suspended.
    #[error("the agency is suspended")]
    Suspended,
    /// The agency has closed, or its organisation has.
    #[error("the agency has closed")]
    Closed,
    /// A second person is needed, and this is the first one, perhaps by another account.
    #[error("a second person is needed")]
    SamePerson,
    /// Whoever works for an agency does not decide on what it may do.
    #[error("nobody decides on the agency they work for")]
    OwnAgency,
    /// Whoever asked has begun to work for the agency meanwhile.
    #[error("whoever asked works for the agency")]
    AskerWorksThere,
    /// A request about the same agency waits already.
    #[error("a request about this agency waits already")]
    Asked,
    /// It was decided or taken back meanwhile.
    #[error("the request is decided")]
    Decided,
    /// It comes to something else than what was shown.
    #[error("things have changed since they were shown")]
    Stale,
    /// The day has passed, or another key begins on it or after it.
    #[error("no key can begin on this day")]
    KeyDay,
    /// The agency has no key of which the secret half is here.
    #[error("the agency has no key")]
    NoKey,
    /// No delegation is in force.
    #[error("no delegation is in force")]
    NoDelegation,
    /// The delegation does not cover this.
    #[error("the delegation does not cover this")]
    NotDelegated(NotDelegated),
    /// The year's quota does not hold so much any more.
    #[error("the quota is used up")]
    OverQuota,
    /// Not theirs to do.
    #[error("not allowed")]
    NotAllowed,
    /// A sealed key does not open.
    #[error(transparent)]
    Sealed(#[from] SealBroken),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Of places.
    #[error(transparent)]
    Place(#[from] places::Error),
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Person(error) => error.database_error(),
            Self::Place(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuch | Error::NoSuchDelegation => Self::NotFound,
            Error::CodeTaken => Self::Refused(Message::of("agencies-code-taken")),
            Error::OrganisationTaken => Self::Refused(Message::of("agencies-organisation-taken")),
            Error::Suspended => Self::Changed(Message::of("agencies-is-suspended")),
            Error::Closed => Self::Changed(Message::of("agencies-is-closed")),
            Error::SamePerson => Self::Refused(Message::of("agencies-same-person")),
            Error::OwnAgency => Self::Refused(Message::of("agencies-own")),
            Error::AskerWorksThere => Self::Refused(Message::of("agencies-asker-works-there")),
            Error::Asked => Self::Changed(Message::of("agencies-asked-already")),
            Error::Decided => Self::Changed(Message::of("agencies-decided")),
            Error::Stale => Self::Changed(Message::of("agencies-stale")),
            Error::KeyDay => Self::Refused(Message::of("agencies-key-day-wrong")),
            Error::NoKey => Self::Refused(Message::of("agencies-no-key")),
            Error::NoDelegation => Self::Refused(Message::of("agencies-no-delegation")),
            Error::NotDelegated(NotDelegated::Unit) => Self::Refused(Message::of("agencies-not-this-unit")),
            Error::NotDelegated(NotDelegated::Kind) => Self::Refused(Message::of("agencies-not-this-kind")),
            Error::NotDelegated(NotDelegated::OverPerLearner(left)) => {
                Self::Refused(Message::of("agencies-over-per-learner").with("left", left))
            }
            Error::OverQuota => Self::Refused(Message::of("agencies-over-quota")),
            Error::NotAllowed => Self::NotAllowed,
            Error::Sealed(error) => Self::Fault(error.to_string()),
            Error::Person(error) => error.into(),
            Error::Place(error) => identity::Error::from(error).into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}
