//! The handlers of this subject's pages.

mod form;
mod learner;
mod people;
mod staff;

pub use form::{add as add_plan, add_form, change as change_plan, change_form};
pub use learner::{act as learner_act, plan as learner_plan, plans as learner_plans};
pub use people::{invite, people};
pub use staff::{act as act_on_plan, plan, plans};

use serde::Deserialize;

use super::Error;
use crate::classes::ClassSession;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::{Lang, Message};
use crate::identity::Session;
use crate::kernel::PlanId;
use crate::web::{FieldError, House, MOST_PAGES, Page, Posted, Tab, Ui};

/// What a link to these pages may carry: what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Said {
    #[serde(default)]
    said: String,
    #[serde(default)]
    asked: usize,
    #[serde(default)]
    told: usize,
    #[serde(default)]
    known: usize,
    #[serde(default)]
    page: usize,
}

/// Rows on one page.
const ON_A_PAGE: u64 = 50;

/// Which page of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
}

impl Which {
    fn number(self) -> u64 {
        self.page.clamp(1, MOST_PAGES)
    }

    /// How many rows stand before it, and how many on it.
    fn part(self) -> (u64, u64) {
        ((self.number() - 1).saturating_mul(ON_A_PAGE), ON_A_PAGE)
    }

    /// The page shown of a list of so many rows, and how many pages it has.
    fn of(self, total: u64) -> (u64, u64) {
        let pages = total.div_ceil(ON_A_PAGE).max(1);
        (self.number().min(pages), pages)
    }
}

fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

fn parse<T: std::str::FromStr>(text: &str) -> Result<T, AppError> {
    text.parse().map_err(|_| AppError::NotFound)
}

fn path_of(id: PlanId) -> String {
    format!("/staff/training-plans/{id}")
}

async fn write<T, F>(house: &House, posted: &Posted, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(posted.ui.request, work).await
}

/// What is wrong, beside the field named; the error itself where it is no matter of what was filled in.
fn beside(error: Error, field: &'static str) -> Result<FieldError, AppError> {
    match error.key() {
        Some(key) => Ok(FieldError::new(field, Message::of(key))),
        None => Err(error.into()),
    }
}

/// The course's title; its code where this edition has it no longer.
fn course_words(shelf: &Shelf, code: &str) -> String {
    let course = CourseCode::parse(code).and_then(|code| shelf.course(code));
    course.map_or_else(|| code.to_owned(), |course| course.title.clone())
}

fn session_words(class: &ClassSession, lang: Lang) -> (String, String) {
    (class.title.clone(), class.time_words(lang))
}
