//! The curriculum for everybody to take away: one file with all of it, and a page that says what is in it and under what terms.
//!
//! Rules kept here: the same edition always gives the same bytes; the file lies in the data directory, not in memory, and is made when it
//! is first asked for; it can always be made again, so no backup needs it. What only tests ask never leaves the bank: whoever read it
//! could pass without learning.
//!
//! Beside it the same as a framework for other systems (CASE 1.1), read only: ids follow from the bank and the code, so that editions keep them.

mod case;
mod case_routes;
mod package;
mod routes;
mod samples;
mod store;
mod views;
mod words;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use case_routes::{
    association as case_association, document as case_document, documents as case_documents, item as case_item,
    item_associations as case_item_associations, item_types as case_item_types, licence as case_licence, package as case_package,
    subjects as case_subjects,
};
pub use routes::{about, download};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[("OpenPage", views::OpenPage::samples)];
