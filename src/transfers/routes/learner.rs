//! Which awards can go where, offering one, how it stands.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::Link;
use crate::conversions;
use crate::curriculum::Shelf;
use crate::db::{OnceKey, Tx};
use crate::error::AppError;
use crate::identity::{Act, Learner, Session};
use crate::recognition;
use crate::transfers::service::{self, Offering, Way};
use crate::transfers::views::{NewTransferPage, OwnRow, TransferFacts, TransferPage, TransfersPage, WayRow};
use crate::transfers::{Error, forms};
use crate::web::{House, Page, Posted, Tab, Ui, html, html_with, id_in, redirect};

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Passbook).of(Some(session.who()))
}

/// `GET /transfers`: which awards can go where, and those that went.
///
/// # Errors
/// What the database answers.
pub async fn own(Learner(session): Learner, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (db, today) = (house.db.read(), house.clock().now().day());
    let least = recognition::least_to_go_out(shelf.credit_rule())?;
    let ways = service::list_ways(db, session.acting.learner, today, (least, |unit: &str| shelf.worth_of(unit))).await?;
    let offers = service::list_own(db, &session.accounts()).await?;
    let page = page_of(&house, ui, &session);
    let mut rows = Vec::new();
    for (offer, stands) in &offers {
        let rule = conversions::get_rule(db, offer.rule).await?;
        rows.push(OwnRow::of(&page, (offer, stands), (&rule, shelf.title_of(&offer.unit))));
    }
    html(&TransfersPage {
        ways: ways.iter().map(|way| WayRow::of(&page, way, &shelf.title_of(&way.rule.unit))).collect(),
        rows,
        is_weak: !session.may(Act::TransferOut),
        page,
    })
}

async fn way_of(house: &House, session: &Session, shelf: &Shelf, (rule, award): (&str, &str)) -> Result<Way, AppError> {
    let (db, today) = (house.db.read(), house.clock().now().day());
    let ids = (id_in(rule)?, id_in(award)?);
    let asked = (today, recognition::least_to_go_out(shelf.credit_rule())?, |unit: &str| shelf.worth_of(unit));
    Ok(service::find_way(db, session.acting.learner, ids, asked).await?)
}

fn new_form(house: &House, (session, ui): (&Session, Ui), (way, shelf): (&Way, &Shelf), is_stale: bool) -> NewTransferPage {
    let page = page_of(house, ui, session);
    let facts = TransferFacts::of_way(&page, way, shelf.title_of(&way.rule.unit), way.due_at(house.clock().now().day()));
    NewTransferPage {
        href: format!("/transfers/new/{}/{}", way.rule.id, way.award),
        shown: way.shown().to_string(),
        is_helped: session.acting.helper.is_some(),
        facts,
        is_stale,
        page,
    }
}

/// `GET /transfers/new/{rule}/{award}`: what it would take, before it is done.
///
/// # Errors
/// [`AppError::TooWeak`] in a session opened by a card; [`AppError::NotFound`] where it cannot go so.
pub async fn new_page(
    Learner(session): Learner,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::TransferOut)?;
    let way = way_of(&house, &session, &shelf, (&path.0, &path.1)).await?;
    html(&new_form(&house, (&session, ui), (&way, &shelf), false))
}

/// `POST /transfers/new/{rule}/{award}`: it is offered, as it was shown.
///
/// # Errors
/// As [`new_page`]; where the form was sent before with other words.
pub async fn offer(
    Learner(session): Learner,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::TransferOut)?;
    let once = OnceKey::parse(posted.fields.get("once")).ok_or(AppError::Malformed("once"))?;
    let own = service::list_own(house.db.read(), &session.accounts()).await?;
    let (rule, award) = (id_in(&path.0)?, id_in(&path.1)?);
    let shown = forms::shown(&posted.fields);
    // The same form once more: the award is gone by now, and its page with it.
    let done = own.iter().find(|(offer, _)| (offer.rule, offer.award) == (rule, award) && Some(offer.shown) == shown);
    if let Some((offer, _)) = done.filter(|(_, stands)| stands.answered_at.is_none()) {
        return Ok(redirect(&format!("/transfers/{}?said=offered", offer.transfer)));
    }
    let way = way_of(&house, &session, &shelf, (&path.0, &path.1)).await?;
    let again = |way: &Way, ui: Ui| html_with(StatusCode::CONFLICT, &new_form(&house, (&session, ui), (way, &shelf), true));
    let Some(shown) = shown.filter(|shown| *shown == way.shown()) else { return again(&way, posted.ui) };
    let standing = session.standing(i64::from(house.clock().now().day().year()));
    let new = Offering { way: way.clone(), acting: session.acting, shown, once, standing };
    let work = async move |tx: &Tx| service::offer(tx, &new).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(transfer) => Ok(redirect(&format!("/transfers/{transfer}?said=offered"))),
        Err(Error::Stale) => again(&way, posted.ui),
        Err(error) => Err(error.into()),
    }
}

/// `GET /transfers/{offer}`: how it stands, and what the receiver said.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn one(
    Learner(session): Learner,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let (offer, stands, said) = service::find_own(db, &house.keys, &session.accounts(), id_in(&path)?).await?;
    let rule = conversions::get_rule(db, offer.rule).await?;
    let page = page_of(&house, ui, &session);
    html(&TransferPage {
        facts: TransferFacts::of_offer(&page, (&offer, &stands), (&rule, shelf.title_of(&offer.unit))),
        state: stands.state,
        said,
        number: stands.answer.unwrap_or_default(),
        is_new: link.said == "offered",
        page,
    })
}
