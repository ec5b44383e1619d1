//! The pages of one's own data.

mod complaint;
mod groups;
mod kept;
mod leave;
mod own;
mod undo;

use actix_web::HttpResponse;
use actix_web::cookie::Cookie;
use sea_orm::ConnectionTrait;

use crate::error::AppError;
use crate::identity::Session;
use crate::places;
use crate::web::{House, Page, Tab, Ui};

pub use complaint::{complain, complaint_form};
pub use groups::{agree_to_group, choose_groups, group_form, groups_form, stop_group};
pub use kept::{show_kept, take_away};
pub use leave::{leave, leave_check, left};
pub use own::{Said, Within, choose_place, correct, correct_form, place_form, show};
pub use undo::undo;

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// The full name of a place; its code where the tree has it no longer.
async fn place_name(db: &impl ConnectionTrait, code: Option<&str>) -> Result<Option<String>, AppError> {
    let Some(code) = code else { return Ok(None) };
    let path = places::list_path(db, code).await?;
    Ok(Some(if path.is_empty() { code.to_owned() } else { places::full_name(&path) }))
}

fn with_cookie(mut response: HttpResponse, cookie: &Cookie<'_>) -> Result<HttpResponse, AppError> {
    response.add_cookie(cookie).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}
