//! My data: see it, correct it, say which groups one belongs to, take it away, complain about how we handle it, leave.
//!
//! It gathers what each subject keeps of a person (`export`), shows it in words or as a file, and asks each to forget (`forget`). What is
//! deleted, what stays and until when is said before and after. The ledger and the results stay whole: they name nobody once the key of
//! the person is destroyed (rule 13). A complaint goes to the person responsible for data, not to the hall. A change says that it was
//! made and can be undone from the same browser.

mod forms;
mod kept;
mod kept_certificates;
mod kept_helping;
mod kept_recognised;
mod routes;
mod samples;
mod service;
mod views;

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::web::Exhibit;
use crate::{
    applications, assessment, certificates, classes, exams, identity, ledger, plans, recognition, recordings, rolls, transfers,
};

pub use routes::{
    Said, Within, agree_to_group, choose_groups, choose_place, complain, complaint_form, correct, correct_form, group_form,
    groups_form, leave, leave_check, left, place_form, show, show_kept, stop_group, take_away, undo,
};
pub use service::{export, forget, leave as end_account};

/// What a subject below refused while its data was gathered or forgotten.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Identity's refusal.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Recognition's.
    #[error(transparent)]
    Recognition(#[from] recognition::Error),
    /// Assessment's.
    #[error(transparent)]
    Assessment(#[from] assessment::Error),
    /// That of recordings.
    #[error(transparent)]
    Recordings(#[from] recordings::Error),
    /// That of class sessions.
    #[error(transparent)]
    Classes(#[from] classes::Error),
    /// That of training plans.
    #[error(transparent)]
    Plans(#[from] plans::Error),
    /// That of applications.
    #[error(transparent)]
    Applications(#[from] applications::Error),
    /// That of certificates.
    #[error(transparent)]
    Certificates(#[from] certificates::Error),
    /// That of rolls.
    #[error(transparent)]
    Rolls(#[from] rolls::Error),
    /// That of transfers out.
    #[error(transparent)]
    Transfers(#[from] transfers::Error),
    /// That of supervised sessions.
    #[error(transparent)]
    Exams(#[from] exams::Error),
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
            Self::Recognition(error) => error.database_error(),
            Self::Assessment(error) => error.database_error(),
            Self::Recordings(error) => error.database_error(),
            Self::Classes(error) => error.database_error(),
            Self::Plans(error) => error.database_error(),
            Self::Applications(error) => error.database_error(),
            Self::Certificates(error) => error.database_error(),
            Self::Rolls(error) => error.database_error(),
            Self::Transfers(error) => error.database_error(),
            Self::Exams(error) => error.database_error(),
            Self::Fault(fault) => fault.database_error(),
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Identity(error) => error.into(),
            Error::Assessment(error) => error.into(),
            Error::Recordings(error) => error.into(),
            Error::Classes(error) => error.into(),
            Error::Plans(error) => error.into(),
            Error::Applications(error) => error.into(),
            Error::Certificates(error) => error.into(),
            Error::Rolls(error) => error.into(),
            Error::Transfers(error) => error.into(),
            Error::Exams(error) => error.into(),
            Error::Recognition(recognition::Error::Fault(fault)) | Error::Fault(fault) => fault.into(),
            Error::Recognition(recognition::Error::Ledger(ledger::Error::StillPending)) => {
                Self::Refused(Message::of("me-leave-pending"))
            }
            Error::Recognition(error) => Self::Fault(error.to_string()),
        }
    }
}

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("MePage", views::MePage::samples),
    ("CorrectPage", views::CorrectPage::samples),
    ("PlacePage", views::PlacePage::samples),
    ("GroupsPage", views::GroupsPage::samples),
    ("GroupPage", views::GroupPage::samples),
    ("KeptPage", views::KeptPage::samples),
    ("ComplaintPage", views::ComplaintPage::samples),
    ("LeavePage", views::LeavePage::samples),
    ("LeftPage", views::LeftPage::samples),
];
