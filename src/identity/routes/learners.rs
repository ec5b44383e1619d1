//! Staff look somebody of their area up by the whole phone or card number; what they are shown is kept.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::sign_in::Link;
use super::welcome::write;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::Error;
use crate::identity::forms::{self, Wanted};
use crate::identity::guard::Staff;
use crate::identity::service::{self, Found};
use crate::identity::views::{LearnerPage, LearnersPage};
use crate::kernel::{IdentityLevel, LearnerId};
use crate::places;
use crate::web::{FieldError, Filled, House, Page, Posted, Tab, Ui, html, html_with, redirect};

fn page_of(house: &House, ui: Ui, staff: &Staff) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(staff.session.who()))
}

/// `GET /staff/learners`.
pub async fn learners(staff: Staff, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&LearnersPage { page: page_of(&house, ui, &staff), form: Filled::default() })
}

/// `POST /staff/learners`: by POST, so that no number ever stands in an address or a log.
pub async fn find(staff: Staff, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let again = |error| {
        let form = Filled::wrong(posted.fields.clone(), vec![error]);
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &LearnersPage { page: page_of(&house, posted.ui.clone(), &staff), form })
    };
    let wanted = match forms::wanted(&posted.fields) {
        Ok(wanted) => wanted,
        Err(error) => return again(error),
    };
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let found = write(&house, async move |tx| match &wanted {
        Wanted::Phone(phone) => service::find_by_phone(tx, &keys, &scope, phone).await,
        Wanted::Card(card) => service::find_by_card(tx, &keys, &scope, card).await,
    });
    match found.await? {
        Some(found) => Ok(redirect(&format!("/staff/learners/{}", found.profile.learner))),
        None => again(FieldError::new("number", Message::of("identity-find-none"))),
    }
}

/// `GET /staff/learners/{id}`.
pub async fn learner(
    staff: Staff,
    path: Path<String>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    learner_page(&house, &staff, ui, id, (StatusCode::OK, Filled::default(), link.said == "seen")).await
}

async fn learner_page(
    house: &House,
    staff: &Staff,
    ui: Ui,
    id: LearnerId,
    (status, form, is_seen): (StatusCode, Filled, bool),
) -> Result<HttpResponse, AppError> {
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let found = write(house, async move |tx| service::show_to_staff(tx, &keys, &scope, id, "profile").await).await?;
    let Found { profile, .. } = found.ok_or(AppError::NotFound)?;
    let path = match &profile.place_code {
        Some(code) => places::list_path(house.db.read(), code).await?,
        None => Vec::new(),
    };
    let page = page_of(house, ui, staff);
    let view = LearnerPage {
        form,
        id: id.to_string(),
        name: profile.name.clone(),
        born: profile.birth_year.map(|year| year.to_string()).unwrap_or_default(),
        phone: profile.phone.as_ref().map(|phone| phone.masked()).unwrap_or_default(),
        card: profile.card.as_ref().map(ToString::to_string).unwrap_or_default(),
        place: places::full_name(&path),
        level: profile.identity_level.value(),
        registered: profile.registered_at.day().to_string(),
        is_seen,
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/learners/{id}/document`: a document was seen; its number only where the learner wants it kept.
pub async fn see_document(
    staff: Staff,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: LearnerId = path.parse().map_err(|_| AppError::NotFound)?;
    let again = async |error| {
        let form = Filled::wrong(posted.fields.clone(), vec![error]);
        learner_page(&house, &staff, posted.ui.clone(), id, (StatusCode::UNPROCESSABLE_ENTITY, form, false)).await
    };
    let number = match forms::document(&posted.fields, house.clock().now().day()) {
        Ok(number) => number,
        Err(error) => return again(error).await,
    };
    let (keys, scope) = (house.keys.clone(), staff.scope.clone());
    let seen = write(&house, async move |tx| {
        let found = service::show_to_staff(tx, &keys, &scope, id, "document").await?.ok_or(Error::NoSuchPerson)?;
        // Nobody sees their own papers.
        if found.profile.learner == scope.actor() {
            return Err(Error::NotAllowed);
        }
        service::document_seen(tx, &keys, scope.actor(), id, number.as_ref()).await
    });
    match seen.await {
        Ok(()) => Ok(redirect(&format!("/staff/learners/{id}?said=seen"))),
        Err(Error::DocumentTaken) => again(FieldError::new("document", Message::of("identity-document-taken"))).await,
        Err(error) => Err(error.into()),
    }
}

impl LearnerPage {
    /// Whether authorised staff have seen a document.
    pub(in crate::identity) fn has_document(&self) -> bool {
        self.level >= IdentityLevel::DOCUMENT.value()
    }
}
