//! What was offered to the organisations in which somebody holds a role, and their answers.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::Link;
use crate::conversions;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::Staff;
use crate::kernel::TransferId;
use crate::recognition::OfferState;
use crate::transfers::service::{self, Answering};
use crate::transfers::views::{OwnRow, ReceivedPage, ReceivingPage, TransferFacts};
use crate::transfers::{Error, forms};
use crate::web::{Filled, House, Page, Posted, Tab, Ui, html, html_with, id_in, redirect};

fn page_of(house: &House, ui: Ui, staff: &Staff) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(staff.session.who()))
}

/// `GET /staff/receiving`: what was offered, without names.
///
/// # Errors
/// What the database answers.
pub async fn receiving(staff: Staff, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = page_of(&house, ui, &staff);
    let (mut waiting, mut ended) = (Vec::new(), Vec::new());
    for (offer, stands) in service::list_received(db, &staff.scope).await? {
        let rule = conversions::get_rule(db, offer.rule).await?;
        let row = OwnRow::received(&page, (&offer, &stands), (&rule, shelf.title_of(&offer.unit)));
        if stands.state == OfferState::Offered { waiting.push(row) } else { ended.push(row) }
    }
    html(&ReceivingPage { page, waiting, ended })
}

/// `GET /staff/receiving/{offer}`.
///
/// # Errors
/// [`AppError::NotFound`] where it was not offered to an organisation in which they hold a role.
pub async fn received(
    staff: Staff,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let is_said = link.said == "answered";
    received_page(&house, (&staff, &shelf), ui, (id_in(&path)?, is_said), (StatusCode::OK, Filled::default())).await
}

async fn received_page(
    house: &House,
    (staff, shelf): (&Staff, &Shelf),
    ui: Ui,
    (transfer, is_said): (TransferId, bool),
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let (offer, stands, said) = service::find_received(db, &house.keys, &staff.scope, transfer).await?;
    let rule = conversions::get_rule(db, offer.rule).await?;
    let (keys, scope, of) = (house.keys.clone(), staff.scope.clone(), offer.clone());
    let name = async move |tx: &Tx| service::show_name(tx, &keys, &scope, &of).await;
    let name = house.db.write_for(ui.request, name).await?;
    let page = page_of(house, ui, staff);
    html_with(
        status,
        &ReceivedPage {
            facts: TransferFacts::of_offer(&page, (&offer, &stands), (&rule, shelf.title_of(&offer.unit))),
            href: format!("/staff/receiving/{transfer}"),
            is_open: stands.state == OfferState::Offered && house.clock().now() <= offer.due_at,
            is_own: offer.learner == staff.scope.actor(),
            number: stands.answer.unwrap_or_default(),
            name,
            said,
            is_said,
            page,
            form,
        },
    )
}

/// `POST /staff/receiving/{offer}`: 接收 or 不接收.
///
/// # Errors
/// As [`received`]; where the time is over, or another answer was given.
pub async fn answer(
    staff: Staff,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let transfer = id_in(&path)?;
    let db = house.db.read();
    service::find_received(db, &house.keys, &staff.scope, transfer).await?;
    let verdict = match forms::verdict(&posted.fields) {
        Ok(verdict) => verdict,
        Err(errors) => {
            let form = Filled::wrong(posted.fields, errors);
            let wrong = (StatusCode::UNPROCESSABLE_ENTITY, form);
            return received_page(&house, (&staff, &shelf), posted.ui, (transfer, false), wrong).await;
        }
    };
    let (keys, new) = (house.keys.clone(), Answering { transfer, by: staff.scope.actor(), verdict });
    let work = async move |tx: &Tx| service::answer(tx, &keys, &new).await;
    house.db.write_for::<_, Error, _>(posted.ui.request, work).await?;
    Ok(redirect(&format!("/staff/receiving/{transfer}?said=answered")))
}
