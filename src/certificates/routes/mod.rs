//! The handlers of this subject's pages.

pub(super) mod agency;
pub(super) mod appeals;
pub(super) mod badges;
pub(super) mod batch_decide;
pub(super) mod batch_sample;
pub(super) mod batches;
pub(super) mod change_requests;
pub(super) mod changing;
mod desk;
pub(super) mod issuers;
mod learner;
pub(super) mod offline;
pub(super) mod printing;
pub(super) mod refusals;
pub(super) mod shared;
pub(super) mod shares;
pub(super) mod verify;
pub(super) mod verify_file;
mod waiting;

pub use desk::{act, request_page};
pub use learner::{ask as post_ask, ask_page, list as list_page, one as one_page, withdraw};
pub use waiting::{ask_for, queue};

use actix_web::http::StatusCode;
use serde::Deserialize;

use super::{Desk, Error, origin_of};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::web::{FieldErrors, Filled, House, Posted};

/// What a link to these pages may carry: what was just done, which page, which unit, what is looked for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    #[serde(default)]
    page: u64,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
}

fn desk_of(house: &House, shelf: &Shelf) -> Desk {
    Desk { shelf: shelf.clone(), keys: house.keys.clone(), origin: origin_of(&house.config) }
}

async fn write<T, F>(house: &House, posted: &Posted, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(posted.ui.request, work).await
}

/// How a page is shown: with what was typed, and what is said to it.
struct Said {
    status: StatusCode,
    form: Filled,
    notice: &'static str,
    problem: Option<Message>,
}

impl Default for Said {
    fn default() -> Self {
        Self { status: StatusCode::OK, form: Filled::default(), notice: "", problem: None }
    }
}

impl Said {
    /// What was just done.
    fn done(notice: &'static str) -> Self {
        Self { notice, ..Self::default() }
    }

    /// A form to be mended.
    fn wrong(posted: &Posted, errors: FieldErrors) -> Self {
        let form = Filled::wrong(posted.fields.clone(), errors);
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, form, ..Self::default() }
    }

    /// What was typed, with why it was refused; the error itself where it has no words.
    fn refused(posted: &Posted, error: impl Into<AppError>) -> Result<Self, AppError> {
        let (status, problem) = match error.into() {
            AppError::Changed(message) => (StatusCode::CONFLICT, message),
            AppError::Refused(message) => (StatusCode::UNPROCESSABLE_ENTITY, message),
            error => return Err(error),
        };
        Ok(Self { status, form: Filled::with(posted.fields.clone()), notice: "", problem: Some(problem) })
    }
}
