//! One's own supervised tests: where and when, one question after the other, what came of it, an appeal.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::{beside, facts_of, write};
use crate::assessment::{Entry, Link, Question, Setting as Asked, Shown, read_answer};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::exams::service::{self, Own};
use crate::exams::views::{
    OwnExamPage, OwnExamsPage, QuestionPage, Row, Step, course_path, own_path, percent, stands_key, time_words, title_of,
};
use crate::exams::{Error, Exam, Form, Outcome, Paper, forms};
use crate::identity::{Learner, Secret, Session};
use crate::kernel::{Chance, Digest, ExamId, Permille};
use crate::recordings::{Voices, item_voices};
use crate::web::{Filled, House, Page, Posted, Tab, Ui, cookie_name, html, html_with, id_in, keep_cookie, redirect};

/// The cookie of the device on which a paper was begun; it ends with the browser.
const DEVICE: &str = "exam";

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Learn).of(Some(session.who()))
}

/// The hash of the secret that this browser holds.
fn held(request: &HttpRequest, house: &House) -> Option<Digest> {
    let cookie = request.cookie(&cookie_name(DEVICE, house.config.is_https()))?;
    Secret::parse(cookie.value()).map(|secret| secret.hash())
}

fn is_here(paper: &Paper, held: Option<&Digest>) -> bool {
    paper.device.is_some() && paper.device.as_ref() == held && paper.handed_in_at.is_none()
}

/// `GET /exams`.
///
/// # Errors
/// What the database answers.
pub async fn own_exams(
    Learner(session): Learner,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (held, now) = (held(&request, &house), house.clock().now());
    let all = service::list_own(house.db.read(), &session.accounts()).await?;
    let page = page_of(&house, ui, &session);
    let row = |(exam, paper): &(Exam, Paper)| Row {
        href: own_path(exam.id),
        what: shelf.title_of(&exam.unit),
        note: time_words(page.lang(), exam),
        mark: page.t(stands_key((exam, paper), is_here(paper, held.as_ref()), now)),
    };
    html(&OwnExamsPage { rows: all.iter().map(row).collect(), page })
}

/// `GET /exams/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where one is not put down.
pub async fn own_exam(
    Learner(session): Learner,
    id: Path<String>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let held = held(&request, &house);
    let page = page_of(&house, ui, &session);
    own_page((&house, &session, &shelf), page, (id_in(&id)?, held), (StatusCode::OK, Filled::default())).await
}

async fn own_page(
    (house, session, shelf): (&House, &Session, &Shelf),
    page: Page,
    (id, held): (ExamId, Option<Digest>),
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let now = house.clock().now();
    let own = service::find_own(house.db.read(), &house.keys, &session.accounts(), (id, now)).await?;
    let is_on = own.is_on(now);
    let is_here = is_here(&own.paper, held.as_ref()) && is_on;
    let facts = facts_of(house, &page, shelf, &own.exam).await?;
    let first = own.answered.iter().position(|is_answered| !is_answered);
    let is_on_screen = own.paper.setting.form == Form::Screen;
    let may_begin = own.paper.is_allowed && is_on_screen && is_on;
    let step = match (is_here, first) {
        (true, Some(at)) => Step::GoOn(at + 1),
        (true, None) => Step::HandIn,
        (false, _) if may_begin => Step::Begin,
        (false, _) => Step::Read,
    };
    let view = OwnExamPage {
        title: title_of(&facts.title),
        says: page.t(stands_key((&own.exam, &own.paper), is_here, now)),
        more: more(&page, &own, Permille::of(shelf.edition().manifest.assessment.pass_permille, 1_000)),
        questions: if is_here { (1..).zip(own.answered.iter().copied()).collect() } else { Vec::new() },
        again: is_to_repeat(&own.paper).then(|| course_path(shelf, &own.exam.unit)),
        may_appeal: own.may_appeal,
        facts,
        form,
        step,
        page,
    };
    html_with(status, &view)
}

/// Whether the course may be looked at again: everybody knows by now that it did not pass, or does not count.
fn is_to_repeat(paper: &Paper) -> bool {
    paper.passed.is_some() && matches!(paper.outcome(), Outcome::Failed | Outcome::Void)
}

/// What is said besides: the score and what is asked for, why it does not count, the appeal and its answer.
fn more(page: &Page, own: &Own, pass: Permille) -> Vec<String> {
    let mut more = Vec::new();
    if own.paper.passed.is_some() {
        let is_by_appeal = own.appeal.as_ref().is_some_and(|(appeal, _, _)| appeal.is_better == Some(true));
        let says = |score| {
            if is_by_appeal {
                page.t1("exams-own-score-appeal", "score", percent(score))
            } else {
                page.t2("exams-own-score", ("score", percent(score)), ("pass", percent(pass)))
            }
        };
        more.extend(own.paper.score.map(says));
        let void = own.paper.verdict.as_ref().and_then(|verdict| verdict.void);
        if let (Outcome::Void, Some(reason)) = (own.paper.outcome(), void) {
            more.push(page.t1("exams-own-void-why", "why", page.t(&format!("exams-own-reason-{}", reason.code()))));
            more.extend((!own.verdict.is_empty()).then(|| own.verdict.clone()));
        }
        if own.paper.outcome() == Outcome::Passed {
            more.push(page.t(if own.paper.entered_at.is_some() { "exams-own-entered" } else { "exams-own-to-enter" }));
        }
    }
    if let Some((appeal, ground, answer)) = &own.appeal {
        more.push(page.t1("exams-own-appeal", "words", ground));
        more.push(match appeal.is_better {
            None => page.t("exams-own-appeal-waits"),
            Some(_) => page.t1("exams-own-appeal-answer", "words", answer),
        });
    }
    more
}

/// `POST /exams/{id}`: begins (`doing=begin`), hands in (`hand-in`), appeals (`appeal`).
///
/// # Errors
/// As [`own_exam`]; what the service refuses.
pub async fn act(
    Learner(session): Learner,
    id: Path<String>,
    request: HttpRequest,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let id: ExamId = id_in(&id)?;
    let (accounts, held) = (session.accounts(), held(&request, &house));
    service::find_own(house.db.read(), &house.keys, &accounts, (id, house.clock().now())).await?;
    match posted.fields.get("doing") {
        "begin" => {
            let (fresh, seed, groups) = (Secret::fresh(), Chance::fresh_seed(), session.groups.clone());
            let (hash, for_write) = (fresh.hash(), shelf.clone());
            let own = accounts.clone();
            let work =
                async move |tx: &Tx| service::begin(tx, &for_write, (&own, &groups), id, (held.as_ref(), &hash, seed)).await;
            let is_new = write(&house, &posted, work).await?;
            let begun = service::find_own(house.db.read(), &house.keys, &accounts, (id, house.clock().now())).await?;
            let mut answer = match begun.answered.iter().position(|is_answered| !is_answered) {
                Some(at) => redirect(&format!("{}/questions/{}", own_path(id), at + 1)),
                None => redirect(&own_path(id)),
            };
            if is_new {
                let cookie = keep_cookie(DEVICE, fresh.to_text(), None, house.config.is_https());
                answer.add_cookie(&cookie).map_err(|error| AppError::Fault(error.to_string()))?;
            }
            Ok(answer)
        }
        "hand-in" => {
            let work = async move |tx: &Tx| service::hand_in(tx, &accounts, id, held.as_ref()).await;
            write(&house, &posted, work).await?;
            Ok(redirect(&own_path(id)))
        }
        "appeal" => {
            let again = async |errors| {
                let form = Filled::wrong(posted.fields.clone(), errors);
                let page = page_of(&house, posted.ui.clone(), &session);
                own_page((&house, &session, &shelf), page, (id, held), (StatusCode::UNPROCESSABLE_ENTITY, form)).await
            };
            let words = match forms::words(&posted.fields, "ground") {
                Ok(words) => words,
                Err(errors) => return again(errors).await,
            };
            let keys = house.keys.clone();
            let work = async move |tx: &Tx| service::appeal(tx, &keys, &accounts, (id, &words)).await;
            match write(&house, &posted, work).await {
                Ok(()) => Ok(redirect(&own_path(id))),
                Err(error) => again(beside(error, "ground")?).await,
            }
        }
        _ => Err(AppError::Malformed("doing")),
    }
}

/// `GET /exams/{id}/questions/{position}`.
///
/// # Errors
/// [`AppError::NotFound`] where there is none.
pub async fn question(
    Learner(session): Learner,
    path: Path<(String, usize)>,
    request: HttpRequest,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let (id, position): (ExamId, usize) = (id_in(&path.0)?, path.1);
    let now = house.clock().now();
    let own = service::find_own(house.db.read(), &house.keys, &session.accounts(), (id, now)).await?;
    if !own.is_on(now) || !is_here(&own.paper, held(&request, &house).as_ref()) {
        return Ok(redirect(&own_path(id)));
    }
    let page = page_of(&house, ui, &session);
    question_page((&house, &shelf, &voices), page, (&own, position), (StatusCode::OK, None)).await
}

async fn question_page(
    (house, shelf, voices): (&House, &Shelf, &Voices),
    page: Page,
    (own, position): (&Own, usize),
    (status, entry): (StatusCode, Option<Entry>),
) -> Result<HttpResponse, AppError> {
    let (item, given) = service::question_at(house.db.read(), shelf, (&own.paper, position)).await?;
    let begun = own.paper.begun.as_ref().ok_or(AppError::NotFound)?;
    let entry = entry.unwrap_or_else(|| given.map_or(Entry::Blank, Entry::Kept));
    let (here, count) = (own_path(own.exam.id), begun.items.len());
    let address = |position: usize| format!("{here}/questions/{position}");
    let next = if position < count {
        Link::new(address(position + 1), page.t("exams-next-question"))
    } else {
        Link::new(here.clone(), page.t("exams-to-check"))
    };
    let before = (position > 1).then(|| Link::new(address(position - 1), page.t("exams-question-before")));
    let shown = Shown::of(&item, begun.seed, position);
    let drawn = Question::new(&shown, Asked::Test, page.lang(), address(position), entry);
    let question = drawn.go(Some(next)).back(before).voices(item_voices(voices, shelf, &item, page.lang()));
    html_with(status, &QuestionPage { page, back: here, question, position, count })
}

/// `POST /exams/{id}/questions/{position}`: keeps one answer, of the device that has begun.
///
/// # Errors
/// As [`question`]; [`AppError::Changed`] from another device, or where it is over.
pub async fn answer(
    Learner(session): Learner,
    path: Path<(String, usize)>,
    request: HttpRequest,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let (id, position): (ExamId, usize) = (id_in(&path.0)?, path.1);
    let (accounts, held) = (session.accounts(), held(&request, &house));
    let own = service::find_own(house.db.read(), &house.keys, &accounts, (id, house.clock().now())).await?;
    if !is_here(&own.paper, held.as_ref()) {
        return Err(if own.paper.handed_in_at.is_some() { Error::Closed } else { Error::OtherDevice }.into());
    }
    let (item, _) = service::question_at(house.db.read(), &shelf, (&own.paper, position)).await?;
    let seed = own.paper.begun.as_ref().map(|begun| begun.seed).ok_or(AppError::NotFound)?;
    let given = match read_answer(&Shown::of(&item, seed, position), &posted.fields) {
        Ok(given) => given,
        Err(errors) => {
            let entry = Some(Entry::Wrong(posted.fields.clone(), errors));
            let page = page_of(&house, posted.ui, &session);
            let again = (StatusCode::UNPROCESSABLE_ENTITY, entry);
            return question_page((&house, &shelf, &voices), page, (&own, position), again).await;
        }
    };
    let work = async move |tx: &Tx| service::answer(tx, &accounts, (id, position, &given), held.as_ref()).await;
    write(&house, &posted, work).await?;
    Ok(redirect(&format!("{}/questions/{position}", own_path(id))))
}
