//! What this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity;
use crate::kernel::SealBroken;

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such list, or none of one's area.
    #[error("there is no such batch")]
    NoSuchBatch,
    /// The list is further on than the step that was asked for, or was given up.
    #[error("the batch has moved on")]
    BatchMoved,
    /// There is no such line in the list.
    #[error("there is no such line")]
    NoSuchRow,
    /// The form was sent before, with something else in it.
    #[error("the form was used before")]
    SentBefore,
    /// While the list waited, somebody was enrolled who may be one of it, or has a phone of it.
    #[error("the batch does not fit any more")]
    Overtaken,
    /// Identity's refusal.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// A line of a list does not open: the key was lost or a row was altered.
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
            Self::Identity(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchBatch | Error::NoSuchRow => Self::NotFound,
            Error::BatchMoved | Error::Overtaken => Self::Changed(Message::of("enrolment-batch-moved")),
            Error::SentBefore => Self::Changed(Message::of("identity-sent-before")),
            Error::Identity(error) => error.into(),
            Error::Sealed(error) => Self::Fault(error.to_string()),
            Error::Fault(fault) => fault.into(),
        }
    }
}
