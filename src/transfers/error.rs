//! Why this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealBroken;
use crate::{agencies, conversions, identity, ledger, recognition};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such offer, award or way, or it is none of theirs.
    #[error("there is no such transfer")]
    NoSuch,
    /// What was shown is not what is now.
    #[error("the transfer is no longer what was shown")]
    Stale,
    /// Somebody helps in this session: giving away is the learner's own hand.
    #[error("giving credit away is the learner's own hand")]
    AnothersHand,
    /// Nobody answers about their own credit.
    #[error("nobody answers about their own credit")]
    OwnCredit,
    /// The time to answer is over.
    #[error("the time to answer is over")]
    TooLate,
    /// It was answered otherwise.
    #[error("another answer was given before")]
    Answered,
    /// Recognition's refusal.
    #[error(transparent)]
    Recognition(recognition::Error),
    /// Of agencies.
    #[error(transparent)]
    Agency(#[from] agencies::Error),
    /// Of rules.
    #[error(transparent)]
    Conversion(#[from] conversions::Error),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Something sealed does not open.
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

impl From<recognition::Error> for Error {
    fn from(error: recognition::Error) -> Self {
        use ledger::Error as Book;
        match error {
            recognition::Error::NoSuchOffer | recognition::Error::Ledger(Book::NoSuchTransfer | Book::NotAnAward) => Self::NoSuch,
            recognition::Error::TooLate => Self::TooLate,
            recognition::Error::AnsweredOtherwise => Self::Answered,
            recognition::Error::EvidenceTooLow
            | recognition::Error::CountedElsewhere
            | recognition::Error::DueAlready
            | recognition::Error::Ledger(Book::Taken | Book::AlreadyReversed | Book::AlreadyResolved | Book::Closed) => {
                Self::Stale
            }
            other => Self::Recognition(other),
        }
    }
}

impl From<ledger::Error> for Error {
    fn from(error: ledger::Error) -> Self {
        recognition::Error::from(error).into()
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
            Error::NoSuch => Self::NotFound,
            Error::Stale => Self::Changed(Message::of("transfers-stale")),
            Error::AnothersHand => Self::TooWeak,
            Error::OwnCredit => Self::Refused(Message::of("transfers-own-credit")),
            Error::TooLate => Self::Changed(Message::of("transfers-too-late")),
            Error::Answered => Self::Changed(Message::of("transfers-answered")),
            Error::Recognition(error) => error.into(),
            Error::Agency(error) => error.into(),
            Error::Conversion(error) => error.into(),
            Error::Person(error) => error.into(),
            Error::Sealed(error) => Self::Fault(error.to_string()),
            Error::Fault(fault) => fault.into(),
        }
    }
}
