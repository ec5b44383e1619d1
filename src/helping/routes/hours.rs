//! Hours of volunteers, for the administrators of the organisations that organised them.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{Said, name_of, organisation_name, page_of, write};
use crate::db::Tx;
use crate::error::AppError;
use crate::help::{self, CaseNumber};
use crate::helping::service::{self, list_hours, list_proofs};
use crate::helping::views::{HoursRow, ProofRow, VolunteerPage, VolunteersPage};
use crate::helping::{Error, HoursLine, forms};
use crate::i18n::Message;
use crate::identity::{self, Administrator, Role};
use crate::kernel::{LearnerId, ProofId};
use crate::places::{self, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Tab, Ui, html_with, id_in, redirect, text};

/// Lines that were kept last, on the page where more are entered.
const LATEST: u64 = 20;
/// Organisations to choose from.
const MOST_ORGANISATIONS: u64 = 200;

/// What the page is asked for: what was just done, or a number that somebody reads out from a proof.
#[derive(Debug, Default, Deserialize)]
pub struct Which {
    #[serde(default)]
    said: String,
    #[serde(default)]
    number: String,
}

/// `GET /staff/volunteers`: hours are entered, and a proof's number is looked up.
///
/// # Errors
/// What the database answers.
pub async fn volunteers(admin: Administrator, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let areas = admin.scope.areas(Role::ADMINISTRATORS);
    if let Some(number) = text::digits(&which.number).and_then(|digits| CaseNumber::parse(&digits))
        && let Some((volunteer, id)) = help::find_numbered(house.db.read(), &number).await?
        && list_proofs(house.db.read(), volunteer).await?.iter().any(|proof| proof.id == ProofId::from_uuid(id))
        && !own_lines(&house, &areas, volunteer).await?.is_empty()
    {
        return Ok(redirect(&format!("/staff/volunteers/{volunteer}")));
    }
    let form = Filled::with(Fields::from_pairs(&[("day", &house.clock().now().day().to_string())]));
    volunteers_page(&house, &admin, ui, form, &which).await
}

async fn volunteers_page(
    house: &House,
    admin: &Administrator,
    ui: Ui,
    form: Filled,
    which: &Which,
) -> Result<HttpResponse, AppError> {
    let (db, areas) = (house.db.read(), admin.scope.areas(Role::ADMINISTRATORS));
    let organisations = places::list_organisations(db, &areas, MOST_ORGANISATIONS).await?;
    let codes: Vec<&str> = organisations.iter().map(|one| one.place_code.as_str()).collect();
    let hosts = identity::list_hosts(db, &house.keys, &codes).await?;
    let page = page_of(house, ui, &admin.session, Tab::Elsewhere);
    let mut rows = Vec::new();
    for (volunteer, line) in service::list_kept_within(db, &areas, LATEST).await? {
        let name = name_of(house, &page, volunteer).await?;
        rows.push((format!("/staff/volunteers/{volunteer}"), name, HoursRow::of(&line, String::new(), page.lang())));
    }
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = VolunteersPage {
        people: hosts.into_iter().filter(|(id, _)| *id != admin.scope.actor()).map(|(id, name)| (id.to_string(), name)).collect(),
        organisations: organisations.into_iter().filter(|one| !one.is_closed).map(|one| (one.id.to_string(), one.name)).collect(),
        is_kept: which.said == "kept",
        looked_for: which.number.trim().to_owned(),
        page,
        form,
        rows,
    };
    html_with(status, &view)
}

/// `POST /staff/volunteers`: keeps hours of somebody else.
///
/// # Errors
/// What the service refuses.
pub async fn add_hours(admin: Administrator, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        volunteers_page(&house, &admin, posted.ui.clone(), form, &Which::default()).await
    };
    let new = match forms::hours(&posted.fields, house.clock().now().day()) {
        Ok(new) => new,
        Err(errors) => return again(errors).await,
    };
    let (scope, once, digest) = (admin.scope.clone(), posted.once()?, posted.digest());
    let work = async move |tx: &Tx| service::keep_hours(tx, &scope, &new, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect("/staff/volunteers?said=kept")),
        Err(Error::NotHere) => again(vec![FieldError::new("organisation", Message::of("helping-not-here"))]).await,
        Err(Error::Own) => again(vec![FieldError::new("volunteer", Message::of("helping-own"))]).await,
        Err(Error::NoSuchPerson) => again(vec![FieldError::new("volunteer", Message::of("helping-volunteer-empty"))]).await,
        Err(error) => Err(error.into()),
    }
}

/// A volunteer's lines that are of the reader's places.
async fn own_lines(house: &House, areas: &[PlaceCode], volunteer: LearnerId) -> Result<Vec<HoursLine>, AppError> {
    let mut lines = list_hours(house.db.read(), volunteer).await?;
    lines.retain(|line| areas.iter().any(|area| area.covers(&line.place_code)));
    Ok(lines)
}

/// `GET /staff/volunteers/{learner}`: a volunteer's hours at the reader's places.
///
/// # Errors
/// [`AppError::NotFound`] where nothing of them was recorded there.
pub async fn volunteer(
    admin: Administrator,
    learner: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    volunteer_page(&house, &admin, id_in(&learner)?, ui, (Filled::default(), said.said == "kept")).await
}

async fn volunteer_page(
    house: &House,
    admin: &Administrator,
    volunteer: LearnerId,
    ui: Ui,
    (form, is_kept): (Filled, bool),
) -> Result<HttpResponse, AppError> {
    let lines = own_lines(house, &admin.scope.areas(Role::ADMINISTRATORS), volunteer).await?;
    if lines.is_empty() {
        return Err(AppError::NotFound);
    }
    let page = page_of(house, ui, &admin.session, Tab::Elsewhere);
    let mut rows = Vec::new();
    for line in &lines {
        let row = HoursRow::of(line, organisation_name(house, Some(line.organisation)).await?, page.lang());
        rows.push(row.standing_at(service::standing(&lines, line.id)));
    }
    let own: Vec<_> = lines.iter().map(|line| line.organisation).collect();
    let proofs = list_proofs(house.db.read(), volunteer).await?;
    let proofs = proofs.iter().filter(|proof| own.contains(&proof.organisation));
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = VolunteerPage {
        name: name_of(house, &page, volunteer).await?,
        id: volunteer.to_string(),
        minutes: lines.iter().map(|line| line.minutes).sum(),
        proofs: proofs.map(|proof| ProofRow::of(proof, page.lang())).collect(),
        is_own: volunteer == admin.scope.actor(),
        page,
        rows,
        form,
        is_kept,
    };
    html_with(status, &view)
}

/// `POST /staff/volunteers/{learner}`: puts one line right by a further one.
///
/// # Errors
/// As [`volunteer`]; what the service refuses.
pub async fn correct(
    admin: Administrator,
    learner: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let volunteer: LearnerId = id_in(&learner)?;
    if own_lines(&house, &admin.scope.areas(Role::ADMINISTRATORS), volunteer).await?.is_empty() {
        return Err(AppError::NotFound);
    }
    let (line, minutes, reason) = match forms::correction(&posted.fields) {
        Ok(correction) => correction,
        Err(errors) => {
            let form = Filled::wrong(posted.fields.clone(), errors);
            return volunteer_page(&house, &admin, volunteer, posted.ui.clone(), (form, false)).await;
        }
    };
    let scope = admin.scope.clone();
    let work = async move |tx: &Tx| service::correct_hours(tx, &scope, (volunteer, line), (minutes, &reason)).await;
    write(&house, &posted, work).await?;
    Ok(redirect(&format!("/staff/volunteers/{volunteer}?said=kept")))
}
