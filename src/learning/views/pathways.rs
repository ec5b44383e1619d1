//! Reading lists by name, and one of them with what is done.

use askama::Template;

use super::parts::{Crumb, Marks, Row, course_row};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Need, Pathway, PathwayCourse};
use crate::learning::urls;
use crate::web::Page;

/// All reading lists.
#[derive(Template)]
#[template(path = "learning/pathways.html")]
pub struct PathwaysPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub rows: Vec<Row>,
}

impl PathwaysPage {
    /// The page.
    pub fn new(page: Page, shelf: &Shelf) -> Self {
        let row = |pathway: &Pathway| Row {
            href: urls::pathway(pathway.group),
            icon: "learn",
            title: pathway.name.clone(),
            note: pathway.summary.clone(),
            ..Row::default()
        };
        let rows = shelf.edition().pathways.iter().map(row).collect();
        Self { crumbs: vec![Crumb::home(&page)], rows, page }
    }
}

/// One reading list.
#[derive(Template)]
#[template(path = "learning/pathway.html")]
pub struct PathwayPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub name: String,
    pub summary: String,
    pub sum: String,
    pub parts: Vec<Stretch>,
    pub action: String,
    pub is_chosen: bool,
}

/// The courses of one need.
pub struct Stretch {
    pub title: String,
    pub note: String,
    pub is_open: bool,
    pub rows: Vec<Row>,
}

impl PathwayPage {
    /// `pathway` in the order in which it is met, with what is done; `is_chosen` where it is the one followed.
    pub fn new(
        page: Page,
        shelf: &Shelf,
        (pathway, order): (&Pathway, &[PathwayCourse]),
        marks: &Marks,
        is_chosen: bool,
    ) -> Self {
        let required: Vec<_> = pathway.courses.iter().filter(|course| course.need == Need::Required).collect();
        let done = required.iter().filter(|course| marks.completed.contains(&course.code)).count();
        let stretch = |need: Need, title: String| {
            let courses = order.iter().filter(|course| course.need == need).filter_map(|course| shelf.course(course.code));
            let rows: Vec<Row> = courses.map(|course| course_row(&page, shelf.edition(), course, marks)).collect();
            let choose = pathway.choices.iter().map(|choice| choice.min).sum::<usize>();
            let note = match need {
                Need::Recommended if choose > 0 => page.t1("learning-pathway-choose", "min", choose),
                _ => String::new(),
            };
            Stretch { title, note, is_open: need == Need::Required, rows }
        };
        let parts = [
            (Need::Required, page.t("learning-pathway-required")),
            (Need::Recommended, page.t("learning-pathway-recommended")),
            (Need::Optional, page.t("learning-pathway-optional")),
        ];
        let parts = parts.into_iter().map(|(need, title)| stretch(need, title)).filter(|part| !part.rows.is_empty()).collect();
        Self {
            crumbs: vec![Crumb::home(&page), Crumb { href: "/pathways".to_owned(), words: page.t("learning-pathways") }],
            name: pathway.name.clone(),
            summary: pathway.summary.clone(),
            sum: page.t2("learning-pathway-sum", ("done", &done), ("of", &required.len())),
            parts,
            action: urls::pathway(pathway.group),
            is_chosen,
            page,
        }
    }
}
