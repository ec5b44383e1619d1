//! The pages of recordings on the desk.

use askama::Template;

use super::listen::{language_words, says};
use super::{Listen, Recording, State};
use crate::curriculum::model::{self, Course, Lesson};
use crate::curriculum::{Reading, Shelf};
use crate::web::{Filled, Page, day_words};

/// A row that leads on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub href: String,
    pub title: String,
    pub note: String,
}

/// A list under its heading; without rows it is not shown.
pub(super) struct List {
    pub title: String,
    pub rows: Vec<Row>,
}

/// The desk of recordings: what waits, what has to be recorded anew, what one sent oneself, and the courses.
#[derive(Template)]
#[template(path = "recordings/desk.html")]
pub struct DeskPage {
    pub(super) page: Page,
    pub(super) lists: Vec<List>,
    pub(super) courses: Vec<Row>,
}

/// The words by which a card or a question is known: the lesson's title with the card's, or the question.
pub(super) fn title_of(shelf: &Shelf, of: &str) -> String {
    let first = shelf.reading(of).and_then(|reading| reading.lines.into_iter().next()).unwrap_or_else(|| of.to_owned());
    let lesson = of.split_once('/').and_then(|(lesson, number)| Some((shelf.lesson(lesson)?, number)));
    match lesson {
        Some((lesson, number)) => format!("{} {} · {number} · {first}", lesson.course, lesson.title),
        None => format!("{} · {first}", of.split('-').next().unwrap_or(of)),
    }
}

fn place_words(page: &Page, state: State) -> String {
    page.t(&format!("recordings-state-{}", state.code()))
}

/// The row of a recording.
pub(super) fn row_of(page: &Page, shelf: &Shelf, one: &Recording) -> Row {
    let lang = page.lang();
    let facts =
        [says(&one.lang, one.kind, one.seconds, lang), day_words(lang, one.sent_at.day()), place_words(page, one.standing.state)];
    Row { href: format!("/staff/recordings/{}", one.id), title: title_of(shelf, &one.of), note: facts.join(" · ") }
}

/// The courses, each with the number of lessons.
pub(super) fn course_rows(page: &Page, shelf: &Shelf) -> Vec<Row> {
    let row = |course: &Course| Row {
        href: format!("/staff/recordings/courses/{}", course.code),
        title: format!("{} {}", course.code, course.title),
        note: page.t1("recordings-lessons", "count", course.lessons.len()),
    };
    shelf.courses().iter().filter(|course| course.is_complete()).map(row).collect()
}

/// Choosing a lesson, or a card or question in it.
#[derive(Template)]
#[template(path = "recordings/choose.html")]
pub struct ChoosePage {
    pub(super) page: Page,
    pub(super) back: (String, String),
    pub(super) title: String,
    pub(super) lead: String,
    pub(super) rows: Vec<Row>,
}

impl ChoosePage {
    /// The lessons of a course, and its questions.
    pub(super) fn course(page: Page, course: &Course, questions: usize) -> Self {
        let base = format!("/staff/recordings/courses/{}", course.code);
        let lesson = |lesson: &Lesson| Row {
            href: format!("{base}/{}", lesson.id.split_once('-').map_or(lesson.id.as_str(), |(_, name)| name)),
            title: lesson.title.clone(),
            note: page.t1("recordings-cards", "count", lesson.cards.len()),
        };
        let mut rows: Vec<Row> = course.lessons.iter().map(lesson).collect();
        rows.push(Row {
            href: format!("{base}/questions"),
            title: page.t("recordings-questions"),
            note: page.t1("recordings-questions-count", "count", questions),
        });
        Self {
            back: ("/staff/recordings".to_owned(), page.t("recordings-title")),
            title: format!("{} {}", course.code, course.title),
            lead: page.t("recordings-choose-lesson"),
            rows,
            page,
        }
    }

    /// Cards or questions, each with the voices that it has.
    pub(super) fn readings(page: Page, course: &Course, title: String, readings: Vec<(Reading, Vec<String>)>) -> Self {
        let row = |(reading, voices): (Reading, Vec<String>)| {
            let of: String = form_urlencoded::byte_serialize(reading.of.as_bytes()).collect();
            let number = reading.of.rsplit(['/', '-']).next().unwrap_or_default().trim_start_matches('i').to_owned();
            let first = reading.lines.into_iter().next().unwrap_or_default();
            let note = if voices.is_empty() { page.t("recordings-nobody-yet") } else { voices.join(" · ") };
            Row { href: format!("/staff/recordings/read?of={of}"), title: format!("{number} · {first}"), note }
        };
        let rows = readings.into_iter().map(row).collect();
        let back = (format!("/staff/recordings/courses/{}", course.code), format!("{} {}", course.code, course.title));
        Self { back, title, lead: page.t("recordings-choose-card"), rows, page }
    }
}

/// Reading a card or a question aloud: its words, and the form that takes the sound.
#[derive(Template)]
#[template(path = "recordings/read.html")]
pub struct ReadPage {
    pub(super) page: Page,
    pub(super) back: (String, String),
    pub(super) reading: Reading,
    pub(super) heard: Vec<Listen>,
    pub(super) form: Filled,
    pub(super) dialects: Vec<String>,
    /// Who may be speaking; empty where it is whoever sends it.
    pub(super) whos: Vec<(&'static str, String)>,
}

impl ReadPage {
    fn title(&self) -> String {
        self.reading.lines.first().cloned().unwrap_or_default()
    }

    fn rest(&self) -> &[String] {
        self.reading.lines.get(1..).unwrap_or_default()
    }

    fn langs(&self) -> Vec<(&str, String)> {
        let mandarin = (model::Recording::MANDARIN, language_words(model::Recording::MANDARIN, self.page.lang()));
        std::iter::once(mandarin).chain(self.dialects.iter().map(|dialect| (dialect.as_str(), dialect.clone()))).collect()
    }
}

/// What somebody may do with a recording.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct May {
    pub publish: bool,
    pub withdraw: bool,
}

/// One recording: to be listened to first, then published or taken back.
#[derive(Template)]
#[template(path = "recordings/one.html")]
pub struct RecordingPage {
    pub(super) page: Page,
    pub(super) one: Recording,
    /// The words as the edition that is up has them.
    pub(super) reading: Option<Reading>,
    /// Who sent it.
    pub(super) sender: String,
    pub(super) may: May,
    pub(super) is_own: bool,
}

impl RecordingPage {
    fn title(&self) -> String {
        let first = self.reading.as_ref().and_then(|reading| reading.lines.first().cloned());
        first.unwrap_or_else(|| self.one.of.clone())
    }

    fn rest(&self) -> &[String] {
        self.reading.as_ref().and_then(|reading| reading.lines.get(1..)).unwrap_or_default()
    }

    fn is_changed(&self) -> bool {
        self.reading.as_ref().map(Reading::digest) != Some(self.one.words)
    }

    fn is_shown(&self) -> bool {
        self.one.standing.state == State::Shown
    }

    /// Whether it can still be listened to here.
    fn is_there(&self) -> bool {
        self.one.standing.state != State::Withdrawn
    }

    fn says(&self) -> String {
        says(&self.one.lang, self.one.kind, self.one.seconds, self.page.lang())
    }

    fn state(&self) -> String {
        place_words(&self.page, self.one.standing.state)
    }

    fn sent(&self) -> String {
        let (name, day) = (("name", self.sender.as_str()), ("day", day_words(self.page.lang(), self.one.sent_at.day())));
        self.page.t2("recordings-sent-by", name, day)
    }

    fn read_again(&self) -> String {
        let of: String = form_urlencoded::byte_serialize(self.one.of.as_bytes()).collect();
        format!("/staff/recordings/read?of={of}")
    }
}
