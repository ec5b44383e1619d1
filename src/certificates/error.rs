//! Why this subject refuses.

use sea_orm::DbErr;

use super::rules::acts::Obstacle;
use crate::clients::NotOnce;
use crate::credentials::NotCanonical;
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{AgencyId, SealBroken};
use crate::{agencies, help, identity, recognition};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such certificate, or it is none of theirs.
    #[error("there is no such certificate")]
    NoSuch,
    /// There is no such request, or it is none of theirs.
    #[error("there is no such request")]
    NoSuchRequest,
    /// There is no such kind of certificate today.
    #[error("there is no such kind")]
    NoKind,
    /// Not everything that is asked for is there.
    #[error("something is missing")]
    Missing,
    /// The person has one of this kind already, by this agency.
    #[error("there is one already")]
    Held(AgencyId),
    /// One of this kind is being made for the person.
    #[error("one is being made")]
    BeingMade,
    /// A request of this kind waits already.
    #[error("a request waits already")]
    AskedAlready,
    /// The request was decided or taken back meanwhile.
    #[error("the request is decided")]
    Decided,
    /// It rests on something else than what was shown.
    #[error("things have changed since they were shown")]
    Changed,
    /// What it cites is not sealed yet; another try will do.
    #[error("what it cites is not sealed yet")]
    NotSealed,
    /// A second person is needed, and this is the first one, perhaps by another account; or whoever it is about, or who helped them.
    #[error("another person is needed")]
    SamePerson,
    /// The delegation wants a second person for this kind.
    #[error("a second person is needed")]
    NeedsSecond,
    /// Whoever proposed it works for the agency no more.
    #[error("whoever proposed it has left")]
    ProposerGone,
    /// The bank does not know where everybody reaches it: a certificate would lead nowhere.
    #[error("the bank has no public address")]
    NoOrigin,
    /// All versions that a certificate may have are there.
    #[error("there are too many versions")]
    TooManyVersions,
    /// It does not stand as the deed needs it.
    #[error("it does not stand so")]
    WrongState,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// Something stands in the way of the act.
    #[error("something stands in the way: {0:?}")]
    Hindered(Obstacle),
    /// The time to appeal is over, or there is nothing to appeal against.
    #[error("the time to appeal is over")]
    AppealOver,
    /// This refusal was appealed against before, and that was answered or taken back.
    #[error("it was appealed against before")]
    AppealedBefore,
    /// Somebody who decided hears no appeal against it.
    #[error("whoever decided hears no appeal")]
    OwnDecision,
    /// It was asked for too often; seconds until the next time.
    #[error("asked too often")]
    TooMany(u32),
    /// It is shown by its owner alone, not with somebody's help.
    #[error("it is shown by its owner alone")]
    NotByHelper,
    /// A program asked for it before.
    #[error(transparent)]
    Once(#[from] NotOnce),
    /// Not in their role.
    #[error("not allowed")]
    NotAllowed,
    /// The document cannot be made.
    #[error("the document cannot be made: {0}")]
    Document(#[from] NotCanonical),
    /// What is sealed does not open.
    #[error(transparent)]
    Sealed(#[from] SealBroken),
    /// Of agencies.
    #[error(transparent)]
    Agency(#[from] agencies::Error),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Of recognition.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    /// Of help.
    #[error(transparent)]
    Help(#[from] help::Error),
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
            Self::Agency(error) => error.database_error(),
            Self::Person(error) => error.database_error(),
            Self::Recognition(error) => error.database_error(),
            Self::Help(error) => error.database_error(),
            Self::Once(refusal) => refusal.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl Error {
    /// What to say about it beside a form; none where it is no matter of what was filled in.
    #[must_use]
    pub const fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoKind => "certificates-no-kind",
            Self::Missing => "certificates-missing",
            Self::Held(_) => "certificates-held",
            Self::BeingMade => "certificates-being-made",
            Self::AskedAlready => "certificates-asked-already",
            Self::Decided => "certificates-decided",
            Self::Changed => "certificates-changed",
            Self::NotSealed => "certificates-not-sealed",
            Self::SamePerson => "certificates-same-person",
            Self::NeedsSecond => "certificates-needs-second",
            Self::ProposerGone => "certificates-proposer-gone",
            Self::NoOrigin => "certificates-no-origin",
            Self::TooManyVersions => "certificates-too-many-versions",
            Self::WrongState => "certificates-wrong-state",
            Self::NotByHelper => "shares-not-by-helper",
            Self::Hindered(obstacle) => obstacle.key(),
            Self::AppealOver => "certificates-appeal-over",
            Self::AppealedBefore => "certificates-appealed-before",
            Self::OwnDecision => "certificates-own-decision",
            _ => return None,
        })
    }

    /// Whether it came of what others did meanwhile.
    #[must_use]
    pub const fn is_change(&self) -> bool {
        matches!(self, Self::Decided | Self::Changed | Self::WrongState | Self::BeingMade | Self::NotSealed | Self::Hindered(_))
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match (error.key(), error) {
            (Some(key), error) if error.is_change() => Self::Changed(Message::of(key)),
            (Some(key), _) => Self::Refused(Message::of(key)),
            (None, Error::NoSuch | Error::NoSuchRequest) => Self::NotFound,
            (None, Error::NotAllowed) => Self::NotAllowed,
            (None, Error::TooMany(seconds)) => Self::TooMany(seconds),
            (None, Error::Once(refusal)) => refusal.into(),
            (None, Error::SentBefore) => Self::Refused(Message::of("form-sent-before")),
            (None, Error::Agency(error)) => error.into(),
            (None, Error::Person(error)) => error.into(),
            (None, Error::Recognition(error)) => error.into(),
            (None, Error::Help(error)) => error.into(),
            (None, Error::Fault(fault)) => fault.into(),
            (None, error) => Self::Fault(error.to_string()),
        }
    }
}
