//! Cards: of one person, of those enrolled today, and blank ones.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use uuid::Uuid;

use super::{page_of, place_name, write};
use crate::enrolment::views::{CardPage, CardShown, CardsPage, SheetPage};
use crate::enrolment::{Enrolment, Error, can_be_undone, forms, rules, service};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Finder, Role, Whose, place_at_desk};
use crate::kernel::{CardNumber, LearnerId};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, QrPicture, Ui, address_of, html, html_with, redirect};

/// What links to these pages carry.
#[derive(Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
    #[serde(default)]
    pub(super) page: usize,
}

pub(super) fn shown(house: &House, request: &HttpRequest, name: String, number: &CardNumber) -> Result<CardShown, AppError> {
    let qr = QrPicture::of(&identity::card_address(&address_of(house, request), number));
    let qr = qr.ok_or_else(|| AppError::Fault("the address is too long for a QR code".to_owned()))?;
    Ok(CardShown { name, number: number.to_string(), qr })
}

/// `GET /staff/learners/{id}/card`.
pub async fn card(
    staff: Finder,
    path: Path<String>,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let notice = match link.said.as_str() {
        "registered" => Some(Message::of("identity-register-done")),
        "pin" => Some(Message::of("identity-pin-reset-done")),
        "earned" => Some(Message::of("enrolment-earned")),
        _ => None,
    };
    card_of(&house, &staff, &request, ui, (id, Vec::new(), notice)).await
}

/// `POST /staff/learners/{id}/card/pin`: the PIN that the person has chosen on the spot, with the card before them.
pub async fn pin(
    staff: Finder,
    path: Path<String>,
    request: HttpRequest,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let pin = match identity::new_pin(&posted.fields) {
        Ok(pin) => pin,
        Err(error) => return card_of(&house, &staff, &request, posted.ui.clone(), (id, vec![error], None)).await,
    };
    let desk = identity::Desk { scope: staff.scope.clone(), learner: id, sender: identity::sender_of(&house) };
    let keys = house.keys.clone();
    write(&house, &posted.ui, async move |tx| Ok(identity::reset_pin(tx, &keys, &desk, &pin).await?)).await?;
    Ok(redirect(&format!("/staff/learners/{id}/card?said=pin")))
}

async fn card_of(
    house: &House,
    staff: &Finder,
    request: &HttpRequest,
    ui: Ui,
    (id, errors, notice): (LearnerId, FieldErrors, Option<Message>),
) -> Result<HttpResponse, AppError> {
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let found = write(house, &ui, async move |tx| Ok(identity::show(tx, &keys, &scope, (id, Role::FINDERS), "card").await?));
    let identity::Found { profile, .. } = found.await?.ok_or(AppError::NotFound)?;
    let number = profile.card.clone().ok_or(AppError::NotFound)?;
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    let administers = staff.scope.grant_for(Role::ADMINISTRATORS, whose).is_some();
    let enrolment = service::find_enrolment(house.db.read(), id).await?;
    let fresh = enrolment.filter(|enrolment| can_be_undone(enrolment.enrolled_at, house.clock().now()));
    let undone = fresh.filter(|enrolment| administers || enrolment.enrolled_by == staff.scope.actor());
    let group = |enrolment: &Enrolment| enrolment.group.map(|group| group.code().to_owned()).unwrap_or_default();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = CardPage {
        // A PIN is never shown again, not even to who typed it.
        form: Filled::wrong(Fields::default(), errors),
        card: shown(house, request, profile.name, &number)?,
        undo: undone.map(|enrolment| (enrolment.place_code.clone(), group(&enrolment))),
        is_own: id == staff.scope.actor(),
        id,
        has_pin: profile.has_pin,
        has_pictures: profile.has_pictures,
        notice,
        page: page_of(house, ui, &staff.session),
    };
    html_with(status, &view)
}

/// `GET /staff/cards`.
pub async fn cards(staff: Finder, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    cards_page(&house, &staff, ui, (StatusCode::OK, Filled::with(Fields::from_pairs(&[("sheets", "1")])))).await
}

async fn cards_page(
    house: &House,
    staff: &Finder,
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let (db, now) = (house.db.read(), house.clock().now());
    let today = service::cards_of_today(db, &house.keys, &staff.scope, now).await?.len();
    html_with(status, &CardsPage { page: page_of(house, ui, &staff.session), form, today })
}

/// `GET /staff/cards/today`: the cards of those whom one has enrolled today.
pub async fn today(
    staff: Finder,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (db, now) = (house.db.read(), house.clock().now());
    let cards = service::cards_of_today(db, &house.keys, &staff.scope, now).await?;
    let cards: Vec<_> = cards.into_iter().map(|(_, name, number)| (name, number)).collect();
    let page = page_of(&house, ui, &staff.session);
    let (title, back) = (page.t("enrolment-cards-today-title"), ("/staff/cards".to_owned(), page.t("enrolment-cards-title")));
    let pages = cards.len().div_ceil(rules::CARDS_ON_A_PAGE).max(1);
    let number = link.page.clamp(1, pages);
    let on_page = cards.iter().skip((number - 1) * rules::CARDS_ON_A_PAGE).take(rules::CARDS_ON_A_PAGE);
    let cards = on_page.map(|(name, card)| shown(&house, &request, name.clone(), card)).collect::<Result<_, _>>()?;
    html(&SheetPage { page, title, back, cards, given: 0, number, pages })
}

/// `POST /staff/cards`: numbers for sheets of blank cards.
pub async fn blanks(staff: Finder, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let area = place_at_desk(house.db.read(), &staff.scope.areas(Role::FINDERS), posted.fields.get("place")).await?;
    let area = area.map_err(|key| FieldError::new("place", Message::of(key)));
    let (area, sheets) = match (area, forms::sheets(&posted.fields)) {
        (Ok(area), Ok(sheets)) => (area, sheets),
        (area, sheets) => {
            let errors: FieldErrors = [area.err(), sheets.err()].into_iter().flatten().collect();
            let form = Filled::wrong(posted.fields.clone(), errors);
            return cards_page(&house, &staff, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form)).await;
        }
    };
    let (scope, once) = (staff.scope.clone(), posted.once()?);
    let work = async move |tx: &crate::db::Tx| service::keep_blanks(tx, &scope, (&area, sheets), &once).await;
    let block = write(&house, &posted.ui, work).await?;
    Ok(redirect(&format!("/staff/cards/blank/{block}")))
}

/// `GET /staff/cards/blank/{block}`: the sheets.
pub async fn blank_sheet(
    staff: Finder,
    path: Path<String>,
    link: Query<Link>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let block: Uuid = path.parse().map_err(|_| AppError::NotFound)?;
    let found = match identity::find_block(house.db.read(), &staff.scope, block).await {
        Err(identity::Error::NoSuchBlank) => return Err(AppError::NotFound),
        found => found.map_err(Error::from)?,
    };
    let page = page_of(&house, ui, &staff.session);
    let title = page.t1("enrolment-blank-title", "place", place_name(&house, &found.place_code).await?);
    let back = ("/staff/cards".to_owned(), page.t("enrolment-cards-title"));
    let blank: Vec<&CardNumber> = found.numbers.iter().filter(|(_, is_blank)| *is_blank).map(|(number, _)| number).collect();
    let given = found.numbers.len() - blank.len();
    let pages = blank.len().div_ceil(rules::CARDS_ON_A_PAGE).max(1);
    let number = link.page.clamp(1, pages);
    let on_page = blank.into_iter().skip((number - 1) * rules::CARDS_ON_A_PAGE).take(rules::CARDS_ON_A_PAGE);
    let cards = on_page.map(|card| shown(&house, &request, String::new(), card)).collect::<Result<_, _>>()?;
    html(&SheetPage { page, title, back, cards, given, number, pages })
}
