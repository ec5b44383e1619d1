//! A supervised session on a box, for those who are tested: begun once they were let, answered from one device, handed in.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::exam_rules::{Seat, Step};
use super::exam_service::{self, Whom};
use super::exam_views::{SitPage, sit_path};
use super::room::Open;
use super::routes::{Answer, answered_in, learner_of, led_to, page_of};
use super::views::QuestionPage;
use crate::assessment::Link;
use crate::db::{DbFault, Tx};
use crate::error::AppError;
use crate::hall::{AnswerFields, KitExam, KitQuestion};
use crate::i18n::Message;
use crate::kernel::{Chance, ExamId, LearnerId, Timestamp, digest_of};
use crate::web::{FieldError, Filled, House, Page, Posted, Ui, html, html_with, keep_cookie, redirect};

/// The cookie of the device on which a paper was begun; it ends with the browser.
const SEAT: &str = "seat";

fn hash_of(secret: &str) -> String {
    digest_of(&[secret.as_bytes()]).to_string()
}

/// The hash of the secret that this browser holds.
fn held(request: &HttpRequest) -> Option<String> {
    request.cookie(SEAT).map(|cookie| hash_of(cookie.value()))
}

/// A session for which somebody is put down.
fn exam_of(open: &Open, learner: LearnerId, id: ExamId) -> Result<&KitExam, AppError> {
    let is_theirs = |exam: &&KitExam| exam.candidates.iter().any(|one| one.id == learner);
    open.exam(id).filter(is_theirs).ok_or(AppError::NotFound)
}

/// The questions of somebody's paper; none before it was opened.
fn questions_of(open: &Open, (exam, learner): Whom<'_>) -> Vec<KitQuestion> {
    let papers = open.papers(exam.id);
    let own = papers.as_ref().and_then(|papers| papers.iter().find(|paper| paper.person == learner));
    own.map(|paper| paper.questions.clone()).unwrap_or_default()
}

fn left_words(page: &Page, whom: Whom<'_>, seat: &Seat, now: Timestamp) -> String {
    let left = seat.begun_at.map(|at| exam_service::hours_of(whom).left(at, now));
    left.map(|minutes| page.t1("box-exam-left", "minutes", minutes)).unwrap_or_default()
}

/// How it stands while the session was not ended, as the key of its words.
fn says(open: &Open, whom: Whom<'_>, (seat, is_here): (&Seat, bool), now: Timestamp) -> &'static str {
    let (exam, learner) = whom;
    if seat.step() == Step::Done {
        "box-exam-finished"
    } else if exam.way(learner).is_some_and(|way| way.is_by_hand) {
        "exams-own-by-hand"
    } else if exam_service::hours_of(whom).is_over(seat, now) {
        "exams-time-over"
    } else if open.papers(exam.id).is_none() {
        "box-exam-closed"
    } else if is_here {
        "exams-own-here"
    } else if seat.is_allowed {
        "exams-own-allowed"
    } else if seat.begun_at.is_some() {
        "box-exam-again-please"
    } else {
        "box-exam-wait"
    }
}

/// `GET /sit/{exam}`: one's own supervised test.
///
/// # Errors
/// Not found where one is not put down.
pub async fn sit(request: HttpRequest, id: Path<ExamId>, ui: Ui, house: Data<House>) -> Answer {
    let (open, learner) = match learner_of(&house, &request) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let exam = exam_of(&open, learner, *id)?;
    let (whom, page, now) = ((exam, learner), page_of(&house, ui), house.clock().now());
    exam_service::close_over(&house, &open).await?;
    let seat = exam_service::find_seat(house.db.read(), &open, whom).await?;
    let count = questions_of(&open, whom).len();
    let is_here = seat.is_here(held(&request).as_deref()) && count > 0;
    let answers = exam_service::find_answers(house.db.read(), &open, whom).await?;
    let is_ended = exam_service::find_end(house.db.read(), &open, *id).await?.is_some();
    let is_over = is_ended && seat.step() != Step::Done;
    let key = if is_over { "box-exam-over" } else { says(&open, whom, (&seat, is_here), now) };
    html(&SitPage {
        title: exam.title.clone(),
        href: sit_path(*id),
        says: page.t(key),
        left: if is_here { left_words(&page, whom, &seat, now) } else { String::new() },
        may_begin: key == "exams-own-allowed",
        questions: if is_here { answered(&answers, count) } else { Vec::new() },
        page,
    })
}

fn answered(answers: &BTreeMap<usize, AnswerFields>, count: usize) -> Vec<(usize, bool)> {
    (1..=count).map(|position| (position, answers.contains_key(&position))).collect()
}

/// `POST /sit/{exam}`: begins (`doing=begin`), hands in (`hand-in`). Where that cannot be, the page says how it stands.
///
/// # Errors
/// As [`sit`].
pub async fn act_on_sitting(request: HttpRequest, id: Path<ExamId>, posted: Posted, house: Data<House>) -> Answer {
    let (open, learner) = match learner_of(&house, &request) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    exam_of(&open, learner, *id)?;
    match posted.fields.get("doing") {
        "begin" => begun((&house, &open), (*id, learner), held(&request), &posted).await,
        "hand-in" => {
            exam_service::close_over(&house, &open).await?;
            let (exam, held) = (*id, held(&request));
            let work = async move |tx: &Tx| {
                let Some(exam) = open.exam(exam) else { return Ok::<Result<(), &'static str>, DbFault>(Ok(())) };
                exam_service::hand_in(tx, &open, (exam, learner), held.as_deref()).await
            };
            // Refused or not: the page says how it stands.
            let _done = house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await?;
            Ok(redirect(&sit_path(*id)))
        }
        _ => Err(AppError::Malformed("doing")),
    }
}

async fn begun(
    (house, open): (&House, &Arc<Open>),
    (id, learner): (ExamId, LearnerId),
    held: Option<String>,
    posted: &Posted,
) -> Answer {
    let exam = exam_of(open, learner, id)?;
    let count = questions_of(open, (exam, learner)).len();
    if count == 0 {
        return Ok(redirect(&sit_path(id)));
    }
    exam_service::close_over(house, open).await?;
    let secret = hex::encode(Chance::secret::<32>());
    let (for_write, fresh) = (Arc::clone(open), hash_of(&secret));
    let work = async move |tx: &Tx| {
        let Some(exam) = for_write.exam(id) else { return Ok::<Result<bool, &'static str>, DbFault>(Ok(false)) };
        exam_service::begin(tx, &for_write, (exam, learner), (held.as_deref(), &fresh)).await
    };
    match house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await? {
        Ok(true) => {
            let answers = exam_service::find_answers(house.db.read(), open, (exam, learner)).await?;
            let first = (1..=count).find(|position| !answers.contains_key(position));
            let to = first.map_or_else(|| sit_path(id), |position| format!("{}/{position}", sit_path(id)));
            Ok(led_to(&to, &keep_cookie(SEAT, secret, None, false)))
        }
        Ok(false) | Err(_) => Ok(redirect(&sit_path(id))),
    }
}

/// A question, with what was answered to it.
async fn draw(
    (house, open): (&House, &Open),
    page: Page,
    (whom, seat, position): (Whom<'_>, &Seat, usize),
    (status, form, wrong): (StatusCode, Filled, &'static str),
) -> Answer {
    let questions = questions_of(open, whom);
    let asked = position.checked_sub(1).and_then(|at| questions.get(at)).ok_or(AppError::NotFound)?;
    let answers = exam_service::find_answers(house.db.read(), open, whom).await?;
    let given = answers.get(&position).cloned().unwrap_or_default();
    let (here, count) = (sit_path(whom.0.id), questions.len());
    let next = if position < count {
        Link::new(format!("{here}/{}", position + 1), page.t("exams-next-question"))
    } else {
        Link::new(here.clone(), page.t("exams-to-check"))
    };
    let back = (position > 1).then(|| Link::new(format!("{here}/{}", position - 1), page.t("exams-question-before")));
    let words = if wrong.is_empty() { String::new() } else { page.t(wrong) };
    let question = asked.question(format!("{here}/{position}"), &given, form, words).back(back).go(Some(next));
    let left = left_words(&page, whom, seat, house.clock().now());
    let view = QuestionPage {
        title: format!("{} · {left}", whom.0.title),
        position,
        count,
        question: Some(question),
        hand_in: String::new(),
        helpers: Vec::new(),
        form: Filled::default(),
        missing: 0,
        page,
    };
    html_with(status, &view)
}

/// `GET /sit/{exam}/{position}`: one question, on the device that has begun.
///
/// # Errors
/// Not found where there is none.
pub async fn sit_question(request: HttpRequest, path: Path<(ExamId, usize)>, ui: Ui, house: Data<House>) -> Answer {
    let (open, learner) = match learner_of(&house, &request) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let exam = exam_of(&open, learner, path.0)?;
    exam_service::close_over(&house, &open).await?;
    let seat = exam_service::find_seat(house.db.read(), &open, (exam, learner)).await?;
    if !seat.is_here(held(&request).as_deref()) || open.papers(path.0).is_none() {
        return Ok(redirect(&sit_path(path.0)));
    }
    let whole = (StatusCode::OK, Filled::default(), "");
    draw((&house, &open), page_of(&house, ui), ((exam, learner), &seat, path.1), whole).await
}

/// `POST /sit/{exam}/{position}`: keeps one answer.
///
/// # Errors
/// As [`sit_question`].
pub async fn take_sitting(request: HttpRequest, path: Path<(ExamId, usize)>, posted: Posted, house: Data<House>) -> Answer {
    let (open, learner) = match learner_of(&house, &request) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let (id, position, held) = (path.0, path.1, held(&request));
    let exam = exam_of(&open, learner, id)?;
    exam_service::close_over(&house, &open).await?;
    let seat = exam_service::find_seat(house.db.read(), &open, (exam, learner)).await?;
    let questions = questions_of(&open, (exam, learner));
    if !seat.is_here(held.as_deref()) || questions.is_empty() {
        return Ok(redirect(&sit_path(id)));
    }
    let asked = position.checked_sub(1).and_then(|at| questions.get(at)).ok_or(AppError::NotFound)?;
    let Some(answer) = asked.answer_in(&answered_in(&posted)) else {
        let form = Filled::wrong(posted.fields, vec![FieldError::new("q", Message::of("answer-missing"))]);
        let again = (StatusCode::UNPROCESSABLE_ENTITY, form, "answer-missing");
        return draw((&house, &open), page_of(&house, posted.ui), ((exam, learner), &seat, position), again).await;
    };
    let for_write = Arc::clone(&open);
    let work = async move |tx: &Tx| {
        let Some(exam) = for_write.exam(id) else { return Ok::<Result<(), &'static str>, DbFault>(Ok(())) };
        exam_service::keep_answer(tx, &for_write, (exam, learner), (held.as_deref(), position, &answer)).await
    };
    let kept = house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await?;
    let to = if kept.is_ok() && position < questions.len() { format!("{}/{}", sit_path(id), position + 1) } else { sit_path(id) };
    Ok(redirect(&to))
}
