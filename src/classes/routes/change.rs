//! Changing a planned session, and taking it back.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::hall::{choices, known};
use super::{beside, class_path, own_class, own_points, staff_page, write};
use crate::classes::service::{self, ClassChange};
use crate::classes::views::PlanPage;
use crate::classes::{ClassSession, Error, State, forms};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::Host;
use crate::web::{FieldErrors, Fields, Filled, House, Posted, Ui, html_with, redirect};

/// `GET /staff/classes/{id}/change`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn change_form(
    host: Host,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let witness = class.witness.map(|witness| witness.to_string()).unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[
        ("day", &class.day.to_string()),
        ("from", &class.hours.starts_at.to_clock_text()),
        ("to", &class.hours.ends_at.to_clock_text()),
        ("seats", &class.seats.to_string()),
        ("teacher", &class.teacher.to_string()),
        ("witness", &witness),
        ("notes", &class.notes),
    ]));
    change_page(&house, &host, ui, &shelf, (&class, StatusCode::OK, form)).await
}

async fn change_page(
    house: &House,
    host: &Host,
    ui: Ui,
    shelf: &Shelf,
    (class, status, form): (&ClassSession, StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = staff_page(house, ui, &host.session);
    let points = own_points(house.db.read(), &host.scope).await?;
    let choices = choices(house, &host.scope, &page, shelf, &points).await?;
    let changes = Some((class_path(class.id, ""), class.title.clone()));
    html_with(status, &PlanPage { page, form, choices, changes })
}

fn still_planned(class: &ClassSession) -> Result<(), AppError> {
    match class.state {
        State::Planned => Ok(()),
        State::Cancelled => Err(AppError::Changed(Message::of("classes-was-cancelled"))),
        State::Closed => Err(AppError::Changed(Message::of("classes-was-closed"))),
    }
}

/// `POST /staff/classes/{id}/change`: those who signed up are told where the time changes.
///
/// # Errors
/// As [`change_form`]; where it was closed or taken back.
pub async fn change(
    host: Host,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        change_page(&house, &host, posted.ui.clone(), &shelf, (&class, StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let frame = match forms::frame(&posted.fields, house.clock().now().day()) {
        Ok(frame) => frame,
        Err(errors) => return again(errors).await,
    };
    still_planned(&class)?;
    if let Err(error) = known(&house, (&host.scope, &class.place_code), frame.teacher, frame.witness).await? {
        return again(vec![error]).await;
    }
    let to = ClassChange {
        hours: frame.hours,
        seats: frame.seats,
        teacher: frame.teacher,
        witness: frame.witness,
        notes: frame.notes,
    };
    let (keys, scope, id) = (house.keys.clone(), host.scope.clone(), class.id);
    match write(&house, &posted, async move |tx: &Tx| service::change_class(tx, &keys, &scope, id, &to).await).await {
        Ok(told) => Ok(redirect(&class_path(class.id, if told { "changed" } else { "changed-untold" }))),
        Err(error @ (Error::Past | Error::Busy)) => again(vec![beside(error, "day")?]).await,
        Err(error) => again(vec![beside(error, "witness")?]).await,
    }
}

/// `POST /staff/classes/{id}/cancel`: with a word why, which those who signed up are told.
///
/// # Errors
/// As [`change_form`]; where it was closed.
pub async fn cancel(
    host: Host,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let reason = match forms::reason(&posted.fields) {
        Ok(reason) => reason,
        Err(error) => {
            let form = Filled::wrong(posted.fields.clone(), vec![error]);
            let again = (&class, StatusCode::UNPROCESSABLE_ENTITY, form);
            return change_page(&house, &host, posted.ui.clone(), &shelf, again).await;
        }
    };
    let (keys, scope, id) = (house.keys.clone(), host.scope.clone(), class.id);
    write(&house, &posted, async move |tx: &Tx| service::cancel_class(tx, &keys, &scope, id, &reason).await).await?;
    Ok(redirect(&class_path(class.id, "cancelled")))
}
