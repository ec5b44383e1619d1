//! The pages: an administrator's desk, delegations, what everybody may read, what those see who work for an agency.

mod adding;
mod delegations;
mod desk;
mod doubts;
mod public;

use super::views::{Facts, KeyView, Words};
use super::{Agency, service};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Lang;
use crate::identity::{Administrator, Session};
use crate::places::{self, PlaceCode};
use crate::web::{House, Page, Tab, Ui, id_in};

pub use adding::{add as post_add, add_page};
pub use delegations::{ask as post_ask, ask_page, decide, end, show as delegation_page, withdraw};
pub use desk::{close, close_page, contact, key, lift, list as list_page, one as one_page, seal, seal_picture, suspend};
pub use doubts::{doubt, key_page};
pub use public::{own as own_page, own_list as own_pages, show as agency_page};

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// The agency of a path, where its place lies within what the administrator administers.
async fn own(house: &House, admin: &Administrator, id: &str) -> Result<Agency, AppError> {
    let agency = service::find_agency(house.db.read(), id_in(id)?).await?.ok_or(AppError::NotFound)?;
    let is_theirs = PlaceCode::parse(&agency.place_code).is_some_and(|code| admin.scope.administers(&code));
    if is_theirs { Ok(agency) } else { Err(AppError::NotFound) }
}

/// What everybody may know, with the name of the place.
async fn facts_of(house: &House, lang: Lang, agency: &Agency) -> Result<Facts, AppError> {
    let path = places::list_path(house.db.read(), &agency.place_code).await?;
    Ok(Facts::of(lang, agency, places::full_name(&path)))
}

/// The keys in words, the newest first.
async fn keys_of(house: &House, lang: Lang, agency: &Agency) -> Result<Vec<KeyView>, AppError> {
    let (keys, today) = (service::verifying_keys_of(house.db.read(), agency.id).await?, house.clock().now().day());
    Ok(keys.iter().rev().map(|key| KeyView::of(lang, key, today)).collect())
}

/// How much of this year's quota was used, in words.
async fn used_words(house: &House, lang: Lang, agency: &Agency) -> Result<String, AppError> {
    let used = service::quota_used(house.db.read(), agency.id, house.clock().now().day().year()).await?;
    Ok(lang.fill("agencies-credits", &[("credits", used.to_string().as_str())]))
}

const fn words<'a>(lang: Lang, shelf: &'a Shelf) -> Words<'a> {
    Words { lang, shelf }
}
