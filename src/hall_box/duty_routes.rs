//! Which of the two who invigilate it is, at a device of a session on a box. Once the papers are open each shows it by their own half of the words: what
//! stands in somebody's name from then on nobody else has said for them.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;

use super::exam_views::{ExamWhoPage, exam_path};
use super::room::{Holder, Open};
use super::routes::{Answer, cookie, holder_of, led_to, page_of, room};
use crate::error::AppError;
use crate::hall::KitExam;
use crate::i18n::Message;
use crate::kernel::{ExamId, LearnerId};
use crate::web::{FieldError, Filled, House, Page, Posted, html_with, id_in, keep_cookie};

/// The cookie of one of the two who has shown that it is they; it ends with the browser, and with the box.
const DUTY: &str = "duty";

/// The opened kit, and which of the two it is, none where that is to be said or shown first; else where they have to go.
pub(super) fn desk_of(house: &House, request: &HttpRequest, id: ExamId) -> Result<(Arc<Open>, Option<LearnerId>), &'static str> {
    let open = room(house).open().ok_or("/")?;
    let who = match holder_of(request, &open) {
        Some(Holder::Keeper) => None,
        Some(Holder::Operator(who) | Holder::Invigilator(who)) => Some(who),
        _ => return Err("/"),
    };
    let exam = open.exam(id).ok_or("/class")?;
    let me = who.filter(|who| exam.invigilators.iter().any(|one| one.id == *who));
    let is_shown = |who: LearnerId| request.cookie(DUTY).is_some_and(|duty| open.is_on_duty(duty.value(), (id, who)));
    let me = me.filter(|who| open.papers(id).is_none() || is_shown(*who));
    Ok((open, me))
}

/// It is asked which of the two it is; with their half of the words, once the papers are open.
pub(super) fn who_page(open: &Open, page: Page, id: ExamId, (status, form, said): (StatusCode, Filled, String)) -> Answer {
    let exam = open.exam(id).ok_or(AppError::NotFound)?;
    let people = exam.invigilators.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    let (title, href, asks_half) = (exam.title.clone(), exam_path(id), open.papers(id).is_some());
    html_with(status, &ExamWhoPage { page, title, href, people, asks_half, form, said })
}

/// `doing=who`: one of the two says who they are, and shows it.
pub(super) fn says_who((house, open): (&House, &Open), id: ExamId, posted: Posted) -> Answer {
    let exam = open.exam(id).ok_or(AppError::NotFound)?;
    // Read once: they may be opened meanwhile.
    let is_open = open.papers(id).is_some();
    if is_open && let Some(error) = stands_against(open, exam, &posted) {
        let (page, form) = (page_of(house, posted.ui), Filled::wrong(posted.fields, vec![error]));
        return who_page(open, page, id, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new()));
    }
    let who: LearnerId = id_in(posted.fields.get("invigilator"))?;
    if exam.invigilators.iter().all(|one| one.id != who) {
        return Err(AppError::NotFound);
    }
    let holder = if open.operator(who).is_some() { Holder::Operator(who) } else { Holder::Invigilator(who) };
    let mut answer = led_to(&exam_path(id), &cookie(open, holder));
    if is_open {
        let duty = keep_cookie(DUTY, open.duty_cookie(id, who), None, false);
        answer.add_cookie(&duty).map_err(|error| AppError::Fault(error.to_string()))?;
    }
    Ok(answer)
}

/// What is to be mended before somebody is who they say, once the papers are open. Tries are not counted: eight letters are not found by trying, and whoever
/// would use up the tries would keep the two from their work.
fn stands_against(open: &Open, exam: &KitExam, posted: &Posted) -> Option<FieldError> {
    let (who, half) = (posted.fields.get("invigilator"), posted.fields.get("papers"));
    if who.is_empty() {
        return Some(FieldError::new("invigilator", Message::of("exams-invigilator-choose")));
    }
    let (count, all) = KitExam::typed_half(half);
    if count != all {
        return Some(FieldError::new("papers", Message::of("box-exam-half-count").with("all", all).with("count", count)));
    }
    let is_theirs = who.parse::<LearnerId>().is_ok_and(|who| open.is_own_half(exam.id, (who, half)));
    (!is_theirs).then(|| FieldError::new("papers", Message::of("box-exam-half-wrong")))
}
