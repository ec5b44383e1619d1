//! Places and organisations: the tree province → city → county → street, and who works where.
//!
//! The tree comes with the binary (edition and code set are kept with each row) and is loaded by a job at the first start, in chunks
//! that one row of `place_import` makes valid in the end. Loading it again changes nothing; a newer edition renames and adds, and
//! never takes a place away, since people and records point at it.
//!
//! A place contains what begins with its code. Whom to call, where to go and who answers for data is settled place by place: what a
//! village does not say its town says, and so on up to the configuration. Nothing here ever points at a person.

mod authority;
mod hours;
mod import;
mod queries;
mod rules;
mod words;

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, DbErr};

use crate::db::{DbFault, Retry, Tx};
use crate::i18n::Lang;
use crate::kernel::{DataClass, Kept, OrganisationId, Term};

pub use authority::{Authorities, Authority, Setting, authority_of, find_setting, keep_settings, list_settings};
pub use hours::{Facility, Service, Span, spans_typed, weekday_words};
pub use import::{import, import_bundled, import_sample, is_imported, is_sample_imported};
pub use rules::{PlaceCode, codes_on_the_way};

/// The level of a town or street.
pub const TOWN: i64 = 4;

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its code.
    pub code: String,
    /// The place it lies in; none for a province.
    pub parent: Option<String>,
    /// Province 1 … village 5.
    pub level: i64,
    /// Its name.
    pub name: String,
}

/// One place as a source names it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
pub struct SourcePlace {
    /// Its code.
    pub code: String,
    /// The code of the place it lies in; empty for a province.
    pub parent: String,
    /// Its name.
    pub name: String,
}

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrganisationKind {
    /// 机构: issues certificates.
    Agency,
    /// 学校.
    School,
    /// 社区.
    Community,
    /// 服务点.
    ServicePoint,
}

impl OrganisationKind {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 4] = [Self::ServicePoint, Self::Community, Self::School, Self::Agency];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agency => "agency",
            Self::School => "school",
            Self::Community => "community",
            Self::ServicePoint => "service_point",
        }
    }

    /// The kind that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place_code: String,
    /// Its line of work (条线).
    pub line: Option<String>,
    /// Street and house.
    pub address: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// When it is open, in words.
    pub opening_hours: Option<String>,
    /// When it is open by weekdays, and what is there.
    pub service: Service,
    /// Whether it has closed.
    pub is_closed: bool,
}

impl Organisation {
    /// When it is open, line by line: by weekdays where that is kept, else in the words that were written down.
    #[must_use]
    pub fn open_words(&self, lang: Lang) -> Vec<String> {
        let hours = self.service.hours_words(lang);
        let hours = if hours.is_empty() { self.opening_hours.iter().cloned().collect() } else { hours };
        hours.into_iter().chain(self.service.closed.clone()).collect()
    }
}

/// An organisation to be added.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// What it is.
    pub kind: OrganisationKind,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place_code: String,
    /// Its line of work (条线).
    pub line: Option<String>,
    /// Street and house.
    pub address: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// When it is open, in words.
    pub opening_hours: Option<String>,
    /// Whether it belongs to the sample people.
    pub is_sample: bool,
}

/// What this subject refuses.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such place.
    #[error("there is no place with this code")]
    UnknownPlace,
    /// There is no such organisation, or it has closed.
    #[error("there is no such organisation")]
    UnknownOrganisation,
    /// Another open organisation has the name by now.
    #[error("another organisation has this name")]
    NameTaken,
    /// Villages lie in a town or street only.
    #[error("this place is no town or street")]
    NoTown,
    /// The code is none for a village of this town.
    #[error("this is no code for a village of this town")]
    BadCode,
    /// Another place has the code.
    #[error("another place has this code")]
    CodeTaken,
    /// A source of places that cannot be read.
    #[error("the places cannot be read: {0}")]
    Unreadable(String),
    /// Below the subjects.
    #[error(transparent)]
    Fault(#[from] DbFault),
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Retry for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Fault(fault) => fault.database_error(),
            _ => None,
        }
    }
}

/// The place with this code.
///
/// # Errors
/// What the database answers.
pub async fn find_place(db: &impl ConnectionTrait, code: &str) -> Result<Option<Place>, DbErr> {
    queries::find_place(db, code).await
}

/// The places directly within `parent`; the provinces where there is none.
///
/// # Errors
/// What the database answers.
pub async fn list_children(db: &impl ConnectionTrait, parent: Option<&str>) -> Result<Vec<Place>, DbErr> {
    queries::list_children(db, parent).await
}

/// The places on the way from the province down to `code`, itself included; empty where the code is unknown.
///
/// # Errors
/// What the database answers.
pub async fn list_path(db: &impl ConnectionTrait, code: &str) -> Result<Vec<Place>, DbErr> {
    queries::list_places(db, rules::codes_on_the_way(code)).await
}

/// The places with these codes, the larger ones first.
///
/// # Errors
/// What the database answers.
pub async fn list_by_codes(db: &impl ConnectionTrait, codes: Vec<String>) -> Result<Vec<Place>, DbErr> {
    queries::list_places(db, codes).await
}

/// The names of the places with these codes, by code. One statement.
///
/// # Errors
/// What the database answers.
pub async fn names_by_codes(db: &impl ConnectionTrait, codes: Vec<String>) -> Result<HashMap<String, String>, DbErr> {
    Ok(queries::list_places(db, codes).await?.into_iter().map(|place| (place.code, place.name)).collect())
}

/// The name of a place with the names it lies in, without formal nodes and repetitions: 浙江省杭州市建德市新安江街道.
#[must_use]
pub fn full_name(path: &[Place]) -> String {
    let mut names: Vec<&str> = path.iter().map(|place| place.name.as_str()).filter(|name| !words::is_formal(name)).collect();
    names.dedup();
    names.concat()
}

/// Places within `within` whose name contains `name`, the larger ones first, at most `most`. An empty name finds nothing.
///
/// # Errors
/// What the database answers.
pub async fn search(db: &impl ConnectionTrait, name: &str, within: &PlaceCode, most: u64) -> Result<Vec<Place>, DbErr> {
    let name = name.trim();
    if name.is_empty() { Ok(Vec::new()) } else { queries::search_places(db, name, within.as_str(), most).await }
}

/// Keeps places of one's own (villages, a sample county); `version` says whose list it is. At most some hundred at once.
///
/// # Errors
/// What the database answers.
pub async fn keep_local(tx: &Tx, rows: &[SourcePlace], version: &str) -> Result<(), Error> {
    Ok(queries::upsert_places(tx, rows, version).await?)
}

/// A village or community to be added under a town or street.
#[derive(Clone, Debug)]
pub struct NewVillage {
    /// The town's code.
    pub town: String,
    /// Its own code; none: the bank gives it one.
    pub code: Option<String>,
    /// Its name.
    pub name: String,
}

/// What adding a village came to; its code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Added {
    /// It was added.
    New(String),
    /// One of the same name was there under the same town.
    Known(String),
}

/// Adds a village or community of one's own. One of the same name under the same town is not added again: the first is named.
///
/// # Errors
/// [`Error::UnknownPlace`], [`Error::NoTown`], [`Error::BadCode`], [`Error::CodeTaken`].
pub async fn add_village(tx: &Tx, new: &NewVillage) -> Result<Added, Error> {
    let town = queries::find_place(tx, &new.town).await?.ok_or(Error::UnknownPlace)?;
    if town.level != TOWN {
        return Err(Error::NoTown);
    }
    let there = queries::list_children(tx, Some(&town.code)).await?;
    if let Some(first) = there.iter().find(|place| place.name == new.name) {
        return Ok(Added::Known(first.code.clone()));
    }
    let code = match &new.code {
        Some(typed) => rules::village_code(&town.code, typed).ok_or(Error::BadCode)?.as_str().to_owned(),
        None => {
            let is_free = |code: &String| there.iter().all(|place| place.code != *code);
            rules::own_codes(&town.code).find(is_free).ok_or(Error::CodeTaken)?
        }
    };
    let row = SourcePlace { code, parent: town.code, name: new.name.clone() };
    if queries::insert_local(tx, &row).await? { Ok(Added::New(row.code)) } else { Err(Error::CodeTaken) }
}

/// Adds an organisation. One of the same name in the same place is not added again: the first is named.
///
/// # Errors
/// [`Error::UnknownPlace`].
pub async fn add_organisation(tx: &Tx, new: &NewOrganisation) -> Result<OrganisationId, Error> {
    if queries::find_place(tx, &new.place_code).await?.is_none() {
        return Err(Error::UnknownPlace);
    }
    if let Some(id) = queries::insert_organisation(tx, new).await? {
        return Ok(id);
    }
    queries::find_same_organisation(tx, new).await?.ok_or(Error::UnknownOrganisation)
}

/// One organisation.
///
/// # Errors
/// What the database answers.
pub async fn find_organisation(db: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<Organisation>, DbErr> {
    queries::find_organisation(db, id).await
}

/// The open organisations within any of `areas`, at most `most`. No areas: none.
///
/// # Errors
/// What the database answers.
pub async fn list_organisations(db: &impl ConnectionTrait, areas: &[PlaceCode], most: u64) -> Result<Vec<Organisation>, DbErr> {
    list_organisations_from(db, areas, 0, most).await
}

/// The open organisations within any of `areas` whose name contains `find`, or that lie in a place whose code begins with it; at most `most`. Nothing
/// to be found: the first ones. No areas: none.
///
/// # Errors
/// What the database answers.
pub async fn search_organisations(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    find: &str,
    most: u64,
) -> Result<Vec<Organisation>, DbErr> {
    if areas.is_empty() || find.is_empty() {
        return list_organisations(db, areas, most).await;
    }
    queries::search_organisations(db, areas, find, most).await
}

/// The open service points within any of `areas`, at most `most`. No areas: none.
///
/// # Errors
/// What the database answers.
pub async fn list_service_points(db: &impl ConnectionTrait, areas: &[PlaceCode], most: u64) -> Result<Vec<Organisation>, DbErr> {
    if areas.is_empty() {
        return Ok(Vec::new());
    }
    queries::list_of_kind(db, areas, OrganisationKind::ServicePoint, most).await
}

/// The open organisations that may certify results which an agency recognises: agencies and schools, wherever they are; at most `most` of each.
///
/// # Errors
/// What the database answers.
pub async fn list_possible_partners(db: &impl ConnectionTrait, most: u64) -> Result<Vec<Organisation>, DbErr> {
    let everywhere = PlaceCode::parse("").into_iter().collect::<Vec<_>>();
    let mut found = queries::list_of_kind(db, &everywhere, OrganisationKind::Agency, most).await?;
    found.extend(queries::list_of_kind(db, &everywhere, OrganisationKind::School, most).await?);
    Ok(found)
}

/// As [`list_organisations`], after the first `skip`: for lists with pages.
///
/// # Errors
/// What the database answers.
pub async fn list_organisations_from(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    skip: u64,
    most: u64,
) -> Result<Vec<Organisation>, DbErr> {
    if areas.is_empty() { Ok(Vec::new()) } else { queries::list_organisations(db, areas, (skip, most)).await }
}

/// The open organisations within any of `areas` or with one of `ids`: `most` of them after the first `skip`, and how many there are in all.
///
/// # Errors
/// What the database answers.
pub async fn page_of_organisations(
    db: &impl ConnectionTrait,
    of: (&[PlaceCode], &[OrganisationId]),
    part: (u64, u64),
) -> Result<(Vec<Organisation>, u64), DbErr> {
    queries::page_of_organisations(db, of, part).await
}

/// How many open organisations there are within any of `areas`.
///
/// # Errors
/// What the database answers.
pub async fn count_organisations(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, DbErr> {
    if areas.is_empty() { Ok(0) } else { queries::count_organisations(db, areas).await }
}

/// The address, telephone number and service of an organisation, as its administrators write them.
#[derive(Clone, Debug)]
pub struct ServiceChange {
    /// Street and house.
    pub address: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// When it is open, and what is there.
    pub service: Service,
}

/// Keeps what an organisation offers. The same again changes nothing.
///
/// # Errors
/// [`Error::UnknownOrganisation`] where there is none or it has closed.
pub async fn change_service(tx: &Tx, id: OrganisationId, change: &ServiceChange) -> Result<(), Error> {
    if queries::update_service(tx, id, change).await? == 1 { Ok(()) } else { Err(Error::UnknownOrganisation) }
}

/// The organisations with these ids, closed ones too.
///
/// # Errors
/// What the database answers.
pub async fn list_organisations_by_ids(db: &impl ConnectionTrait, ids: &[OrganisationId]) -> Result<Vec<Organisation>, DbErr> {
    queries::list_organisations_by_ids(db, ids).await
}

/// Opens an organisation again that was closed by mistake.
///
/// # Errors
/// [`Error::UnknownOrganisation`] where there is none or it is open; [`Error::NameTaken`] where another has its name by now.
pub async fn reopen_organisation(tx: &Tx, id: OrganisationId) -> Result<(), Error> {
    let row = queries::find_organisation(tx, id).await?.filter(|row| row.is_closed).ok_or(Error::UnknownOrganisation)?;
    if queries::find_open_organisation(tx, &row.place_code, &row.name).await?.is_some() {
        return Err(Error::NameTaken);
    }
    if queries::reopen_organisation(tx, id).await? == 1 { Ok(()) } else { Err(Error::UnknownOrganisation) }
}

/// Closes an organisation; records go on pointing at it.
///
/// # Errors
/// [`Error::UnknownOrganisation`] where there is none or it has closed before.
pub async fn close_organisation(tx: &Tx, id: OrganisationId) -> Result<(), Error> {
    if queries::close_organisation(tx, id).await? == 1 { Ok(()) } else { Err(Error::UnknownOrganisation) }
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("place", DataClass::Impersonal, Term::Permanent),
    Kept::new("place_import", DataClass::Impersonal, Term::Permanent),
    Kept::new("place_setting", DataClass::Impersonal, Term::Permanent),
    Kept::new("organisation", DataClass::Impersonal, Term::Permanent),
];
