//! What this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::{classes, enrolment, identity, recognition};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such plan, or it is none of theirs.
    #[error("there is no such training plan")]
    NoSuchPlan,
    /// The organisation, place or line of work is none of theirs, or the organisation has closed.
    #[error("the organisation is none of theirs")]
    NotTheirs,
    /// There is no such person here.
    #[error("there is no such person here")]
    NoSuchPerson,
    /// There is no such list, group or session here.
    #[error("there is no such list of people here")]
    NoSuchList,
    /// A class session of the plan is none of their places.
    #[error("there is no such class session here")]
    NoSuchClass,
    /// The plan is over.
    #[error("the plan is over")]
    Over,
    /// A newer version was published since the page was shown.
    #[error("a newer version was published meanwhile")]
    Newer,
    /// The answer does not fit what was answered before.
    #[error("another answer was given meanwhile")]
    Moved,
    /// The yes is the learner's own: it is not said with the help of somebody who then sees them in the plan.
    #[error("whoever helps would see them in the plan")]
    AnothersHand,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// Identity's refusal.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// That of class sessions.
    #[error(transparent)]
    Classes(#[from] classes::Error),
    /// That of lists of people.
    #[error(transparent)]
    Enrolment(#[from] enrolment::Error),
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
            Self::Classes(error) => error.database_error(),
            Self::Enrolment(error) => error.database_error(),
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
            Self::NotTheirs => "plans-not-yours",
            Self::NoSuchPerson => "plans-no-such-person",
            Self::NoSuchList => "plans-no-such-list",
            Self::NoSuchClass => "plans-no-such-class",
            Self::Over => "plans-is-over",
            Self::Newer => "plans-is-newer",
            Self::Moved => "plans-has-moved",
            Self::AnothersHand => "plans-join-own",
            _ => return None,
        })
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match (error.key(), error) {
            (_, Error::NoSuchPlan) => Self::NotFound,
            (_, Error::SentBefore) => Self::Refused(Message::of("form-sent-before")),
            (_, Error::Identity(error)) => error.into(),
            (_, Error::Classes(error)) => error.into(),
            (_, Error::Enrolment(error)) => error.into(),
            (_, Error::Recognition(error)) => error.into(),
            (_, Error::Fault(fault)) => fault.into(),
            (Some(key), Error::Over | Error::Newer | Error::Moved) => Self::Changed(Message::of(key)),
            (Some(key), _) => Self::Refused(Message::of(key)),
            (None, error) => Self::Fault(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_yes_by_another_s_hand_is_told_how_to_say_it_themselves() {
        let said = AppError::from(Error::AnothersHand);
        assert!(matches!(&said, AppError::Refused(message) if message.key == "plans-join-own"), "{said:?}");
    }
}
