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
    /// There is no such application, or it is none of theirs.
    #[error("there is no such application")]
    NoSuch,
    /// There is no such file, or it was removed.
    #[error("there is no such file")]
    NoSuchFile,
    /// No rule of this kind is in force.
    #[error("no such rule is in force")]
    NoRule,
    /// Another version of the rule is in force than was shown.
    #[error("another version of the rule is in force")]
    RuleChanged,
    /// The rule was ended by hand.
    #[error("the rule was ended")]
    RuleEnded,
    /// It is sent already.
    #[error("it is sent already")]
    SentAlready,
    /// Evidence is to be sent along.
    #[error("there is no evidence")]
    NoEvidence,
    /// There are as many files as there may be.
    #[error("there are too many files")]
    TooManyFiles,
    /// There are as many applications that are not sent as there may be.
    #[error("there are too many that are not sent")]
    TooManyDrafts,
    /// The time to appeal is over.
    #[error("the time to appeal is over")]
    TooLate,
    /// Somebody did something with it since the page was shown.
    #[error("things have moved")]
    Moved,
    /// Whoever it would be is the applicant, helped them, or has decided before, perhaps by another account.
    #[error("another person is needed")]
    SamePerson,
    /// Whoever proposed it works for the agency no more.
    #[error("whoever proposed it has left")]
    ProposerGone,
    /// Whoever it is to be passed to does not work there.
    #[error("no such colleague")]
    NoColleague,
    /// Not in their role.
    #[error("not allowed")]
    NotAllowed,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// The file store.
    #[error("the file store: {0}")]
    Store(String),
    /// What is sealed does not open.
    #[error(transparent)]
    Sealed(#[from] SealBroken),
    /// Of agencies.
    #[error(transparent)]
    Agency(#[from] agencies::Error),
    /// Of rules of conversion.
    #[error(transparent)]
    Rule(#[from] conversions::Error),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Of recognition.
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
            Self::Agency(error) => error.database_error(),
            Self::Rule(error) => error.database_error(),
            Self::Person(error) => error.database_error(),
            Self::Recognition(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

/// What recognition refuses that has words of its own here.
const fn recognition_key(error: &recognition::Error) -> Option<&'static str> {
    Some(match error {
        recognition::Error::EvidenceTooLow => "applications-too-low",
        recognition::Error::NothingComesOfIt => "applications-nothing",
        recognition::Error::CapReached => "applications-cap",
        recognition::Error::ResultTaken => "applications-taken",
        recognition::Error::RuleNotInForce => "applications-rule-ended",
        recognition::Error::Ledger(ledger::Error::AwardGiven) => "applications-held",
        recognition::Error::Ledger(ledger::Error::Closed) => "applications-left",
        recognition::Error::Ledger(ledger::Error::OnePerson) => "applications-same-person",
        _ => return None,
    })
}

impl Error {
    /// What to say about it beside a form; none where it is no matter of what was filled in.
    #[must_use]
    pub const fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::NoRule => "applications-no-rule",
            Self::RuleChanged => "applications-rule-changed",
            Self::RuleEnded => "applications-rule-ended",
            Self::SentAlready => "applications-sent-already",
            Self::NoEvidence => "applications-no-evidence",
            Self::TooManyFiles => "applications-too-many-files",
            Self::TooManyDrafts => "applications-too-many-drafts",
            Self::TooLate => "applications-too-late",
            Self::Moved => "applications-moved",
            Self::SamePerson => "applications-same-person",
            Self::ProposerGone => "applications-proposer-gone",
            Self::NoColleague => "applications-no-colleague",
            Self::Recognition(error) => return recognition_key(error),
            _ => return None,
        })
    }

    /// Whether it came of what others did meanwhile.
    const fn is_change(&self) -> bool {
        matches!(self, Self::NoRule | Self::RuleChanged | Self::SentAlready | Self::Moved)
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match (error.key(), error) {
            (Some(key), error) if error.is_change() => Self::Changed(Message::of(key)),
            (Some(key), _) => Self::Refused(Message::of(key)),
            (None, Error::NoSuch | Error::NoSuchFile) => Self::NotFound,
            (None, Error::NotAllowed) => Self::NotAllowed,
            (None, Error::SentBefore) => Self::Refused(Message::of("form-sent-before")),
            (None, Error::Agency(error)) => error.into(),
            (None, Error::Rule(error)) => error.into(),
            (None, Error::Person(error)) => error.into(),
            (None, Error::Recognition(error)) => error.into(),
            (None, Error::Fault(fault)) => fault.into(),
            (None, error) => Self::Fault(error.to_string()),
        }
    }
}
