//! Lessons, a card a page. A visitor goes on by links; who is signed in posts 下一步, which keeps where they are.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::find::{Answer, find_lesson, marks_of};
use crate::assessment;
use crate::curriculum::Shelf;
use crate::curriculum::model::Lesson;
use crate::db::DbFault;
use crate::error::AppError;
use crate::learning::reader::with_cookie;
use crate::learning::sitting::{SITTING_COOKIE, Sitting};
use crate::learning::views::{CardPage, FinishedPage, Kept, With, as_if_read};
use crate::learning::{LessonKey, Reader, service, urls};
use crate::recordings::Voices;
use crate::web::{House, Posted, Ui, html, redirect};

/// `GET /courses/{code}/{lesson}`: the card where one left off, the first one for visitors and for a lesson that is finished.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such lesson.
pub async fn lesson(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String)>,
) -> Answer {
    let (course, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let number = match &reader.session {
        Some(session) => {
            let progress = service::progress_of(house.db.read(), &session.accounts()).await?;
            let begun = progress.mark(&lesson.id).filter(|mark| !mark.is_finished);
            begun.map_or(1, |mark| mark.card).clamp(1, lesson.cards.len().max(1))
        }
        None => 1,
    };
    let with = with_of(&reader, &house);
    let page = CardPage::new(reader.page(&house, ui), &shelf, course, lesson, number, with);
    html(&page.ok_or(AppError::NotFound)?.hearing(&voices, lesson, number))
}

/// `GET /courses/{code}/{lesson}/{card}`: one card. No statement for visitors. One behind the last, which an earlier edition may have had,
/// leads to the last.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such card.
pub async fn card(
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
    path: Path<(String, String, usize)>,
) -> Answer {
    let (course, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    if path.2 > lesson.cards.len() {
        return Ok(redirect(&urls::card(lesson, lesson.cards.len())));
    }
    let with = with_of(&reader, &house);
    let page = CardPage::new(reader.page(&house, ui), &shelf, course, lesson, path.2, with);
    html(&page.ok_or(AppError::NotFound)?.hearing(&voices, lesson, path.2))
}

fn with_of(reader: &Reader, house: &House) -> With {
    let is_break_due = reader.sitting.is_some_and(|sitting| sitting.is_break_due) && reader.is_minor(house.clock().now());
    With { keeps: reader.session.is_some(), is_break_due }
}

/// `POST /courses/{code}/{lesson}/{card}`: the card has been read; keeps it and leads to the next. A card that today's edition no longer
/// has leads to the last one, and nothing is kept: whether that has been read is not known.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such card.
pub async fn next_card(
    reader: Reader,
    _posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    path: Path<(String, String, usize)>,
) -> Answer {
    let (_, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let seen = path.2;
    if seen == 0 {
        return Err(AppError::NotFound);
    }
    if seen > lesson.cards.len() {
        return Ok(redirect(&urls::card(lesson, lesson.cards.len())));
    }
    if let Some(acting) = reader.acting() {
        let key = LessonKey::of(lesson);
        house.db.write::<_, DbFault, _>(async move |tx| service::keep_card(tx, acting, &key, seen).await).await?;
    }
    let next = if seen == lesson.cards.len() { urls::tried(lesson) } else { urls::card(lesson, seen + 1) };
    with_sitting(redirect(&next), &house, &reader)
}

/// Notes how long somebody under 18 has been learning.
fn with_sitting(answer: HttpResponse, house: &House, reader: &Reader) -> Answer {
    let now = house.clock().now();
    if !reader.is_minor(now) {
        return Ok(answer);
    }
    with_cookie(answer, house, (SITTING_COOKIE, Sitting::after(reader.sitting, now).to_text(), 1))
}

/// `GET /courses/{code}/{lesson}/done`: what was learnt, whether it is kept, and what comes next.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such lesson.
pub async fn finished(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, path: Path<(String, String)>) -> Answer {
    let (course, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    let marks = marks_of(&house, &shelf, &reader).await?;
    let state = match reader.session {
        None => Kept::Visitor,
        Some(_) if marks.progress.has_finished(&lesson.id) => Kept::Yes,
        Some(_) => Kept::NotYet,
    };
    let marks = if state == Kept::Yes { marks } else { as_if_read(course, lesson, state, marks) };
    let step = marks.next_in(course);
    html(&FinishedPage::new(reader.page(&house, ui), shelf.edition(), (course, lesson), &step, state))
}

/// `POST /courses/{code}/{lesson}/done`: keeps a lesson that was gone through before signing in.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such lesson; what the database answers.
pub async fn keep_finished(
    reader: Reader,
    _posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    path: Path<(String, String)>,
) -> Answer {
    let (_, lesson) = find_lesson(&shelf, &path.0, &path.1)?;
    finish(&reader, &house, lesson).await?;
    Ok(redirect(&urls::finished(lesson)))
}

/// Keeps that a lesson was gone through, for who is signed in.
pub(super) async fn finish(reader: &Reader, house: &House, lesson: &Lesson) -> Result<(), AppError> {
    let Some(acting) = reader.acting() else { return Ok(()) };
    let (key, standing) = (LessonKey::of(lesson), reader.standing(house.clock().now()));
    house.db.write::<_, assessment::Error, _>(async move |tx| service::finish_lesson(tx, acting, &standing, &key).await).await?;
    Ok(())
}
