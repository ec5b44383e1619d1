//! Search over titles, lessons and explained words; and the list of those words.

use askama::Template;

use super::parts::{Crumb, lesson_name};
use crate::curriculum::model::{Course, Term};
use crate::curriculum::{Hit, HitKind, Part, Shelf};
use crate::learning::urls;
use crate::web::{Fields, Filled, Page};

/// What was found.
#[derive(Template)]
#[template(path = "learning/search.html")]
pub struct SearchPage {
    pub page: Page,
    pub form: Filled,
    /// 找到 3 样; empty before anything was asked.
    pub sum: String,
    pub found: Vec<Found>,
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
    /// The page for what was asked and found.
    pub fn new(page: Page, shelf: &Shelf, query: &str, hits: &[Hit]) -> Self {
        let found: Vec<Found> = hits.iter().filter_map(|hit| found(&page, shelf, hit)).collect();
        let sum = match (query.is_empty(), found.len()) {
            (true, _) => String::new(),
            (false, 0) => page.t1("learning-search-none", "query", query),
            (false, count) => page.t1("learning-search-sum", "count", count),
        };
        Self { form: Filled::with(Fields::from_pairs(&[("q", query)])), sum, found, page }
    }
}

fn found(page: &Page, shelf: &Shelf, hit: &Hit) -> Option<Found> {
    let title_of = |course: &Course| course.title.clone();
    let course = hit.course.and_then(|code| shelf.course(code));
    let (href, icon, place) = match hit.kind {
        HitKind::Course => (urls::course(hit.course?), "learn", page.t("learning-search-course")),
        HitKind::Lesson => {
            let lesson = shelf.lesson(&hit.id)?;
            let name = lesson_name(page, lesson);
            let place =
                page.t2("learning-search-lesson", ("course", &course.map(title_of).unwrap_or_default()), ("lesson", &name));
            (urls::lesson(lesson), "learn", place)
        }
        HitKind::Term => (urls::term(&hit.id), "search", page.t("learning-search-term")),
    };
    Some(Found { href, icon, title: hit.title.clone(), place, snippet: hit.snippet.clone() })
}

/// All explained words.
#[derive(Template)]
#[template(path = "learning/glossary.html")]
pub struct GlossaryPage<'a> {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub terms: &'a [Term],
}

impl<'a> GlossaryPage<'a> {
    /// The page of these words.
    pub fn new(page: Page, terms: &'a [Term]) -> Self {
        Self { crumbs: vec![Crumb::home(&page)], terms, page }
    }
}
