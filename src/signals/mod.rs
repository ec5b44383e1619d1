//! Signals (请看一看): what somebody should look at, since it may be a mistake, a misuse, or nothing at all. Never a verdict.
//!
//! Two kinds. Once a night the days before are looked over: people of one volunteer who handed in the same answers in the same minute; people who
//! were enrolled and never came again; tasks that nobody saw but who taught them. What is found is kept once, and nothing follows from it by
//! itself: a person looks, asks, and says that all is well. And passes of one place beyond what it credits in an hour wait, kept, until
//! somebody has looked; that is recognition's, and its page is here.
//!
//! Rules kept here: nobody looks at what is about themselves; words accuse nobody; so many signals a place and day and no more; credit is taken
//! away by corrections alone, which takes two people (`docs/adr/0019-signals-never-verdicts.md`).

mod error;
mod forms;
mod gather;
mod pass_routes;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;

use crate::curriculum::Shelf;
use crate::kernel::{DataClass, Day, Kept, LearnerId, SignalId, Term, Timestamp};
use crate::web::ExhibitOf;

pub use error::Error;
pub use gather::look_over;
pub use pass_routes::{decide as post_pass, list as passes_page, show as pass_page};
pub use routes::{list as signals_page, look as post_signal, show as signal_page};
pub use rules::{Kind, State};
pub use service::{export, forget};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// Something that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Which.
    pub id: SignalId,
    /// What was found.
    pub kind: Kind,
    /// Where.
    pub place_code: String,
    /// Of which day.
    pub day: Day,
    /// With whose help, or by whom: a member of the staff.
    pub about: LearnerId,
    /// Of which unit; empty: of none.
    pub unit: String,
    /// How many people it concerns.
    pub learners: i64,
    /// Of how many.
    pub among: i64,
    /// When it was found.
    pub found_at: Timestamp,
    /// How far it has come.
    pub state: State,
    /// Who looked last, and when.
    pub looked: Option<(LearnerId, Timestamp)>,
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] =
    &[Kept::new("signal", DataClass::Trail, Term::Permanent), Kept::new("signal_learner", DataClass::Learning, Term::Account)];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("SignalsPage", views::SignalsPage::samples),
    ("SignalPage", views::SignalPage::samples),
    ("PassesPage", views::PassesPage::samples),
    ("PassPage", views::PassPage::samples),
];
