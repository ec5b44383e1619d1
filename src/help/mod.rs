//! Help: somebody asks, gets a number and a day by which we answer, and sees where the matter stands.
//!
//! Six kinds: a call-back (anybody, also without an account), a dispute about a line of the passbook, something to be printed, an act on
//! behalf that is to be undone or was not agreed to, a complaint about our handling of personal data, which goes to the person
//! responsible for it and is shown to nobody in the hall, and an appeal about a certificate or about a request for one, which the subject of certificates hears. Whom a case concerns neither sees nor answers it.
//!
//! What somebody tells us and what we answer is sealed with the learner's own key (with the bank's, for somebody without an account),
//! so that it can be read by nobody once the key is gone. Number, kind, state and dates stay for the register.
//! A case is the asker's: anybody else is told that there is no such case. Somebody who asked before signing in finds the case again
//! after it, in the same browser and with the same number. A session that a found card could have opened sees where a case stands, not
//! what was said. What was taken back can be taken up again for some days. Nothing here ever changes a credit.

mod appeals_service;
mod call_phone;
mod forms;
mod number;
mod own_data_service;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod staff_routes;
mod told;
mod upkeep;
mod views;

use sea_orm::DbErr;

use crate::db::{DbFault, Retry};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{self, CaseId, DataClass, Kept, LearnerId, SealKey, Timestamp, TransferId};
use crate::web::Exhibit;

pub use appeals_service::{Appeal, Contested, appeal, count_appeals_of, list_appeals, list_appeals_of};
pub use call_phone::CallPhone;
pub use forms::MOST_WORDS;
pub use number::CaseNumber;
pub use own_data_service::{export, forget};
pub use routes::{
    HelpLink, ask, ask_print, asked_path, case, key_of, place_for, resume as take_up_again, show, withdraw as take_back,
};
pub use rules::{Kind, State, Term, days_waiting};
pub use service::{
    Asked, Asker, Handler, Opened, Request, Source, answer, count_by_place, count_waiting, draw_number, find_about,
    find_by_number, find_for_staff, find_numbered, list_about, list_of, list_of_all, list_waiting, open, resume, sweep,
    take_in_hand, tell_answered, withdraw, withdraw_all,
};
pub use staff_routes::{act as act_for_staff, list as list_for_staff, show as show_for_staff};
pub use told::{Doubt, Paper, PartOfDay, Told};
pub use upkeep::{schedule_upkeep, with_upkeep};
pub use views::{CaseLine, day_words, doubt_key, entry_number};

/// One case. What was told and answered stays sealed until [`Case::read`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Whose; [`LearnerId::NOBODY`] where somebody without an account asked.
    pub learner: LearnerId,
    /// Its id.
    pub id: CaseId,
    /// The number that people say over the phone.
    pub number: CaseNumber,
    /// What is wanted.
    pub kind: Kind,
    /// The line of the passbook that a dispute is about.
    pub about: Option<TransferId>,
    /// What an appeal is about.
    pub contested: Option<Contested>,
    /// Where it belongs; empty: to the whole bank.
    pub place_code: String,
    /// Where it stands.
    pub state: State,
    /// When it came in.
    pub opened_at: Timestamp,
    /// By when we have promised to answer.
    pub due_at: Timestamp,
    /// When its state changed last.
    pub changed_at: Timestamp,
    /// Who of the staff has it.
    pub handler: Option<LearnerId>,
    /// Of whom somebody complains.
    pub concerns: Option<LearnerId>,
    sealed: Sealed,
}

/// The sealed columns of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Sealed {
    told: Option<Vec<u8>>,
    phone: Option<Vec<u8>>,
    answer: Option<Vec<u8>>,
    browser: Option<Vec<u8>>,
}

/// What stands in a case, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// What was told.
    pub told: Told,
    /// The number to ring, in digits.
    pub phone: Option<String>,
    /// What we answered.
    pub answer: Option<String>,
}

/// Where each sealed column stands, as its seal says.
const PLACE_TOLD: &str = "help_case.words";
const PLACE_PHONE: &str = "help_case.phone";
const PLACE_ANSWER: &str = "help_case.answer";

impl Case {
    /// What was told and answered, as far as `key` opens it: nothing once the person has left or the words were swept.
    #[must_use]
    pub fn read(&self, key: &SealKey) -> Contents {
        let open = |place: &str, sealed: &Option<Vec<u8>>| sealed.as_deref().and_then(|sealed| key.open_text(place, sealed).ok());
        let told = open(PLACE_TOLD, &self.sealed.told).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        Contents { told, phone: open(PLACE_PHONE, &self.sealed.phone), answer: open(PLACE_ANSWER, &self.sealed.answer) }
    }
}

/// What this subject refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such case, or it is somebody else's.
    #[error("there is no such case")]
    NoSuchCase,
    /// The case has ended: answered or taken back.
    #[error("the case has ended")]
    Ended,
    /// The form's key was used for another request.
    #[error("the form was sent before with other words")]
    SentBefore,
    /// Too many call-backs from one address; seconds until the next hour.
    #[error("too many call-backs from one address")]
    TooMany(u32),
    /// The person has as many open cases as we can keep apart.
    #[error("too many open cases")]
    TooManyOpen,
    /// No free number was drawn: never in practice.
    #[error("no free case number")]
    NoNumber,
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
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::NoSuchCase => Self::NotFound,
            Error::Ended => Self::Changed(Message::of("help-ended")),
            Error::SentBefore => Self::Changed(Message::of("help-sent-before")),
            Error::TooMany(seconds) => Self::TooMany(seconds),
            Error::TooManyOpen => Self::Refused(Message::of("help-too-many-open")),
            Error::NoNumber => Self::Busy,
            Error::Fault(fault) => fault.into(),
        }
    }
}

/// What this subject keeps, and for how long. Of a case the words go with the account, or
/// thirty days after its end where there is none; number, kind, state and dates stay for the register.
pub const KEPT: &[Kept] = &[
    Kept::new("help_case", DataClass::Help, kernel::Term::Account),
    Kept::new("help_number", DataClass::Trail, kernel::Term::Permanent),
    Kept::new("help_tally", DataClass::SignIn, kernel::Term::Days(1)),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("HelpPage", views::HelpPage::samples),
    ("CasePage", views::CasePage::samples),
    ("StaffCasesPage", views::StaffCasesPage::samples),
    ("StaffCasePage", views::StaffCasePage::samples),
];
