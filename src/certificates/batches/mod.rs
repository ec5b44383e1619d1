//! Certificates by the thousand (成批发证): one kind for many people, as one decision of two.
//!
//! Rules kept here:
//! - A batch is read, looked at, asked, agreed to by another person (never whoever brought it, by any account); then one commit makes it valid, and it is
//!   issued in chunks, each certificate by the three steps by which any is.
//! - A line that cannot be issued is named, with what is missing, and left out; it keeps no other from being issued.
//! - Whoever agrees has looked at a sample that chance drew when they were asked, each of it: what it rests on beside what it would say. One that is not
//!   right sends the batch back whole.
//! - What comes between after it was agreed to is passed over and named. A line is issued as it was looked at by the bank, or not at all.
//! - However often it is broken off, each person has exactly one in the end. The same people for the same kind are the same batch.
//! - Somebody whom whoever brought it may not see is answered like nobody; that they were looked for stands in the person's own access log.
//! - A program of the agency brings a batch in the name of whoever answers for it: it is the first of the two, never the second.
//! - A suspension of the agency halts a batch between two chunks; it goes on when the suspension is lifted.
//! - What a line says is sealed, and goes a month after the batch is over; so do the sheets that were drawn of it.

mod batch;
mod error;
mod forms;
mod lines;
mod samples;
mod sheets;
mod upkeep;
mod views;
mod words;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use super::routes::batch_decide::{ask as post_batch_ask, decide as post_batch_decision, withdraw as post_batch_withdraw};
pub use super::routes::batch_sample::{look as post_batch_look, sample as batch_sample_page};
pub use super::routes::batches::{
    left_out as batch_left_out, list as batches_page, one as batch_page, print as post_batch_print, progress as batch_progress,
    sheets as batch_sheets, template as batch_template, upload as post_batch,
};
pub use super::service::batches::{
    BatchProgress, Brought, LineVerdict, NewBatch, OfBatch, agree_to_batch, ask_for_batch, batch_code, batch_lines_of,
    bring_batch, check_batch, count_batch, empty_old_batches, find_batch, look_at_line, run_batch, send_batch_back,
    withdraw_batch,
};
pub(in crate::certificates) use batch::Named;
pub use batch::{
    Batch, BatchColumn, BatchLine, BatchLineState, BatchLook, BatchProblem, BatchSaid, BatchSource, BatchState, BatchTrouble,
    Lacks, Print, PrintPart, PrintState,
};
pub use error::BatchError;
pub(in crate::certificates) use forms::{Brings, Decided, looked, wanted, wrong_head};
pub use lines::{WrongHead, read_batch_head, read_batch_line, said_of};
pub use upkeep::{schedule_batches, with_batches};
pub(in crate::certificates) use views::{
    BatchFacts, BatchLineView, BatchMay, BatchPage, BatchRow, BatchSamplePage, BatchesPage, PrintView, compared, left_out_cells,
};
pub(in crate::certificates) use words::{REASON, SHEET};

/// The views of batches with their samples.
pub const BATCH_SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("BatchesPage", views::BatchesPage::samples),
    ("BatchPage", views::BatchPage::samples),
    ("BatchSamplePage", views::BatchSamplePage::samples),
];
