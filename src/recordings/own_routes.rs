//! One's own voice, taken back by whoever speaks: under one's own data, for as long as the recording is kept.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::views::VoicePage;
use super::voices::Known;
use super::{RecordingId, service};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Learner;
use crate::web::{House, Page, Posted, Tab, Ui, html, redirect};

/// `GET /me/voice`: everything in which the reader speaks.
///
/// # Errors
/// What the database answers.
pub async fn voice(Learner(session): Learner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let all = service::list_spoken_by(house.db.read(), session.acting.learner).await?;
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(session.who()));
    html(&VoicePage::of(page, &shelf, &all))
}

/// `POST /me/voice/{id}`: takes it back. Doing so twice is doing it once.
///
/// # Errors
/// [`AppError::NotFound`] where the reader does not speak in it.
pub async fn take_back(
    Learner(session): Learner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (id, speaker) = (id.parse::<RecordingId>().map_err(|_| AppError::NotFound)?, session.acting.learner);
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::take_back(tx, id, speaker).await).await?;
    house.rooms.get::<Known>().forget();
    Ok(redirect("/me/voice"))
}
