//! What several pages are made of: crumbs, bars, rows, and the HTML of lessons.

use std::collections::BTreeSet;
use std::fmt;

use crate::curriculum::CourseCode;
use crate::curriculum::model::{Course, Edition, Lesson, LessonPlace};
use crate::kernel::Group;
use crate::learning::planner::{self, NextStep, Progress};
use crate::learning::rules;
use crate::learning::urls;
use crate::web::Page;

/// The HTML of a lesson's card: it has passed the curriculum's one filter, and is the only text that stands in a page as it is.
#[derive(Clone, Debug)]
pub struct LessonHtml<'a>(pub(super) &'a str);

impl fmt::Display for LessonHtml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl askama::filters::HtmlSafe for LessonHtml<'_> {}

/// A step of the way back.
#[derive(Clone, Debug)]
pub struct Crumb {
    /// Where it leads.
    pub href: String,
    /// Its words.
    pub words: String,
}

impl Crumb {
    /// To the first page.
    #[must_use]
    pub fn home(page: &Page) -> Self {
        Self { href: "/".to_owned(), words: page.t("tab-learn") }
    }

    /// To a course.
    #[must_use]
    pub fn course(course: &Course) -> Self {
        Self { href: urls::course(course.code), words: course.title.clone() }
    }
}

/// How far one is, in words and as a bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// Which one this is, from 1.
    pub at: usize,
    /// Of how many.
    pub of: usize,
    /// 第 3 张.
    pub first: String,
    /// 共 12 张.
    pub second: String,
    /// What is being counted.
    pub tail: String,
}

impl Bar {
    /// The bar of the cards of a lesson.
    #[must_use]
    pub fn cards(page: &Page, (at, of): (usize, usize), tail: String) -> Self {
        Self { at, of, first: page.t1("learning-bar-card", "at", at), second: page.t1("learning-bar-card-of", "of", of), tail }
    }

    /// The bar of the questions of a quiz.
    #[must_use]
    pub fn items(page: &Page, (at, of): (usize, usize), tail: String) -> Self {
        Self { at, of, first: page.t1("learning-bar-item", "at", at), second: page.t1("learning-bar-item-of", "of", of), tail }
    }

    /// The bar of the things to do in a practice.
    #[must_use]
    pub fn deeds(page: &Page, (at, of): (usize, usize), tail: String) -> Self {
        Self { at, of, first: page.t1("learning-bar-deed", "at", at), second: page.t1("learning-bar-deed-of", "of", of), tail }
    }
}

/// A row that leads somewhere.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Where.
    pub href: String,
    /// Name of the icon before it; empty where a mark stands there.
    pub icon: &'static str,
    /// A number or a word before it.
    pub mark: String,
    /// Its words.
    pub title: String,
    /// What is said beneath.
    pub note: String,
    /// Whether it is done.
    pub is_done: bool,
    /// Whether it is the one to go on with.
    pub is_here: bool,
}

/// Whether what somebody has come to the end of is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It is.
    Yes,
    /// Not yet: it was done before signing in, and one press keeps it.
    NotYet,
    /// Nobody is signed in.
    Visitor,
}

impl Kept {
    /// For the template.
    pub fn is_yes(self) -> bool {
        self == Self::Yes
    }

    /// For the template.
    pub fn is_not_yet(self) -> bool {
        self == Self::NotYet
    }
}

/// What somebody has done, as pages mark it.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Lessons and practices.
    pub progress: Progress,
    /// Courses whose test was passed.
    pub completed: BTreeSet<CourseCode>,
    /// The groups whose lessons are theirs.
    pub groups: Vec<Group>,
}

impl Marks {
    /// What comes next within `course`.
    #[must_use]
    pub fn next_in(&self, course: &Course) -> NextStep {
        rules::next_in_course(&planner::plan_of(course, &self.groups), &self.progress)
    }
}

/// 第 2 课, or the name of a group's lesson: 长辈这一课.
#[must_use]
pub fn lesson_name(page: &Page, lesson: &Lesson) -> String {
    match lesson.place {
        LessonPlace::Core(number) => page.t1("learning-lesson-number", "number", number),
        LessonPlace::Group(group) => page.t(match group {
            Group::Elder => "learning-lesson-elder",
            Group::Farmer => "learning-lesson-farmer",
            Group::Woman => "learning-lesson-woman",
            Group::CivilServant => "learning-lesson-civil-servant",
            Group::Veteran => "learning-lesson-veteran",
            Group::Disabled | Group::Public => "learning-lesson-public",
        }),
    }
}

/// A course in a list: its number, what it is about, how far one is.
#[must_use]
pub fn course_row(page: &Page, edition: &Edition, course: &Course, marks: &Marks) -> Row {
    let is_done = marks.completed.contains(&course.code);
    let task = edition.tasks.iter().find(|task| task.code == course.code).map(|task| task.title.clone()).unwrap_or_default();
    let state = if is_done {
        page.t("learning-course-done")
    } else if !course.is_complete() {
        page.t("learning-course-drafting")
    } else if marks.progress.has_begun(course.code) {
        place_in(page, course, marks)
    } else {
        page.t1("learning-course-hours", "hours", course.hours)
    };
    Row {
        href: urls::course(course.code),
        mark: format!("{:02}", course.code.number()),
        title: course.title.clone(),
        note: page.t2("learning-course-note", ("task", &task), ("state", &state)),
        is_done,
        ..Row::default()
    }
}

fn place_in(page: &Page, course: &Course, marks: &Marks) -> String {
    match marks.next_in(course) {
        NextStep::Lesson { lesson, .. } | NextStep::Missed { lesson, .. } => {
            let name = course.lessons.iter().find(|candidate| candidate.id == lesson).map(|lesson| lesson_name(page, lesson));
            page.t1("learning-course-at", "lesson", name.unwrap_or_default())
        }
        NextStep::Practice(_) | NextStep::GoOnPractising { .. } => page.t("learning-course-at-practice"),
        NextStep::GoOnTesting { .. } => page.t("learning-course-in-test"),
        NextStep::Test(_) | NextStep::AllDone => page.t("learning-course-at-test"),
    }
}

/// What the button of the next step says, and the line beneath it.
#[must_use]
pub fn next_words(page: &Page, edition: &Edition, course: &Course, step: &NextStep) -> (String, String) {
    match step {
        NextStep::Lesson { lesson, card, .. } | NextStep::Missed { lesson, card, .. } => {
            let Some(lesson) = course.lessons.iter().find(|candidate| candidate.id == *lesson) else { return Default::default() };
            let name = lesson_name(page, lesson);
            let minutes = planner::minutes_left(lesson, *card);
            let key = match step {
                _ if *card > 1 => "learning-next-continue",
                NextStep::Missed { .. } => "learning-next-missed",
                _ => "learning-next-begin",
            };
            let note = if *card > 1 { "learning-next-lesson-note" } else { "learning-next-fresh-note" };
            (page.t1(key, "lesson", &name), page.t2(note, ("title", &lesson.title), ("minutes", &minutes)))
        }
        NextStep::GoOnPractising { .. } => (page.t("learning-practice-go-on"), page.t("learning-practice-go-on-note")),
        NextStep::GoOnTesting { question, .. } => {
            let is_asked = *question <= edition.manifest.assessment.items_per_test;
            let words = page.t1("learning-next-go-on-testing", "number", question);
            (if is_asked { words } else { page.t("learning-next-go-on-test") }, page.t("learning-next-go-on-testing-note"))
        }
        NextStep::Practice(_) => {
            let minutes = course.practice.as_ref().map_or(0, |practice| practice.minutes);
            (page.t("learning-next-practice"), page.t1("learning-next-practice-note", "minutes", minutes))
        }
        NextStep::Test(_) => {
            let items = edition.manifest.assessment.items_per_test;
            (page.t("learning-next-test"), page.t1("learning-next-test-note", "items", items))
        }
        NextStep::AllDone => (page.t("learning-next-all"), String::new()),
    }
}

/// The next step as a row.
#[must_use]
pub fn next_row(page: &Page, edition: &Edition, course: &Course, step: &NextStep) -> Row {
    let (title, note) = next_words(page, edition, course, step);
    Row { href: urls::step(step), icon: "learn", title, note, ..Row::default() }
}
