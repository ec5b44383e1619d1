//! Why this subject refuses.

use sea_orm::DbErr;

use super::rule::Failed;
use crate::agencies;
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity;
use crate::recognition;

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such rule.
    #[error("there is no such rule")]
    NoSuchRule,
    /// It is no draft any more.
    #[error("the rule is no draft any more")]
    NotADraft,
    /// Only its drafter changes a draft.
    #[error("a draft is its drafter's alone")]
    NotTheDrafter,
    /// Whoever drafted a rule does not publish it, by none of their accounts.
    #[error("another person publishes a rule")]
    SamePerson,
    /// There is no such partner, or it has closed.
    #[error("there is no such partner")]
    NoSuchPartner,
    /// The partner is the agency's own organisation.
    #[error("an agency is no partner of its own")]
    OwnOrganisation,
    /// The curriculum has no such unit.
    #[error("the curriculum has no such unit")]
    NoSuchUnit,
    /// A test case does not come out.
    #[error("a test case does not come out")]
    TestFails(Failed),
    /// It comes to something else than what was shown.
    #[error("the run is no longer what was shown")]
    Stale,
    /// Its first day has passed.
    #[error("the first day of the rule has passed")]
    FirstDayPassed,
    /// Some way round gains: these rules, in order.
    #[error("a way round gains")]
    GainingWay(Vec<String>),
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// Of agencies.
    #[error(transparent)]
    Agency(#[from] agencies::Error),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Of what was converted.
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
            Self::Person(error) => error.database_error(),
            Self::Recognition(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchRule => Self::NotFound,
            Error::NotTheDrafter => Self::NotAllowed,
            Error::NotADraft => Self::Changed(Message::of("conversions-not-a-draft")),
            Error::SamePerson => Self::Refused(Message::of("conversions-same-person")),
            Error::NoSuchPartner => Self::Refused(Message::of("conversions-partner-choose")),
            Error::OwnOrganisation => Self::Refused(Message::of("conversions-own-organisation")),
            Error::NoSuchUnit => Self::Refused(Message::of("conversions-unit-choose")),
            Error::TestFails(failed) => Self::Refused(test_words(&failed)),
            Error::Stale => Self::Changed(Message::of("conversions-stale")),
            Error::FirstDayPassed => Self::Refused(Message::of("conversions-first-day-passed")),
            Error::GainingWay(rules) => Self::Refused(Message::of("conversions-gaining-way").with("rules", rules.join(" → "))),
            Error::SentBefore => Self::Refused(Message::of("form-sent-before")),
            Error::Agency(error) => error.into(),
            Error::Person(error) => error.into(),
            Error::Recognition(error) => error.into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}

/// What is said of a test case that does not come out.
pub(super) fn test_words(failed: &Failed) -> Message {
    let thousandths = |milli: i64| crate::kernel::Credits::from_milli(milli).unwrap_or_default();
    Message::of("conversions-test-fails")
        .with("value", thousandths(failed.case.value))
        .with("expects", failed.case.expects)
        .with("gives", failed.gives)
}
