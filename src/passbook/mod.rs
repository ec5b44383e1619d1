//! The passbook's pages: 累计学分 in 格 and 学分, one line after the other with the newest first and a year at a time, 学时 beside the
//! credits, a question about any line, its receipt from the sealed book, the statement and the yearly list of hours to print. A line says who confirmed it and which hours
//! were counted as it was written down then, whatever is configured today.
//!
//! It gathers from recognition, curriculum and help, keeps nothing of its own and changes no credit. The two kinds of 学时 are shown apart
//! and never added; nothing here compares them with anybody's yearly 90.

mod forms;
mod receipts;
mod routes;
mod rules;
mod samples;
mod sheets;
mod views;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use receipts::{receipt, receipt_file};
pub use routes::{Which, Year, ask_about, hours, question, show, statement};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("PassbookPage", views::PassbookPage::samples),
    ("ReceiptPage", receipts::ReceiptPage::samples),
    ("QuestionPage", views::QuestionPage::samples),
    ("StatementPage", sheets::StatementPage::samples),
    ("HoursPage", sheets::HoursPage::samples),
];
