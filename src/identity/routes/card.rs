//! One's learner card, and its PIN.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::sign_in::Link;
use super::welcome::write;
use crate::error::AppError;
use crate::identity::guard::Learner;
use crate::identity::roles::Act;
use crate::identity::session::Session;
use crate::identity::views::MyCardPage;
use crate::identity::{forms, service};
use crate::kernel::CardNumber;
use crate::web::{Fields, Filled, House, Page, Posted, QrPicture, Tab, Ui, address_of, html_with, redirect};

/// What the code on a card reads as: an address that any scanner opens. It leads its owner to the door, and a volunteer to the check-in.
#[must_use]
pub fn card_address(site: &str, card: &CardNumber) -> String {
    format!("{site}/c/{}", card.as_str())
}

/// `GET /me/card`.
pub async fn card(
    Learner(session): Learner,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    card_page(&house, &session, &request, ui, (StatusCode::OK, Filled::default(), link.said == "set")).await
}

async fn card_page(
    house: &House,
    session: &Session,
    request: &HttpRequest,
    ui: Ui,
    (status, form, is_set): (StatusCode, Filled, bool),
) -> Result<HttpResponse, AppError> {
    let profile = service::profile(house.db.read(), &house.keys, session.acting.learner).await?;
    let card = profile.card.ok_or(AppError::NotFound)?;
    let qr = QrPicture::of(&card_address(&address_of(house, request), &card));
    let qr = qr.ok_or_else(|| AppError::Fault("the address is too long for a QR code".to_owned()))?;
    let page = Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()));
    let (may_choose, card) = (session.may(Act::ChangeDoor), card.to_string());
    html_with(status, &MyCardPage { page, form, name: profile.name, card, qr, has_pin: profile.has_pin, may_choose, is_set })
}

/// `POST /me/card`: chooses the PIN. A session opened by the card itself may not.
pub async fn choose_pin(
    Learner(session): Learner,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::ChangeDoor)?;
    let pin = match forms::new_pin(&posted.fields) {
        Ok(pin) => pin,
        Err(error) => {
            // A PIN is never shown again, not even to who typed it.
            let form = Filled::wrong(Fields::default(), vec![error]);
            return card_page(&house, &session, &request, posted.ui, (StatusCode::UNPROCESSABLE_ENTITY, form, false)).await;
        }
    };
    let (keys, acting, here) = (house.keys.clone(), session.acting, session.id);
    write(&house, async move |tx| service::set_pin(tx, &keys, &acting, Some(here), &pin).await).await?;
    Ok(redirect("/me/card?said=set"))
}
