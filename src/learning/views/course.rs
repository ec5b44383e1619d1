//! One course: what it teaches, its lessons, practice and test, and the clause it serves.

use askama::Template;

use super::Beside;
use super::parts::{Crumb, Marks, Row, lesson_name, next_words};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Course, Edition, Lesson, LessonPlace};
use crate::curriculum::rules;
use crate::learning::planner::{self, NextStep};
use crate::learning::urls;
use crate::web::Page;

/// A course.
#[derive(Template)]
#[template(path = "learning/course.html")]
pub struct CoursePage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub area: String,
    pub tag: String,
    pub title: String,
    pub is_drafting: bool,
    pub is_done: bool,
    pub go: Row,
    pub goals: Vec<String>,
    /// What can be checked afterwards; shown while there are no lessons yet.
    pub outcomes: Vec<String>,
    pub steps: Vec<Row>,
    /// The lessons of groups that are not this person's.
    pub others: Vec<Row>,
    pub clause: Clause,
    pub facts: Vec<(String, String)>,
    pub beside: Beside,
}

/// A clause, word for word, and where it stands.
#[derive(Clone, Debug, Default)]
pub struct Clause {
    pub text: String,
    pub source: String,
}

impl Clause {
    /// The clause that `course` serves.
    pub fn of(page: &Page, edition: &Edition, course: &Course) -> Self {
        let Some(task) = edition.tasks.iter().find(|task| task.code == course.code) else { return Self::default() };
        let source = &edition.manifest.source;
        let (year, month) = source.published.split_once('-').unwrap_or((&source.published, ""));
        let month = month.trim_start_matches('0');
        let words = page.lang().fill(
            "learning-clause-source",
            &[
                ("document", &source.document),
                ("issuer", &source.issuer),
                ("year", year),
                ("month", month),
                ("part", &source.part),
                ("heading", &source.heading),
                ("number", &task.number.to_string()),
            ],
        );
        Self { text: task.clause.clone(), source: words }
    }
}

impl CoursePage {
    /// The page for somebody with these marks; `elsewhere` is what they may learn beside this course.
    pub fn new(page: Page, shelf: &Shelf, course: &Course, marks: &Marks, elsewhere: &NextStep) -> Self {
        let edition = shelf.edition();
        let area = edition.areas.iter().find(|area| area.id == course.area).map(|area| area.short.clone()).unwrap_or_default();
        let next = marks.next_in(course);
        let is_done = marks.completed.contains(&course.code);
        let own = planner::lessons_for(course, &marks.groups);
        let is_other =
            |lesson: &&Lesson| matches!(lesson.place, LessonPlace::Group(_)) && !own.iter().any(|mine| mine.id == lesson.id);
        let mut steps: Vec<Row> = own.iter().map(|lesson| lesson_row(&page, lesson, marks, &next)).collect();
        steps.extend(practice_row(&page, course, marks));
        if course.is_complete() {
            steps.push(test_row(&page, edition, course, is_done));
        }
        let others = course.lessons.iter().filter(is_other).map(|lesson| lesson_row(&page, lesson, marks, &next)).collect();
        Self {
            crumbs: vec![Crumb::home(&page), Crumb { href: "/courses".to_owned(), words: page.t("learning-catalogue") }],
            area: course.area.clone(),
            tag: page.t2("learning-course-tag", ("area", &area), ("number", &course.code.number())),
            title: course.title.clone(),
            is_drafting: !course.is_complete(),
            is_done,
            go: go(&page, shelf, (course, is_done), &next, elsewhere),
            goals: course.goals.clone(),
            outcomes: course.outcomes.iter().map(|outcome| outcome.text.clone()).collect(),
            steps,
            others,
            clause: Clause::of(&page, edition, course),
            facts: facts(&page, edition, course),
            beside: Beside::default(),
            page,
        }
    }

    /// With what stands beside the course.
    pub fn beside(mut self, beside: Beside) -> Self {
        self.beside = beside;
        self
    }
}

/// The one button. What is being written or was passed already leads to what comes next beside it.
fn go(page: &Page, shelf: &Shelf, (course, is_done): (&Course, bool), next: &NextStep, elsewhere: &NextStep) -> Row {
    if course.is_complete() && !is_done {
        let (title, note) = next_words(page, shelf.edition(), course, next);
        return Row { href: urls::step(next), title, note, ..Row::default() };
    }
    let other = elsewhere.course().and_then(|code| shelf.course(code));
    let words = match other {
        Some(_) if is_done => "learning-passed-go",
        Some(_) => "learning-drafting-go",
        None => "learning-next-all",
    };
    let note = other.map(|other| other.title.clone()).unwrap_or_default();
    Row { href: urls::step(elsewhere), title: page.t(words), note, ..Row::default() }
}

fn lesson_row(page: &Page, lesson: &Lesson, marks: &Marks, next: &NextStep) -> Row {
    let is_done = marks.progress.has_finished(&lesson.id);
    let state = match marks.progress.mark(&lesson.id) {
        Some(mark) if mark.is_finished => page.t("learning-lesson-done"),
        Some(mark) => {
            let minutes = planner::minutes_left(lesson, mark.card);
            page.t2("learning-lesson-at", ("card", &mark.card), ("minutes", &minutes))
        }
        None => page.t1("learning-minutes", "minutes", lesson.minutes),
    };
    let (mark, note) = match lesson.place {
        LessonPlace::Core(number) => (number.to_string(), state),
        LessonPlace::Group(_) => {
            (page.t("learning-mark-own"), page.t2("learning-note-two", ("a", &lesson_name(page, lesson)), ("b", &state)))
        }
    };
    let is_here = next.lesson().is_some_and(|(id, _)| id == lesson.id);
    Row { href: urls::lesson(lesson), mark, title: lesson.title.clone(), note, is_done, is_here, ..Row::default() }
}

fn practice_row(page: &Page, course: &Course, marks: &Marks) -> Option<Row> {
    let practice = course.practice.as_ref()?;
    let is_done = marks.progress.has_practised(course.code);
    let note = if is_done {
        page.t("learning-practice-row-done")
    } else {
        page.t1("learning-practice-row-note", "minutes", practice.minutes)
    };
    Some(Row {
        href: urls::practice(course.code),
        mark: page.t("learning-mark-practice"),
        title: page.t1("learning-practice-row", "title", &practice.title),
        note,
        is_done,
        ..Row::default()
    })
}

fn test_row(page: &Page, edition: &Edition, course: &Course, is_done: bool) -> Row {
    let test = &edition.manifest.assessment;
    let items = i64::try_from(test.items_per_test).unwrap_or(0);
    // 10 items and 700 of a thousand: 7, rounded up.
    let right = (items * test.pass_permille + 999) / 1000;
    let note = if is_done {
        page.t("learning-test-row-done")
    } else {
        page.t2("learning-test-row-note", ("right", &right), ("credit", &credit_words(page, edition, course)))
    };
    Row {
        href: urls::test(course.code),
        mark: page.t("learning-mark-test"),
        title: page.t1("learning-test-row", "items", items),
        note,
        is_done,
        ..Row::default()
    }
}

/// 1 格（0.25 学分）.
fn credit_words(page: &Page, edition: &Edition, course: &Course) -> String {
    let rule = &edition.manifest.credit;
    let credits = rules::credits_of(rule, course.hours).unwrap_or_default();
    let cells = rules::cells_of(rule).map_or(0, |cells| cells.full(credits));
    page.t2("learning-credit", ("cells", cells), ("credits", credits))
}

fn facts(page: &Page, edition: &Edition, course: &Course) -> Vec<(String, String)> {
    let minutes = edition.manifest.credit.minutes_per_class_hour;
    let mut facts = vec![
        (page.t("learning-fact-hours"), page.t2("learning-fact-hours-are", ("hours", &course.hours), ("minutes", &minutes))),
        (page.t("learning-fact-credit"), page.t1("learning-fact-credit-is", "credit", credit_words(page, edition, course))),
    ];
    for review in &course.reviews {
        let dates = [("role", review.role.as_str()), ("date", review.date.as_str()), ("next", review.next.as_str())];
        facts.push((page.t("learning-fact-review"), page.lang().fill("learning-fact-review-is", &dates)));
    }
    facts
}
