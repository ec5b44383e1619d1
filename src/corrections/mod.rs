//! Corrections on the desk: a learner's credit line by line, what a correction would change, asking for one, and deciding on it.
//!
//! Two people: an officer asks, a reviewer who is neither the asker nor the learner decides, with the impact before their eyes; what they
//! agree to is done only while the impact is still what they were shown. A freeze is done at once. Of each change the learner is told in
//! plain words. Pages of one learner open to those whose role lets them see that person, and each look is kept in the access log.
//!
//! It gathers from recognition, identity and curriculum and owns no table. Nothing here posts to the ledger.

mod forms;
mod impact_views;
mod learner_routes;
mod request_routes;
mod samples;
mod service;
mod views;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use learner_routes::{ask as post_request, credit as credit_page, line as line_page};
pub use request_routes::{decide as post_decision, list as requests_page, show as request_page, take_back as post_withdraw};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("CreditPage", views::CreditPage::samples),
    ("LinePage", views::LinePage::samples),
    ("RequestsPage", views::RequestsPage::samples),
    ("RequestPage", views::RequestPage::samples),
];
