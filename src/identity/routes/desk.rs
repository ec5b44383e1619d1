//! At a service point: another PIN, another card, name and year put right, a place, somebody registered.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::learners::{learner_page, page_of, page_path};
use super::people::place_at_desk;
use super::welcome::{sender_of, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::guard::{Checker, Finder};
use crate::identity::roles::Role;
use crate::identity::scope::StaffScope;
use crate::identity::service::{self, AtDesk, Desk, Form};
use crate::identity::staff_views::RegisterPage;
use crate::identity::{Error, forms, staff_forms};
use crate::kernel::LearnerId;
use crate::places::PlaceCode;
use crate::web::{FieldError, FieldErrors, Filled, House, Posted, Ui, html, html_with, redirect};

fn desk_of(house: &House, scope: &StaffScope, path: &str) -> Result<Desk, AppError> {
    let learner: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    Ok(Desk { scope: scope.clone(), learner, sender: sender_of(house) })
}

async fn again(
    house: &House,
    staff: &Finder,
    id: LearnerId,
    posted: &Posted,
    errors: FieldErrors,
) -> Result<HttpResponse, AppError> {
    let whom = (&staff.session, &staff.scope);
    learner_page(house, whom, posted.ui.clone(), id, (errors, posted.fields.clone(), None)).await
}

/// `POST /staff/learners/{id}/pin`: the PIN that the person has chosen on the spot.
pub async fn pin(staff: Finder, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &staff.scope, &path)?;
    let id = desk.learner;
    let pin = match forms::new_pin(&posted.fields) {
        Ok(pin) => pin,
        Err(error) => return again(&house, &staff, id, &posted, vec![error]).await,
    };
    let keys = house.keys.clone();
    write(&house, async move |tx| service::reset_pin(tx, &keys, &desk, &pin).await).await?;
    Ok(redirect(&page_path(id, "pin")))
}

/// `POST /staff/learners/{id}/card`: a new card in place of a lost one.
pub async fn card(staff: Finder, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &staff.scope, &path)?;
    let id = desk.learner;
    let form = Form { action: "identity.replace_card", actor: desk.scope.actor(), once: posted.once()? };
    let keys = house.keys.clone();
    let replaced = write(&house, async move |tx| {
        let replace = async || service::replace_card(tx, &keys, &desk).await.map(|card| card.as_str().to_owned());
        service::once(tx, &form, replace).await
    });
    replaced.await?;
    Ok(redirect(&page_path(id, "card")))
}

/// `POST /staff/learners/{id}/correct`: name and year as the document says.
pub async fn correct(staff: Checker, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &staff.scope, &path)?;
    let id = desk.learner;
    let (name, year) = match staff_forms::correction(&posted.fields, house.clock().now().day()) {
        Ok(both) => both,
        Err(errors) => {
            let whom = (&staff.session, &staff.scope);
            return learner_page(&house, whom, posted.ui.clone(), id, (errors, posted.fields.clone(), None)).await;
        }
    };
    let keys = house.keys.clone();
    write(&house, async move |tx| service::correct(tx, &keys, &desk, &name, year).await).await?;
    Ok(redirect(&page_path(id, "corrected")))
}

/// The areas in which somebody finds people.
fn areas(scope: &StaffScope) -> Vec<PlaceCode> {
    scope.grants().iter().filter(|grant| Role::FINDERS.contains(&grant.role)).map(|grant| grant.area.clone()).collect()
}

/// `POST /staff/learners/{id}/place`: where somebody lives who has not said so yet.
pub async fn settle(staff: Finder, path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let desk = desk_of(&house, &staff.scope, &path)?;
    let id = desk.learner;
    let typed = place_at_desk(house.db.read(), &areas(&staff.scope), posted.fields.get("place")).await?;
    let area = match typed {
        Ok(area) => area,
        Err(key) => return again(&house, &staff, id, &posted, vec![FieldError::new("place", Message::of(key))]).await,
    };
    let keys = house.keys.clone();
    write(&house, async move |tx| service::settle(tx, &keys, &desk, &area).await).await?;
    Ok(redirect(&page_path(id, "settled")))
}

/// `GET /staff/learners/register`.
pub async fn register_form(staff: Finder, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&RegisterPage { page: page_of(&house, ui, &staff.session), form: Filled::default() })
}

/// `POST /staff/learners/register`: somebody who stands before the desk.
pub async fn register(staff: Finder, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        let page = page_of(&house, posted.ui.clone(), &staff.session);
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &RegisterPage { page, form })
    };
    let area = place_at_desk(house.db.read(), &staff.scope.areas(Role::FINDERS), posted.fields.get("place")).await?;
    let new = match staff_forms::in_person(&posted.fields, area, house.clock().now().day()) {
        Ok(new) => new,
        Err(errors) => return again(errors),
    };
    let form = Form { action: "identity.register", actor: staff.scope.actor(), once: posted.once()? };
    let (keys, scope, sender) = (house.keys.clone(), staff.scope.clone(), sender_of(&house));
    let work = async move |tx: &crate::db::Tx| {
        let register = async || match service::register_in_person(tx, &keys, (&scope, &sender), &new).await? {
            AtDesk::New(learner) => Ok(learner.to_string()),
            AtDesk::PhoneHeld => Ok(String::new()),
        };
        service::once(tx, &form, register).await
    };
    let held = || again(vec![FieldError::new("phone", Message::of("identity-register-phone-held"))]);
    match write(&house, work).await {
        Ok(learner) => match learner.parse::<LearnerId>() {
            Ok(learner) => Ok(redirect(&page_path(learner, "registered"))),
            Err(_) => held(),
        },
        // Another form was faster with the same phone.
        Err(Error::PhoneTaken) => held(),
        Err(error) => Err(error.into()),
    }
}
