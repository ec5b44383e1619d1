//! The handlers of this subject's pages.

mod acts;
mod assistance;
mod desk;
mod hours;
mod volunteering;

pub use acts::{acts, receipt, staff_acts, staff_receipt, undo_act, undo_act_for};
pub use assistance::{act as act_on_assistance, show as assistance};
pub use desk::{aid_form, keep_act, new_act_form, offer_aid};
pub use hours::{add_hours, correct as correct_hours_of, volunteer, volunteers};
pub use volunteering::{act as act_on_volunteering, proof, show as volunteering};

use serde::Deserialize;

use super::{Act, Error};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Sender, Session};
use crate::kernel::{LearnerId, OrganisationId};
use crate::places;
use crate::web::{House, Page, Posted, Tab, Ui};

/// What a link to these pages may carry: what was just done.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Said {
    #[serde(default)]
    said: String,
}

fn page_of(house: &House, ui: Ui, session: &Session, tab: Tab) -> Page {
    Page::new(house, ui, tab).of(Some(session.who()))
}

fn sender_of(house: &House) -> Sender {
    Sender { site: house.config.public_url.clone().unwrap_or_default(), help_phone: house.config.help_phone.clone() }
}

async fn write<T, F>(house: &House, posted: &Posted, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(posted.ui.request, work).await
}

/// What somebody of the staff is called; a volunteer where they have left.
async fn name_of(house: &House, page: &Page, person: LearnerId) -> Result<String, AppError> {
    let names = identity::names_of(house.db.read(), &house.keys, &[person]).await?;
    let name = names.get(&person).filter(|name| !name.is_empty());
    Ok(name.cloned().unwrap_or_else(|| page.t("role-volunteer")))
}

/// The service point or organisation by name; empty where there is none.
async fn organisation_name(house: &House, id: Option<OrganisationId>) -> Result<String, AppError> {
    let Some(id) = id else { return Ok(String::new()) };
    let found = places::find_organisation(house.db.read(), id).await?;
    Ok(found.map(|found| found.name).unwrap_or_default())
}

/// Where an act was done: the service point, else the place by name.
async fn place_of(house: &House, act: &Act) -> Result<String, AppError> {
    let point = organisation_name(house, act.organisation).await?;
    if !point.is_empty() {
        return Ok(point);
    }
    let path = places::list_path(house.db.read(), &act.place_code).await?;
    Ok(if path.is_empty() { act.place_code.clone() } else { places::full_name(&path) })
}
