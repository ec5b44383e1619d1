//! Agencies on an administrator's desk: the list, one, its contact, seal, keys, suspension, end.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{facts_of, keys_of, own, page_of, used_words, words};
use crate::agencies::forms;
use crate::agencies::picture::{MOST_BYTES, NoPicture, Press};
use crate::agencies::views::{AgenciesPage, AgencyPage, ClosePage, SuspensionRow, VersionRow};
use crate::agencies::{Agency, Error, service};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::files;
use crate::i18n::{Lang, Message};
use crate::identity::{self, Administrator, Role, StaffScope};
use crate::kernel::LearnerId;
use crate::places;
use crate::web::{
    FieldError, FieldErrors, Fields, Filled, House, ListPage, Posted, SentFile, Ui, Upload, html, html_with, redirect,
};

/// Which page of the list.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    page: u64,
}

/// `GET /staff/agencies`.
///
/// # Errors
/// What the database answers.
pub async fn list(admin: Administrator, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), admin.scope.areas(&[Role::Administrator]));
    let asked = ListPage::asked(which.page);
    let (mut rows, total) = service::list_agencies(db, &areas, asked.part()).await?;
    let shown = asked.within(total);
    if shown != asked {
        rows = service::list_agencies(db, &areas, shown.part()).await?.0;
    }
    let names = places::names_by_codes(db, rows.iter().map(|row| row.place_code.clone()).collect()).await?;
    let named = |row: service::Listed| {
        let place = names.get(&row.place_code).unwrap_or(&row.place_code).clone();
        (row, place)
    };
    let rows = rows.into_iter().map(named).collect();
    let (number, pages) = (shown.number(), ListPage::pages(total));
    html(&AgenciesPage { page: page_of(&house, ui, &admin.session), rows, total, number, pages })
}

/// What was done just now.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

/// `GET /staff/agencies/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where it lies elsewhere.
pub async fn one(
    admin: Administrator,
    id: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let said = match link.said.as_str() {
        "added" => "agencies-said-added",
        "contact" | "seal" => "agencies-said-kept",
        "key" => "agencies-said-key",
        "suspended" if agency.suspended.is_some() => "agencies-said-suspended",
        "lifted" if agency.suspended.is_none() => "agencies-said-lifted",
        "closed" if agency.is_taken_down => "agencies-said-closed",
        _ => "",
    };
    let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
    reader.page(ui, &agency, (StatusCode::OK, Filled::default()), said).await
}

/// Who looks at an agency.
struct Reader<'a> {
    house: &'a House,
    admin: &'a Administrator,
    shelf: &'a Shelf,
}

impl Reader<'_> {
    async fn page(
        &self,
        ui: Ui,
        agency: &Agency,
        (status, form): (StatusCode, Filled),
        said: &'static str,
    ) -> Result<HttpResponse, AppError> {
        let (house, lang, db) = (self.house, ui.lang, self.house.db.read());
        let form = whole(agency, form);
        let versions = service::list_delegations(db, agency.id).await?;
        let today = house.clock().now().day();
        let now = service::version_in_force(&versions, today);
        let is_now = |version| now.is_some_and(|now: &crate::agencies::Delegation| now.id == version);
        let suspensions = service::list_suspensions(db, agency.id).await?;
        let people: Vec<LearnerId> =
            suspensions.iter().flat_map(|one| [Some(one.by), one.lifted.as_ref().map(|lifted| lifted.1)]).flatten().collect();
        let names = identity::staff_names_of(db, &house.keys, &people).await?;
        let name = |who: Option<LearnerId>| who.and_then(|who| names.get(&who).cloned()).unwrap_or_default();
        let both = |one: &crate::agencies::Suspension| (name(Some(one.by)), name(one.lifted.as_ref().map(|lifted| lifted.1)));
        let page = AgencyPage {
            facts: facts_of(house, lang, agency).await?,
            now: now.map(|version| words(lang, self.shelf).powers(&version.powers)),
            used: used_words(house, lang, agency).await?,
            versions: versions.iter().map(|version| VersionRow::of(lang, agency.id, version, is_now(version.id))).collect(),
            keys: keys_of(house, lang, agency).await?,
            seals: service::list_seals(db, agency.id).await?,
            is_suspender: agency.suspended.as_ref().is_some_and(|one| one.by == self.admin.scope.actor())
                && form.error("lift_why", lang).is_empty(),
            suspensions: suspensions.iter().map(|one| SuspensionRow::of(lang, one, both(one))).collect(),
            page: page_of(house, ui, &self.admin.session),
            said,
            form,
        };
        html_with(status, &page)
    }

    async fn before_closing(
        &self,
        ui: Ui,
        agency: &Agency,
        (status, form): (StatusCode, Filled),
    ) -> Result<HttpResponse, AppError> {
        let (house, lang, db) = (self.house, ui.lang, self.house.db.read());
        let (versions, today) = (service::list_delegations(db, agency.id).await?, house.clock().now().day());
        let now = service::version_in_force(&versions, today).map(|version| version.id);
        let ending = versions.iter().filter(|version| version.ends_with_its_agency(today));
        let row = |version: &crate::agencies::Delegation| VersionRow::of(lang, agency.id, version, now == Some(version.id));
        let page = ClosePage {
            facts: facts_of(house, lang, agency).await?,
            ending: ending.map(row).collect(),
            workers: workers_of(house, lang, agency).await?,
            keys: service::verifying_keys_of(db, agency.id).await?.len(),
            page: page_of(house, ui, &self.admin.session),
            form,
        };
        html_with(status, &page)
    }

    async fn again(&self, posted: Posted, agency: &Agency, errors: FieldErrors) -> Result<HttpResponse, AppError> {
        let form = Filled::wrong(posted.fields, errors);
        self.page(posted.ui, agency, (StatusCode::UNPROCESSABLE_ENTITY, form), "").await
    }
}

/// What was sent with one form of the page, and in the others what stands.
fn whole(agency: &Agency, form: Filled) -> Filled {
    let (phone, words) = (agency.contact.phone.as_str(), agency.contact.words.as_deref().unwrap_or_default());
    let contact = [("contact_phone", phone), ("contact_words", words)];
    if form.errors().is_empty() {
        return Filled::with(Fields::from_pairs(&contact));
    }
    let is_contact = form.errors().iter().any(|error| contact.iter().any(|(name, _)| *name == error.field));
    let sent = ["contact_phone", "contact_words", "key_day", "suspend_why", "lift_why"].map(|name| {
        let stands = contact.iter().find(|(one, _)| *one == name && !is_contact);
        (name, stands.map_or_else(|| form.value(name), |(_, value)| *value))
    });
    Filled::wrong(Fields::from_pairs(&sent), form.errors().to_vec())
}

fn back(agency: &Agency, said: &str) -> HttpResponse {
    redirect(&format!("/staff/agencies/{}?said={said}", agency.id))
}

/// `POST /staff/agencies/{id}/contact`.
///
/// # Errors
/// As [`one`]; where it has closed.
pub async fn contact(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let contact = match forms::contact(&posted.fields) {
        Ok(contact) => contact,
        Err(errors) => return Reader { house: &house, admin: &admin, shelf: &shelf }.again(posted, &agency, errors).await,
    };
    let (which, by) = (agency.id, admin.scope.actor());
    let work = async move |tx: &Tx| service::set_contact(tx, which, by, &contact).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(back(&agency, "contact"))
}

/// `POST /staff/agencies/{id}/seal`: a picture of the seal, looked at before it is kept.
///
/// # Errors
/// As [`one`]; where it has closed.
pub async fn seal(
    admin: Administrator,
    id: Path<String>,
    upload: Upload,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let sent = upload.read("seal", MOST_BYTES).await?;
    let agency = own(&house, &admin, &id).await?;
    let checked = match sent.file {
        SentFile::Whole(bytes) => house.rooms.get::<Press>().check(bytes).await,
        SentFile::TooLarge => Err(NoPicture::TooHeavy),
    };
    let picture = match checked {
        Ok(picture) => picture,
        Err(wrong) => {
            let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
            return reader.again(sent.posted, &agency, vec![forms::picture_error(wrong)]).await;
        }
    };
    let file = house.files.put(picture.bytes, house.clock().now()).await.map_err(|error| match error {
        files::Error::Disk(disk) if disk.kind() == std::io::ErrorKind::StorageFull => AppError::NoRoom(disk.to_string()),
        error => AppError::Fault(error.to_string()),
    })?;
    let (which, by, size) = (agency.id, admin.scope.actor(), (picture.width, picture.height));
    let work = async move |tx: &Tx| service::keep_seal(tx, which, (&file, size.0, size.1), by).await;
    house.db.write_for(sent.posted.ui.request, work).await?;
    Ok(back(&agency, "seal"))
}

/// `GET /staff/agencies/{id}/seal/{version}`: one version of the picture. It is shown to no stranger, who could print it.
///
/// # Errors
/// As [`one`].
pub async fn seal_picture(
    admin: Administrator,
    path: Path<(String, String)>,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &path.0).await?;
    let seals = service::list_seals(house.db.read(), agency.id).await?;
    let seal = seals.into_iter().find(|seal| seal.version.to_string() == path.1).ok_or(AppError::NotFound)?;
    let bytes = house.files.get(seal.file).await.map_err(|error| AppError::Fault(error.to_string()))?;
    let bytes = bytes.ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok().content_type("image/png").insert_header((header::CACHE_CONTROL, "private, no-store")).body(bytes))
}

/// `POST /staff/agencies/{id}/key`: from a day on a new key signs.
///
/// # Errors
/// As [`one`]; where it has closed.
pub async fn key(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
    let day = match forms::key_day(&posted.fields, house.clock().now().day()) {
        Ok(day) => day,
        Err(errors) => return reader.again(posted, &agency, errors).await,
    };
    let (key, by) = (service::fresh_key(&house.keys, agency.id), admin.scope.actor());
    let work = async move |tx: &Tx| service::rotate_key(tx, &key, day, by).await;
    match house.db.write_for(posted.ui.request, work).await {
        Ok(()) => Ok(back(&agency, "key")),
        Err(Error::KeyDay) => {
            let errors = vec![FieldError::new("key_day", Message::of("agencies-key-day-taken"))];
            reader.again(posted, &agency, errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /staff/agencies/{id}/suspend`: at once, by one person.
///
/// # Errors
/// As [`one`]; where it has closed.
pub async fn suspend(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let why = match forms::reason(&posted.fields, "suspend_why") {
        Ok(why) => why,
        Err(errors) => return Reader { house: &house, admin: &admin, shelf: &shelf }.again(posted, &agency, errors).await,
    };
    let (which, by) = (agency.id, admin.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::suspend(tx, which, by, &why).await).await?;
    Ok(back(&agency, "suspended"))
}

/// `POST /staff/agencies/{id}/lift`: by another person than who suspended it.
///
/// # Errors
/// As [`one`]; where it has closed.
pub async fn lift(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
    let why = match forms::reason(&posted.fields, "lift_why") {
        Ok(why) => why,
        Err(errors) => return reader.again(posted, &agency, errors).await,
    };
    let (which, by) = (agency.id, admin.scope.actor());
    match house.db.write_for(posted.ui.request, async move |tx: &Tx| service::lift(tx, which, by, &why).await).await {
        Ok(()) => Ok(back(&agency, "lifted")),
        Err(error @ (Error::SamePerson | Error::OwnAgency)) => {
            let key = if matches!(error, Error::SamePerson) { "agencies-same-person" } else { "agencies-own" };
            reader.again(posted, &agency, vec![FieldError::new("lift_why", Message::of(key))]).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Who works for it today, by name and role.
async fn workers_of(house: &House, lang: Lang, agency: &Agency) -> Result<Vec<(String, String)>, AppError> {
    let db = house.db.read();
    let scopes = identity::load_workers(db, (agency.organisation, agency.line.as_deref()), Role::CORRECTORS).await?;
    let people: Vec<LearnerId> = scopes.iter().map(StaffScope::actor).collect();
    let names = identity::staff_names_of(db, &house.keys, &people).await?;
    let roles = scopes.iter().flat_map(|scope| scope.grants().iter().map(|grant| (scope.actor(), grant.role)));
    let able = roles.filter(|(_, role)| Role::CORRECTORS.contains(role));
    let shown = able.map(|(who, role)| (names.get(&who).cloned().unwrap_or_default(), lang.t(&format!("role-{}", role.code()))));
    Ok(shown.collect())
}

/// `GET /staff/agencies/{id}/close`: what ends and what stays, before it is taken down.
///
/// # Errors
/// As [`one`]; where it was taken down already.
pub async fn close_page(
    admin: Administrator,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    if agency.is_taken_down {
        return Err(Error::Closed.into());
    }
    Reader { house: &house, admin: &admin, shelf: &shelf }.before_closing(ui, &agency, (StatusCode::OK, Filled::default())).await
}

/// `POST /staff/agencies/{id}/close`: for good. Also where its organisation has closed.
///
/// # Errors
/// As [`one`].
pub async fn close(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let agency = own(&house, &admin, &id).await?;
    let why = match forms::reason(&posted.fields, "close_why") {
        Ok(why) => why,
        Err(errors) => {
            let form = (StatusCode::UNPROCESSABLE_ENTITY, Filled::wrong(posted.fields, errors));
            let reader = Reader { house: &house, admin: &admin, shelf: &shelf };
            return reader.before_closing(posted.ui, &agency, form).await;
        }
    };
    let (which, by) = (agency.id, admin.scope.actor());
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::close(tx, which, by, &why).await).await?;
    Ok(back(&agency, "closed"))
}
