//! The pages of recordings on the desk.

use askama::Template;

use super::listen::{language_words, says};
use super::{Listen, Recording, RecordingId, State};
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
    /// The page of what one sent oneself, and how many there are.
    pub(super) number: u64,
    pub(super) pages: u64,
    pub(super) courses: Vec<Row>,
}

impl DeskPage {
    fn here(&self) -> String {
        self.page.t2("help-staff-page", ("page", &self.number), ("pages", &self.pages))
    }
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

/// How far it has come, in words. What everybody would hear, had its words not changed, nobody hears.
fn state_words(page: &Page, one: &Recording, is_changed: bool) -> String {
    match one.standing.state {
        State::Shown if is_changed => page.t("recordings-state-changed"),
        state => page.t(&format!("recordings-state-{}", state.code())),
    }
}

/// Whether the words have changed since, or are gone.
pub(super) fn is_changed(shelf: &Shelf, one: &Recording) -> bool {
    shelf.reading(&one.of).map(|reading| reading.digest()) != Some(one.words)
}

/// Where a recording is shown to those who send and publish.
pub(super) fn path_of(id: RecordingId) -> String {
    format!("/staff/recordings/{id}")
}

/// Where a card or a question is read.
pub(super) fn read_path(of: &str) -> String {
    let of: String = form_urlencoded::byte_serialize(of.as_bytes()).collect();
    format!("/staff/recordings/read?of={of}")
}

/// The row of a recording.
pub(super) fn row_of(page: &Page, shelf: &Shelf, one: &Recording) -> Row {
    let lang = page.lang();
    let state = state_words(page, one, is_changed(shelf, one));
    let facts = [says(&one.lang, one.kind, one.seconds, lang), day_words(lang, one.sent_at.day()), state];
    Row { href: path_of(one.id), title: title_of(shelf, &one.of), note: facts.join(" · ") }
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
            let href = read_path(&reading.of);
            let number = reading.of.rsplit(['/', '-']).next().unwrap_or_default().trim_start_matches('i').to_owned();
            let first = reading.lines.into_iter().next().unwrap_or_default();
            let note = if voices.is_empty() { page.t("recordings-nobody-yet") } else { voices.join(" · ") };
            Row { href, title: format!("{number} · {first}"), note }
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
    /// What everybody hears now; where it was sent, the way to it for those who may go.
    pub(super) heard: Vec<(Listen, Option<String>)>,
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

    /// What was shown: where it says something else by the time the sound comes, the sound is of other words.
    fn words(&self) -> String {
        self.reading.digest().to_string()
    }

    fn consent(&self) -> String {
        self.page.t(if self.whos.is_empty() { "recordings-consent" } else { "recordings-consent-any" })
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

/// What a recording would take the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Replaced {
    /// What everybody hears now: in words, and where it is.
    pub says: String,
    pub href: String,
    /// Who sent it.
    pub sender: String,
    /// Whether the reader may take it away.
    pub may: bool,
}

/// Where whoever sent one goes on: the next that is read, and the list it stands on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Onward {
    pub next: Option<String>,
    pub list: (String, String),
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
    /// Whether it can be listened to here.
    pub(super) can_listen: bool,
    /// What it would take the place of, once published.
    pub(super) replaced: Option<Replaced>,
    pub(super) onward: Option<Onward>,
}

impl RecordingPage {
    fn title(&self) -> String {
        let first = self.reading.as_ref().and_then(|reading| reading.lines.first().cloned());
        first.unwrap_or_else(|| self.one.of.clone())
    }

    fn rest(&self) -> &[String] {
        self.reading.as_ref().and_then(|reading| reading.lines.get(1..)).unwrap_or_default()
    }

    /// Whether today's edition has no such card or question.
    fn is_gone(&self) -> bool {
        self.reading.is_none()
    }

    fn is_changed(&self) -> bool {
        self.reading.as_ref().map(Reading::digest) != Some(self.one.words)
    }

    fn is_heard(&self) -> bool {
        self.one.standing.state == State::Shown && !self.is_changed()
    }

    /// Why it cannot be listened to.
    fn away(&self) -> String {
        self.page.t(match self.one.standing.state {
            State::Withdrawn => "recordings-withdrawn-what",
            State::Replaced => "recordings-replaced-what",
            State::Waiting | State::Shown => "recordings-file-gone",
        })
    }

    fn may_replace(&self) -> bool {
        self.replaced.as_ref().is_none_or(|replaced| replaced.may)
    }

    /// What taking it back means.
    fn withdraw_hint(&self) -> String {
        let is_for_good = self.is_own || self.one.standing.is_anothers;
        self.page.t(if is_for_good { "recordings-withdraw-for-good" } else { "recordings-withdraw-hint" })
    }

    fn replaces(&self, replaced: &Replaced) -> String {
        self.page.t2("recordings-replaces", ("says", replaced.says.as_str()), ("name", replaced.sender.as_str()))
    }

    fn says(&self) -> String {
        says(&self.one.lang, self.one.kind, self.one.seconds, self.page.lang())
    }

    fn state(&self) -> String {
        state_words(&self.page, &self.one, self.is_changed())
    }

    fn sent(&self) -> String {
        let (name, day) = (("name", self.sender.as_str()), ("day", day_words(self.page.lang(), self.one.sent_at.day())));
        self.page.t2("recordings-sent-by", name, day)
    }

    fn read_again(&self) -> String {
        read_path(&self.one.of)
    }
}

/// A recording in which the reader speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub title: String,
    pub note: String,
    /// Where it is taken back; none where it was.
    pub take_back: Option<String>,
}

/// The reader's own voice, for the bank's whole life: to be taken back also once they have no role any more.
#[derive(Template)]
#[template(path = "recordings/voice.html")]
pub struct VoicePage {
    pub(super) page: Page,
    pub(super) spoken: Vec<Spoken>,
}

impl VoicePage {
    pub(super) fn of(page: Page, shelf: &Shelf, all: &[Recording]) -> Self {
        let spoken = |one: &Recording| {
            let Row { title, note, .. } = row_of(&page, shelf, one);
            let take_back = (!one.standing.is_taken_back()).then(|| format!("/me/voice/{}", one.id));
            Spoken { title, note, take_back }
        };
        Self { spoken: all.iter().map(spoken).collect(), page }
    }
}
