//! Taking an enrolment back; closing an account, and what follows.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;
use uuid::Uuid;

use super::views::{ClosePage, ClosingPage, ClosingsPage};
use super::{Closing, Error, rules, service};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Administrator, Finder, Role, Session};
use crate::kernel::{Group, LearnerId};
use crate::places::PlaceCode;
use crate::web::{Fields, House, Page, Posted, Tab, Ui, html, redirect};

/// What links to these pages carry.
#[derive(Debug, Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    said: String,
}

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Elsewhere).of(Some(session.who()))
}

async fn write<T, F>(house: &House, ui: &Ui, work: F) -> Result<T, Error>
where
    F: AsyncFn(&Tx) -> Result<T, Error> + Send + 'static,
    T: Send + 'static,
{
    house.db.write_for(ui.request, work).await
}

fn learner_of(path: &str) -> Result<LearnerId, AppError> {
    path.parse().map_err(|_| AppError::NotFound)
}

fn ids((learner, id): &(String, String)) -> Result<(LearnerId, Uuid), AppError> {
    Ok((learner_of(learner)?, id.parse().map_err(|_| AppError::NotFound)?))
}

/// `POST /staff/learners/{id}/undo`: takes an enrolment back.
pub async fn undo_enrolment(
    staff: Finder,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let learner = learner_of(&path)?;
    let (keys, scope) = (house.keys.clone(), staff.scope);
    let undone = write(&house, &posted.ui, async move |tx| service::undo_enrolment(tx, &keys, &scope, learner).await);
    match undone.await {
        Ok(()) => Ok(redirect(&desk_again(&posted.fields))),
        Err(Error::EnrolmentStands) => Ok(redirect(&format!("/staff/learners/{learner}/card?said=earned"))),
        Err(error) => Err(error.into()),
    }
}

/// The desk once more, with the place and the reading list that the page of the card has sent along.
fn desk_again(fields: &Fields) -> String {
    let place = PlaceCode::parse(fields.get("place")).filter(|place| !place.as_str().is_empty());
    let place = place.map(|place| format!("&place={}", place.as_str())).unwrap_or_default();
    let group = fields.get("group").parse::<Group>().ok();
    let group = group.map(|group| format!("&group={}", group.code())).unwrap_or_default();
    format!("/staff/learners/register?said=undone{place}{group}")
}

/// `GET /staff/learners/{id}/close`.
pub async fn close_form(admin: Administrator, path: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let id = learner_of(&path)?;
    let (keys, scope) = (house.keys.clone(), admin.scope.clone());
    let found =
        write(&house, &ui, async move |tx| Ok(identity::show(tx, &keys, &scope, (id, Role::ADMINISTRATORS), "close").await?));
    let name = found.await?.ok_or(AppError::NotFound)?.profile.name;
    let is_own = id == admin.scope.actor();
    html(&ClosePage { page: page_of(&house, ui, &admin.session), id, name, is_own })
}

/// `POST /staff/learners/{id}/close`.
pub async fn close(
    admin: Administrator,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let learner = learner_of(&path)?;
    let (keys, scope) = (house.keys.clone(), admin.scope);
    let id = write(&house, &posted.ui, async move |tx| service::close(tx, &keys, &scope, learner).await).await?;
    Ok(redirect(&format!("/staff/closings/{learner}/{id}?said=closed")))
}

/// `GET /staff/closings`.
pub async fn closings(admin: Administrator, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let closings = service::list(house.db.read(), &admin.scope).await?;
    let learners: Vec<LearnerId> = closings.iter().map(|closing| closing.learner).collect();
    let mut names = identity::closed_names_of(house.db.read(), &house.keys, &learners).await?;
    let name = |closing: Closing| {
        let name = names.remove(&closing.learner).unwrap_or_default();
        (closing, name)
    };
    let named = closings.into_iter().map(name).collect();
    let notice = (link.said == "undone").then(|| Message::of("closing-undone"));
    html(&ClosingsPage { page: page_of(&house, ui, &admin.session), closings: named, notice })
}

/// The name of somebody whose account is closed; empty once they are forgotten.
async fn name_of(house: &House, learner: LearnerId) -> Result<String, AppError> {
    match identity::closed_profile(house.db.read(), &house.keys, learner).await {
        Ok(profile) => Ok(profile.name),
        Err(identity::Error::NoSuchPerson) => Ok(String::new()),
        Err(error) => Err(error.into()),
    }
}

/// `GET /staff/closings/{learner}/{id}`: one, with a word to the family to be printed.
pub async fn closing(
    admin: Administrator,
    path: Path<(String, String)>,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (learner, id) = ids(&path)?;
    let closing = service::find(house.db.read(), &admin.scope, learner, id).await?;
    let notice = match link.said.as_str() {
        "closed" => Some(Message::of("closing-closed")),
        "confirmed" => Some(Message::of("closing-confirmed")),
        _ => None,
    };
    let stands = closing.undone_at.is_none() && closing.finished_at.is_none();
    let view = ClosingPage {
        name: name_of(&house, learner).await?,
        is_by_self: closing.closed_by == admin.scope.actor(),
        can_undo: stands && rules::can_be_undone(closing.closed_at, house.clock().now()),
        closing,
        notice,
        page: page_of(&house, ui, &admin.session),
    };
    html(&view)
}

/// `POST /staff/closings/{learner}/{id}/confirm`: a second administrator agrees.
pub async fn confirm(
    admin: Administrator,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (learner, id) = ids(&path)?;
    let scope = admin.scope;
    write(&house, &posted.ui, async move |tx| service::confirm(tx, &scope, learner, id).await).await?;
    Ok(redirect(&format!("/staff/closings/{learner}/{id}?said=confirmed")))
}

/// `POST /staff/closings/{learner}/{id}/undo`: it was an error.
pub async fn undo(
    admin: Administrator,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (learner, id) = ids(&path)?;
    let (keys, scope) = (house.keys.clone(), admin.scope);
    write(&house, &posted.ui, async move |tx| service::undo(tx, &keys, &scope, learner, id).await).await?;
    Ok(redirect("/staff/closings?said=undone"))
}
