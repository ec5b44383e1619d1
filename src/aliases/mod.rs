//! Two accounts of one person, on the desk: asking that they be read as one, or that this end; seeing side by side what it comes to; deciding.
//!
//! Two people: an officer, who has seen the person's document, asks; a reviewer who is neither the asker nor the person decides, with both
//! accounts before their eyes. It is done only while it comes to what they were shown. Both must be theirs to see. The person is told at
//! every telephone that the accounts know.
//!
//! It gathers from identity, recognition and curriculum and owns no table. No row of an account is ever moved.

mod forms;
mod learner_routes;
mod request_routes;
mod samples;
mod service;
mod views;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use learner_routes::{ask as post_request, show as learner_page};
pub use request_routes::{decide as post_decision, list as requests_page, show as request_page, take_back as post_withdraw};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("AccountsPage", views::AccountsPage::samples),
    ("RequestsPage", views::RequestsPage::samples),
    ("RequestPage", views::RequestPage::samples),
];
