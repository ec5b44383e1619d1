//! What this subject refuses.

use sea_orm::DbErr;

use super::pack::Broken;
use super::rules::Why;
use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::{assessment, classes, enrolment, exams, identity, places};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file is no pack.
    #[error("the file is no pack: {0}")]
    NoPack(#[from] Broken),
    /// No device of this bank made it.
    #[error("no such device")]
    NoSuchDevice,
    /// There is no such claim, or it is of another place.
    #[error("no such claim")]
    NoSuchClaim,
    /// Somebody else has decided meanwhile.
    #[error("it was decided meanwhile")]
    Decided,
    /// The device was given up; it hands nothing over by itself any more.
    #[error("the device was revoked")]
    Revoked,
    /// This form was sent before, with something else in it.
    #[error("the form was sent before")]
    SentBefore,
    /// More people are on the lists than one box takes.
    #[error("too many people for one box")]
    TooMany,
    /// Whoever asks may not.
    #[error("not allowed")]
    NotAllowed,
    /// Whoever looks at a claim of a supervised session had a part in it, or decides nothing there.
    #[error("had a part in the session")]
    HadPart,
    /// A claim cannot be taken as it is: a person has to look.
    #[error("a person has to look: {0:?}")]
    NeedsLook(Why),
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
    /// Of a subject below, and our fault.
    #[error("{0}")]
    Below(String),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<classes::Error> for Error {
    fn from(error: classes::Error) -> Self {
        use classes::Error as E;
        if let Some(fault) = error.database_error() {
            return fault.clone().into();
        }
        Self::NeedsLook(match error {
            E::NoSuchClass | E::NotHere => Why::NoClass,
            E::NoSuchPerson => Why::NoPerson,
            E::Cancelled => Why::ClassCancelled,
            E::Closed => Why::ClassClosed,
            E::Over | E::NotYet => Why::OtherTime,
            E::Own | E::OnePerson => Why::OnePerson,
            E::NotThere => Why::NotThere,
            E::Busy => Why::Elsewhere,
            E::TooMany => Why::Full,
            E::Identity(error) => return error.into(),
            E::Fault(fault) => return fault.into(),
            // What these refuse no claim asks for, or it is our fault.
            error @ (E::NoSuchGroup
            | E::Full
            | E::LinesFull
            | E::Past
            | E::MembersOnly
            | E::GroupFull
            | E::NameTaken
            | E::PhotosFull
            | E::SentBefore
            | E::Helping(_)
            | E::Recognition(_)) => return Self::forbidden(&error),
        })
    }
}

impl From<identity::Error> for Error {
    fn from(error: identity::Error) -> Self {
        use identity::Error as E;
        if let Some(fault) = error.database_error() {
            return fault.clone().into();
        }
        match error {
            E::NoSuchPerson => Self::NeedsLook(Why::NoPerson),
            E::NotAllowed => Self::NeedsLook(Why::Operator),
            E::PhoneTaken | E::NoSuchBlank => Self::NeedsLook(Why::Held),
            E::NeedsGuardian | E::Place(places::Error::UnknownPlace) => Self::NeedsLook(Why::NotSo),
            E::Fault(fault) => fault.into(),
            E::Sealed(_) | E::Computed(_) => Self::Below(error.to_string()),
            E::Place(places::Error::Fault(fault)) => fault.into(),
            E::Place(places::Error::Unreadable(_)) => Self::Below(error.to_string()),
            E::NoSuchSession
            | E::LinkUsedUp
            | E::PhoneNotProven
            | E::DocumentTaken
            | E::LoginTaken
            | E::OrganisationElsewhere
            | E::TooLateToUndo
            | E::Checked
            | E::NotAsShown
            | E::PlaceKnown
            | E::NoHall
            | E::SentBefore
            | E::SecondFactorWrong
            | E::NeedsConsent
            | E::Busy
            | E::NoSuchAlias
            | E::AliasImpossible
            | E::AliasAsked
            | E::AliasDecided
            | E::AliasOwnRequest
            | E::Place(_) => Self::forbidden(&error),
        }
    }
}

impl From<enrolment::Error> for Error {
    fn from(error: enrolment::Error) -> Self {
        use enrolment::Error as E;
        match error {
            E::Identity(error) => error.into(),
            E::Fault(fault) => fault.into(),
            E::Sealed(error) => Self::Below(error.to_string()),
            E::NoSuchBatch | E::BatchMoved | E::NoSuchRow | E::SentBefore | E::Overtaken => Self::forbidden(&error),
        }
    }
}

impl From<assessment::Error> for Error {
    fn from(error: assessment::Error) -> Self {
        use assessment::Error as E;
        if let Some(fault) = error.database_error() {
            return fault.clone().into();
        }
        match error {
            E::NoSuchTest => Self::NeedsLook(Why::NoSheet),
            E::LessonFirst => Self::NeedsLook(Why::NoTest),
            E::Fault(fault) => fault.into(),
            E::Closed | E::NoAnswer | E::Recognition(_) => Self::forbidden(&error),
        }
    }
}

impl From<exams::Error> for Error {
    fn from(error: exams::Error) -> Self {
        use exams::Error as E;
        match error {
            E::NoSuchPerson => Self::NeedsLook(Why::NoPerson),
            E::NoSuchExam | E::NotInvigilator => Self::NeedsLook(Why::Operator),
            E::Own => Self::NeedsLook(Why::OnePerson),
            E::HadPart => Self::HadPart,
            E::NotNow => Self::NeedsLook(Why::OtherTime),
            E::NotReady(_) => Self::NeedsLook(Why::ExamNotReady),
            E::OffBox | E::OnBox => Self::NeedsLook(Why::ExamBack),
            E::Late => Self::NeedsLook(Why::ExamLate),
            E::Stands => Self::NeedsLook(Why::ExamStands),
            E::Closed => Self::NeedsLook(Why::ExamClosed),
            E::Ended => Self::NeedsLook(Why::ExamEnded),
            E::NoSuchQuestion => Self::NeedsLook(Why::NoSheet),
            E::NotTheirs => Self::NotAllowed,
            E::Person(error) => error.into(),
            E::Assessment(error) => error.into(),
            E::Fault(fault) => fault.into(),
            E::Sealed(error) => Self::Below(error.to_string()),
            error => Self::forbidden(&error),
        }
    }
}

impl Error {
    /// Some rule below stands against it that no claim should meet: a person looks at the claim, and the log says which it was.
    fn forbidden(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a claim was refused below");
        Self::NeedsLook(Why::Forbidden)
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl Error {
    /// What to say about a pack that was refused; none where it is our fault.
    #[must_use]
    pub fn words(&self) -> Option<Message> {
        Some(match self {
            Self::NoPack(Broken::Changed(row)) => Message::of("hall-pack-changed").with("row", row),
            Self::NoPack(Broken::Missing(row)) => Message::of("hall-pack-missing").with("row", row),
            Self::NoPack(Broken::NotSigned) => Message::of("hall-pack-not-signed"),
            Self::NoPack(Broken::Unreadable) => Message::of("hall-pack-unreadable"),
            Self::NoSuchDevice => Message::of("hall-pack-no-device"),
            Self::Revoked => Message::of("hall-pack-revoked"),
            _ => return None,
        })
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match (error.words(), error) {
            (Some(words), _) => Self::Refused(words),
            (_, Error::NoSuchClaim) => Self::NotFound,
            (_, Error::NotAllowed) => Self::NotAllowed,
            (_, Error::TooMany) => Self::Refused(Message::of("hall-prepare-too-many")),
            (_, Error::HadPart) => Self::Refused(Message::of("hall-said-part")),
            (_, Error::SentBefore) => Self::Refused(Message::of("hall-prepare-sent")),
            (_, Error::Decided) => Self::Changed(Message::of("hall-decided-meanwhile")),
            (_, Error::NeedsLook(why)) => Self::Refused(Message::of(super::why_key(why))),
            (_, Error::Fault(fault)) => fault.into(),
            (_, error) => Self::Fault(error.to_string()),
        }
    }
}
