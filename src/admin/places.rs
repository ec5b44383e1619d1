//! Places: the tree, what a place settles for itself, and villages of one's own. Seen by every administrator, changed within their area.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::forms;
use super::views::{PlacePage, PlacesPage, SettingLine, VillageAddPage};
use crate::audit;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Administrator};
use crate::kernel::LearnerId;
use crate::places::{self, Added, Authorities, NewVillage, Place, PlaceCode, Setting, TOWN};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

/// Places on one page.
const ON_A_PAGE: usize = 200;
/// Places that a search shows.
const FOUND: u64 = 200;

fn page_of(house: &House, ui: Ui, admin: &Administrator) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(admin.session.who()))
}

/// What is looked for among the places, and what has just happened.
#[derive(Debug, Deserialize)]
pub struct PlaceLink {
    #[serde(default)]
    at: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
    #[serde(default)]
    said: String,
}

/// `GET /staff/places`: the tree, step by step, or by name.
pub async fn tree(admin: Administrator, link: Query<PlaceLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let at = PlaceCode::parse(&link.at).ok_or(AppError::NotFound)?;
    let path = if at.as_str().is_empty() { Vec::new() } else { places::list_path(db, at.as_str()).await? };
    if !at.as_str().is_empty() && path.last().is_none_or(|place| place.code != at.as_str()) {
        return Err(AppError::NotFound);
    }
    let query = link.q.trim();
    let rows = if query.is_empty() {
        places::list_children(db, path.last().map(|place| place.code.as_str())).await?
    } else {
        places::search(db, query, &at, FOUND).await?
    };
    // Names repeat: what a search finds is shown with where it lies.
    let codes = if query.is_empty() { Vec::new() } else { rows.iter().filter_map(|place| place.parent.clone()).collect() };
    let parents: HashMap<String, String> =
        places::list_by_codes(db, codes).await?.into_iter().map(|place| (place.code, place.name)).collect();
    let pages = rows.len().div_ceil(ON_A_PAGE).max(1);
    let number = link.page.clamp(1, pages);
    html(&PlacesPage {
        is_own: admin.scope.administers(&at),
        is_town: path.last().is_some_and(|place| place.level == TOWN),
        is_loaded: places::is_imported(db).await?,
        is_added: link.said == "added",
        total: rows.len(),
        rows: rows.into_iter().skip((number - 1) * ON_A_PAGE).take(ON_A_PAGE).collect(),
        page: page_of(&house, ui, &admin),
        query: query.to_owned(),
        path,
        parents,
        number,
        pages,
    })
}

/// The way to a place within the area administered; another's is not found.
async fn own_path(house: &House, admin: &Administrator, code: &str) -> Result<Vec<Place>, AppError> {
    let code = PlaceCode::parse(code).filter(|code| admin.scope.administers(code)).ok_or(AppError::NotFound)?;
    let path = places::list_path(house.db.read(), code.as_str()).await?;
    if path.last().is_some_and(|place| place.code == code.as_str()) { Ok(path) } else { Err(AppError::NotFound) }
}

/// `GET /staff/places/{code}`: what the place says, and what holds where it says nothing.
pub async fn show(
    admin: Administrator,
    code: Path<String>,
    link: Query<PlaceLink>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let path = own_path(&house, &admin, &code).await?;
    let lines = settings_of(&house, &path).await?;
    let own: Vec<(&str, &str)> = lines.iter().map(|line| (line.setting.code(), line.own.as_str())).collect();
    let form = Filled::with(Fields::from_pairs(&own));
    let is_kept = link.said == "kept";
    html(&PlacePage { page: page_of(&house, ui, &admin), path, form, is_kept, lines })
}

async fn settings_of(house: &House, path: &[Place]) -> Result<Vec<SettingLine>, AppError> {
    let code = path.last().and_then(|place| PlaceCode::parse(&place.code)).ok_or(AppError::NotFound)?;
    let settings = places::list_settings(house, &code).await?;
    let line = |(setting, own, otherwise): (Setting, Option<String>, String)| SettingLine {
        setting,
        own: own.unwrap_or_default(),
        otherwise,
    };
    Ok(settings.into_iter().map(line).collect())
}

/// `POST /staff/places/{code}`: what is left empty the place leaves to the one it lies in.
pub async fn settle(
    admin: Administrator,
    code: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let path = own_path(&house, &admin, &code).await?;
    let settings = match forms::settings(&posted.fields) {
        Ok(settings) => settings,
        Err(errors) => {
            let (page, lines) = (page_of(&house, posted.ui, &admin), settings_of(&house, &path).await?);
            let form = Filled::wrong(posted.fields, errors);
            let page = PlacePage { page, path, form, is_kept: false, lines };
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let (actor, place) = (admin.scope.actor(), code.into_inner());
    let back = format!("/staff/places/{place}?said=kept");
    let work = async move |tx: &Tx| {
        let changed = places::keep_settings(tx, &place, &settings).await?;
        if changed.is_empty() {
            return Ok(());
        }
        // What was changed, without what was written: it may name somebody.
        let what: Vec<&str> = changed.iter().map(|setting| setting.code()).collect();
        note(tx, actor, "places.settle", &place, serde_json::json!({ "settings": what })).await
    };
    house.db.write_for::<(), places::Error, _>(posted.ui.request, work).await.map_err(identity::Error::from)?;
    house.rooms.get::<Authorities>().forget();
    Ok(redirect(&back))
}

/// Under which town.
#[derive(Debug, Deserialize)]
pub struct TownLink {
    #[serde(default)]
    town: String,
}

/// `GET /staff/places/add?town=330182001`: a village or community under a town.
pub async fn add_form(admin: Administrator, link: Query<TownLink>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let town = PlaceCode::parse(&link.town).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[("town", town.as_str())]));
    html(&VillageAddPage { page: page_of(&house, ui, &admin), form })
}

/// `POST /staff/places/add`: the same name under the same town is one village.
pub async fn add(admin: Administrator, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &VillageAddPage { page: page_of(&house, posted.ui.clone(), &admin), form })
    };
    let new = forms::village(&posted.fields);
    let town = identity::place_typed(house.db.read(), &admin.scope, posted.fields.get("town")).await?;
    let town = town.map_err(|key| FieldError::new("town", Message::of(key)));
    let new = match (new, town) {
        (Ok(new), Ok(town)) => NewVillage { town: town.as_str().to_owned(), ..new },
        (new, town) => return again(new.err().into_iter().flatten().chain(town.err()).collect()),
    };
    let (actor, town) = (admin.scope.actor(), new.town.clone());
    let work = async move |tx: &Tx| match places::add_village(tx, &new).await? {
        Added::New(code) => note(tx, actor, "places.add", &code, serde_json::Value::Null).await,
        Added::Known(_) => Ok(()),
    };
    match house.db.write_for::<(), places::Error, _>(posted.ui.request, work).await {
        Ok(()) => Ok(redirect(&format!("/staff/places?at={town}&said=added"))),
        Err(places::Error::UnknownPlace | places::Error::NoTown) => {
            again(vec![FieldError::new("town", Message::of("admin-village-no-town"))])
        }
        Err(places::Error::BadCode) => again(vec![FieldError::new("place_code", Message::of("admin-village-bad-code"))]),
        Err(places::Error::CodeTaken) => again(vec![FieldError::new("place_code", Message::of("admin-village-code-taken"))]),
        Err(error) => Err(identity::Error::from(error).into()),
    }
}

async fn note(
    tx: &Tx,
    actor: LearnerId,
    action: &'static str,
    place: &str,
    detail: serde_json::Value,
) -> Result<(), places::Error> {
    let entry = audit::Entry {
        actor: Some(actor),
        action,
        object_kind: "place",
        object_id: place,
        learner: None,
        place_code: Some(place),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
