//! At a service point: another PIN, another card, name and year put right, a place.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::learners::{learner_page, page_path};
use super::people::place_at_desk;
use super::welcome::{sender_of, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::guard::{Checker, Finder};
use crate::identity::roles::Role;
use crate::identity::scope::StaffScope;
use crate::identity::service::{self, Desk, Form};
use crate::identity::{Error, forms, staff_forms};
use crate::kernel::LearnerId;
use crate::places::PlaceCode;
use crate::web::{FieldError, FieldErrors, House, Posted, redirect};

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
    let blank = match forms::blank_card(&posted.fields) {
        Ok(blank) => blank,
        Err(error) => return again(&house, &staff, id, &posted, vec![error]).await,
    };
    let form = Form { action: "identity.replace_card", actor: desk.scope.actor(), once: posted.once()? };
    let keys = house.keys.clone();
    let replaced = write(&house, async move |tx| {
        let replace = async || service::replace_card(tx, &keys, &desk, blank.as_ref()).await;
        service::once(tx, &form, async || replace().await.map(|card| card.as_str().to_owned())).await
    });
    match replaced.await {
        Ok(_) => Ok(redirect(&page_path(id, "card"))),
        Err(Error::NoSuchBlank) => {
            let unknown = FieldError::new("card", Message::of("identity-blank-unknown"));
            again(&house, &staff, id, &posted, vec![unknown]).await
        }
        Err(error) => Err(error.into()),
    }
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
