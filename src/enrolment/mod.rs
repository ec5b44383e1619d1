//! Enrolment (登记): people become learners at the hall, one by one before the desk or by a list (集体登记), with cards to be printed.
//!
//! Rules kept here:
//! - One person, one account: whose name sounds alike and who was born about then is shown before anybody is enrolled, with what whoever
//!   asks has before them anyway; that they said 「不是」 is kept. A list is held against the people of the county, and against itself.
//! - A list is enrolled whole or not at all. Its people are staged chunk by chunk, unseen, each held once more against those who came
//!   meanwhile; one row decides; then they are made real chunk by chunk, however often the work is broken off. The same file once more is the same list.
//! - What a list says of people is sealed, line by line, and deleted when the list is over or nobody wanted it for a month.
//! - What stands in a file is text. No formula is computed, nothing is unpacked beyond a bound, and nothing we write is one.
//!
//! That a phone has an account is said, at the desk and of a list, since nobody is enrolled with it twice; its owner sees in the access
//! log who has tried it. Whether somebody from elsewhere, or a document number, is known is never told.

mod batch_forms;
mod batch_queries;
mod batch_samples;
mod batch_views;
mod columns;
mod error;
mod forms;
mod lines;
mod list;
mod queries;
mod routes;
mod rules;
mod samples;
mod service;
mod upkeep;
mod views;
mod words;

use uuid::Uuid;

use crate::kernel::{DataClass, Group, Kept, LearnerId, Term, Timestamp};
use crate::web::Exhibit;

pub use columns::{Column, Format, WrongHead, read_head};
pub use error::Error;
pub use forms::read_form;
pub use lines::{Problem, Said};
pub use list::{Batch, BatchState, Row, RowState};
pub use routes::{
    batch_cards_page, batch_page, batches_page, blank_sheet_page, card_page, cards_page, enrol_page, format_page, post_alike,
    post_batch, post_batch_decide, post_batch_give_up, post_batch_row, post_blanks, post_card_pin, post_enrol, post_format,
    result_file, template_file, today_cards_page,
};
pub use rules::can_be_undone;
pub use service::{
    Decided, Enrolled, NewBatch, Read, check, decide, enrol, export, file_code, find_batch, find_enrolment, forget, keep_list,
    list_batches, list_enrolments, list_rows, run,
};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// That somebody was enrolled by somebody else's hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolment {
    /// Who.
    pub learner: LearnerId,
    /// By whom.
    pub enrolled_by: LearnerId,
    /// For which place.
    pub place_code: String,
    /// With which reading list.
    pub group: Option<Group>,
    /// By which list; none: at the desk.
    pub batch: Option<Uuid>,
    /// When.
    pub enrolled_at: Timestamp,
}

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[
    ("EnrolPage", views::EnrolPage::samples),
    ("AlikePage", views::AlikePage::samples),
    ("CardPage", views::CardPage::samples),
    ("CardsPage", views::CardsPage::samples),
    ("SheetPage", views::SheetPage::samples),
    ("BatchesPage", batch_views::BatchesPage::samples),
    ("BatchPage", batch_views::BatchPage::samples),
    ("FormatPage", batch_views::FormatPage::samples),
];

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("enrolment", DataClass::Account, Term::Account),
    Kept::new("batch", DataClass::Trail, Term::Permanent),
    Kept::new("batch_row", DataClass::Account, Term::Days(rules::LIST_DAYS)),
    Kept::new("batch_format", DataClass::Impersonal, Term::Permanent),
];
