//! Staff look somebody of their area up by the whole phone or card number; what they are shown is kept.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::sign_in::Link;
use super::welcome::{sender_of, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::Error;
use crate::identity::alias_rules::Membership;
use crate::identity::guard::{Checker, Finder};
use crate::identity::roles::Role;
use crate::identity::scope::{StaffScope, Whose};
use crate::identity::service::{self, Found, Profile};
use crate::identity::session::Session;
use crate::identity::staff_forms::{self, Wanted};
use crate::identity::staff_views::{LearnerPage, LearnersPage};
use crate::kernel::{Digest, LearnerId};
use crate::places;
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

pub(super) fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

/// `GET /staff/learners`.
pub async fn learners(staff: Finder, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&learners_view(&house, ui, &staff, Filled::default()))
}

fn learners_view(house: &House, ui: Ui, staff: &Finder, form: Filled) -> LearnersPage {
    let (enrols_many, administers) = (staff.scope.has_any(Role::CHECKERS), staff.scope.has_any(Role::ADMINISTRATORS));
    LearnersPage { page: page_of(house, ui, &staff.session), form, enrols_many, administers }
}

/// `POST /staff/learners`: by POST, so that no number ever stands in an address or a log.
pub async fn find(staff: Finder, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = |error| {
        let form = Filled::wrong(posted.fields.clone(), vec![error]);
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &learners_view(&house, posted.ui.clone(), &staff, form))
    };
    let wanted = match staff_forms::wanted(&posted.fields) {
        Ok(wanted) => wanted,
        Err(error) => return again(error),
    };
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let found = write(&house, async move |tx| match &wanted {
        Wanted::Phone(phone) => service::find_by_phone(tx, &keys, &scope, phone).await,
        Wanted::Card(card) => service::find_by_card(tx, &keys, &scope, card).await,
    });
    match found.await? {
        Some(found) => Ok(redirect(&page_path(found.profile.learner, ""))),
        None => again(FieldError::new("number", Message::of("identity-find-none"))),
    }
}

/// The address of somebody's page, with a word of what was just done.
pub(super) fn page_path(learner: LearnerId, said: &str) -> String {
    if said.is_empty() { format!("/staff/learners/{learner}") } else { format!("/staff/learners/{learner}?said={said}") }
}

/// `GET /staff/learners/{id}`.
pub async fn learner(
    staff: Finder,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let notice = match link.said.as_str() {
        "seen" => Some(Message::of("identity-document-kept")),
        "undone" => Some(Message::of("identity-document-undone")),
        "pin" => Some(Message::of("identity-pin-reset-done")),
        "card" => Some(Message::of("identity-card-new-done")),
        "corrected" => Some(Message::of("identity-correct-done")),
        "settled" => Some(Message::of("identity-place-done")),
        "pictures" => Some(Message::of("identity-pictures-done")),
        "registered" => Some(Message::of("identity-register-done")),
        _ => None,
    };
    learner_page(&house, (&staff.session, &staff.scope), ui, id, (Vec::new(), Fields::default(), notice)).await
}

/// Somebody's page; with what is wrong with one of its forms, where something is.
pub(super) async fn learner_page(
    house: &House,
    (session, scope): (&Session, &StaffScope),
    ui: Ui,
    id: LearnerId,
    (errors, typed, notice): (FieldErrors, Fields, Option<Message>),
) -> Result<HttpResponse, AppError> {
    let (keys, seen_by) = (house.keys.clone(), scope.clone());
    let found = write(house, async move |tx| service::show(tx, &keys, &seen_by, (id, Role::FINDERS), "profile").await);
    let Found { profile, .. } = found.await?.ok_or(AppError::NotFound)?;
    let db = house.db.read();
    let path = match &profile.place_code {
        Some(code) => places::list_path(db, code).await?,
        None => Vec::new(),
    };
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    let witness = service::find_fresh_witness(db, id, house.clock().now()).await?;
    let administers = scope.grant_for(Role::ADMINISTRATORS, whose).is_some();
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = LearnerPage {
        form: Filled::wrong(filled(&profile, &typed), errors),
        place: places::full_name(&path),
        guardian: service::guardian(db, &house.keys, id).await?,
        may_check: scope.grant_for(Role::CHECKERS, whose).is_some(),
        corrects: scope.grant_for(Role::CORRECTORS, whose).is_some(),
        is_own: id == scope.actor(),
        administers,
        can_undo: witness.is_some_and(|witness| witness == scope.actor() || administers),
        read_through: match service::membership_of(db, id).await?.0 {
            Membership::ReadThrough(primary) => Some(primary),
            Membership::Alone | Membership::Primary => None,
        },
        notice,
        profile,
        page: page_of(house, ui, session),
    };
    html_with(status, &view)
}

/// The page holds several forms: what was typed into one stands beside what is known.
fn filled(profile: &Profile, typed: &Fields) -> Fields {
    let year = profile.birth_year.map(|year| year.to_string()).unwrap_or_default();
    let or = |name: &str, known: &str| if typed.has(name) { typed.get(name).to_owned() } else { known.to_owned() };
    let (name, year) = (or("name", &profile.name), or("year", &year));
    let (document, place, seen) = (typed.get("document"), typed.get("place"), typed.get("seen"));
    let pairs = [("name", name.as_str()), ("year", &year), ("document", document), ("place", place), ("seen", seen)];
    // A PIN is never shown again, not even to who typed it.
    Fields::from_pairs(&[pairs.as_slice(), &[("card", typed.get("card"))]].concat())
}

/// `POST /staff/learners/{id}/document`: a document was seen, and says what the page showed; its number only where the learner wants it kept.
pub async fn see_document(
    staff: Checker,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let again = async |error| {
        let whom = (&staff.session, &staff.scope);
        learner_page(&house, whom, posted.ui.clone(), id, (vec![error], posted.fields.clone(), None)).await
    };
    let number = match staff_forms::document(&posted.fields, house.clock().now().day()) {
        Ok(number) => number,
        Err(error) => return again(error).await,
    };
    let shown = Digest::parse(posted.fields.get("shown"));
    let (keys, scope, sender) = (house.keys.clone(), staff.scope.clone(), sender_of(&house));
    let seen = write(&house, async move |tx| {
        let found = service::show(tx, &keys, &scope, (id, Role::CHECKERS), "document").await?;
        found.ok_or(Error::NoSuchPerson)?;
        service::document_seen_on_page(tx, &keys, (scope.actor(), &sender), id, (number.as_ref(), shown)).await
    });
    seen.await?;
    Ok(redirect(&page_path(id, "seen")))
}

/// `POST /staff/learners/{id}/document/undo`: takes it back, within a day.
pub async fn undo_document(
    staff: Checker,
    path: Path<String>,
    _posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let undone = write(&house, async move |tx| {
        let found = service::show(tx, &keys, &scope, (id, Role::CHECKERS), "document").await?;
        let Found { profile, .. } = found.ok_or(Error::NoSuchPerson)?;
        let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
        let administers = scope.grant_for(Role::ADMINISTRATORS, whose).is_some();
        service::undo_document(tx, &keys, (scope.actor(), administers), id).await
    });
    undone.await?;
    Ok(redirect(&page_path(id, "undone")))
}
