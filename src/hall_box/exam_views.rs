//! The pages of a supervised session on a box.

use askama::Template;

use super::room::Open;
use crate::hall::KitExam;
use crate::i18n::Lang;
use crate::kernel::{ExamId, Timestamp};
use crate::web::{Filled, Page, day_words};

/// A code and its words.
pub(super) type Choices = Vec<(String, String)>;

/// The page of a session.
pub(super) fn exam_path(id: ExamId) -> String {
    format!("/exam/{id}")
}

/// The page of one's own session.
pub(super) fn sit_path(id: ExamId) -> String {
    format!("/sit/{id}")
}

/// The sessions of the kit: address and words.
pub(super) fn listed(open: &Open, lang: Lang) -> Vec<(String, String)> {
    let words = |exam: &KitExam| (exam_path(exam.id), format!("{} {}", exam.title, time_words(lang, exam)));
    open.kit.exams.iter().map(words).collect()
}

pub(super) fn time_words(lang: Lang, exam: &KitExam) -> String {
    let (from, to) = (Timestamp::from_ms(exam.hours.0), Timestamp::from_ms(exam.hours.1));
    format!("{} {}–{}", day_words(lang, from.day()), from.to_clock_text(), to.to_clock_text())
}

/// Which of the two invigilators it is.
#[derive(Template)]
#[template(path = "hall_box/exam_who.html")]
pub struct ExamWhoPage {
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) href: String,
    /// Id and name.
    pub(super) people: Choices,
    /// Whether they show by their half of the words that it is they.
    pub(super) asks_half: bool,
    pub(super) form: Filled,
    pub(super) said: String,
}

/// A candidate on the list.
#[derive(Clone, Debug)]
pub(super) struct SeatRow {
    pub href: String,
    pub what: String,
    pub note: String,
    pub mark: String,
}

/// A session, as the invigilators see it.
#[derive(Template)]
#[template(path = "hall_box/exam.html")]
pub struct ExamPage {
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) time: String,
    pub(super) href: String,
    /// Who is at it.
    pub(super) me: String,
    /// Whether the papers were opened.
    pub(super) is_open: bool,
    /// How many stand where.
    pub(super) counts: Choices,
    pub(super) rows: Vec<SeatRow>,
    /// Who comes next: address and name.
    pub(super) next: Option<(String, String)>,
    /// Whether somebody's paper is in, and nobody's is to come.
    pub(super) is_all_in: bool,
    /// Once it was ended: the code of the end, four at a time.
    pub(super) end: Option<Vec<String>>,
    pub(super) log: Choices,
    pub(super) categories: Choices,
    pub(super) form: Filled,
    pub(super) said: String,
}

impl ExamPage {
    fn is_noting(&self) -> bool {
        self.form.errors().iter().any(|error| error.field != "papers" && error.field != "sure")
    }

    fn is_ending(&self) -> bool {
        self.form.errors().iter().any(|error| error.field == "sure")
    }

    fn sure(&self) -> [(&'static str, String); 1] {
        let key = if self.is_all_in { "box-exam-end-all-in-yes" } else { "box-exam-end-yes" };
        [("yes", self.page.t(key))]
    }
}

/// A candidate, as the invigilators see them.
#[derive(Template)]
#[template(path = "hall_box/exam_seat.html")]
pub struct ExamSeatPage {
    pub(super) page: Page,
    pub(super) title: String,
    /// The session's page, and their own.
    pub(super) back: String,
    pub(super) href: String,
    pub(super) name: String,
    /// How far they have come, in words.
    pub(super) stands: String,
    /// What is done next: `come`, `see`, `allow`, `begin`, `answer`, `keep`, or nothing.
    pub(super) next: &'static str,
    /// Whether whoever is at it has said that they are neither family nor teacher, or need not any more.
    pub(super) has_declared: bool,
    /// Whether the session was ended: nothing more is noted.
    pub(super) is_ended: bool,
    pub(super) facts: Choices,
    pub(super) sights: Choices,
    pub(super) categories: Choices,
    pub(super) form: Filled,
    pub(super) said: String,
}

impl ExamSeatPage {
    fn is_next(&self, next: &str) -> bool {
        self.next == next
    }

    fn is_noting(&self) -> bool {
        self.form.errors().iter().any(|error| error.field == "category" || error.field == "words")
    }
}

/// One's own supervised test.
#[derive(Template)]
#[template(path = "hall_box/sit.html")]
pub struct SitPage {
    pub(super) page: Page,
    pub(super) title: String,
    pub(super) href: String,
    /// How it stands.
    pub(super) says: String,
    /// How much time is left; empty where it does not run here.
    pub(super) left: String,
    pub(super) may_begin: bool,
    /// Each question's number, and whether it was answered; none on another device.
    pub(super) questions: Vec<(usize, bool)>,
}

impl SitPage {
    fn missing(&self) -> usize {
        self.questions.iter().filter(|(_, is_answered)| !is_answered).count()
    }

    fn first_open(&self) -> Option<usize> {
        self.questions.iter().find(|(_, is_answered)| !is_answered).map(|(number, _)| *number)
    }
}
