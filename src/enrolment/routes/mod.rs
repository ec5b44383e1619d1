//! The pages of enrolment: the desk, cards, lists and their form.

mod batches;
mod cards;
mod desk;
mod files;
mod formats;

pub use batches::{
    batch as batch_page, batches as batches_page, cards as batch_cards_page, decide as post_batch_decide,
    give_up as post_batch_give_up, row as post_batch_row, upload as post_batch,
};
pub use cards::{
    blank_sheet as blank_sheet_page, blanks as post_blanks, card as card_page, cards as cards_page, pin as post_card_pin,
    today as today_cards_page,
};
pub use desk::{alike as post_alike, enrol as post_enrol, enrol_form as enrol_page};
pub use files::{result as result_file, template as template_file};
pub use formats::{format as format_page, keep as post_format};

use crate::db::Tx;
use crate::enrolment::Error;
use crate::places;
use crate::web::{House, Page, Tab, Ui};

fn page_of(house: &House, ui: Ui, session: &crate::identity::Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// Where the database is asked to write for a page.
async fn write<T, F>(house: &House, ui: &Ui, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(ui.request, work).await
}

/// The name of a place; its code where there is none of that code.
async fn place_name(house: &House, code: &str) -> Result<String, crate::error::AppError> {
    let place = places::find_place(house.db.read(), code).await?;
    Ok(place.map_or_else(|| code.to_owned(), |place| place.name))
}
