//! The handlers of this subject's pages.

mod confirm;
mod desk;
mod learner;
mod person;
mod plan;

pub use desk::{act as act_on_exam, exam, exams, take_back as take_back_exam};
pub use learner::{act as act_on_own, answer, own_exam, own_exams, question};
pub use person::{act as act_on_person, person};
pub use plan::{add as add_exam, add_form};

use serde::Deserialize;

use super::views::{Facts, facts};
use super::{Error, Exam};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Session};
use crate::places;
use crate::web::{FieldError, FieldErrors, House, Page, Posted, Tab, Ui};

/// What a link to these pages may carry: what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Said {
    #[serde(default)]
    said: String,
}

impl Said {
    /// The notice, in words; none where the link says nothing that we know.
    fn words(&self, page: &Page) -> String {
        const KNOWN: [&str; 19] = [
            "planned",
            "put-down",
            "noted",
            "out",
            "finished",
            "confirmed",
            "end-waived",
            "published",
            "unpublished",
            "entered",
            "cancelled",
            "came",
            "seen",
            "declared",
            "arranged",
            "allowed",
            "decided",
            "answered",
            "taken-back",
        ];
        if KNOWN.contains(&self.said.as_str()) { page.t(&format!("exams-said-{}", self.said)) } else { String::new() }
    }
}

fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

async fn write<T, F>(house: &House, posted: &Posted, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(posted.ui.request, work).await
}

/// What is wrong, beside the field named; the error itself where it is no matter of what was filled in.
fn beside(error: Error, field: &'static str) -> Result<FieldErrors, AppError> {
    match error.key() {
        Some(key) => Ok(vec![FieldError::new(field, Message::of(key))]),
        None => Err(error.into()),
    }
}

async fn facts_of(house: &House, page: &Page, shelf: &Shelf, exam: &Exam) -> Result<Facts, AppError> {
    let db = house.db.read();
    let place = places::find_organisation(db, exam.organisation).await?;
    let place = place.map(|one| [Some(one.name), one.address].into_iter().flatten().collect::<Vec<_>>().join(" · "));
    let names = identity::staff_names_of(db, &house.keys, &exam.invigilators).await?;
    let name = |id| names.get(&id).cloned().unwrap_or_default();
    let names = exam.invigilators.map(name);
    Ok(facts(page, exam, (shelf.title_of(&exam.unit), place.unwrap_or_default(), names)))
}
