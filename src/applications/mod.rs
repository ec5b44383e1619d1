//! Applications (认定申请): somebody asks an agency to recognise a result from elsewhere; people decide, and the bank says what it knows.
//!
//! Rules kept here:
//! - What is not sent is its owner's alone, and forgotten after thirty days. Sending is a yes to words with a version; whoever helped with
//!   it or with an appeal is kept and never decides on it.
//! - It is decided by the version of the rule that was in force on the day it was sent, unless that was ended by hand.
//! - Whatever lets somebody decide is asked in the commit that decides: agency, delegation, role, sight of the person, and that they are neither the
//!   applicant, a helper, the first of two, nor on an appeal anybody who decided before, by whichever account.
//! - Every deed is a turn, kept and never changed; a form says which turn it was shown, and an old turn is told that things have moved.
//! - An appeal is heard once. The evidence of a return is kept until the term is over, then removed; where it shows a document of identity, at once.
//! - Evidence cannot act: pictures are written anew, pages that run, start, send, fetch or carry something are refused.
//! - The queue names nobody. A case is shown to those who may see the person, with a line in the person's access log.
//! - Nobody is offered a rule of an agency whose people could not see them.
//!
//! Nothing here books credit: that is recognition's alone.

mod deeds;
mod error;
mod evidence;
mod forms;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;

use crate::curriculum::Shelf;
use crate::kernel::{
    AgencyId, ApplicationId, Credits, DataClass, Day, Digest, Kept, LearnerId, RuleId, Term, Timestamp, TransferId,
};
use crate::web::ExhibitOf;

pub use error::Error;
pub use routes::{
    act as post_act, begin as post_begin, begin_page, case_page, decide as post_decide, drop_file as post_drop_file,
    evidence_file, keep_file, own_details, own_file, own_list as own_applications, own_one as own_application,
    queue as queue_page, send_file as post_file,
};
pub use rules::{APPEAL_DAYS, Deed, Elsewhere, Hands, State, Why};
pub use service::{Details, NewFile, add_file, begin, export, forget, remove_due, send};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// The words that people say yes to when they send, with their version; a test keeps both in step.
pub const AGREED_TEXT: &str = "application/2026-11-27.2";

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Whose.
    pub learner: LearnerId,
    /// Its id.
    pub id: ApplicationId,
    /// Who decides.
    pub agency: AgencyId,
    /// By which version of which rule; once it is sent, the one that was in force then.
    pub rule: RuleId,
    /// The unit.
    pub unit: String,
    /// Where it stands.
    pub state: State,
    /// How often something was done with it.
    pub turn: i64,
    /// When it was begun.
    pub begun_at: Timestamp,
    /// What was sent.
    pub sent: Option<Sent>,
    /// Since when it waits for the agency, where it does.
    pub waits_since: Option<Timestamp>,
    /// To whom it was passed.
    pub holder: Option<LearnerId>,
    /// When it was decided last, or taken back.
    pub decided_at: Option<Timestamp>,
    /// What it came to.
    pub given: Option<(TransferId, Credits)>,
}

/// What was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    number_sealed: Option<Vec<u8>>,
    /// A keyed code of partner and number, in one spelling.
    pub number_code: Digest,
    /// What it is worth there, in thousandths of the partner's unit.
    pub value: i64,
    /// When it was passed.
    pub passed: Day,
    /// Whether it is registered in another credit bank.
    pub elsewhere: Elsewhere,
    /// The words that were said yes to.
    pub agreed_text: String,
    /// Who helped.
    pub helper: Option<LearnerId>,
    /// When.
    pub at: Timestamp,
    /// By when an answer is promised.
    pub due: Day,
}

/// One deed, as it was done.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    turn: i64,
    deed: Deed,
    actor: LearnerId,
    to: Option<LearnerId>,
    why: Option<Why>,
    words_sealed: Option<Vec<u8>>,
    /// How it was examined, as whoever would recognise it says.
    examined: Option<deeds::Examined>,
    at: Timestamp,
}

/// A piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Piece {
    learner: LearnerId,
    application: ApplicationId,
    id: uuid::Uuid,
    kind: evidence::FileKind,
    /// The sealed file; none once it was removed.
    file: Option<Digest>,
    /// A keyed code of what was sent.
    code: Digest,
    bytes: i64,
    added_at: Timestamp,
}

/// What this subject keeps, and for how long. What was decided proves credit; it names nobody once the key of its owner is destroyed.
pub const KEPT: &[Kept] = &[
    Kept::new("application", DataClass::Record, Term::Permanent),
    Kept::new("application_step", DataClass::Record, Term::Permanent),
    Kept::new("application_file", DataClass::Record, Term::Permanent),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("OwnApplicationsPage", views::OwnApplicationsPage::samples),
    ("BeginPage", views::BeginPage::samples),
    ("DraftPage", views::DraftPage::samples),
    ("DetailsPage", views::DetailsPage::samples),
    ("OwnApplicationPage", views::OwnApplicationPage::samples),
    ("QueuePage", views::QueuePage::samples),
    ("CasePage", views::CasePage::samples),
];
