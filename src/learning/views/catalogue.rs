//! All courses: 7 areas, 23 tasks, a course each.

use askama::Template;

use super::parts::{Crumb, Marks, Row, course_row};
use crate::curriculum::CourseCode;
use crate::curriculum::model::Edition;
use crate::web::Page;

/// The catalogue.
#[derive(Template)]
#[template(path = "learning/catalogue.html")]
pub struct CataloguePage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub sum: String,
    pub areas: Vec<AreaFold>,
    /// What there is beside the courses.
    pub more: Vec<Row>,
}

/// One area that unfolds.
pub struct AreaFold {
    pub id: String,
    pub short: String,
    pub note: String,
    pub is_open: bool,
    pub courses: Vec<Row>,
}

impl CataloguePage {
    /// All areas; the one that `here` belongs to stands open.
    pub fn new(page: Page, edition: &Edition, marks: &Marks, here: Option<CourseCode>) -> Self {
        let areas: Vec<AreaFold> = edition
            .areas
            .iter()
            .map(|area| {
                let courses: Vec<_> = edition.courses.iter().filter(|course| course.area == area.id).collect();
                AreaFold {
                    id: area.id.clone(),
                    short: area.short.clone(),
                    note: page.t2("learning-area-note", ("title", &area.title), ("count", &courses.len())),
                    is_open: courses.iter().any(|course| Some(course.code) == here),
                    courses: courses.into_iter().map(|course| course_row(&page, edition, course, marks)).collect(),
                }
            })
            .collect();
        let sum = page.t2("learning-catalogue-sum", ("areas", &areas.len()), ("courses", &edition.courses.len()));
        Self { crumbs: vec![Crumb::home(&page)], sum, areas, more: more(&page), page }
    }
}

/// What there is beside the courses.
fn more(page: &Page) -> Vec<Row> {
    let row = |href: &str, icon: &'static str, title: &str, note: String| Row {
        href: href.to_owned(),
        icon,
        title: page.t(title),
        note,
        ..Row::default()
    };
    vec![
        row("/glossary", "search", "learning-glossary", String::new()),
        row("/hotlines", "phone", "learning-hotlines-link", page.t("learning-hotlines-link-note")),
        row("/sources", "learn", "learning-sources-link", String::new()),
        row("/open", "learn", "open-link", page.t("open-link-note")),
    ]
}
