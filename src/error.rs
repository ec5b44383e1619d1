//! What goes wrong, as few kinds of answer. The page itself is drawn by [`crate::web::finish`], in the reader's language and size.

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use sea_orm::DbErr;

use crate::db::{self, DbFault, Retry};
use crate::i18n::Message;

/// An answer other than the one hoped for.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// 400: the request cannot be read.
    #[error("the request cannot be read: {0}")]
    Malformed(&'static str),
    /// 400: a program's request cannot be read; the message says where.
    #[error("{}", .0.key)]
    Unreadable(Message),
    /// 401: nobody is signed in. Pages lead to the sign-in page and back.
    #[error("nobody is signed in")]
    SignInFirst,
    /// 403: the form is too old or comes from another site.
    #[error("the form cannot be trusted")]
    FormExpired,
    /// 403: this person may not do this.
    #[error("not allowed")]
    NotAllowed,
    /// 403: the session proves too little for this; the page leads to the sign-in by phone, and back.
    #[error("the session is too weak")]
    TooWeak,
    /// 404: there is no such thing, or it is somebody else's.
    #[error("not found")]
    NotFound,
    /// 408: the request came too slowly.
    #[error("the request came too slowly")]
    TooSlow,
    /// 409: things have changed meanwhile; the message says how to go on.
    #[error("{}", .0.key)]
    Changed(Message),
    /// 413: more than a form can hold.
    #[error("the request is too large")]
    TooLarge,
    /// 415: a program sent a kind of content that is not taken here.
    #[error("this kind of content is not taken")]
    WrongKind,
    /// 422: understood, but it cannot be done as asked; the message says why and how to mend it.
    #[error("{}", .0.key)]
    Refused(Message),
    /// 422: a program's request was read, but values in it cannot be; by field, with what to write instead.
    #[error("values that cannot be")]
    Invalid(Vec<(String, Message)>),
    /// 429: too many tries from one source; seconds until the next.
    #[error("too many tries")]
    TooMany(u32),
    /// 503: more is asked than can be done now.
    #[error("overloaded")]
    Busy,
    /// 503: the database has no room to write. Nothing was half done; it goes on by itself once there is room again.
    #[error("no room to write: {0}")]
    NoRoom(String),
    /// 500: our fault. Nothing was half done.
    #[error("fault: {0}")]
    Fault(String),
    /// Any of these, with the page where it can be mended.
    #[error("{error}")]
    Leading {
        /// What went wrong.
        error: Box<AppError>,
        /// A path of this site.
        path: &'static str,
        /// Key of the words on the button.
        words: &'static str,
    },
}

impl AppError {
    /// This error, with the page where it can be mended and the key of the words that lead there.
    #[must_use]
    pub fn leading_to(self, path: &'static str, words: &'static str) -> Self {
        Self::Leading { error: Box::new(self), path, words }
    }

    /// Where it can be mended, if it says so: a path and the key of its words.
    #[must_use]
    pub const fn way(&self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Leading { path, words, .. } => Some((path, words)),
            _ => None,
        }
    }

    /// The message that replaces the common words of the status, if there is one.
    #[must_use]
    pub fn message(&self) -> Option<&Message> {
        match self {
            Self::Changed(message) | Self::Refused(message) | Self::Unreadable(message) => Some(message),
            Self::Leading { error, .. } => error.message(),
            _ => None,
        }
    }
}

impl From<DbErr> for AppError {
    fn from(error: DbErr) -> Self {
        if db::lacks_room(&error) { Self::NoRoom(error.to_string()) } else { Self::Fault(error.to_string()) }
    }
}

impl From<DbFault> for AppError {
    fn from(fault: DbFault) -> Self {
        match fault {
            DbFault::Busy | DbFault::Stopped => Self::Busy,
            DbFault::Panicked => Self::Fault(fault.to_string()),
            DbFault::Database(error) => error.into(),
        }
    }
}

impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        Self::Fault(error.to_string())
    }
}

impl Retry for AppError {
    fn database_error(&self) -> Option<&DbErr> {
        None
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Malformed(_) | Self::Unreadable(_) => StatusCode::BAD_REQUEST,
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::FormExpired | Self::NotAllowed | Self::TooWeak => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Changed(_) => StatusCode::CONFLICT,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongKind => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Refused(_) | Self::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::NoRoom(_) => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Leading { error, .. } => error.status_code(),
        }
    }

    fn error_response(&self) -> HttpResponse {
        if let Self::Leading { error, .. } = self {
            return error.error_response();
        }
        let mut response = HttpResponse::new(self.status_code());
        let wait = match self {
            Self::Busy => Some(2),
            Self::NoRoom(_) => Some(60),
            Self::TooMany(seconds) => Some(*seconds),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
