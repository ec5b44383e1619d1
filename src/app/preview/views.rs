//! The pages that only a preview has: all courses, an item bank with what is right, one item as learners see it.

use askama::Template;

use super::stand::State;
use crate::assessment::{Entry, Explained, Question, Setting, Shown, Verdict, answer_words, key_of};
use crate::curriculum::model::{Course, Item, Use};
use crate::curriculum::{Fault, Shelf};
use crate::kernel::Seed;
use crate::learning;
use crate::recordings::{Voices, item_voices};
use crate::web::Page;

/// By which orders and templates are drawn: the same whenever an author looks.
const DRAW: Seed = Seed([0; 16]);
/// So many other ways of a template to ask are shown.
const OTHERS: usize = 5;

/// Faults that are listed.
const MOST_FAULTS: usize = 500;

/// A course with the ways to its parts.
pub(super) struct CourseRow {
    pub code: String,
    pub title: String,
    pub is_draft: bool,
    /// Its lessons: address, name, title.
    pub lessons: Vec<(String, String, String)>,
    pub has_practice: bool,
    pub items: usize,
}

/// All courses, and everything that is wrong.
#[derive(Template)]
#[template(path = "app/preview.html")]
pub(super) struct PreviewPage {
    pub page: Page,
    pub version: String,
    pub rows: Vec<CourseRow>,
    pub faults: Vec<Fault>,
    pub lacking: Vec<Fault>,
}

impl PreviewPage {
    pub(super) fn new(page: Page, shelf: &Shelf, state: &State) -> Self {
        let row = |course: &Course| CourseRow {
            code: course.code.to_string(),
            title: course.title.clone(),
            is_draft: state.drafting.contains(&course.code),
            lessons: course
                .lessons
                .iter()
                .map(|lesson| (learning::lesson_url(lesson), learning::lesson_name(&page, lesson), lesson.title.clone()))
                .collect(),
            has_practice: course.practice.is_some(),
            items: course.items.len(),
        };
        let first = |faults: &[Fault]| faults.iter().take(MOST_FAULTS).cloned().collect();
        Self {
            version: shelf.edition().manifest.version.clone(),
            rows: shelf.courses().iter().map(row).collect(),
            faults: first(&state.faults),
            lacking: first(&state.lacking),
            page,
        }
    }
}

/// One item in the list.
pub(super) struct ItemRow {
    pub id: String,
    pub stem: String,
    /// Its choices, and whether each is right; none where nothing is chosen.
    pub choices: Vec<(String, bool)>,
    /// What is right, in words.
    pub right: String,
    pub explain: String,
    pub outcome: String,
    pub lesson: String,
    pub difficulty: u8,
    pub is_test: bool,
}

impl ItemRow {
    /// A template is shown in the words of one draw.
    fn of(page: &Page, item: &Item) -> Self {
        let item = &item.asked(DRAW, 1);
        Self {
            id: item.id.clone(),
            stem: item.stem.clone(),
            choices: item.form.options().iter().map(|option| (option.text.clone(), option.right)).collect(),
            right: answer_words(item, &key_of(item).right_answer(), page.lang()),
            explain: item.explain.clone(),
            outcome: item.outcome.clone(),
            lesson: item.lesson.clone(),
            difficulty: item.difficulty,
            is_test: item.purpose != Use::Learn,
        }
    }
}

/// The item bank of a course, with what is right.
#[derive(Template)]
#[template(path = "app/preview_items.html")]
pub(super) struct PreviewItemsPage {
    pub page: Page,
    pub code: String,
    pub title: String,
    pub rows: Vec<ItemRow>,
}

impl PreviewItemsPage {
    pub(super) fn new(page: Page, course: &Course) -> Self {
        let rows = course.items.iter().map(|item| ItemRow::of(&page, item)).collect();
        Self { code: course.code.to_string(), title: course.title.clone(), rows, page }
    }
}

/// One item as learners see it, answered rightly, and what is said then.
#[derive(Template)]
#[template(path = "app/preview_item.html")]
pub(super) struct PreviewItemPage {
    pub page: Page,
    pub code: String,
    pub area: String,
    pub stem: String,
    pub question: Question,
    pub right: String,
    pub why: Explained,
    /// How else a template asks.
    pub others: Vec<String>,
}

impl PreviewItemPage {
    pub(super) fn new(page: Page, shelf: &Shelf, course: &Course, template: &Item) -> Self {
        let item = &template.asked(DRAW, 1);
        let others = (2..=OTHERS + 1).map(|number| template.asked(DRAW, number).stem);
        let right = key_of(item).right_answer();
        let verdict = Verdict::of(shelf, item, Some(&right), page.lang());
        let action = format!("/preview/{}/items/{}", course.code, item.id);
        let shown = Shown::of(item, DRAW, 1);
        let question = Question::new(&shown, Setting::Quiz, page.lang(), action, Entry::Kept(right));
        Self {
            code: course.code.to_string(),
            area: course.area.clone(),
            stem: item.stem.clone(),
            question: question.voices(item_voices(&Voices::of_files(shelf), shelf, template, page.lang())),
            right: verdict.better,
            why: verdict.why,
            others: if template.is_template() { others.collect() } else { Vec::new() },
            page,
        }
    }
}
