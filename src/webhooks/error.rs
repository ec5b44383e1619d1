//! Why this subject refuses.

use sea_orm::DbErr;

use super::rules::{MOST_WEBHOOKS, WrongUrl};
use crate::clients::NotOnce;
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealBroken;

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such address of this client.
    #[error("there is no such webhook")]
    NoSuch,
    /// The client has as many as it may.
    #[error("the client has as many webhooks as it may")]
    TooMany,
    /// Nothing can be sent to this address.
    #[error("nothing can be sent to this address")]
    Url(WrongUrl),
    /// It was asked for before.
    #[error(transparent)]
    Once(#[from] NotOnce),
    /// A secret does not open.
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
            Self::Once(refusal) => refusal.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuch => Self::NotFound,
            Error::TooMany => Self::Refused(Message::of("webhooks-too-many").with("most", MOST_WEBHOOKS)),
            Error::Url(wrong) => {
                let key = match wrong {
                    WrongUrl::Form => "webhooks-url-form",
                    WrongUrl::Scheme => "webhooks-url-scheme",
                    WrongUrl::Port => "webhooks-url-port",
                    WrongUrl::Address => "webhooks-url-address",
                };
                Self::Invalid(vec![("url".to_owned(), Message::of(key))])
            }
            Error::Once(refusal) => refusal.into(),
            Error::Sealed(broken) => Self::Fault(broken.to_string()),
            Error::Fault(fault) => fault.into(),
        }
    }
}
