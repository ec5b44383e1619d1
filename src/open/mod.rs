//! The curriculum for everybody to take away: one file with all of it, and a page that says what is in it and under what terms.
//!
//! Rules kept here: the same edition always gives the same bytes; the file lies in the data directory, not in memory, and is made when it
//! is first asked for; it can always be made again, so no backup needs it. What only tests ask never leaves the bank: whoever read it
//! could pass without learning.

mod package;
mod routes;
mod samples;
mod store;
mod views;
mod words;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use routes::{about, download};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[("OpenPage", views::OpenPage::samples)];
