//! What this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::{helping, identity, recognition};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such session, or it is of another place.
    #[error("there is no such class session")]
    NoSuchClass,
    /// There is no such person here.
    #[error("there is no such person here")]
    NoSuchPerson,
    /// There is no such group, or it is of another place.
    #[error("there is no such group")]
    NoSuchGroup,
    /// The service point is none of theirs, or it has closed.
    #[error("the service point is none of theirs")]
    NotHere,
    /// It does not take place.
    #[error("the session was cancelled")]
    Cancelled,
    /// It was closed: nothing changes any more.
    #[error("the session was closed")]
    Closed,
    /// It is over.
    #[error("the session is over")]
    Over,
    /// It has not begun.
    #[error("the session has not begun")]
    NotYet,
    /// No seat is left.
    #[error("no seat is left")]
    Full,
    /// Nobody checks in, witnesses or corrects themselves.
    #[error("nobody does this for themselves")]
    Own,
    /// Who teaches cannot be the second witness too.
    #[error("one person cannot be two")]
    OnePerson,
    /// They have not been checked in.
    #[error("they have not come")]
    NotThere,
    /// They came to another session at the same time.
    #[error("they came to another session at the same time")]
    Busy,
    /// So many were checked in that no more can.
    #[error("enough people were checked in")]
    TooMany,
    /// So many lines of the sheet wait that no more can.
    #[error("enough lines of the sheet wait")]
    LinesFull,
    /// It would be over before it is planned; administrators alone may, for what stands on paper.
    #[error("it would be over already")]
    Past,
    /// A group meets: those who belong to it come.
    #[error("the meeting is for members of the group")]
    MembersOnly,
    /// The group has as many as it can.
    #[error("the group is full")]
    GroupFull,
    /// Another group here has the name.
    #[error("another group has this name")]
    NameTaken,
    /// The sheet has as many photographs as it can.
    #[error("the sheet has enough photographs")]
    PhotosFull,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// Identity's refusal.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// That of what is kept of volunteers.
    #[error(transparent)]
    Helping(#[from] helping::Error),
    /// Recognition's.
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
            Self::Identity(error) => error.database_error(),
            Self::Helping(error) => error.database_error(),
            Self::Recognition(error) => error.database_error(),
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
            Self::NoSuchPerson => "classes-no-such-person",
            Self::NotHere => "classes-not-here",
            Self::Cancelled => "classes-was-cancelled",
            Self::Closed => "classes-was-closed",
            Self::Over => "classes-is-over",
            Self::NotYet => "classes-not-yet",
            Self::Full => "classes-full",
            Self::Own => "classes-own-refused",
            Self::OnePerson => "classes-one-person",
            Self::NotThere => "classes-not-there",
            Self::Busy => "classes-busy",
            Self::TooMany => "classes-too-many",
            Self::LinesFull => "classes-lines-full",
            Self::Past => "classes-past",
            Self::MembersOnly => "classes-members-only",
            Self::GroupFull => "classes-group-full",
            Self::PhotosFull => "classes-sheet-photos-full",
            Self::NameTaken => "classes-group-name-taken",
            _ => return None,
        })
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match (error.key(), error) {
            (_, Error::NoSuchClass | Error::NoSuchGroup) => Self::NotFound,
            (_, Error::SentBefore) => Self::Refused(Message::of("form-sent-before")),
            (_, Error::Identity(error)) => error.into(),
            (_, Error::Helping(error)) => error.into(),
            (_, Error::Recognition(error)) => error.into(),
            (_, Error::Fault(fault)) => fault.into(),
            (Some(key), Error::Cancelled | Error::Closed | Error::Over) => Self::Changed(Message::of(key)),
            (Some(key), _) => Self::Refused(Message::of(key)),
            (None, error) => Self::Fault(error.to_string()),
        }
    }
}
