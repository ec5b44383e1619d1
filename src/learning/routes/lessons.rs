//! Lessons, a card a page. A visitor goes on by links; who is signed in posts 下一步, which keeps where they are.

use actix_web::web::{Data, Path};

use super::find::{Answer, find_lesson, marks_of};
use crate::curriculum::Shelf;
use crate::db::DbFault;
use crate::error::AppError;
use crate::learning::views::{CardPage, FinishedPage, visitor_marks};
use crate::learning::{LessonKey, Reader, service, urls};
use crate::web::{House, Posted, Ui, html, redirect};

/// `GET /courses/{code}/{lesson}`: the card where one left off, the first one for visitors and for a lesson that is finished.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such lesson.
pub async fn lesson(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>, path: Path<(String, String)>) -> Answer {
    let (course, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let number = match reader.acting() {
        Some(acting) => {
            let progress = service::progress_of(house.db.read(), acting.learner).await?;
            let begun = progress.mark(&lesson.id).filter(|mark| !mark.is_finished);
            begun.map_or(1, |mark| mark.card).clamp(1, lesson.cards.len().max(1))
        }
        None => 1,
    };
    let keeps = reader.session.is_some();
    let page = CardPage::new(reader.page(&house, ui), shelf.edition(), course, lesson, number, keeps);
    html(&page.ok_or(AppError::NotFound)?)
}

/// `GET /courses/{code}/{lesson}/{card}`: one card. No statement for visitors.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such card.
pub async fn card(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>, path: Path<(String, String, usize)>) -> Answer {
    let (course, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let keeps = reader.session.is_some();
    let page = CardPage::new(reader.page(&house, ui), shelf.edition(), course, lesson, path.2, keeps);
    html(&page.ok_or(AppError::NotFound)?)
}

/// `POST /courses/{code}/{lesson}/{card}`: the card has been read; keeps it and leads to the next.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such card.
pub async fn next_card(
    reader: Reader,
    _posted: Posted,
    house: Data<House>,
    shelf: Data<Shelf>,
    path: Path<(String, String, usize)>,
) -> Answer {
    let (_, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let seen = path.2;
    if seen == 0 || seen > lesson.cards.len() {
        return Err(AppError::NotFound);
    }
    if let Some(acting) = reader.acting() {
        let key = LessonKey::of(lesson);
        house.db.write::<_, DbFault, _>(async move |tx| service::keep_card(tx, acting, &key, seen).await).await?;
    }
    let next = if seen == lesson.cards.len() { urls::tried(lesson) } else { urls::card(lesson, seen + 1) };
    Ok(redirect(&next))
}

/// `GET /courses/{code}/{lesson}/done`: what was learnt, and what comes next.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such lesson.
pub async fn finished(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>, path: Path<(String, String)>) -> Answer {
    let (course, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let marks = marks_of(&house, &shelf, &reader).await?;
    let is_visitor = reader.session.is_none();
    let marks = if is_visitor { visitor_marks(course, lesson, marks) } else { marks };
    let step = marks.next_in(course);
    html(&FinishedPage::new(reader.page(&house, ui), shelf.edition(), (course, lesson), &step, is_visitor))
}
