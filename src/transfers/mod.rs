//! Transfers out (转出): a learner offers an award to an outside programme, and that one answers.
//!
//! Rules kept here:
//! - Seen before done: which award goes, whole, what the receiver gives by the rule, until when it answers, that it cannot be taken back. What is
//!   confirmed is what was shown, to the last figure.
//! - The learner's own hand: neither a session opened by a card, nor one in which somebody helps, gives credit away.
//! - Who answers holds a role in the receiving organisation, read anew in the commit that answers; place does not count, line of work does. Nobody
//!   answers about their own credit.
//! - What the receiver said is sealed with the learner's key. How it ended is told once.
//!
//! How an offer stands is recognition's alone; here is beside it what was shown and what was said.

mod error;
mod forms;
mod queries;
mod routes;
mod samples;
mod service;
mod upkeep;
mod views;

use crate::kernel::{Credits, DataClass, Digest, Kept, LearnerId, OrganisationId, RuleId, Term, Timestamp, TransferId};
use crate::web::Exhibit;

pub use error::Error;
pub use routes::{
    answer as post_answer, new_page, offer as post_offer, one as one_page, own as own_page, received as received_page, receiving,
};
pub use service::{Answering, Offering, Verdict, Way, export, list_ways, offer, tell_ended};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// What was shown when an award was offered, and what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Whose award.
    pub learner: LearnerId,
    /// The offer's number: the pending transfer.
    pub transfer: TransferId,
    /// By which version of a rule.
    pub rule: RuleId,
    /// Who answers.
    pub receiver: OrganisationId,
    /// The award.
    pub award: TransferId,
    /// Of which unit.
    pub unit: String,
    /// How much it is.
    pub amount: Credits,
    /// What the receiver gives by the rule, in thousandths of its unit.
    pub gives: i64,
    /// Digest of what was confirmed.
    pub shown: Digest,
    /// When it was offered.
    pub offered_at: Timestamp,
    /// Until when the receiver answers.
    pub due_at: Timestamp,
    /// What the receiver said, sealed with the learner's key.
    pub said_sealed: Option<Vec<u8>>,
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[Kept::new("transfer_offer", DataClass::Record, Term::Permanent)];

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("TransfersPage", views::TransfersPage::samples),
    ("NewTransferPage", views::NewTransferPage::samples),
    ("TransferPage", views::TransferPage::samples),
    ("ReceivingPage", views::ReceivingPage::samples),
    ("ReceivedPage", views::ReceivedPage::samples),
];
