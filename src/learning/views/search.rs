//! Search over titles, lessons and explained words; the list of those words, and each of them.

use askama::Template;

use super::parts::{Crumb, Row, lesson_name};
use crate::curriculum::model::{Course, Lesson, Term};
use crate::curriculum::{Hit, HitKind, Part, Shelf};
use crate::i18n::Message;
use crate::learning::urls;
use crate::web::{FieldError, Fields, Filled, Page};

/// Things shown before somebody asks for more.
const FIRST: usize = 5;

/// What was found.
#[derive(Template)]
#[template(path = "learning/search.html")]
pub struct SearchPage {
    pub page: Page,
    pub form: Filled,
    /// 找到 3 样; empty before anything was asked.
    pub sum: String,
    pub found: Vec<Found>,
    /// Where the rest of what was found is shown.
    pub more: Option<String>,
}

/// One thing that was found.
pub struct Found {
    pub href: String,
    pub icon: &'static str,
    pub title: String,
    /// Where it stands: the course and lesson.
    pub place: String,
    pub snippet: Vec<Part>,
}

impl SearchPage {
    /// The page before anything was asked.
    pub fn blank(page: Page) -> Self {
        Self { form: Filled::default(), sum: String::new(), found: Vec::new(), more: None, page }
    }

    /// The page for somebody who pressed the button with nothing written.
    pub fn empty(page: Page) -> Self {
        let nothing = vec![FieldError::new("q", Message::of("learning-search-empty"))];
        Self { form: Filled::wrong(Fields::default(), nothing), ..Self::blank(page) }
    }

    /// The page for what was asked and found: the first few, or all.
    pub fn new(page: Page, shelf: &Shelf, query: &str, hits: &[Hit], is_all: bool) -> Self {
        let mut found: Vec<Found> = hits.iter().filter_map(|hit| found(&page, shelf, hit)).collect();
        let sum = match found.len() {
            0 => page.t1("learning-search-none", "query", query),
            count => page.t1("learning-search-sum", "count", count),
        };
        let more = (found.len() > FIRST && !is_all).then(|| urls::search_all(query));
        if more.is_some() {
            found.truncate(FIRST);
        }
        Self { form: Filled::with(Fields::from_pairs(&[("q", query)])), sum, found, more, page }
    }
}

fn found(page: &Page, shelf: &Shelf, hit: &Hit) -> Option<Found> {
    let (href, icon, place) = match hit.kind {
        HitKind::Course => (urls::course(hit.course?), "learn", page.t("learning-search-course")),
        HitKind::Lesson => {
            let lesson = shelf.lesson(&hit.id)?;
            (urls::lesson(lesson), "learn", place_of(page, shelf.course(lesson.course), lesson))
        }
        HitKind::Term => (urls::term(&hit.id), "search", page.t("learning-search-term")),
    };
    Some(Found { href, icon, title: hit.title.clone(), place, snippet: hit.snippet.clone() })
}

/// 防诈骗，守好钱袋子，第 1 课.
fn place_of(page: &Page, course: Option<&Course>, lesson: &Lesson) -> String {
    let course = course.map(|course| course.title.clone()).unwrap_or_default();
    page.t2("learning-search-lesson", ("course", &course), ("lesson", &lesson_name(page, lesson)))
}

/// All explained words under their headings.
#[derive(Template)]
#[template(path = "learning/glossary.html")]
pub struct GlossaryPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub topics: Vec<Topic>,
}

/// The words under one heading; they unfold.
pub struct Topic {
    pub title: String,
    pub note: String,
    pub words: Vec<Row>,
}

impl GlossaryPage {
    /// The page of these words; headings in the order in which they come first.
    pub fn new(page: Page, terms: &[Term]) -> Self {
        let mut topics: Vec<Topic> = Vec::new();
        for term in terms {
            let row = Row { href: urls::term(&term.word), title: term.word.clone(), ..Row::default() };
            match topics.iter_mut().find(|topic| topic.title == term.topic) {
                Some(topic) => topic.words.push(row),
                None => topics.push(Topic { title: term.topic.clone(), note: String::new(), words: vec![row] }),
            }
        }
        for topic in &mut topics {
            topic.note = page.t1("learning-glossary-count", "count", topic.words.len());
        }
        Self { crumbs: vec![Crumb::home(&page)], topics, page }
    }
}

/// One explained word.
#[derive(Template)]
#[template(path = "learning/term.html")]
pub struct TermPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub word: String,
    pub plain: String,
    /// The lessons that explain it.
    pub lessons: Vec<Row>,
    /// Other words worth seeing.
    pub see: Vec<Row>,
}

impl TermPage {
    /// The page of `term`.
    pub fn new(page: Page, shelf: &Shelf, term: &Term) -> Self {
        let lesson = |lesson: &Lesson| Row {
            href: urls::lesson(lesson),
            icon: "learn",
            title: lesson.title.clone(),
            note: place_of(&page, shelf.course(lesson.course), lesson),
            ..Row::default()
        };
        let word = |word: &String| {
            let term = shelf.term(word)?;
            let (href, title, note) = (urls::term(&term.word), term.word.clone(), term.plain.clone());
            Some(Row { href, icon: "search", title, note, ..Row::default() })
        };
        let glossary = Crumb { href: "/glossary".to_owned(), words: page.t("learning-glossary") };
        Self {
            crumbs: vec![Crumb::home(&page), glossary],
            word: term.word.clone(),
            plain: term.plain.clone(),
            lessons: shelf.lessons_that_explain(&term.word).map(lesson).collect(),
            see: term.see.iter().filter_map(word).collect(),
            page,
        }
    }
}
