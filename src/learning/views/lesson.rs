//! A lesson: one card a page, and the page at its end.

use askama::Template;

use super::course::Clause;
use super::parts::{Bar, Crumb, Kept, LessonHtml, Marks, Row, lesson_name, next_row};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Card, CardKind, Course, Edition, Lesson};
use crate::kernel::Timestamp;
use crate::learning::planner::{LessonMark, NextStep};
use crate::learning::urls;
use crate::recordings::{Listen, Voices, card_voices};
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
    /// Whether a break is suggested.
    pub is_break_due: bool,
    /// The card read aloud.
    pub voices: Vec<Listen>,
}

/// How a card is shown to somebody.
#[derive(Clone, Copy, Debug, Default)]
pub struct With {
    /// Whether they keep progress: then 下一步 is posted.
    pub keeps: bool,
    /// Whether a break is suggested to them.
    pub is_break_due: bool,
}

impl<'a> CardPage<'a> {
    /// The card at `number` (from 1); `None` where the lesson has no such card.
    pub fn new(page: Page, shelf: &Shelf, course: &Course, lesson: &'a Lesson, number: usize, with: With) -> Option<Self> {
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
            clause: is_first.then(|| Clause::of(&page, shelf.edition(), course)),
            next,
            keep: with.keeps.then(|| urls::card(lesson, number)),
            next_words: page.t(if is_last { "learning-tried-it" } else { "learning-next" }),
            back: if is_first { urls::course(course.code) } else { urls::card(lesson, number - 1) },
            otherwise: otherwise(&page, lesson, card, number),
            is_break_due: with.is_break_due,
            voices: Vec::new(),
            page,
        })
    }
}

impl CardPage<'_> {
    /// The same page with what there is to hear of the card.
    pub fn hearing(self, voices: &Voices, lesson: &Lesson, number: usize) -> Self {
        Self { voices: card_voices(voices, &format!("{}/{number}", lesson.id), self.page.lang()), ..self }
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

/// The end of a lesson: what was learnt, whether it is kept, and what comes next.
#[derive(Template)]
#[template(path = "learning/finished.html")]
pub struct FinishedPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub lesson: String,
    pub goal: String,
    pub state: Kept,
    /// Where the lesson is kept afterwards.
    pub action: String,
    pub go: Row,
    pub rows: Vec<Row>,
}

impl FinishedPage {
    /// The page for somebody with these marks; a visitor's marks say that this lesson alone is finished.
    pub fn new(page: Page, edition: &Edition, (course, lesson): (&Course, &Lesson), step: &NextStep, state: Kept) -> Self {
        let mut rows = Vec::new();
        if state == Kept::Visitor {
            rows.push(Row {
                href: urls::sign_in(&urls::finished(lesson)),
                icon: "passbook",
                title: page.t("learning-lesson-sign-in"),
                note: page.t("learning-sign-in-then-keep"),
                ..Row::default()
            });
        }
        if state == Kept::NotYet {
            rows.push(next_row(&page, edition, course, step));
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
            state,
            action: urls::finished(lesson),
            go: next_row(&page, edition, course, step),
            rows,
            page,
        }
    }
}

/// The marks of somebody who stands at the end of a `lesson` that is not kept: it counts as read, and for a visitor, of whom nothing is
/// kept, so do those before it.
pub fn as_if_read(course: &Course, lesson: &Lesson, state: Kept, mut marks: Marks) -> Marks {
    let until = course.lessons.iter().position(|one| one.id == lesson.id).map_or(0, |at| at + 1);
    let read = course.lessons.iter().take(until).filter(|one| state == Kept::Visitor || one.id == lesson.id);
    for one in read {
        marks.progress.lessons.retain(|mark| mark.lesson != one.id);
        let (lesson, at) = (one.id.clone(), Timestamp::from_ms(0));
        marks.progress.lessons.push(LessonMark { course: course.code, lesson, card: 1, is_finished: true, at });
    }
    marks
}
