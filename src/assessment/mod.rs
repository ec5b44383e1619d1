//! Assessment: which items a test asks, what was answered, what it came to. One grading code for lesson quizzes, 我试过了 and
//! unit tests.
//!
//! Kept here: a learner has one open attempt at a unit, on whatever device; an answer is kept by itself as soon as it is given;
//! grading happens on the server when the attempt is handed in, once, and whatever passing is worth is recognised in the same
//! commit. An attempt points at the hashes of its items, so that it can be shown and graded again after any later edition.
//!
//! Nothing here ever tells which answer of a test is right before the test is passed, and nothing here gives credit: that is
//! recognition's.

mod attempt;
mod error;
mod forms;
mod guess;
mod queries;
mod question;
mod routes;
mod rules;
mod samples;
mod service;
mod shown;
mod standing;
#[cfg(test)]
mod tests;
mod urls;
mod views;

use crate::curriculum::Shelf;
use crate::kernel::{DataClass, Kept, Term};
use crate::web::ExhibitOf;

pub use attempt::{Answer, Attempt, Missed, Sheet, State};
pub use error::Error;
pub use forms::read_answer;
pub use guess::{Guesser, Guesses, guess};
pub use question::{Choice, Entry, Explained, Line, Link, Question, Setting, Verdict, answer_words};
pub use routes::{begin, finish, go_on, keep_answer, show_check, show_question, show_result, show_start};
pub use rules::{Given, Key, Mark, Turn, grade, score};
pub use service::{
    HandedIn, TestState, answer, draw_paper, evidence_hash, export, forget, get_asked, get_item, get_items, get_sheet,
    grade_sheet, hand_in, has_begun, lesson_gone_through, list_begun_since, list_handed_in, list_open, standings, start,
    state_of, terms_of,
};
pub use shown::{Shown, key_of};
pub use standing::{Stage, Standing, StandingRow};

/// What this subject keeps, and for how long. Of somebody who leaves only the attempts
/// that results rest on stay, by hashes.
pub const KEPT: &[Kept] = &[
    Kept::new("attempt", DataClass::Record, Term::Permanent),
    Kept::new("answer", DataClass::Learning, Term::Account),
    Kept::new("lesson_review", DataClass::Learning, Term::Account),
];

/// The views of this subject with their samples.
pub const SAMPLES: &[ExhibitOf<Shelf>] = &[
    ("StartPage", views::StartPage::samples),
    ("QuestionPage", views::QuestionPage::samples),
    ("CheckPage", views::CheckPage::samples),
    ("PassedPage", views::PassedPage::samples),
    ("FailedPage", views::FailedPage::samples),
];
