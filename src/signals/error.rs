//! Why this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::{assessment, classes, identity, recognition};

/// Why something is not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such signal, or it is not theirs to see.
    #[error("there is no such signal")]
    NoSuchSignal,
    /// Nobody looks at what is about themselves.
    #[error("nobody looks at what is about themselves")]
    OwnSignal,
    /// Somebody has looked meanwhile and said otherwise.
    #[error("somebody else has looked meanwhile")]
    Decided,
    /// Of recognition.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    /// Of the person.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Of the tests.
    #[error(transparent)]
    Tests(#[from] assessment::Error),
    /// Of the classes.
    #[error(transparent)]
    Classes(#[from] classes::Error),
    /// The write path's fault.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(DbFault::Database(error))
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Recognition(error) => error.database_error(),
            Self::Person(error) => error.database_error(),
            Self::Tests(error) => error.database_error(),
            Self::Classes(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            Self::NoSuchSignal | Self::OwnSignal | Self::Decided => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchSignal => Self::NotFound,
            Error::OwnSignal => Self::Refused(Message::of("signal-own")),
            Error::Decided | Error::Recognition(recognition::Error::Decided) => Self::Changed(Message::of("signal-decided")),
            Error::Recognition(error) => error.into(),
            Error::Person(error) => error.into(),
            Error::Tests(error) => error.into(),
            Error::Classes(error) => error.into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}
