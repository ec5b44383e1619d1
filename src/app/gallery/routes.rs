//! The two pages of the gallery. In production neither exists.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, http::header};

use super::views::{GalleryPage, Room};
use super::{Hung, hung};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::web::{Hanging, House, Page, Tab, Ui, html};

/// Nothing that a sample shows can be sent anywhere.
const NO_FORMS: &str = "form-action 'none'";

fn only_for_trials(house: &House) -> Result<(), AppError> {
    if house.config.production { Err(AppError::NotFound) } else { Ok(()) }
}

/// A page for this reader, without the token by which its forms would count.
fn frame(house: &House, mut ui: Ui) -> Page {
    ui.csrf.clear();
    Page::new(house, ui, Tab::Elsewhere)
}

/// `GET /dev/gallery`: all views, subject by subject.
///
/// # Errors
/// [`AppError::NotFound`] in production.
pub async fn index(ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    only_for_trials(&house)?;
    let page = frame(&house, ui);
    let mut rooms: Vec<Room> = Vec::new();
    for view in hung() {
        let ways = (1..=view.samples(&page, &shelf).len()).map(|number| view.href(number)).collect();
        let line = (view.view, ways);
        match rooms.iter_mut().find(|room| room.subject == view.subject) {
            Some(room) => room.views.push(line),
            None => rooms.push(Room { subject: view.subject, views: vec![line] }),
        }
    }
    html(&GalleryPage { page, rooms })
}

/// `GET /dev/gallery/{view}/{number}`: one sample, with the ways to those beside it.
///
/// # Errors
/// [`AppError::NotFound`] in production, and where there is no such sample.
pub async fn sample(ui: Ui, house: Data<House>, shelf: Shelf, path: Path<(String, usize)>) -> Result<HttpResponse, AppError> {
    only_for_trials(&house)?;
    let (name, number) = path.into_inner();
    let views = hung();
    let at = views.iter().position(|view| view.name() == name).ok_or(AppError::NotFound)?;
    let view = views.get(at).ok_or(AppError::NotFound)?;
    let mut page = frame(&house, ui);
    let count = |view: &Hung| view.samples(&page, &shelf).len();
    let before = match number {
        ..=1 => at.checked_sub(1).and_then(|before| views.get(before)).map(|before| before.href(count(before))),
        _ => Some(view.href(number - 1)),
    };
    let after = if number < count(view) { Some(view.href(number + 1)) } else { views.get(at + 1).map(|next| next.href(1)) };
    page.hanging = Some(Hanging { words: format!("{} · {} · {number}", view.subject, view.view), before, after });
    let place = number.checked_sub(1).ok_or(AppError::NotFound)?;
    let drawn = view.samples(&page, &shelf).into_iter().nth(place).ok_or(AppError::NotFound)??;
    let answer = HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CONTENT_SECURITY_POLICY, NO_FORMS))
        .body(drawn);
    Ok(answer)
}
