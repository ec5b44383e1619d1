//! A lesson: one card a page, and the page at its end.

use askama::Template;

use super::course::Clause;
use super::parts::{Bar, Crumb, LessonHtml, Marks, Row, lesson_name, next_words};
use crate::curriculum::model::{Card, CardKind, Course, Edition, Lesson};
use crate::kernel::Timestamp;
use crate::learning::planner::{LessonMark, NextStep};
use crate::learning::urls;
use crate::web::Page;

/// One card.
#[derive(Template)]
#[template(path = "learning/card.html")]
pub struct CardPage<'a> {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub bar: Bar,
    pub title: String,
    pub html: LessonHtml<'a>,
    /// What the lesson is for; on its first card.
    pub goal: Option<String>,
    /// The clause it serves; on its first card.
    pub clause: Option<Clause>,
    /// Where 下一步 leads a visitor.
    pub next: String,
    /// Where 下一步 is posted by who keeps progress.
    pub keep: Option<String>,
    pub next_words: String,
    pub back: String,
    /// The explanation or story before it, for who did not follow.
    pub otherwise: Option<Row>,
}

impl<'a> CardPage<'a> {
    /// The card at `number` (from 1); `None` where the lesson has no such card.
    pub fn new(page: Page, edition: &Edition, course: &Course, lesson: &'a Lesson, number: usize, keeps: bool) -> Option<Self> {
        let card = lesson.cards.get(number.checked_sub(1)?)?;
        let of = lesson.cards.len();
        let is_last = number == of;
        let next = if is_last { urls::tried(lesson) } else { urls::card(lesson, number + 1) };
        let is_first = number == 1;
        Some(Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(course)],
            area: course.area.clone(),
            bar: Bar::cards(&page, (number, of), lesson_name(&page, lesson)),
            title: card.title.clone(),
            html: LessonHtml(&card.html),
            goal: is_first.then(|| lesson.goal.clone()),
            clause: is_first.then(|| Clause::of(&page, edition, course)),
            next,
            keep: keeps.then(|| urls::card(lesson, number)),
            next_words: page.t(if is_last { "learning-tried-it" } else { "learning-next" }),
            back: if is_first { urls::course(course.code) } else { urls::card(lesson, number - 1) },
            otherwise: otherwise(&page, lesson, card, number),
            page,
        })
    }
}

/// A step may be hard to follow: the explanation or story before it tells it in another way.
fn otherwise(page: &Page, lesson: &Lesson, card: &Card, number: usize) -> Option<Row> {
    if card.kind != CardKind::Step {
        return None;
    }
    let before = lesson.cards.iter().take(number - 1);
    let at = before.enumerate().rfind(|(_, card)| matches!(card.kind, CardKind::Story | CardKind::Note))?;
    let (at, told) = (at.0 + 1, at.1);
    Some(Row {
        href: urls::card(lesson, at),
        icon: "learn",
        title: page.t("learning-otherwise"),
        note: told.title.clone(),
        ..Row::default()
    })
}

/// The end of a lesson: what was learnt, and what comes next.
#[derive(Template)]
#[template(path = "learning/finished.html")]
pub struct FinishedPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub lesson: String,
    pub goal: String,
    pub href: String,
    pub words: String,
    pub note: String,
    pub rows: Vec<Row>,
    pub is_visitor: bool,
}

impl FinishedPage {
    /// The page for somebody with these marks; a visitor's marks say that this lesson alone is finished.
    pub fn new(page: Page, edition: &Edition, (course, lesson): (&Course, &Lesson), step: &NextStep, is_visitor: bool) -> Self {
        let (words, note) = next_words(&page, edition, course, step);
        let mut rows = Vec::new();
        if is_visitor {
            rows.push(Row {
                href: urls::sign_in(&urls::finished(lesson)),
                icon: "passbook",
                title: page.t("learning-sign-in-to-keep"),
                note: page.t("learning-sign-in-to-keep-note"),
                ..Row::default()
            });
        }
        rows.push(Row {
            href: urls::card(lesson, 1),
            icon: "learn",
            title: page.t("learning-once-more"),
            note: lesson.title.clone(),
            ..Row::default()
        });
        rows.push(Row { href: urls::course(course.code), icon: "learn", title: page.t("learning-see-course"), ..Row::default() });
        Self {
            crumbs: vec![Crumb::home(&page), Crumb::course(course)],
            area: course.area.clone(),
            lesson: lesson.title.clone(),
            goal: lesson.goal.clone(),
            href: urls::step(step),
            words,
            note,
            rows,
            is_visitor,
            page,
        }
    }
}

/// The marks of a visitor who stands at the end of `lesson`: this lesson and those before it count as read.
pub fn visitor_marks(course: &Course, lesson: &Lesson, mut marks: Marks) -> Marks {
    for read in &course.lessons {
        marks.progress.lessons.push(LessonMark {
            course: course.code,
            lesson: read.id.clone(),
            card: 1,
            is_finished: true,
            at: Timestamp::from_ms(0),
        });
        if read.id == lesson.id {
            break;
        }
    }
    marks
}
