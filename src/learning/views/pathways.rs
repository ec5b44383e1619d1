//! Reading lists by name, and one of them with what is done.

use askama::Template;

use super::parts::{Crumb, Marks, Row, course_row};
use crate::curriculum::Shelf;
use crate::curriculum::model::{Need, Pathway, PathwayCourse, SteeringAnswer};
use crate::learning::urls;
use crate::web::{Filled, Page};

/// All reading lists.
#[derive(Template)]
#[template(path = "learning/pathways.html")]
pub struct PathwaysPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub rows: Vec<Row>,
    /// To what is missing for a certificate.
    pub plans: Row,
}

/// To what is missing for a certificate.
fn plans_row(page: &Page) -> Row {
    let (title, note) = (page.t("learning-plans"), page.t("learning-plans-note"));
    Row { href: urls::PLANS.to_owned(), icon: "certificate", title, note, ..Row::default() }
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
        Self { crumbs: vec![Crumb::home(&page)], rows, plans: plans_row(&page), page }
    }
}

/// One reading list.
#[derive(Template)]
#[template(path = "learning/pathway.html")]
pub struct PathwayPage {
    pub page: Page,
    pub crumbs: Vec<Crumb>,
    pub title: String,
    pub summary: String,
    pub sum: String,
    pub parts: Vec<Stretch>,
    pub action: String,
    pub is_chosen: bool,
    /// The question that orders what is chosen; where the list has nothing to choose from, none.
    pub steering: Option<Steer>,
    pub form: Filled,
    /// To what is missing for a certificate.
    pub plans: Row,
}

/// What somebody mainly does: asked once, never needed.
pub struct Steer {
    pub question: String,
    pub action: String,
    pub answers: Vec<Answer>,
}

/// One thing that somebody may mainly do; one tap answers.
pub struct Answer {
    /// Empty for saying nothing.
    pub value: String,
    pub words: String,
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
    /// `pathway` in the order in which it is met, with what is done; `is_chosen` where it is the one followed; `form` holds what somebody
    /// mainly does.
    pub fn new(
        page: Page,
        shelf: &Shelf,
        (pathway, order): (&Pathway, &[PathwayCourse]),
        marks: &Marks,
        (is_chosen, form): (bool, Filled),
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
            title: page.t1("learning-pathway-of", "name", &pathway.name),
            summary: pathway.summary.clone(),
            sum: page.t2("learning-pathway-sum", ("done", &done), ("of", &required.len())),
            parts,
            action: urls::pathway(pathway.group),
            is_chosen,
            steering: (!pathway.choices.is_empty()).then(|| steer(&page, shelf, pathway, &form)),
            form,
            plans: plans_row(&page),
            page,
        }
    }
}

fn steer(page: &Page, shelf: &Shelf, pathway: &Pathway, form: &Filled) -> Steer {
    let steering = shelf.steering();
    let answer = |answer: &SteeringAnswer| Answer {
        value: answer.id.clone(),
        words: answer.label.clone(),
        is_chosen: form.holds("steering", &answer.id),
    };
    let mut answers: Vec<Answer> = steering.answers.iter().map(answer).collect();
    if steering.optional {
        answers.push(Answer { value: String::new(), words: page.t("learning-steering-none"), is_chosen: false });
    }
    Steer { question: steering.question.clone(), action: urls::steering(pathway.group), answers }
}
