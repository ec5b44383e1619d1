//! The passbook's pages: 累计学分 in 格 and 学分, one line after the other with the newest first and a year at a time, 学时 beside the
//! credits, a question about any line, its receipt from the sealed book, the statement and the yearly list of hours to print. A line says who confirmed it and which hours
//! were counted as it was written down then, whatever is configured today.
//!
//! It gathers from recognition, curriculum and help, keeps nothing of its own and changes no credit. The two kinds of 学时 are shown apart
//! and never added; nothing here compares them with anybody's yearly 90. How the yearly list is laid out for which kind of staff is the
//! curriculum's data. An organisation sees the lists of those alone who are in one of its training plans, and each of them sees who looked.

mod forms;
mod hours_routes;
mod organisation_routes;
mod receipts;
mod routes;
mod rules;
mod samples;
mod sheets;
mod views;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use hours_routes::{Year, hours, hours_file};
pub use organisation_routes::{organisation_hours, organisation_hours_file};
pub use receipts::{receipt, receipt_file};
pub use routes::{Which, ask_about, question, show, statement};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("PassbookPage", views::PassbookPage::samples),
    ("ReceiptPage", receipts::ReceiptPage::samples),
    ("QuestionPage", views::QuestionPage::samples),
    ("StatementPage", sheets::StatementPage::samples),
    ("HoursPage", sheets::HoursPage::samples),
    ("OrganisationHoursPage", sheets::OrganisationHoursPage::samples),
];
