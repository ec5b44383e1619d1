//! What assessment refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::recognition;

/// A refusal, in the words of the trade.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// There is no such test, attempt or question, or it is somebody else's.
    #[error("there is no such test")]
    NoSuchTest,
    /// A lesson of what was missed comes before the next try.
    #[error("a lesson comes first")]
    LessonFirst,
    /// The attempt has been handed in: answers are no longer taken.
    #[error("the attempt is closed")]
    Closed,
    /// The answer is none to this question.
    #[error("the answer does not fit the question")]
    NoAnswer,
    /// What recognition refuses.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
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
            Self::Fault(fault) => fault.database_error(),
            Self::NoSuchTest | Self::LessonFirst | Self::Closed | Self::NoAnswer => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchTest => Self::NotFound,
            Error::LessonFirst => Self::Refused(Message::of("test-lesson-first")),
            Error::Closed => Self::Changed(Message::of("test-closed")),
            Error::NoAnswer => Self::Refused(Message::of("answer-missing")),
            Error::Recognition(error) => error.into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}
