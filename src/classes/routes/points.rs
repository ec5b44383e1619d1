//! Service points: for anybody to find, for their administrators to describe.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use sea_orm::ConnectionTrait;

use super::learner::public_rows;
use super::{Said, staff_page};
use crate::audit;
use crate::classes::forms::{self, DAY_FIELDS};
use crate::classes::rules::nearness;
use crate::classes::service;
use crate::classes::views::{PointFormPage, PointPage, PointRow, PointsPage};
use crate::db::Tx;
use crate::error::AppError;
use crate::help;
use crate::identity::{self, Administrator, Role, Session, Visitor};
use crate::kernel::OrganisationId;
use crate::places::{self, Organisation, PlaceCode};
use crate::web::{FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, id_in, redirect};

/// Service points on the page.
const MOST: u64 = 500;
/// The code of a county, within which people look; and of a town, which is near.
const COUNTY: usize = 6;
pub(super) const TOWN: usize = 9;

/// The place of the reader, and the county around it.
pub(super) fn around(house: &House, session: Option<&Session>) -> (String, PlaceCode) {
    let own = help::place_for(&house.config, session.and_then(|session| session.place_code.as_deref()));
    let county = own.get(..COUNTY).unwrap_or(&own);
    let area = PlaceCode::parse(county).unwrap_or_default();
    (own, area)
}

/// Whether a place is of the reader's own town.
fn is_near(place: &str, own: &str) -> bool {
    nearness(place, own) >= TOWN
}

/// The names of the places of these organisations.
async fn place_names(db: &impl ConnectionTrait, points: &[Organisation]) -> Result<HashMap<String, String>, AppError> {
    let codes = points.iter().map(|point| point.place_code.clone()).collect();
    let found = places::list_by_codes(db, codes).await?;
    Ok(found.into_iter().map(|place| (place.code, place.name)).collect())
}

/// `GET /points`: the nearest first.
///
/// # Errors
/// What the database answers.
pub async fn points(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let session = visitor.0.as_ref();
    let (own, area) = around(&house, session);
    let mut all = places::list_service_points(house.db.read(), &[area], MOST).await?;
    all.sort_by_key(|one| std::cmp::Reverse(nearness(&one.place_code, &own)));
    let names = place_names(house.db.read(), &all).await?;
    let page = Page::new(&house, ui, Tab::Help).of(session.map(Session::who));
    let row = |point: &Organisation| PointRow::of(point, names.get(&point.place_code).cloned().unwrap_or_default(), &page);
    let (near, others): (Vec<&Organisation>, Vec<&Organisation>) = all.iter().partition(|one| is_near(&one.place_code, &own));
    let (near, others) = (near.into_iter().map(row).collect(), others.into_iter().map(row).collect());
    html(&PointsPage { page, near, others })
}

async fn open_point(house: &House, id: &str) -> Result<Organisation, AppError> {
    let id: OrganisationId = id_in(id)?;
    let found = places::find_organisation(house.db.read(), id).await?.filter(|point| !point.is_closed);
    found.ok_or(AppError::NotFound)
}

/// `GET /points/{id}`: one, with what is on there.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or it has closed.
pub async fn point(id: Path<String>, visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let point = open_point(&house, &id).await?;
    let session = visitor.0.as_ref();
    let path = places::list_path(house.db.read(), &point.place_code).await?;
    let area = PlaceCode::parse(&point.place_code).unwrap_or_default();
    let mut classes = service::list_near(house.db.read(), &area, house.clock().now().day()).await?;
    classes.retain(|class| class.organisation == point.id);
    let scope = identity::scope_of(&house, session, Role::ADMINISTRATORS).await?;
    let may_change = scope.is_some_and(|scope| scope.administers(&area));
    let page = Page::new(&house, ui, Tab::Help).of(session.map(Session::who));
    let classes = public_rows(house.db.read(), &classes, page.lang()).await?;
    html(&PointPage { point: PointRow::of(&point, places::full_name(&path), &page), page, classes, may_change })
}

/// A service point of theirs, to be described.
async fn own_point(house: &House, admin: &Administrator, id: &str) -> Result<Organisation, AppError> {
    let point = open_point(house, id).await?;
    let area = PlaceCode::parse(&point.place_code).unwrap_or_default();
    if admin.scope.administers(&area) { Ok(point) } else { Err(AppError::NotFound) }
}

/// `GET /staff/points/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where they do not administer it.
pub async fn point_form(
    admin: Administrator,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let point = own_point(&house, &admin, &id).await?;
    let days: Vec<String> = (1..=7).map(|day| point.service.typed(day)).collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let (address, phone, closed) = (text(&point.address), text(&point.phone), text(&point.service.closed));
    let mut pairs = vec![("address", address.as_str()), ("phone", &phone), ("closed", &closed)];
    pairs.extend(DAY_FIELDS.into_iter().zip(days.iter().map(String::as_str)));
    pairs.extend(point.service.facilities.iter().map(|facility| ("facility", facility.code())));
    let form = Filled::with(Fields::from_pairs(&pairs));
    form_page(&house, &admin, ui, &point, (StatusCode::OK, form, said.said == "kept"))
}

fn form_page(
    house: &House,
    admin: &Administrator,
    ui: Ui,
    point: &Organisation,
    (status, form, is_kept): (StatusCode, Filled, bool),
) -> Result<HttpResponse, AppError> {
    let page = staff_page(house, ui, &admin.session);
    html_with(status, &PointFormPage { page, form, id: point.id.to_string(), name: point.name.clone(), is_kept })
}

/// `POST /staff/points/{id}`: hours, address, telephone, what is there.
///
/// # Errors
/// As [`point_form`].
pub async fn keep_point(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let point = own_point(&house, &admin, &id).await?;
    let again = |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        form_page(&house, &admin, posted.ui.clone(), &point, (StatusCode::UNPROCESSABLE_ENTITY, form, false))
    };
    let change = match forms::service(&posted.fields) {
        Ok(change) => change,
        Err(errors) => return again(errors),
    };
    let (actor, id, place) = (admin.scope.actor(), point.id, point.place_code.clone());
    let work = async move |tx: &Tx| {
        places::change_service(tx, id, &change).await?;
        let entry = audit::Entry {
            actor: Some(actor),
            action: "places.change_service",
            object_kind: "organisation",
            object_id: &id.to_string(),
            learner: None,
            place_code: Some(&place),
            detail: serde_json::Value::Null,
        };
        Ok(audit::record(tx, &entry).await?)
    };
    house.db.write_for::<(), places::Error, _>(posted.ui.request, work).await.map_err(identity::Error::from)?;
    Ok(redirect(&format!("/staff/points/{}?said=kept", point.id)))
}
