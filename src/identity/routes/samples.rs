//! For trying things out: the sample people, and being one of them. In production neither page exists.

use std::collections::HashMap;

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};

use super::welcome::{Caller, welcome, write};
use crate::error::AppError;
use crate::identity::guard::Visitor;
use crate::identity::roles::{Assurance, Role};
use crate::identity::secrets::Secret;
use crate::identity::service;
use crate::identity::session::Session;
use crate::identity::views::SamplePeoplePage;
use crate::kernel::LearnerId;
use crate::places;
use crate::web::{House, Page, Posted, Tab, Ui, html};

/// The PIN of every sample person's card.
const PIN: &str = "2580";

fn only_for_trials(house: &House) -> Result<(), AppError> {
    if house.config.production { Err(AppError::NotFound) } else { Ok(()) }
}

/// `GET /dev/people`: who there is to be.
pub async fn list(visitor: Visitor, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    only_for_trials(&house)?;
    let people = service::list_samples(house.db.read(), &house.keys).await?;
    let codes = people.iter().filter_map(|person| person.place_code.clone()).collect();
    let named = places::list_by_codes(house.db.read(), codes).await?;
    let places: HashMap<String, String> = named.into_iter().map(|place| (place.code, place.name)).collect();
    let (mut staff, learners): (Vec<_>, Vec<_>) = people.into_iter().partition(|person| !person.roles.is_empty());
    staff.sort_by_key(|person| Role::ALL.iter().position(|role| person.roles.first().is_some_and(|(first, _)| first == role)));
    let page = Page::new(&house, ui, Tab::Elsewhere).of(visitor.0.as_ref().map(Session::who));
    html(&SamplePeoplePage { page, staff, learners, places, pin: PIN })
}

/// `POST /dev/people`: signs in as the sample person named, and leads to where they begin.
pub async fn be(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    only_for_trials(&house)?;
    let learner: LearnerId = posted.fields.get("who").parse().map_err(|_| AppError::NotFound)?;
    let caller = Caller::of(&request, &house);
    let (once, id) = (posted.once()?, learner.uuid());
    let token = Secret::derived(&house.keys, "session-token", &[b"sample", once.as_str().as_bytes(), id.as_bytes()]);
    let (origin, held, secret) = (caller.origin.clone(), caller.held.clone(), token.clone());
    let opened =
        write(&house, async move |tx| service::sign_in_as_sample(tx, learner, &origin, (&secret, held.as_ref())).await).await;
    let assurance = opened?;
    let home = if assurance == Assurance::PasswordTotp { "/staff" } else { "/" };
    welcome(&house, &posted.ui, &caller, (&token, assurance), home).await
}
