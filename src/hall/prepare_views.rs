//! The pages on which a box is made ready.

use askama::Template;

use crate::web::{Filled, Page};

/// For which hall, and what for.
#[derive(Template)]
#[template(path = "hall/prepare.html")]
pub struct PreparePage {
    pub(super) page: Page,
    pub(super) form: Filled,
    /// Places to choose from, by code; none: the place is written.
    pub(super) places: Vec<(String, String)>,
    pub(super) courses: Vec<(String, String)>,
    /// Supervised sessions to choose from, the first of them none; empty: there are none.
    pub(super) exams: Vec<(String, String)>,
    pub(super) sheets: Vec<(String, String)>,
}

/// The password to be copied, and the kit to be saved.
#[derive(Template)]
#[template(path = "hall/kit.html")]
pub struct KitPage {
    pub(super) page: Page,
    pub(super) name: String,
    pub(super) once: String,
    /// The password, four digits at a time.
    pub(super) fours: Vec<String>,
    /// Whether a supervised session goes along.
    pub(super) has_exam: bool,
    /// What was asked for, to go along.
    pub(super) asked: Vec<(&'static str, String)>,
}

/// Half of the words that open the papers of a supervised session on its box.
#[derive(Template)]
#[template(path = "hall/exam_words.html")]
pub struct ExamWordsPage {
    pub(super) page: Page,
    /// Where the session stands.
    pub(super) back: String,
    /// When, and which course.
    pub(super) what: String,
    /// Which half it is, in words.
    pub(super) which: String,
    /// The half, four at a time.
    pub(super) fours: Vec<String>,
}
