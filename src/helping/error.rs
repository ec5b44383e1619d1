//! What this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::{help, identity};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such act, line or proof, or it is not theirs to see.
    #[error("there is no such thing here")]
    NoSuchThing,
    /// There is no such person here.
    #[error("there is no such person here")]
    NoSuchPerson,
    /// Nobody helps themselves, acts on their own behalf, or keeps their own hours.
    #[error("nobody does this for themselves")]
    Own,
    /// Nobody has said that they help, or it was too long ago.
    #[error("nobody has offered to help")]
    NoOffer,
    /// The service point or organisation is none of theirs, or it has closed.
    #[error("the organisation is none of theirs")]
    NotHere,
    /// The days in which it can be undone are over.
    #[error("it is too late to undo it")]
    TooLate,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// Identity's refusal.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Help's.
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
            Self::Identity(error) => error.database_error(),
            Self::Help(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchThing | Error::NoSuchPerson => Self::NotFound,
            Error::Own => Self::Refused(Message::of("helping-own")),
            Error::NoOffer => Self::Changed(Message::of("helping-no-offer")),
            Error::NotHere => Self::Refused(Message::of("helping-not-here")),
            Error::TooLate => Self::Changed(Message::of("helping-too-late")),
            Error::SentBefore => Self::Refused(Message::of("form-sent-before")),
            Error::Identity(error) => error.into(),
            Error::Help(error) => error.into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}
