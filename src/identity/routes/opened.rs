//! The account is open: the card's number, and one thing to do, which may be left.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};

use super::sign_in::Link;
use super::welcome::{with_back, write};
use crate::error::AppError;
use crate::identity::forms;
use crate::identity::guard::Learner;
use crate::identity::roles::Act;
use crate::identity::service;
use crate::identity::session::Session;
use crate::identity::views::OpenedPage;
use crate::web::{Fields, Filled, House, Page, Posted, Tab, Ui, html_with, local_path, redirect};

/// `GET /register/done`.
pub async fn opened(Learner(session): Learner, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    opened_page(&house, &session, ui, &link.back, (StatusCode::OK, Filled::default(), link.said == "set")).await
}

async fn opened_page(
    house: &House,
    session: &Session,
    ui: Ui,
    back: &str,
    (status, form, is_set): (StatusCode, Filled, bool),
) -> Result<HttpResponse, AppError> {
    let profile = service::profile(house.db.read(), &house.keys, session.acting.learner).await?;
    let card = profile.card.ok_or(AppError::NotFound)?.to_string();
    let is_over = profile.has_pin || !session.may(Act::ChangeDoor);
    let page = Page::new(house, ui, Tab::Passbook).of(Some(session.who()));
    let back = local_path(back).to_owned();
    html_with(status, &OpenedPage { page, form, name: profile.name, card, back, is_over, is_set: is_set && profile.has_pin })
}

/// `POST /register/done`: the first PIN of the card.
pub async fn first_pin(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::ChangeDoor)?;
    let back = posted.fields.get("back");
    let pin = match forms::new_pin(&posted.fields) {
        Ok(pin) => pin,
        Err(error) => {
            // A PIN is never shown again, not even to who typed it.
            let shown = (StatusCode::UNPROCESSABLE_ENTITY, Filled::wrong(Fields::default(), vec![error]), false);
            return opened_page(&house, &session, posted.ui.clone(), back, shown).await;
        }
    };
    let (keys, acting, here) = (house.keys.clone(), session.acting, session.id);
    write(&house, async move |tx| service::set_pin(tx, &keys, &acting, Some(here), &pin).await).await?;
    Ok(redirect(&with_back("/register/done?said=set", back)))
}
