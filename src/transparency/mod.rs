//! The public face of the sealed book: what anybody may see of it, and how to check it without trusting the bank.
//!
//! `/ledger/checkpoint` and `/ledger/tile/…` are as C2SP's tlog-tiles has them, so that mirrors and witnesses follow the log with programs
//! of their own; entries themselves are never published, only their hashes: a hash with its salt tells nothing of anybody. The pages say
//! the same in plain words. Nothing here changes anything; witnesses write through the API.

mod routes;
mod rules;
mod samples;
mod views;

use crate::web::Exhibit;

pub use routes::{book, checkpoint, entry, tile};

/// The views of this subject with their samples.
pub const SAMPLES: &[Exhibit] = &[("BookPage", views::BookPage::samples), ("EntryPage", views::EntryPage::samples)];
