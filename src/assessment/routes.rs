//! The pages of unit tests: what the test is, one question after the other, a look over everything, the result.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::attempt::{Sheet, State};
use super::views::{CheckPage, CourseHead, FailedPage, PassedPage, QuestionPage, StartPage};
use super::{Entry, Error, Shown, forms, service, urls};
use crate::curriculum::model::Course;
use crate::curriculum::{Chosen, CourseCode, KeptChoice, Shelf};
use crate::error::AppError;
use crate::identity::{Learner, Session};
use crate::kernel::{AttemptId, Chance, Group};
use crate::recognition;
use crate::recordings::{Voices, item_voices};
use crate::web::{House, Page, Posted, Tab, Ui, html, html_with, redirect};

/// `GET /courses/{code}/test`: what the test is, and the way into it.
///
/// # Errors
/// Not found; faults.
pub async fn show_start(
    Learner(session): Learner,
    code: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let course = course_of(&shelf, &code)?;
    let state = service::state_of(house.db.read(), &shelf, session.acting.learner, &course.code.to_string()).await?;
    html(&StartPage::new(page_of(&house, ui, &session), &shelf, course, &state))
}

/// `POST /courses/{code}/test`: begins, or goes on with what is open.
///
/// # Errors
/// Not found; faults.
pub async fn begin(
    Learner(session): Learner,
    code: Path<String>,
    request: HttpRequest,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let code = course_of(&shelf, &code)?.code;
    let groups = groups_of(&session, &request, &shelf);
    let (acting, shelf) = (session.acting, shelf);
    let seed = Chance::fresh_seed();
    let begun = house
        .db
        .write_for(posted.ui.request, async move |tx| service::start(tx, &acting, &shelf, code, &groups, seed).await)
        .await;
    match begun {
        Ok(attempt) => Ok(redirect(&urls::go_on(attempt))),
        // The page of the test says which lesson comes first.
        Err(Error::LessonFirst) => Ok(redirect(&urls::start(code))),
        Err(error) => Err(error.into()),
    }
}

/// `GET /tests/{attempt}`: to the first question without an answer, or to the look over everything.
///
/// # Errors
/// Not found; faults.
pub async fn go_on(Learner(session): Learner, attempt: Path<AttemptId>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let sheet = service::get_sheet(house.db.read(), session.acting.learner, *attempt).await?;
    Ok(match sheet.first_open() {
        _ if !sheet.attempt.is_open() => redirect(&urls::result(*attempt)),
        Some(position) => redirect(&urls::question(*attempt, position)),
        None => redirect(&urls::check(*attempt)),
    })
}

/// `GET /tests/{attempt}/{position}`: one question, with the answer that is kept.
///
/// # Errors
/// Not found; faults.
pub async fn show_question(
    Learner(session): Learner,
    path: Path<(AttemptId, usize)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let (attempt, position) = path.into_inner();
    let sheet = service::get_sheet(house.db.read(), session.acting.learner, attempt).await?;
    if !sheet.attempt.is_open() {
        return Ok(redirect(&urls::result(attempt)));
    }
    let entry = sheet.given(position).map_or(Entry::Blank, |given| Entry::Kept(given.clone()));
    let page = page_of(&house, ui, &session);
    let page = draw_question(page, &house, &shelf, &sheet, (position, entry), &voices).await?;
    html(&page)
}

/// `POST /tests/{attempt}/{position}`: keeps one answer.
///
/// # Errors
/// Not found; faults.
pub async fn keep_answer(
    Learner(session): Learner,
    path: Path<(AttemptId, usize)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
    voices: Voices,
) -> Result<HttpResponse, AppError> {
    let (id, position) = path.into_inner();
    let acting = session.acting;
    let attempt = service::get_attempt(house.db.read(), acting.learner, id).await?;
    if !attempt.is_open() {
        return Ok(redirect(&urls::result(id)));
    }
    let item = service::get_item(house.db.read(), &shelf, &attempt, position).await?;
    let given = match forms::read_answer(&Shown::of(&item, attempt.seed, position), &posted.fields) {
        Ok(given) => given,
        Err(errors) => {
            let entry = Entry::Wrong(posted.fields, errors);
            let sheet = service::get_sheet(house.db.read(), acting.learner, id).await?;
            let page = page_of(&house, posted.ui, &session);
            let page = draw_question(page, &house, &shelf, &sheet, (position, entry), &voices).await?;
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let request = posted.ui.request;
    let kept = house.db.write_for(request, async move |tx| service::answer(tx, &acting, id, position, &given).await).await;
    match kept {
        Ok(()) => Ok(redirect(&urls::question(id, position))),
        Err(Error::Closed) => Ok(redirect(&urls::result(id))),
        Err(error) => Err(error.into()),
    }
}

/// `GET /tests/{attempt}/check`: all answers, and which are missing, before they are handed in.
///
/// # Errors
/// Not found; faults.
pub async fn show_check(
    Learner(session): Learner,
    attempt: Path<AttemptId>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let sheet = service::get_sheet(house.db.read(), session.acting.learner, *attempt).await?;
    if !sheet.attempt.is_open() {
        return Ok(redirect(&urls::result(*attempt)));
    }
    let items = service::get_items(house.db.read(), &shelf, &sheet.attempt).await?;
    html(&CheckPage::new(page_of(&house, ui, &session), head_of(&shelf, &sheet)?, &sheet, &items))
}

/// `POST /tests/{attempt}/hand-in`: grades and, where it passes, has it recognised.
///
/// # Errors
/// Not found; faults.
pub async fn finish(
    Learner(session): Learner,
    attempt: Path<AttemptId>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let attempt = attempt.into_inner();
    let standing = session.standing(i64::from(house.clock().now().day().year()));
    let (acting, shelf) = (session.acting, shelf);
    let org = session.authority.organisation_name.clone();
    let most = Some(session.authority.passes_per_hour).filter(|most| *most > 0);
    house
        .db
        .write_for(posted.ui.request, async move |tx| {
            service::hand_in(tx, &acting, &shelf, attempt, (&org, most), &standing).await
        })
        .await?;
    Ok(redirect(&urls::result(attempt)))
}

/// `GET /tests/{attempt}/result`: what was earned, or what went well and where to look again.
///
/// # Errors
/// Not found; faults.
pub async fn show_result(
    Learner(session): Learner,
    attempt: Path<AttemptId>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (learner, db) = (session.acting.learner, house.db.read());
    let sheet = service::get_sheet(db, learner, *attempt).await?;
    let head = head_of(&shelf, &sheet)?;
    let page = page_of(&house, ui, &session);
    match sheet.attempt.state {
        State::Open => Ok(redirect(&urls::go_on(*attempt))),
        State::Ended => Ok(redirect(&urls::start(head.code))),
        State::Passed => {
            let items = service::get_items(db, &shelf, &sheet.attempt).await?;
            let passbook = recognition::passbook_of(db, learner).await.map_err(Error::from)?;
            html(&PassedPage::new(page, &shelf, head, (&sheet, &items), &passbook))
        }
        State::Failed => {
            let items = service::get_items(db, &shelf, &sheet.attempt).await?;
            let state = service::state_of(db, &shelf, learner, &sheet.attempt.unit).await?;
            html(&FailedPage::new(page, &shelf, head, (&sheet, &items), &state))
        }
    }
}

async fn draw_question(
    page: Page,
    house: &House,
    shelf: &Shelf,
    sheet: &Sheet,
    (position, entry): (usize, Entry),
    voices: &Voices,
) -> Result<QuestionPage, AppError> {
    let item = service::get_item(house.db.read(), shelf, &sheet.attempt, position).await?;
    let voices = item_voices(voices, shelf, &item, page.lang());
    let drawn = QuestionPage::new(page, head_of(shelf, sheet)?, sheet, &item, (position, entry));
    Ok(QuestionPage { question: drawn.question.voices(voices), ..drawn })
}

fn course_of<'a>(shelf: &'a Shelf, code: &str) -> Result<&'a Course, AppError> {
    let code = CourseCode::parse(code).ok_or(AppError::NotFound)?;
    shelf.course(code).filter(|course| course.is_complete()).ok_or(AppError::NotFound)
}

fn head_of(shelf: &Shelf, sheet: &Sheet) -> Result<CourseHead, AppError> {
    let code = CourseCode::parse(&sheet.attempt.unit).ok_or(AppError::NotFound)?;
    shelf.course(code).map(CourseHead::of).ok_or(AppError::NotFound)
}

fn page_of(house: &House, ui: Ui, session: &Session) -> Page {
    Page::new(house, ui, Tab::Learn).of(Some(session.who()))
}

/// The groups whose items suit this person: the same whose lessons are theirs.
fn groups_of(session: &Session, request: &HttpRequest, shelf: &Shelf) -> Vec<Group> {
    let account = KeptChoice { points: session.start_point.as_deref(), pathway: session.pathway.as_deref() };
    let cookie = |name: &str| request.cookie(name).map(|cookie| cookie.value().to_owned());
    Chosen::read(account, &session.groups, cookie).lesson_groups(&shelf.start_points().points)
}
