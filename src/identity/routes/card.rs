//! One's learner card, and its PIN.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};

use super::sign_in::Link;
use super::welcome::write;
use crate::error::AppError;
use crate::identity::forms;
use crate::identity::guard::Learner;
use crate::identity::roles::Act;
use crate::identity::service;
use crate::identity::session::Session;
use crate::identity::views::MyCardPage;
use crate::web::{Filled, House, Page, Posted, Tab, Ui, html_with, redirect};

/// `GET /me/card`.
pub async fn card(Learner(session): Learner, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    card_page(&house, &session, ui, (StatusCode::OK, Filled::default(), link.said == "set")).await
}

async fn card_page(
    house: &House,
    session: &Session,
    ui: Ui,
    (status, form, is_set): (StatusCode, Filled, bool),
) -> Result<HttpResponse, AppError> {
    let profile = service::profile(house.db.read(), &house.keys, session.acting.learner).await?;
    let card = profile.card.ok_or(AppError::NotFound)?;
    let page = Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()));
    let may_choose = session.may(Act::ChangeDoor);
    html_with(
        status,
        &MyCardPage { page, form, name: profile.name, card: card.to_string(), has_pin: profile.has_pin, may_choose, is_set },
    )
}

/// `POST /me/card`: chooses the PIN. A session opened by the card itself may not.
pub async fn choose_pin(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    if !session.may(Act::ChangeDoor) {
        return Err(AppError::NotAllowed);
    }
    let pin = match forms::new_pin(&posted.fields) {
        Ok(pin) => pin,
        Err(error) => {
            // A PIN is never shown again, not even to who typed it.
            let form = Filled::wrong(crate::web::Fields::default(), vec![error]);
            return card_page(&house, &session, posted.ui, (StatusCode::UNPROCESSABLE_ENTITY, form, false)).await;
        }
    };
    let (keys, acting) = (house.keys.clone(), session.acting);
    write(&house, async move |tx| service::set_pin(tx, &keys, &acting, &pin).await).await?;
    Ok(redirect("/me/card?said=set"))
}
