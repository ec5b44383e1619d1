//! Why batches are refused.

use sea_orm::DbErr;

use crate::certificates::Error;
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealBroken;
use crate::{agencies, classes, files, identity, plans};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// There is no such batch of this agency, or no such line in it.
    #[error("there is no such batch")]
    NoSuch,
    /// There is no such list of people here.
    #[error("there is no such list")]
    NoSuchList,
    /// The list names nobody.
    #[error("the list is empty")]
    EmptyList,
    /// The list names more people than a batch holds.
    #[error("the list is too long")]
    LongList,
    /// It has moved on meanwhile.
    #[error("the batch has moved on")]
    Moved,
    /// It is not what was shown any more.
    #[error("the batch is no longer what was shown")]
    Stale,
    /// Nothing in it can be issued.
    #[error("nothing in it can be issued")]
    NothingReady,
    /// A second person is needed, and this is the first one, perhaps by another account.
    #[error("a second person is needed")]
    SamePerson,
    /// Nobody decides about themselves.
    #[error("nobody decides about themselves")]
    Own,
    /// So many lines are of people whom whoever agrees may not see.
    #[error("{0} lines are of people whom they may not see")]
    Unseen(u64),
    /// So many lines of the sample were not looked at by whoever agrees.
    #[error("{0} lines of the sample were not looked at")]
    NotLooked(u64),
    /// Only whoever brought it asks, or takes it back.
    #[error("only whoever brought it may do this")]
    NotTheirs,
    /// It is no longer kept.
    #[error("it is no longer kept")]
    Gone,
    /// Of certificates.
    #[error(transparent)]
    Certificate(#[from] Error),
    /// Of class sessions.
    #[error(transparent)]
    Class(#[from] classes::Error),
    /// Of training plans.
    #[error(transparent)]
    Plan(#[from] plans::Error),
    /// Of the file store.
    #[error(transparent)]
    File(#[from] files::Error),
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for BatchError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<agencies::Error> for BatchError {
    fn from(error: agencies::Error) -> Self {
        Self::Certificate(error.into())
    }
}

impl From<identity::Error> for BatchError {
    fn from(error: identity::Error) -> Self {
        Self::Certificate(error.into())
    }
}

impl From<SealBroken> for BatchError {
    fn from(error: SealBroken) -> Self {
        Self::Certificate(error.into())
    }
}

impl Retry for BatchError {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Certificate(error) => error.database_error(),
            Self::Class(error) => error.database_error(),
            Self::Plan(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<BatchError> for AppError {
    fn from(error: BatchError) -> Self {
        let changed = |key| Self::Changed(Message::of(key));
        let refused = |key| Self::Refused(Message::of(key));
        match error {
            BatchError::NoSuch | BatchError::Gone => Self::NotFound,
            BatchError::NoSuchList => refused("certificate-batches-from-choose"),
            BatchError::EmptyList => refused("certificate-batches-from-empty"),
            BatchError::LongList => refused("certificate-batches-from-long"),
            BatchError::Moved => changed("certificate-batches-moved"),
            BatchError::Stale => changed("certificate-batches-stale"),
            BatchError::NothingReady => changed("certificate-batches-nothing-ready"),
            BatchError::SamePerson => refused("certificate-batches-same-person"),
            BatchError::Own => refused("certificate-batches-own"),
            BatchError::Unseen(count) => Self::Refused(Message::of("certificate-batches-unseen").with("count", count)),
            BatchError::NotLooked(count) => Self::Changed(Message::of("certificate-batches-not-looked").with("count", count)),
            BatchError::NotTheirs => refused("certificate-batches-not-theirs"),
            BatchError::Certificate(error) => error.into(),
            BatchError::Class(error) => error.into(),
            BatchError::Plan(error) => error.into(),
            BatchError::File(error) => Self::Fault(error.to_string()),
            BatchError::Fault(fault) => fault.into(),
        }
    }
}
