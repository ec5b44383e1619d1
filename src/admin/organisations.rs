//! Organisations: listed, added, closed and opened again by administrators of their area.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms;
use super::views::{OrganisationAddPage, OrganisationsPage};
use crate::audit;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Administrator, Role};
use crate::kernel::{LearnerId, OrganisationId};
use crate::places::{self, Organisation, OrganisationKind, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

/// Rows on one page.
const ON_A_PAGE: u64 = 200;

fn page_of(house: &House, ui: Ui, admin: &Administrator) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(admin.session.who()))
}

/// Which page of the list, and what was closed just now.
#[derive(Debug, Deserialize)]
pub struct ListLink {
    #[serde(default)]
    page: u64,
    #[serde(default)]
    closed: String,
}

/// `GET /staff/organisations`.
pub async fn list(admin: Administrator, link: Query<ListLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), admin.scope.areas(&[Role::Administrator]));
    let total = places::count_organisations(db, &areas).await?;
    let pages = total.div_ceil(ON_A_PAGE).max(1);
    let number = link.page.clamp(1, pages);
    let rows = places::list_organisations_from(db, &areas, (number - 1) * ON_A_PAGE, ON_A_PAGE).await?;
    let codes = rows.iter().map(|row| row.place_code.clone()).collect();
    let named = places::list_by_codes(db, codes).await?;
    let places: HashMap<String, String> = named.into_iter().map(|place| (place.code, place.name)).collect();
    let closed = match link.closed.parse() {
        Ok(id) => own(&house, &admin, id).await?.filter(|row| row.is_closed),
        Err(_) => None,
    };
    html(&OrganisationsPage { page: page_of(&house, ui, &admin), rows, places, closed, total, number, pages })
}

/// The organisation, where it lies within the area administered.
async fn own(house: &House, admin: &Administrator, id: OrganisationId) -> Result<Option<Organisation>, AppError> {
    let found = places::find_organisation(house.db.read(), id).await?;
    let within = |code: &str| PlaceCode::parse(code).is_some_and(|code| admin.scope.administers(&code));
    Ok(found.filter(|row| within(&row.place_code)))
}

/// What a link to the form may fill in.
#[derive(Debug, Deserialize)]
pub struct AddLink {
    #[serde(default)]
    place: String,
}

/// `GET /staff/organisations/add`.
pub async fn add_form(admin: Administrator, link: Query<AddLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let place = PlaceCode::parse(&link.place).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[("place", place.as_str())]));
    add_page(&house, &admin, ui, (StatusCode::OK, form))
}

fn add_page(
    house: &House,
    admin: &Administrator,
    ui: Ui,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = page_of(house, ui, admin);
    let kinds =
        OrganisationKind::ALL.iter().map(|kind| (kind.code(), page.t(&format!("organisation-{}", kind.code())))).collect();
    html_with(status, &OrganisationAddPage { page, form, kinds })
}

/// `POST /staff/organisations/add`: the same name in the same place is one organisation.
pub async fn add(admin: Administrator, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        add_page(&house, &admin, posted.ui.clone(), (StatusCode::UNPROCESSABLE_ENTITY, form))
    };
    let new = forms::organisation(&posted.fields);
    let place = identity::place_typed(house.db.read(), &admin.scope, posted.fields.get("place")).await?;
    let place = place
        .and_then(|code| if code.as_str().is_empty() { Err("identity-place-unknown") } else { Ok(code) })
        .map_err(|key| FieldError::new("place", Message::of(key)));
    let (mut new, place) = match (new, place) {
        (Ok(new), Ok(place)) => (new, place),
        (new, place) => return again(new.err().into_iter().flatten().chain(place.err()).collect()),
    };
    place.as_str().clone_into(&mut new.place_code);
    let actor = admin.scope.actor();
    let added = async move |tx: &Tx| {
        let id = places::add_organisation(tx, &new).await?;
        note(tx, actor, "places.add_organisation", id, &new.place_code).await
    };
    house.db.write::<(), places::Error, _>(added).await.map_err(identity::Error::from)?;
    Ok(redirect("/staff/organisations"))
}

/// `POST /staff/organisations/{id}/close`; closing twice is closing once. The next page offers to open it again.
pub async fn close(
    admin: Administrator,
    path: Path<String>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: OrganisationId = path.parse().map_err(|_| AppError::NotFound)?;
    let row = own(&house, &admin, id).await?.ok_or(AppError::NotFound)?;
    if !row.is_closed {
        let actor = admin.scope.actor();
        let closed = async move |tx: &Tx| match places::close_organisation(tx, id).await {
            Ok(()) => note(tx, actor, "places.close_organisation", id, &row.place_code).await,
            Err(places::Error::UnknownOrganisation) => Ok(()),
            Err(error) => Err(error),
        };
        house.db.write::<(), places::Error, _>(closed).await.map_err(identity::Error::from)?;
    }
    Ok(redirect(&format!("/staff/organisations?closed={id}")))
}

/// `POST /staff/organisations/{id}/reopen`; opening twice is opening once.
pub async fn reopen(
    admin: Administrator,
    path: Path<String>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: OrganisationId = path.parse().map_err(|_| AppError::NotFound)?;
    let row = own(&house, &admin, id).await?.ok_or(AppError::NotFound)?;
    let actor = admin.scope.actor();
    let opened = async move |tx: &Tx| match places::reopen_organisation(tx, id).await {
        Ok(()) => note(tx, actor, "places.reopen_organisation", id, &row.place_code).await,
        Err(places::Error::UnknownOrganisation) => Ok(()),
        Err(error) => Err(error),
    };
    match house.db.write::<(), places::Error, _>(opened).await {
        Ok(()) => Ok(redirect("/staff/organisations")),
        Err(places::Error::NameTaken) => Err(AppError::Changed(Message::of("admin-organisation-name-taken"))),
        Err(error) => Err(identity::Error::from(error).into()),
    }
}

async fn note(tx: &Tx, actor: LearnerId, action: &'static str, id: OrganisationId, place: &str) -> Result<(), places::Error> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "organisation",
        object_id: &id.to_string(),
        learner: None,
        place_code: Some(place),
        detail: serde_json::Value::Null,
    };
    Ok(audit::record(tx, &entry).await?)
}
