//! The pages of a box.

use askama::Template;

use crate::assessment::Question;
use crate::web::{Filled, Page};

/// The door: the class's password while it is locked, else the digits of whoever learns.
#[derive(Template)]
#[template(path = "hall_box/door.html")]
pub struct DoorPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) is_locked: bool,
}

/// Which volunteer it is.
#[derive(Template)]
#[template(path = "hall_box/operators.html")]
pub struct OperatorsPage {
    pub(super) page: Page,
    pub(super) people: Vec<(String, String)>,
    /// The supervised sessions: address and words.
    pub(super) exams: Vec<(String, String)>,
}

/// Somebody on the list of a session.
#[derive(Clone, Debug)]
pub(super) struct PersonRow {
    pub id: String,
    pub name: String,
    pub note: String,
    pub came: bool,
    /// What is said of their task: nothing, that one more has to see it, that it was seen.
    pub did: &'static str,
    /// Whether the volunteer at hand may say that they saw it.
    pub may_witness: bool,
}

/// The class, as the volunteer sees it.
#[derive(Template)]
#[template(path = "hall_box/class.html")]
pub struct ClassPage {
    pub(super) page: Page,
    pub(super) classes: Vec<(String, String)>,
    /// The session shown: id, title, time; none where the kit has none.
    pub(super) class: Option<(String, String, String)>,
    pub(super) expected: Vec<PersonRow>,
    pub(super) came: Vec<PersonRow>,
    pub(super) enrolled: Vec<String>,
    /// The supervised sessions: address and words.
    pub(super) exams: Vec<(String, String)>,
    pub(super) waiting: u64,
    pub(super) said: Option<String>,
}

/// Enrolling somebody.
#[derive(Template)]
#[template(path = "hall_box/enrol.html")]
pub struct EnrolPage {
    pub(super) page: Page,
    pub(super) form: Filled,
    pub(super) class: String,
    pub(super) ways: Vec<(&'static str, String)>,
}

/// Handing over.
#[derive(Template)]
#[template(path = "hall_box/hand_over.html")]
pub struct HandOverPage {
    pub(super) page: Page,
    pub(super) waiting: u64,
    /// Whether whoever is at it comes from the class: an invigilator may be no volunteer of it.
    pub(super) has_class: bool,
    /// Supervised sessions to which somebody came, and that were not ended: address and title.
    pub(super) unended: Vec<(String, String)>,
}

/// The tests of somebody.
#[derive(Template)]
#[template(path = "hall_box/tests.html")]
pub struct TestsPage {
    pub(super) page: Page,
    pub(super) name: String,
    /// Address, title, whether it was handed in.
    pub(super) tests: Vec<(String, String, bool)>,
    /// Supervised tests: address, title, whether it was handed in.
    pub(super) exams: Vec<(String, String, bool)>,
    pub(super) courses: Vec<(String, String)>,
}

/// One question of a test; after the last one, handing in.
#[derive(Template)]
#[template(path = "hall_box/question.html")]
pub struct QuestionPage {
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) position: usize,
    pub(super) count: usize,
    /// None behind the last one.
    pub(super) question: Option<Question>,
    pub(super) hand_in: String,
    /// Who may have helped, for handing in.
    pub(super) helpers: Vec<(String, String)>,
    /// What was chosen in handing in, and what is wrong with it.
    pub(super) form: Filled,
    pub(super) missing: usize,
}

impl QuestionPage {
    fn heading(&self) -> String {
        self.question.as_ref().map_or_else(|| self.page.t("box-hand-in-title"), |question| question.stem.concat())
    }
}

/// What waits until there is a network: credit, help.
#[derive(Template)]
#[template(path = "hall_box/later.html")]
pub struct LaterPage {
    pub(super) page: Page,
}
