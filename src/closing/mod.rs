//! Closing (收好存折): accounts that end by another's hand.
//!
//! An enrolment is taken back within a day, as long as nothing was done with it. The account of somebody who has died is closed by an
//! administrator as soon as the family says so: sign-in and letters stop at once, nobody calls. It is undone within thirty days, if that
//! was an error. Only after these, and only where a second administrator has agreed, is the person forgotten as one who leaves; what was
//! earned stays in the book, and the register of certificates keeps its lines.
//!
//! Nobody closes their own account here, nor that of somebody who works for more than their own area, and nobody agrees to what they closed themselves.

mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;

use sea_orm::DbErr;
use uuid::Uuid;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{DataClass, Kept, LearnerId, Term, Timestamp};
use crate::web::Exhibit;
use crate::{enrolment, identity, me, recognition};

pub use routes::{
    close as post_close, close_form as close_page, closing as closing_page, closings as closings_page, confirm as post_confirm,
    undo as post_undo, undo_enrolment as post_undo_enrolment,
};
pub use service::finish_due;
pub use upkeep::{schedule_upkeep, with_upkeep};

/// That the account of somebody who has died was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Whose.
    pub learner: LearnerId,
    /// Its id.
    pub id: Uuid,
    /// Where they lived.
    pub place_code: Option<String>,
    /// Who closed it.
    pub closed_by: LearnerId,
    /// When.
    pub closed_at: Timestamp,
    /// Who agreed that it stays so.
    pub confirmed_by: Option<LearnerId>,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
    /// When the person was forgotten.
    pub finished_at: Option<Timestamp>,
}

/// What this subject refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is none, or none of one's area.
    #[error("there is no such closing")]
    NoSuchClosing,
    /// The time is over in which it can be undone.
    #[error("too late to undo")]
    TooLate,
    /// Something was done with it, or a day has passed, or somebody else enrolled them.
    #[error("the enrolment stands")]
    EnrolmentStands,
    /// The person has a role beyond the administrator's area.
    #[error("the person works for more than this area")]
    HoldsRole,
    /// Whoever closed it cannot agree to it.
    #[error("a second person is needed")]
    NeedsAnother,
    /// Enrolment's refusal.
    #[error(transparent)]
    Enrolment(#[from] enrolment::Error),
    /// Identity's.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Recognition's.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    /// That of one's own data.
    #[error(transparent)]
    Me(#[from] me::Error),
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
            Self::Enrolment(error) => error.database_error(),
            Self::Identity(error) => error.database_error(),
            Self::Recognition(error) => error.database_error(),
            Self::Me(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchClosing => Self::NotFound,
            Error::TooLate => Self::Changed(Message::of("closing-too-late")),
            Error::EnrolmentStands => Self::Changed(Message::of("enrolment-earned")),
            Error::HoldsRole => Self::Refused(Message::of("closing-holds-role")),
            Error::NeedsAnother => Self::Refused(Message::of("closing-needs-another")),
            Error::Enrolment(error) => error.into(),
            Error::Identity(error) => error.into(),
            Error::Recognition(error) => error.into(),
            Error::Me(error) => error.into(),
            Error::Fault(fault) => fault.into(),
        }
    }
}

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("ClosePage", views::ClosePage::samples),
    ("ClosingsPage", views::ClosingsPage::samples),
    ("ClosingPage", views::ClosingPage::samples),
];

/// What this subject keeps, and for how long: who decided. It names nobody once the key of the person is destroyed.
pub const KEPT: &[Kept] = &[Kept::new("closing", DataClass::Trail, Term::Permanent)];
