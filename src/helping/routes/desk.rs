//! Help of two kinds, from the learner's page on the desk: which of the two it is comes first.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::{Said, page_of, sender_of, write};
use crate::db::Tx;
use crate::error::AppError;
use crate::helping::service::{self, list_acts};
use crate::helping::views::{ActFormPage, ActLine, AidPage, BesideLine};
use crate::helping::{Assistance, Error, forms};
use crate::i18n::Message;
use crate::identity::{self, Finder, Profile, Role};
use crate::kernel::LearnerId;
use crate::places;
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Tab, Ui, html_with, id_in, redirect};

/// Service points to choose from.
const MOST_POINTS: u64 = 200;

/// Whom a member of staff has before them; nobody is shown to themselves here.
async fn person_before(house: &House, staff: &Finder, id: LearnerId, what: &'static str) -> Result<Profile, AppError> {
    if id == staff.scope.actor() {
        return Err(Error::Own.into());
    }
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let work = async move |tx: &Tx| identity::show(tx, &keys, &scope, (id, Role::FINDERS), what).await;
    let found = house.db.write::<_, identity::Error, _>(work).await?;
    found.map(|found| found.profile).ok_or(AppError::NotFound)
}

/// `GET /staff/learners/{id}/aid`: sitting beside, or acting on behalf; and what was done on their behalf before.
///
/// # Errors
/// [`AppError::NotFound`] where the reader may not see them.
pub async fn aid_form(
    staff: Finder,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    aid_page(&house, &staff, &id, ui, (Filled::default(), said.said == "offered")).await
}

async fn aid_page(
    house: &House,
    staff: &Finder,
    id: &str,
    ui: Ui,
    (form, is_offered): (Filled, bool),
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = id_in(id)?;
    let person = person_before(house, staff, id, "assist").await?;
    let key = identity::person_key(house.db.read(), &house.keys, id).await?;
    let acts = list_acts(house.db.read(), &[id]).await?;
    let lines = acts.iter().map(|act| ActLine::of(act, Some(&key), ui.lang).for_staff(act)).collect();
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let before = service::list_assistance(house.db.read(), id).await?;
    let helpers: Vec<LearnerId> = before.iter().map(|one| one.helper).collect();
    let helpers = identity::names_of(house.db.read(), &house.keys, &helpers).await?;
    let page = page_of(house, ui, &staff.session, Tab::Elsewhere);
    let name_of = |one: &Assistance| helpers.get(&one.helper).cloned().unwrap_or_else(|| page.t("role-volunteer"));
    let before = before.iter().map(|one| BesideLine::of(one, name_of(one), page.lang())).collect();
    html_with(status, &AidPage { page, id: id.to_string(), name: person.name, form, is_offered, before, acts: lines })
}

/// `POST /staff/learners/{id}/aid`: the helper says what they will do beside them.
///
/// # Errors
/// As [`aid_form`].
pub async fn offer_aid(staff: Finder, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let learner: LearnerId = id_in(&id)?;
    let aid = match forms::aid(&posted.fields) {
        Ok(aid) => aid,
        Err(errors) => {
            let form = Filled::wrong(posted.fields.clone(), errors);
            return aid_page(&house, &staff, &id, posted.ui.clone(), (form, false)).await;
        }
    };
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    write(&house, &posted, async move |tx: &Tx| service::offer_assistance(tx, &keys, &scope, learner, aid).await).await?;
    Ok(redirect(&format!("/staff/learners/{learner}/aid?said=offered")))
}

/// `GET /staff/learners/{id}/on-behalf`: what is to be kept of an act on their behalf.
///
/// # Errors
/// As [`aid_form`].
pub async fn new_act_form(staff: Finder, id: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let form = Filled::with(Fields::from_pairs(&[("ago", "0")]));
    act_page(&house, &staff, &id, ui, form).await
}

async fn act_page(house: &House, staff: &Finder, id: &str, ui: Ui, form: Filled) -> Result<HttpResponse, AppError> {
    let id: LearnerId = id_in(id)?;
    let person = person_before(house, staff, id, "act_on_behalf").await?;
    let areas = staff.scope.areas(Role::FINDERS);
    let points = places::list_organisations(house.db.read(), &areas, MOST_POINTS).await?;
    let points = points.into_iter().filter(|point| !point.is_closed).map(|point| (point.id.to_string(), point.name));
    let page = page_of(house, ui, &staff.session, Tab::Elsewhere);
    let none = (String::new(), page.t("helping-point-none"));
    let points = std::iter::once(none).chain(points).collect();
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &ActFormPage { page, id: id.to_string(), name: person.name, form, points })
}

/// `POST /staff/learners/{id}/on-behalf`: keeps it, tells the learner, and shows the receipt.
///
/// # Errors
/// As [`aid_form`].
pub async fn keep_act(staff: Finder, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let learner: LearnerId = id_in(&id)?;
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        act_page(&house, &staff, &id, posted.ui.clone(), form).await
    };
    let new = match forms::act(&posted.fields, house.clock().now().day()) {
        Ok(new) => new,
        Err(errors) => return again(errors).await,
    };
    let (keys, scope, sender) = (house.keys.clone(), staff.scope.clone(), sender_of(&house));
    let (once, digest) = (posted.once()?, posted.digest());
    let work = async move |tx: &Tx| service::record_act(tx, &keys, (&scope, &sender), learner, &new, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(number) => Ok(redirect(&format!("/staff/on-behalf?number={}", number.as_str()))),
        Err(Error::NotHere) => again(vec![FieldError::new("point", Message::of("helping-not-here"))]).await,
        Err(error) => Err(error.into()),
    }
}
