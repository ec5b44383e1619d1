//! The first page and the question where to begin, as typed values.

use askama::Template;

use crate::curriculum::model::StartPoint;
use crate::curriculum::{Chosen, Shelf};
use crate::learning::{
    self, Bar, Earned, NextStep, Offer, PLANS_URL, Progress, Row, next_words, refresher_later_url, refresher_url, step_url,
};
use crate::web::{Font, Page, Ui};

/// The first lesson, and where else to begin.
#[derive(Template)]
#[template(path = "home/start.html")]
pub struct StartPage {
    pub page: Page,
    pub title: String,
    /// The text sizes to choose from; none once one was chosen.
    pub sizes: Vec<(&'static str, String)>,
    /// The page this is, to come back to.
    pub at: &'static str,
    pub go: Row,
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
    /// The page at `at`, with these points ticked; `step` is one tap away.
    pub fn new(page: Page, shelf: &Shelf, (ticked, is_new): (&[String], bool), step: &NextStep, at: &'static str) -> Self {
        let start = shelf.start_points();
        let point = |point: &StartPoint| Point {
            id: point.id.clone(),
            label: point.label.clone(),
            note: point.note.clone(),
            is_chosen: ticked.contains(&point.id),
        };
        Self {
            title: page.t(if is_new { "home-welcome" } else { "home-choose-again" }),
            sizes: sizes(&page),
            at,
            go: go(&page, shelf, step),
            question: start.question.clone(),
            hint: start.hint.clone(),
            points: start.points.iter().map(point).collect(),
            rows: start_rows(&page, shelf),
            page,
        }
    }
}

/// The text sizes with what to say to each, while none was chosen.
fn sizes(page: &Page) -> Vec<(&'static str, String)> {
    let words = |font: Font| {
        page.t(match font {
            Font::Normal => "home-see-well",
            Font::Large => "home-see-larger",
            Font::Xlarge => "home-see-largest",
        })
    };
    let Ui { font_chosen, .. } = &page.ui;
    if *font_chosen { Vec::new() } else { Font::ALL.map(|font| (font.code(), words(font))).to_vec() }
}

fn start_rows(page: &Page, shelf: &Shelf) -> Vec<Row> {
    let mut rows = Vec::new();
    if page.who.is_none() {
        rows.push(row("/sign-in/card", "passbook", page.t("home-have-card"), page.t("home-have-card-note")));
        rows.push(row("/sign-in", "phone", page.t("home-have-phone"), page.t("home-have-phone-note")));
    }
    let sum = page.t2("home-see-courses-note", ("areas", &shelf.areas().len()), ("courses", &shelf.courses().len()));
    rows.push(row("/courses", "learn", page.t("home-see-courses"), sum));
    rows.push(row("/pathways", "learn", page.t("home-see-pathways"), page.t("home-see-pathways-note")));
    rows
}

/// What is known of who is here.
pub struct Known {
    /// The name of somebody signed in.
    pub name: Option<String>,
    pub progress: Progress,
    pub earned: Earned,
    /// The refresher that is offered today.
    pub offer: Option<Offer>,
    /// The class session of today or tomorrow that they are signed up for, and where it is.
    pub class: Option<Soon>,
    /// Whether an organisation asks them to join a training plan.
    pub is_asked: bool,
}

/// A class session of today or tomorrow.
pub struct Soon {
    pub href: String,
    pub is_tomorrow: bool,
    pub time: String,
    pub place: String,
    pub title: String,
}

impl Known {
    /// What is known of a visitor: what their browser tells.
    pub fn visitor(progress: Progress) -> Self {
        Self { name: None, progress, earned: Earned::default(), offer: None, class: None, is_asked: false }
    }
}

/// One next step.
#[derive(Template)]
#[template(path = "home/home.html")]
pub struct HomePage {
    pub page: Page,
    /// The greeting.
    pub hello: String,
    pub area: String,
    pub place: String,
    pub what: String,
    pub go: Row,
    pub bar: Option<Bar>,
    pub offer: Option<OfferCard>,
    pub rows: Vec<Row>,
}

/// A refresher, offered: taken by one tap, put away by another.
pub struct OfferCard {
    pub label: String,
    pub says: String,
    pub how: String,
    pub begin: String,
    pub go: String,
    pub later: String,
    pub put_away: String,
}

impl OfferCard {
    /// The card of `offer`; none where today's edition has its course no longer.
    fn of(page: &Page, shelf: &Shelf, offer: &Offer) -> Option<Self> {
        let course = shelf.course(offer.course)?;
        Some(Self {
            label: page.t("home-refresher"),
            says: page.t2("home-refresher-says", ("when", when(page, offer.days)), ("course", &course.title)),
            how: page.t("home-refresher-how"),
            begin: refresher_url(offer.course, offer.kind),
            go: page.t(if offer.is_begun { "home-refresher-go-on" } else { "home-refresher-go" }),
            later: refresher_later_url(offer.course, offer.kind),
            put_away: page.t("home-refresher-later"),
        })
    }
}

/// 一周前, 20 天前, 2 个月前.
fn when(page: &Page, days: i64) -> String {
    match days {
        ..14 => page.t("home-refresher-week"),
        14..30 => page.t1("home-refresher-days", "days", days),
        30.. => page.t1("home-refresher-months", "months", days / 30),
    }
}

impl HomePage {
    /// The page of who chose so and has come so far.
    pub fn new(page: Page, shelf: &Shelf, chosen: &Chosen, known: &Known) -> Self {
        let step = learning::next_step(shelf, chosen, &known.earned.completed, &known.progress);
        let course = step.course().and_then(|code| shelf.course(code));
        let place = match course {
            Some(course) if known.progress.has_begun(course.code) => page.t1("home-last-place", "course", &course.title),
            Some(course) => page.t1("home-first-place", "course", &course.title),
            None => page.t("home-all-done"),
        };
        let rows = match known.name {
            None => visitor_rows(&page),
            Some(_) => learner_rows(&page, shelf, known),
        };
        Self {
            area: course.map(|course| course.area.clone()).unwrap_or_default(),
            place,
            what: what(shelf, &step),
            go: go(&page, shelf, &step),
            bar: bar(&page, shelf, &step),
            offer: known.offer.as_ref().and_then(|offer| OfferCard::of(&page, shelf, offer)),
            rows,
            hello: match &known.name {
                Some(name) => page.t1("home-hello-name", "name", name),
                None => page.t("home-hello"),
            },
            page,
        }
    }
}

/// The one button.
fn go(page: &Page, shelf: &Shelf, step: &NextStep) -> Row {
    let course = step.course().and_then(|code| shelf.course(code));
    let (title, note) = match course {
        Some(course) => next_words(page, shelf.edition(), course, step),
        None => (page.t("home-all-done-go"), String::new()),
    };
    Row { href: step_url(step), title, note, ..Row::default() }
}

/// The practice by its title; a lesson's stands on the button.
fn what(shelf: &Shelf, step: &NextStep) -> String {
    let practice = match step {
        NextStep::Practice(course) | NextStep::GoOnPractising { course, .. } => shelf.practice(*course),
        _ => None,
    };
    practice.map(|practice| practice.title.clone()).unwrap_or_default()
}

fn bar(page: &Page, shelf: &Shelf, step: &NextStep) -> Option<Bar> {
    let (lesson, card) = step.lesson().filter(|(_, card)| *card > 1)?;
    Some(Bar::cards(page, (card, shelf.lesson(lesson)?.cards.len()), String::new()))
}

fn row(href: &str, icon: &'static str, title: String, note: String) -> Row {
    Row { href: href.to_owned(), icon, title, note, ..Row::default() }
}

/// 今天 16:51 柳湾村服务点.
fn class_row(page: &Page, class: &Soon) -> Row {
    let key = if class.is_tomorrow { "home-class-tomorrow" } else { "home-class-today" };
    row(&class.href, "learn", page.t2(key, ("time", &class.time), ("place", &class.place)), class.title.clone())
}

fn learner_rows(page: &Page, shelf: &Shelf, known: &Known) -> Vec<Row> {
    let earned = &known.earned;
    let held = page.t2("home-passbook-note", ("cells", &shelf.cells().full(earned.total)), ("credits", &earned.total));
    let mut rows: Vec<Row> = known.class.iter().map(|class| class_row(page, class)).collect();
    if known.is_asked {
        rows.push(row("/training-plans", "learn", page.t("plans-home"), page.t("plans-home-note")));
    }
    rows.push(row("/passbook", "passbook", page.t("home-passbook"), held));
    rows.push(row(PLANS_URL, "certificate", page.t("home-certificate"), page.t("home-certificate-note")));
    rows.push(row("/courses", "learn", page.t("home-courses"), page.t1("home-courses-note", "count", earned.completed.len())));
    rows.push(row("/help", "help", page.t("home-help"), page.t("home-help-note")));
    rows
}

fn visitor_rows(page: &Page) -> Vec<Row> {
    vec![
        row("/sign-in", "passbook", page.t("home-sign-in"), page.t("home-sign-in-note")),
        row("/start", "learn", page.t("home-choose-again"), page.t("home-choose-again-note")),
        row("/help", "help", page.t("home-help"), page.t("home-help-note")),
    ]
}
