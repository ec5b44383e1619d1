//! The first page: for somebody new the question where to begin, for everybody else one next step.
//!
//! Rules kept here: nobody declares anything to begin, the first lesson is one tap away, and there is never more than one thing to do
//! first. The page costs a visitor no statement, and who is signed in four: session, progress, ledger, the class session of today or
//! tomorrow that they are signed up for; a fifth where there is one, for its place, and one more where a course was passed a week
//! ago or more, for the one refresher that is offered beneath the next step.
//!
//! Nothing here writes but what somebody chose; what was ticked stays ticked when the letters are made larger.

mod routes;
mod samples;
mod views;

use crate::curriculum::Shelf;
use crate::web::ExhibitOf;

pub use routes::{begin, first_page, start};

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[("StartPage", views::StartPage::samples), ("HomePage", views::HomePage::samples)];
