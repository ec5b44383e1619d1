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

use super::{Error, Plan, service};
use crate::classes::ClassSession;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::{Lang, Message};
use crate::identity::{Planner, Session};
use crate::kernel::PlanId;
use crate::web::{FieldError, House, Page, Posted, Tab, Ui, id_in};

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

/// Which page of a list.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
}

/// A plan of theirs. Whoever tries another one is told that there is none; that they tried is kept.
async fn own_plan(house: &House, planner: &Planner, (id, ui): (&str, &Ui)) -> Result<Plan, AppError> {
    let id = id_in(id)?;
    let found = service::get_plan(house.db.read(), &planner.scope, id).await;
    if matches!(found, Err(Error::NoSuchPlan)) {
        let actor = planner.scope.actor();
        house.db.write_for(ui.request, async move |tx: &Tx| service::turn_away(tx, actor, id).await).await?;
    }
    Ok(found?)
}

fn staff_page(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
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

fn session_words(class: &ClassSession, lang: Lang) -> (String, String) {
    (class.title.clone(), class.time_words(lang))
}
