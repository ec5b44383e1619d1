//! 下课: who came, who passed, what is open; closing; and putting right afterwards.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::desk::notes_of;
use super::sheet::waiting;
use super::{Said, beside, class_path, keep_listed, own_class, person_row, row_of, staff_page, write};
use crate::classes::service;
use crate::classes::views::{EndPage, PersonRow, check_in_notice};
use crate::classes::{ClassSession, Error, State, forms};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::identity::{self, Administrator, Host, Role, Session, StaffScope};
use crate::kernel::LearnerId;
use crate::web::{FieldErrors, Fields, Filled, House, Posted, Ui, html_with, redirect};

/// `GET /staff/classes/{id}/end`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn end_form(
    host: Host,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let whom = (&host.session, &host.scope, &shelf);
    end_page(&house, whom, ui, &class, (&said.said, Vec::new(), Fields::default())).await
}

fn administers(scope: &StaffScope, class: &ClassSession) -> bool {
    scope.areas(Role::ADMINISTRATORS).iter().any(|area| area.covers(&class.place_code))
}

async fn end_page(
    house: &House,
    (session, scope, shelf): (&Session, &StaffScope, &Shelf),
    ui: Ui,
    class: &ClassSession,
    (said, errors, typed): (&str, FieldErrors, Fields),
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = staff_page(house, ui, session);
    let (all, people) = service::people_on(db, &house.keys, class, &[]).await?;
    let shown = all.iter().filter(|one| one.came_at.is_some() && people.contains_key(&one.learner)).map(|one| one.learner);
    keep_listed(house, &page, (scope, class), shown).await?;
    let notes = notes_of(house, (&page, shelf), class, &all).await?;
    let noted = |one: &crate::classes::Attendance| {
        let row = person_row(one, &people)?;
        Some(PersonRow { notes: notes.get(&one.learner).cloned().unwrap_or_default(), ..row })
    };
    let is_closed = class.state == State::Closed;
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = EndPage {
        notice: check_in_notice(&page, said, "", "").map(|notice| notice.words),
        row: row_of(db, class, page.lang()).await?,
        form: Filled::wrong(typed, errors),
        came: all.iter().filter(|one| one.came_at.is_some()).filter_map(noted).collect(),
        lines: waiting(house, &page, class).await?,
        may_close: class.state == State::Planned && class.hours.has_begun(house.clock().now()),
        is_closed,
        corrects: is_closed && administers(scope, class),
        most: class.hours.minutes(),
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/classes/{id}/end`: closes it. Twice is once.
///
/// # Errors
/// As [`end_form`]; where it was taken back or has not begun.
pub async fn close(host: Host, id: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    // Who they are and where they stand is read before, so that the commit is short.
    let (_, people) = service::people_on(house.db.read(), &house.keys, &class, &[]).await?;
    let (scope, id) = (host.scope.clone(), class.id);
    write(&house, &posted, async move |tx: &Tx| service::close_class(tx, &scope, id, &people).await).await?;
    Ok(redirect(&format!("{}/end?said=closed", class_path(class.id, ""))))
}

/// `POST /staff/classes/{id}/correct`: an administrator puts right how many minutes somebody attended, with a reason.
///
/// # Errors
/// [`AppError::NotFound`] where they do not administer the place.
pub async fn correct(
    admin: Administrator,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &admin.scope, &id).await?;
    if !administers(&admin.scope, &class) {
        return Err(AppError::NotFound);
    }
    let again = async |errors: FieldErrors| {
        let whom = (&admin.session, &admin.scope, &shelf);
        end_page(&house, whom, posted.ui.clone(), &class, ("", errors, posted.fields.clone())).await
    };
    let (whose, minutes, reason) = match forms::correction(&posted.fields, class.hours.minutes()) {
        Ok(all) => all,
        Err(errors) => return again(errors).await,
    };
    let (keys, scope, id) = (house.keys.clone(), admin.scope.clone(), class.id);
    let work = async move |tx: &Tx| {
        let learner: LearnerId = match &whose {
            Ok(learner) => service::attendance_of(tx, *learner, id).await?.map(|one| one.learner).ok_or(Error::NoSuchPerson)?,
            Err(card) => {
                let found = identity::find_by_card(tx, &keys, &scope, card).await?;
                found.map(|found| found.profile.learner).ok_or(Error::NoSuchPerson)?
            }
        };
        service::correct_minutes(tx, &keys, &scope, id, (learner, minutes, &reason)).await
    };
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect(&format!("{}/end?said=corrected", class_path(class.id, "")))),
        Err(error) => again(vec![beside(error, "number")?]).await,
    }
}
