//! What this subject refuses.

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::SealBroken;
use crate::{assessment, identity, recognition};

/// A refusal, in the words of the trade.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such session, or it is not theirs.
    #[error("there is no such session")]
    NoSuchExam,
    /// There is no such candidate, or nobody whom they may see.
    #[error("there is no such candidate")]
    NoSuchPerson,
    /// No question stands there.
    #[error("there is no such question")]
    NoSuchQuestion,
    /// They may not plan for this organisation.
    #[error("not theirs to plan")]
    NotTheirs,
    /// The two invigilators are one person.
    #[error("the invigilators are one person")]
    OneInvigilator,
    /// One of the two has no role here.
    #[error("an invigilator has no role here")]
    NoInvigilator,
    /// The unit has too few items of the kind that this level asks.
    #[error("too few items")]
    TooFewItems,
    /// It would begin in the past.
    #[error("the day has passed")]
    Past,
    /// No seat is left.
    #[error("no seat is left")]
    Full,
    /// It is not the time for it.
    #[error("not now")]
    NotNow,
    /// People are not let in yet.
    #[error("too early")]
    TooEarly,
    /// The time of this paper is over.
    #[error("time is over")]
    TimeOver,
    /// Only one of the two invigilators does this.
    #[error("only an invigilator")]
    NotInvigilator,
    /// Nobody invigilates themselves.
    #[error("nobody looks at themselves")]
    Own,
    /// An invigilator has taught the candidate this unit.
    #[error("an invigilator has taught them")]
    HasTaught,
    /// Something comes first: coming, a document, what both have to say.
    #[error("not ready")]
    NotReady(&'static str),
    /// Answers are taken from another device, or from none.
    #[error("another device")]
    OtherDevice,
    /// It was handed in, or the session is over.
    #[error("handed in")]
    Closed,
    /// The session stands elsewhere meanwhile.
    #[error("the session stands elsewhere")]
    Stands,
    /// The session is on a box of the hall.
    #[error("the session is on a box")]
    OnBox,
    /// The session is not on this box, or not any more.
    #[error("the session is not on this box")]
    OffBox,
    /// The answering was ended before this came from a box: a person looks at it.
    #[error("the answering was ended before this came")]
    Late,
    /// The box has ended the session before it wrote this, or has ended it otherwise.
    #[error("the box has ended the session")]
    Ended,
    /// What stands in somebody's name is by now something else than what they were shown.
    #[error("another list than was shown")]
    Listed,
    /// An appeal is answered: results are not taken back any more.
    #[error("an appeal is answered")]
    Answered,
    /// Somebody who had a part may not do this.
    #[error("had a part")]
    HadPart,
    /// Papers wait for somebody to decide.
    #[error("papers wait for a decision")]
    Undecided,
    /// Somebody still answers.
    #[error("somebody still answers")]
    StillOpen,
    /// Nobody appeals against this, or not any more.
    #[error("no appeal against this")]
    NoAppeal,
    /// The form was sent before, with other words.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// A sealed text does not open.
    #[error(transparent)]
    Sealed(#[from] SealBroken),
    /// Of people.
    #[error(transparent)]
    Person(#[from] identity::Error),
    /// Of items.
    #[error(transparent)]
    Assessment(#[from] assessment::Error),
    /// Of credit.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl Error {
    /// What is wrong with what was filled in, by the key of its words; none where it is no matter of that.
    pub(super) const fn key(&self) -> Option<&'static str> {
        Some(match self {
            Self::NotTheirs => "exams-not-theirs",
            Self::OneInvigilator => "exams-one-invigilator",
            Self::NoInvigilator => "exams-no-invigilator",
            Self::TooFewItems => "exams-too-few-items",
            Self::Past => "exams-past",
            Self::Full => "exams-full",
            Self::Own => "exams-own",
            Self::HasTaught => "exams-has-taught",
            Self::NotReady(key) => key,
            Self::HadPart => "exams-had-part",
            Self::OnBox => "exams-on-box",
            Self::Undecided => "exams-undecided",
            Self::StillOpen => "exams-still-open",
            Self::NoAppeal => "exams-no-appeal",
            Self::SentBefore => "form-sent-before",
            _ => return None,
        })
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Person(error) => error.database_error(),
            Self::Assessment(error) => error.database_error(),
            Self::Recognition(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        if let Some(key) = error.key() {
            return Self::Refused(Message::of(key));
        }
        match error {
            Error::NoSuchExam | Error::NoSuchPerson | Error::NoSuchQuestion => Self::NotFound,
            Error::NotInvigilator => Self::NotAllowed,
            Error::OffBox => Self::Changed(Message::of("exams-stands")),
            Error::NotNow => Self::Changed(Message::of("exams-not-now")),
            Error::TooEarly => Self::Changed(Message::of("exams-own-early")),
            Error::TimeOver => Self::Changed(Message::of("exams-time-over")),
            Error::OtherDevice => Self::Changed(Message::of("exams-other-device")),
            Error::Closed => Self::Changed(Message::of("exams-closed")),
            Error::Stands => Self::Changed(Message::of("exams-stands")),
            Error::Ended => Self::Changed(Message::of("exams-stands")),
            Error::Listed => Self::Changed(Message::of("exams-listed-anew")),
            Error::Answered => Self::Changed(Message::of("exams-is-answered")),
            Error::Sealed(error) => Self::Fault(error.to_string()),
            Error::Person(error) => error.into(),
            Error::Assessment(error) => error.into(),
            Error::Recognition(error) => error.into(),
            Error::Fault(fault) => fault.into(),
            other => Self::Fault(other.to_string()),
        }
    }
}
