//! 代办: the list and the receipts of a learner, those of the staff's places, and undoing.

use std::collections::HashMap;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{name_of, page_of, place_of, sender_of, write};
use crate::audit;
use crate::curriculum::{CourseCode, Shelf};
use crate::db::{DbFault, Tx};
use crate::error::AppError;
use crate::help::{self, Asked, CaseNumber};
use crate::helping::rules::{self, Way, may_undo};
use crate::helping::service::{self, Undoing};
use crate::helping::views::{ActLine, ActsPage, Receipt, ReceiptPage, StaffActsPage, StaffReceiptPage};
use crate::helping::{Act, Error, forms};
use crate::identity::{self, Act as Doing, Finder, Learner, Role, Session, StaffScope};
use crate::kernel::{ActId, LearnerId, SealKey};
use crate::web::{Filled, House, ListPage, Page, Posted, Tab, Ui, html, html_with, id_in, redirect, text};

/// The reader's own act with this number.
async fn own_act(house: &House, session: &Session, number: &str) -> Result<Act, AppError> {
    let number = text::digits(number).and_then(|digits| CaseNumber::parse(&digits)).ok_or(AppError::NotFound)?;
    let found = help::find_numbered(house.db.read(), &number).await?;
    let (of, id) = found.filter(|(learner, _)| session.accounts().contains(learner)).ok_or(AppError::NotFound)?;
    Ok(service::find_act(house.db.read(), of, ActId::from_uuid(id)).await?)
}

/// The keys to the words of these acts, where the session may read them.
async fn keys_for(house: &House, session: &Session, acts: &[Act]) -> Result<HashMap<LearnerId, SealKey>, AppError> {
    let readable = if session.may(Doing::ReadAll) { acts } else { &[] };
    Ok(service::keys_of(house.db.read(), &house.keys, readable).await?)
}

/// `GET /on-behalf`: what was done on the reader's behalf.
///
/// # Errors
/// What the database answers.
pub async fn acts(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let acts = service::list_acts(house.db.read(), &session.accounts()).await?;
    let keys = keys_for(&house, &session, &acts).await?;
    let lines = acts.iter().map(|act| ActLine::of(act, keys.get(&act.learner), ui.lang)).collect();
    html(&ActsPage { page: page_of(&house, ui, &session, Tab::Passbook), lines })
}

async fn receipt_of(
    house: &House,
    page: &Page,
    shelf: &Shelf,
    (act, name): (&Act, String),
    key: Option<&SealKey>,
) -> Result<Receipt, AppError> {
    let (who, place) = (name_of(house, page, act.helper).await?, place_of(house, act).await?);
    let course = rules::errand(&act.errand).and_then(|errand| errand.course).and_then(CourseCode::parse);
    let course =
        course.and_then(|code| shelf.course(code)).map(|course| (format!("/courses/{}", course.code), course.title.clone()));
    Ok(Receipt::of(act, key, page.lang(), (name, who, place)).with(course, may_undo(act.recorded_at, house.clock().now())))
}

/// `GET /on-behalf/{number}`: the receipt, to read, to print, and to undo.
///
/// # Errors
/// [`AppError::NotFound`] where it is not the reader's.
pub async fn receipt(
    Learner(session): Learner,
    number: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    receipt_page(&house, &session, &number, (ui, &shelf), Filled::default()).await
}

async fn receipt_page(
    house: &House,
    session: &Session,
    number: &str,
    (ui, shelf): (Ui, &Shelf),
    form: Filled,
) -> Result<HttpResponse, AppError> {
    let act = own_act(house, session, number).await?;
    let keys = keys_for(house, session, std::slice::from_ref(&act)).await?;
    let page = page_of(house, ui, session, Tab::Passbook);
    let receipt = receipt_of(house, &page, shelf, (&act, session.name.clone()), keys.get(&act.learner)).await?;
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html_with(status, &ReceiptPage { page, receipt, form })
}

/// `POST /on-behalf/{number}`: undoes it, or says that one had not agreed; then shows the case at the help desk.
///
/// # Errors
/// As [`receipt`]; what the service refuses.
pub async fn undo_act(
    Learner(session): Learner,
    number: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let act = own_act(&house, &session, &number).await?;
    let says = match forms::says(&posted.fields) {
        Ok(says) => says,
        Err(errors) => {
            let form = Filled::wrong(posted.fields.clone(), errors);
            return receipt_page(&house, &session, &number, (posted.ui.clone(), &shelf), form).await;
        }
    };
    let (keys, sender) = (house.keys.clone(), sender_of(&house));
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    let undoing = Undoing { by: act.learner, way: Way::Own };
    let of = (act.learner, act.id);
    let work = async move |tx: &Tx| service::undo(tx, &keys, of, undoing, &says, (&asked, &sender)).await;
    Ok(redirect(&match write(&house, &posted, work).await? {
        Some(case) => format!("/help/{}?said=asked", case.as_str()),
        None => format!("/on-behalf/{}", act.number.as_str()),
    }))
}

/// What the staff's list is asked for: a number that somebody reads out, or a page.
#[derive(Debug, Deserialize)]
pub struct Which {
    #[serde(default)]
    number: String,
    #[serde(default)]
    page: u64,
}

fn may_see(scope: &StaffScope, act: &Act) -> bool {
    scope.areas(Role::FINDERS).iter().any(|area| area.covers(&act.place_code))
}

/// `GET /staff/on-behalf`: what was done at the reader's places; a number leads to its receipt.
///
/// # Errors
/// What the database answers.
pub async fn staff_acts(staff: Finder, which: Query<Which>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let number = text::digits(&which.number).and_then(|digits| CaseNumber::parse(&digits));
    if let Some(number) = &number
        && let Some((learner, id)) = help::find_numbered(db, number).await?
        && let Ok(act) = service::find_act(db, learner, ActId::from_uuid(id)).await
        && may_see(&staff.scope, &act)
    {
        return Ok(redirect(&format!("/staff/on-behalf/{}/{}", act.learner, act.id)));
    }
    let areas = staff.scope.areas(Role::FINDERS);
    let total = service::count_within(db, &areas).await?;
    let shown = ListPage::asked(which.page).within(total);
    let acts = service::list_within(db, &areas, shown.part()).await?;
    let lines = acts.iter().map(|act| ActLine::of(act, None, ui.lang).for_staff(act)).collect();
    let page = page_of(&house, ui, &staff.session, Tab::Elsewhere);
    let (number, pages) = (shown.number(), ListPage::pages(total));
    html(&StaffActsPage { page, lines, number, pages, looked_for: which.number.trim().to_owned() })
}

async fn staff_act(house: &House, staff: &Finder, (learner, id): &(String, String)) -> Result<Act, AppError> {
    let act = service::find_act(house.db.read(), id_in(learner)?, id_in(id)?).await?;
    if !may_see(&staff.scope, &act) {
        return Err(AppError::NotFound);
    }
    Ok(act)
}

/// The access log: a person sees who read their receipt.
async fn note_reading(house: &House, staff: &Finder, learner: LearnerId, place: &str) -> Result<(), AppError> {
    let by = staff.scope.grants().iter().find(|grant| Role::FINDERS.contains(&grant.role) && grant.area.covers(place));
    let Some(by) = by.cloned() else { return Ok(()) };
    let actor = staff.scope.actor();
    let work = async move |tx: &Tx| {
        let (role, organisation, place_code) = (by.role.code(), by.organisation, by.area.as_str());
        let access = audit::Access { learner, actor, actor_role: role, organisation, place_code, what: "act_on_behalf" };
        Ok::<_, DbFault>(audit::record_access(tx, access).await?)
    };
    Ok(house.db.write(work).await?)
}

/// `GET /staff/on-behalf/{learner}/{id}`: the receipt, to print at the desk, and to undo for somebody who says so.
///
/// # Errors
/// [`AppError::NotFound`] where it is not of their places.
pub async fn staff_receipt(
    staff: Finder,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let act = staff_act(&house, &staff, &path).await?;
    staff_page(&house, &staff, (ui, &shelf), &act, Filled::default()).await
}

async fn staff_page(
    house: &House,
    staff: &Finder,
    (ui, shelf): (Ui, &Shelf),
    act: &Act,
    form: Filled,
) -> Result<HttpResponse, AppError> {
    note_reading(house, staff, act.learner, &act.place_code).await?;
    let names = identity::names_of(house.db.read(), &house.keys, &[act.learner]).await?;
    // Whoever has left has no key: the words are gone, the receipt's line is still there.
    let key = identity::person_key(house.db.read(), &house.keys, act.learner).await.ok();
    let page = page_of(house, ui, &staff.session, Tab::Elsewhere);
    let name = names.get(&act.learner).cloned().unwrap_or_default();
    let receipt = receipt_of(house, &page, shelf, (act, name), key.as_ref()).await?;
    let status = if form.errors().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let path = format!("/staff/on-behalf/{}/{}", act.learner, act.id);
    html_with(status, &StaffReceiptPage { page, receipt, form, path })
}

/// `POST /staff/on-behalf/{learner}/{id}`: the learner has said, on the telephone or at the desk, that it is to be undone.
///
/// # Errors
/// As [`staff_receipt`]; what the service refuses.
pub async fn undo_act_for(
    staff: Finder,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let act = staff_act(&house, &staff, &path).await?;
    if act.learner == staff.scope.actor() {
        return Err(Error::Own.into());
    }
    let (says, way) = match (forms::says(&posted.fields), forms::way(&posted.fields)) {
        (Ok(says), Ok(way)) => (says, way),
        (says, way) => {
            let errors = [says.err(), way.err()].into_iter().flatten().flatten().collect();
            let form = Filled::wrong(posted.fields.clone(), errors);
            return staff_page(&house, &staff, (posted.ui.clone(), &shelf), &act, form).await;
        }
    };
    let (keys, sender) = (house.keys.clone(), sender_of(&house));
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    let undoing = Undoing { by: staff.scope.actor(), way };
    let of = (act.learner, act.id);
    let work = async move |tx: &Tx| service::undo(tx, &keys, of, undoing, &says, (&asked, &sender)).await;
    write(&house, &posted, work).await?;
    Ok(redirect(&format!("/staff/on-behalf/{}/{}", act.learner, act.id)))
}
