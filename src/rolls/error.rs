//! Why this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealBroken;
use crate::{agencies, conversions, identity, recognition};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such roll of this agency.
    #[error("there is no such roll")]
    NoSuchRoll,
    /// It has moved on meanwhile.
    #[error("the roll has moved on")]
    Moved,
    /// It comes to something else than what was shown.
    #[error("the roll is no longer what was shown")]
    Stale,
    /// The rule is not in force, or the unit is worth something else by now.
    #[error("the rule is not what it was")]
    RuleChanged,
    /// A second person is needed, and this is the first one, perhaps by another account.
    #[error("a second person is needed")]
    SamePerson,
    /// Nobody decides about themselves.
    #[error("nobody decides about themselves")]
    OwnCredit,
    /// So many lines are of people whom whoever agrees may not see.
    #[error("{0} lines are of people whom they may not see")]
    Unseen(u64),
    /// Only whoever brought it asks, or takes it back.
    #[error("only whoever brought it may do this")]
    NotTheirs,
    /// The agency is suspended: the work waits.
    #[error("the agency is suspended")]
    Halted,
    /// Recognition refuses a line.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    /// Of agencies.
    #[error(transparent)]
    Agency(#[from] agencies::Error),
    /// Of rules.
    #[error(transparent)]
    Conversion(#[from] conversions::Error),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// A line does not open.
    #[error(transparent)]
    Sealed(#[from] SealBroken),
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
            Self::Recognition(error) => error.database_error(),
            Self::Agency(error) => error.database_error(),
            Self::Conversion(error) => error.database_error(),
            Self::Person(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchRoll => Self::NotFound,
            Error::Moved => Self::Changed(Message::of("rolls-moved")),
            Error::Stale => Self::Changed(Message::of("rolls-stale")),
            Error::RuleChanged => Self::Changed(Message::of("rolls-trouble-rule")),
            Error::SamePerson => Self::Refused(Message::of("rolls-same-person")),
            Error::OwnCredit => Self::Refused(Message::of("rolls-own")),
            Error::Unseen(count) => Self::Refused(Message::of("rolls-unseen").with("count", count)),
            Error::NotTheirs => Self::Refused(Message::of("rolls-not-theirs")),
            Error::Halted => Self::Changed(Message::of("agencies-is-suspended")),
            Error::Recognition(error) => error.into(),
            Error::Agency(error) => error.into(),
            Error::Conversion(error) => error.into(),
            Error::Person(error) => error.into(),
            Error::Sealed(error) => Self::Fault(error.to_string()),
            Error::Fault(fault) => fault.into(),
        }
    }
}
