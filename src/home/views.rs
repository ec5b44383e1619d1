//! The first page and the question where to begin, as typed values.

use askama::Template;

use crate::curriculum::Shelf;
use crate::curriculum::model::StartPoint;
use crate::kernel::Credits;
use crate::learning::{self, Bar, Chosen, Earned, NextStep, Progress, Row, lesson_name, next_words, step_url};
use crate::web::Page;

/// Where to begin.
#[derive(Template)]
#[template(path = "home/start.html")]
pub struct StartPage {
    pub page: Page,
    pub question: String,
    pub hint: String,
    pub points: Vec<Point>,
    pub rows: Vec<Row>,
}

/// A place to begin.
pub struct Point {
    pub id: String,
    pub label: String,
    pub note: String,
    pub is_chosen: bool,
}

impl StartPage {
    /// The page; what was chosen before is chosen still.
    pub fn new(page: Page, shelf: &Shelf, chosen: &Chosen) -> Self {
        let start = shelf.start_points();
        let point = |point: &StartPoint| Point {
            id: point.id.clone(),
            label: point.label.clone(),
            note: first_courses(shelf, point),
            is_chosen: chosen.points.contains(&point.id),
        };
        let mut rows = Vec::new();
        if page.who.is_none() {
            rows.push(Row {
                href: "/sign-in/card".to_owned(),
                icon: "passbook",
                title: page.t("home-have-card"),
                note: page.t("home-have-card-note"),
                ..Row::default()
            });
        }
        let sum = page.t2("home-see-courses-note", ("areas", &shelf.areas().len()), ("courses", &shelf.courses().len()));
        rows.push(Row {
            href: "/courses".to_owned(),
            icon: "learn",
            title: page.t("home-see-courses"),
            note: sum,
            ..Row::default()
        });
        rows.push(Row {
            href: "/pathways".to_owned(),
            icon: "learn",
            title: page.t("home-see-pathways"),
            note: page.t("home-see-pathways-note"),
            ..Row::default()
        });
        Self {
            question: start.question.clone(),
            hint: start.hint.clone(),
            points: start.points.iter().map(point).collect(),
            rows,
            page,
        }
    }
}

/// The titles of the first two courses that are written.
fn first_courses(shelf: &Shelf, point: &StartPoint) -> String {
    let written = point.first.iter().filter_map(|code| shelf.course(*code)).filter(|course| course.is_complete());
    written.take(2).map(|course| course.title.clone()).collect::<Vec<_>>().join("；")
}

/// What is known of somebody signed in.
pub struct Known {
    pub name: String,
    pub progress: Progress,
    pub earned: Earned,
}

/// One next step.
#[derive(Template)]
#[template(path = "home/home.html")]
pub struct HomePage {
    pub page: Page,
    pub name: String,
    pub area: String,
    pub place: String,
    pub what: String,
    pub go: Row,
    pub bar: Option<Bar>,
    pub rows: Vec<Row>,
}

impl HomePage {
    /// The page; nobody is known where a visitor chose.
    pub fn new(page: Page, shelf: &Shelf, chosen: &Chosen, known: Option<Known>) -> Self {
        let is_visitor = known.is_none();
        let known =
            known.unwrap_or_else(|| Known { name: String::new(), progress: Progress::default(), earned: Earned::default() });
        let step = learning::next_step(shelf, chosen, &known.earned.completed, &known.progress);
        let course = step.course().and_then(|code| shelf.course(code));
        let has_begun = course.is_some_and(|course| known.progress.has_begun(course.code));
        let (words, note) = match course {
            Some(course) => next_words(&page, shelf.edition(), course, &step),
            None => (page.t("home-all-done-go"), String::new()),
        };
        let place = match course {
            Some(course) if has_begun => page.t1("home-last-place", "course", &course.title),
            Some(course) => page.t1("home-first-place", "course", &course.title),
            None => page.t("home-all-done"),
        };
        Self {
            area: course.map(|course| course.area.clone()).unwrap_or_default(),
            place,
            what: what(&page, shelf, &step),
            go: Row { href: step_url(&step), title: words, note, ..Row::default() },
            bar: bar(&page, shelf, &step),
            rows: if is_visitor {
                visitor_rows(&page)
            } else {
                learner_rows(&page, known.earned.total, known.earned.completed.len())
            },
            name: known.name,
            page,
        }
    }
}

/// The lesson or practice by its title.
fn what(page: &Page, shelf: &Shelf, step: &NextStep) -> String {
    match step {
        NextStep::Lesson { lesson, .. } => {
            let lesson = shelf.lesson(lesson);
            lesson.map(|lesson| page.t2("home-lesson", ("number", &lesson_name(page, lesson)), ("title", &lesson.title)))
        }
        NextStep::Practice(code) => shelf.practice(*code).map(|practice| practice.title.clone()),
        NextStep::Test(_) | NextStep::AllDone => None,
    }
    .unwrap_or_default()
}

fn bar(page: &Page, shelf: &Shelf, step: &NextStep) -> Option<Bar> {
    let NextStep::Lesson { lesson, card, .. } = step else { return None };
    let cards = shelf.lesson(lesson)?.cards.len();
    (*card > 1).then(|| Bar::cards(page, (*card, cards), String::new()))
}

fn row(href: &str, icon: &'static str, title: String, note: String) -> Row {
    Row { href: href.to_owned(), icon, title, note, ..Row::default() }
}

fn learner_rows(page: &Page, total: Credits, completed: usize) -> Vec<Row> {
    let held = page.t2("home-passbook-note", ("cells", &total.cells().0), ("credits", &total));
    vec![
        row("/passbook", "passbook", page.t("home-passbook"), held),
        row("/courses", "certificate", page.t("home-courses"), page.t1("home-courses-note", "count", completed)),
        row("/help", "help", page.t("home-help"), page.t("home-help-note")),
    ]
}

fn visitor_rows(page: &Page) -> Vec<Row> {
    vec![
        row("/sign-in", "passbook", page.t("home-sign-in"), page.t("home-sign-in-note")),
        row("/start", "learn", page.t("home-choose-again"), page.t("home-choose-again-note")),
        row("/help", "help", page.t("home-help"), page.t("home-help-note")),
    ]
}
