//! The groups somebody says they belong to: none need be chosen; two need a consent of their own, each on its own page.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::own::Said;
use super::undo::{Before, Change};
use super::{page_of, with_cookie};
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Act, ConsentWay, Learner, Session, consent_of};
use crate::kernel::Group;
use crate::me::forms;
use crate::me::views::{GroupPage, GroupsPage, Notice};
use crate::web::{House, Posted, Ui, html, redirect};

/// `GET /me/groups`.
///
/// # Errors
/// [`AppError::TooWeak`] for a session that may not.
pub async fn groups_form(
    Learner(session): Learner,
    said: Query<Said>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    session.allow(Act::ChangeDoor)?;
    let notice = Notice::of(&said.said, Before::of(&request, &house, &session).is_some());
    html(&GroupsPage { notice, chosen: session.groups.clone(), page: page_of(&house, ui, &session) })
}

/// `POST /me/groups`: keeps those chosen in place of those before.
///
/// # Errors
/// As [`groups_form`].
pub async fn choose_groups(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::ChangeDoor)?;
    let (acting, chosen) = (session.acting, forms::groups(&posted.fields));
    let plain: Vec<Group> = session.groups.iter().copied().filter(|group| consent_of(*group).is_none()).collect();
    let is_same = plain == chosen;
    let work = async move |tx: &Tx| identity::choose_groups(tx, &acting, &chosen).await;
    house.db.write_for(posted.ui.request, work).await?;
    let response = redirect("/me?said=groups");
    if is_same { Ok(response) } else { with_cookie(response, &Before::new(&session, Change::Groups(plain)).cookie(&house)) }
}

/// The group that a path names, where it is one that needs a consent of its own.
fn sensitive(path: &str) -> Result<Group, AppError> {
    let group: Group = path.parse().map_err(|()| AppError::NotFound)?;
    consent_of(group).map(|_| group).ok_or(AppError::NotFound)
}

/// `GET /me/groups/{group}`: what is kept, why, who sees it; agreeing or not.
///
/// # Errors
/// [`AppError::NotFound`] for a group that needs no consent of its own; [`AppError::TooWeak`].
pub async fn group_form(
    Learner(session): Learner,
    path: Path<String>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let group = sensitive(&path)?;
    session.allow(Act::ChangeDoor)?;
    let is_kept = session.groups.contains(&group);
    html(&GroupPage { group, is_kept, page: page_of(&house, ui, &session) })
}

/// `POST /me/groups/{group}`: agrees that it is kept.
///
/// # Errors
/// As [`group_form`].
pub async fn agree_to_group(
    Learner(session): Learner,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let group = sensitive(&path)?;
    session.allow(Act::ChangeDoor)?;
    let acting = session.acting;
    let work = async move |tx: &Tx| identity::agree_to_group(tx, &acting, group, ConsentWay::Screen).await;
    house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect("/me/groups?said=agreed"))
}

/// `POST /me/groups/{group}/stop`: takes the consent back, and what was kept by it goes.
///
/// # Errors
/// As [`group_form`].
pub async fn stop_group(
    Learner(session): Learner,
    path: Path<String>,
    posted: Posted,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let group = sensitive(&path)?;
    session.allow(Act::ChangeDoor)?;
    let was_kept = session.groups.contains(&group);
    stop(&house, &session, &posted, group).await?;
    let response = redirect("/me/groups?said=stopped");
    if was_kept { with_cookie(response, &Before::new(&session, Change::Consent(group)).cookie(&house)) } else { Ok(response) }
}

async fn stop(house: &House, session: &Session, posted: &Posted, group: Group) -> Result<(), AppError> {
    let acting = session.acting;
    let work = async move |tx: &Tx| identity::withdraw_from_group(tx, &acting, group).await;
    Ok(house.db.write_for(posted.ui.request, work).await?)
}
