//! The pages of a box: plain forms over the hall's own network, no script, no TLS.

use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;

use super::exam_rules::Step;
use super::exam_views::{exam_path, listed, sit_path};
use super::room::{BoxRoom, Holder, Open};
use super::views::{ClassPage, DoorPage, EnrolPage, HandOverPage, LaterPage, OperatorsPage, PersonRow, QuestionPage, TestsPage};
use super::{exam_service, service};
use crate::assessment::Link;
use crate::db::{DbFault, Tx};
use crate::enrolment;
use crate::error::AppError;
use crate::hall::{AnswerFields, KitClass, KitQuestion, KitTest};
use crate::i18n::Message;
use crate::kernel::{AttemptId, ClassId, LearnerId};
use crate::places::PlaceCode;
use crate::web::{FieldError, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, keep_cookie, redirect};

/// The cookie of whoever is in.
const COOKIE: &str = "hall";
/// What is chosen where nobody helped.
const NO_HELP: &str = "none";

pub(super) type Answer = Result<HttpResponse, AppError>;

/// What a link to these pages may carry.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub(super) class: String,
    #[serde(default)]
    pub(super) said: String,
    #[serde(default)]
    pub(super) at: String,
}

pub(super) fn page_of(house: &House, ui: Ui) -> Page {
    Page::new(house, ui, Tab::Elsewhere)
}

pub(super) fn room(house: &House) -> BoxRoom {
    house.rooms.get::<BoxRoom>()
}

pub(super) fn holder_of(request: &HttpRequest, open: &Open) -> Option<Holder> {
    open.holder(request.cookie(COOKIE)?.value())
}

pub(super) fn cookie(open: &Open, holder: Holder) -> Cookie<'static> {
    keep_cookie(COOKIE, open.cookie(holder), None, false)
}

pub(super) fn led_to(path: &str, cookie: &Cookie<'_>) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).cookie(cookie.clone()).finish()
}

/// The opened kit and the volunteer at hand; else where they have to go first.
fn operator_of(house: &House, request: &HttpRequest) -> Result<(Arc<Open>, LearnerId), &'static str> {
    let open = room(house).open().ok_or("/")?;
    match holder_of(request, &open) {
        Some(Holder::Operator(id)) => Ok((open, id)),
        Some(Holder::Keeper | Holder::Invigilator(_)) => Err("/operator"),
        _ => Err("/"),
    }
}

/// The opened kit and the volunteer or invigilator at hand; else where they have to go first.
fn staff_of(house: &House, request: &HttpRequest) -> Result<(Arc<Open>, LearnerId), &'static str> {
    let open = room(house).open().ok_or("/")?;
    match holder_of(request, &open) {
        Some(Holder::Operator(id) | Holder::Invigilator(id)) => Ok((open, id)),
        Some(Holder::Keeper) => Err("/operator"),
        _ => Err("/"),
    }
}

pub(super) fn learner_of(house: &House, request: &HttpRequest) -> Result<(Arc<Open>, LearnerId), &'static str> {
    let open = room(house).open().ok_or("/")?;
    match holder_of(request, &open) {
        Some(Holder::Learner(id)) => Ok((open, id)),
        _ => Err("/"),
    }
}

/// What a helper gives where somebody has to go elsewhere first.
macro_rules! or_away {
    ($found:expr) => {
        match $found {
            Ok(found) => found,
            Err(away) => return Ok(redirect(away)),
        }
    };
}

/// `GET /`: the door. Whoever is in is led to their page; with `at=door` they stay at the door, so that somebody else can come in.
///
/// # Errors
/// Where the page cannot be drawn.
pub async fn door(request: HttpRequest, asked: Query<Asked>, ui: Ui, house: Data<House>) -> Answer {
    let open = room(&house).open();
    let holder = open.as_ref().filter(|_| asked.at != "door").and_then(|open| holder_of(&request, open));
    match holder {
        Some(Holder::Keeper | Holder::Invigilator(_)) => Ok(redirect("/operator")),
        Some(Holder::Operator(_)) => Ok(redirect("/class")),
        Some(Holder::Learner(_)) => Ok(redirect("/paper")),
        None => html(&DoorPage { page: page_of(&house, ui), form: Filled::default(), is_locked: open.is_none() }),
    }
}

/// `POST /unlock`: the class's password.
///
/// # Errors
/// Faults.
pub async fn unlock(posted: Posted, house: Data<House>) -> Answer {
    let (room, password) = (room(&house), posted.fields.get("password").to_owned());
    let opened = actix_web::web::block(move || room.unlock(&password)).await.map_err(|_| AppError::Busy)?;
    match opened {
        Some(open) => Ok(led_to("/operator", &cookie(&open, Holder::Keeper))),
        None => {
            let form = Filled::wrong(Fields::default(), vec![FieldError::new("password", Message::of("box-password-wrong"))]);
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &DoorPage { page: page_of(&house, posted.ui), form, is_locked: true })
        }
    }
}

/// `GET /operator`: which volunteer it is.
///
/// # Errors
/// Where the page cannot be drawn.
pub async fn operators(request: HttpRequest, ui: Ui, house: Data<House>) -> Answer {
    let Some(open) = room(&house).open() else { return Ok(redirect("/")) };
    if !matches!(holder_of(&request, &open), Some(Holder::Keeper | Holder::Operator(_) | Holder::Invigilator(_))) {
        return Ok(redirect("/"));
    }
    let people = open.kit.operators.iter().map(|one| (one.id.to_string(), one.name.clone())).collect();
    let page = page_of(&house, ui);
    html(&OperatorsPage { exams: listed(&open, page.lang()), people, page })
}

/// `POST /operator`.
///
/// # Errors
/// Not found where there is no such volunteer.
pub async fn operator(request: HttpRequest, posted: Posted, house: Data<House>) -> Answer {
    let Some(open) = room(&house).open() else { return Ok(redirect("/")) };
    if !matches!(holder_of(&request, &open), Some(Holder::Keeper | Holder::Operator(_) | Holder::Invigilator(_))) {
        return Ok(redirect("/"));
    }
    let id: LearnerId = posted.fields.get("operator").parse().map_err(|_| AppError::NotFound)?;
    if open.operator(id).is_none() {
        return Err(AppError::NotFound);
    }
    let for_write = Arc::clone(&open);
    let work = async move |tx: &Tx| service::keep_opener(tx, &for_write, id).await;
    house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await?;
    Ok(led_to("/class", &cookie(&open, Holder::Operator(id))))
}

/// `POST /lock`: the class is over; whoever comes next types the password.
///
/// # Errors
/// None but those of the form.
pub async fn lock(request: HttpRequest, _posted: Posted, house: Data<House>) -> Answer {
    drop(or_away!(staff_of(&house, &request)));
    room(&house).lock();
    Ok(redirect("/"))
}

/// The session shown: the one asked for, else the one that is on or comes next.
fn shown<'k>(open: &'k Open, asked: &str, now_ms: i64) -> Option<&'k KitClass> {
    let wanted = asked.parse::<ClassId>().ok().and_then(|id| open.class(id));
    wanted.or_else(|| open.kit.classes.iter().find(|class| class.hours.1 > now_ms)).or_else(|| open.kit.classes.last())
}

/// What is said of somebody's task, and whether the volunteer at hand may say that they saw it: `seen` are those who have said so.
fn task_of(class: &KitClass, seen: &[LearnerId], operator: LearnerId) -> (&'static str, bool) {
    match seen.len() {
        _ if class.course.is_empty() => ("", false),
        0 => ("", true),
        count if count < usize::from(class.witnesses) => ("box-did-one", !seen.contains(&operator)),
        _ => ("box-did", false),
    }
}

/// `GET /class`: who is there.
///
/// # Errors
/// What the database answers.
pub async fn class(request: HttpRequest, asked: Query<Asked>, ui: Ui, house: Data<House>) -> Answer {
    let (open, operator) = or_away!(operator_of(&house, &request));
    let (db, page) = (house.db.read(), page_of(&house, ui));
    let class = shown(&open, &asked.class, house.clock().now().ms());
    let (came, did) = (service::names_of(db, "came").await?, service::names_of(db, "did").await?);
    let row = |class: &KitClass, id: LearnerId| {
        let person = open.person(id)?;
        let code = open.code_of(id).unwrap_or_default();
        let born = person.born.map(|year| page.t1("box-person-born", "year", year));
        let (words, may_witness) = task_of(class, &service::seen_by(&open, &did, (class.id, id)), operator);
        let note = page.t2("box-person-note", ("tail", &person.tail), ("code", code));
        Some(PersonRow {
            id: id.to_string(),
            name: person.name.clone(),
            note: born.into_iter().chain([note]).collect::<Vec<_>>().join(" · "),
            came: came.contains(&service::came_name(&open, class.id, id)),
            did: words,
            may_witness,
        })
    };
    let rows: Vec<PersonRow> =
        class.map(|class| class.people.iter().filter_map(|id| row(class, *id)).collect()).unwrap_or_default();
    let (came, expected) = rows.into_iter().partition(|row| row.came);
    let enrolled = service::list_enrolled(db, &open).await?;
    let said = match asked.said.as_str() {
        "came" => Some(page.t("box-said-came")),
        "did" => Some(page.t("box-said-did")),
        "enrolled" => Some(page.t("box-said-enrolled")),
        _ => None,
    };
    html(&ClassPage {
        classes: open.kit.classes.iter().map(|class| (class.id.to_string(), format!("{} {}", class.title, class.time))).collect(),
        class: class.map(|class| (class.id.to_string(), class.title.clone(), class.time.clone())),
        expected,
        came,
        enrolled: enrolled.into_iter().map(|(card, name)| page.t2("box-enrolled", ("name", name), ("card", card))).collect(),
        exams: listed(&open, page.lang()),
        waiting: service::waiting(db).await?,
        said,
        page,
    })
}

/// `POST /class`: somebody came, or did the task.
///
/// # Errors
/// Not found where session or person are none of the kit's.
pub async fn doing(request: HttpRequest, posted: Posted, house: Data<House>) -> Answer {
    let (open, operator) = or_away!(operator_of(&house, &request));
    let class: ClassId = posted.fields.get("class").parse().map_err(|_| AppError::NotFound)?;
    let person: LearnerId = posted.fields.get("person").parse().map_err(|_| AppError::NotFound)?;
    let is_known = open.class(class).is_some_and(|class| class.people.contains(&person));
    if !is_known {
        return Err(AppError::NotFound);
    }
    let what = posted.fields.get("doing").to_owned();
    let for_write = Arc::clone(&open);
    let work = async move |tx: &Tx| match what.as_str() {
        "came" => service::came(tx, &for_write, operator, class, person).await.map(|_| "came"),
        "did" => service::witnessed(tx, &for_write, operator, (class, person)).await.map(|_| "did"),
        _ => Ok(""),
    };
    match house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await? {
        "" => Err(AppError::Malformed("doing")),
        said => Ok(redirect(&format!("/class?class={class}&said={said}"))),
    }
}

/// The ways of agreeing, as the desk's form has them.
pub(super) fn ways(page: &Page) -> Vec<(&'static str, String)> {
    [("spoken", "identity-consent-spoken"), ("paper", "identity-consent-paper"), ("witness", "identity-consent-witness")]
        .map(|(code, key)| (code, page.t(key)))
        .into()
}

fn enrol_page(house: &House, ui: Ui, class: String, (status, form): (StatusCode, Filled)) -> Answer {
    let page = page_of(house, ui);
    html_with(status, &EnrolPage { ways: ways(&page), class, form, page })
}

/// `GET /enrol`.
///
/// # Errors
/// Where the page cannot be drawn.
pub async fn enrol_form(request: HttpRequest, asked: Query<Asked>, ui: Ui, house: Data<House>) -> Answer {
    drop(or_away!(operator_of(&house, &request)));
    enrol_page(&house, ui, asked.class.clone(), (StatusCode::OK, Filled::default()))
}

/// `POST /enrol`: somebody new, held against the same rules as at the desk.
///
/// # Errors
/// What the database answers.
pub async fn enrol(request: HttpRequest, posted: Posted, house: Data<House>) -> Answer {
    let (open, operator) = or_away!(operator_of(&house, &request));
    let class = posted.fields.get("class").to_owned();
    let place = PlaceCode::parse(&open.kit.place).ok_or_else(|| AppError::Fault("the kit's place".to_owned()))?;
    if let Err(errors) = enrolment::read_form(&posted.fields, place, house.clock().now().day()) {
        let form = Filled::wrong(posted.fields, errors);
        return enrol_page(&house, posted.ui, class, (StatusCode::UNPROCESSABLE_ENTITY, form));
    }
    let kept = ["name", "year", "phone", "nophone", "consent"];
    let fields: AnswerFields = kept.iter().map(|name| ((*name).to_owned(), posted.fields.get(name).to_owned())).collect();
    let once = posted.once()?;
    let to = open.class(class.parse().unwrap_or(ClassId::from_uuid(uuid::Uuid::nil()))).map(|class| class.id);
    let work = async move |tx: &Tx| service::enrol(tx, &open, operator, (once.as_str(), to), &fields).await;
    house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await?;
    Ok(redirect(&format!("/class?class={class}&said=enrolled")))
}

/// `GET /hand-over`.
///
/// # Errors
/// What the database answers.
pub async fn hand_over(request: HttpRequest, ui: Ui, house: Data<House>) -> Answer {
    let (open, me) = or_away!(staff_of(&house, &request));
    exam_service::close_over(&house, &open).await?;
    let (waiting, has_class) = (service::waiting(house.db.read()).await?, open.operator(me).is_some());
    let unended = exam_service::list_unended(house.db.read(), &open).await?;
    let unended = unended.into_iter().map(|exam| (exam_path(exam.id), exam.title.clone())).collect();
    html(&HandOverPage { page: page_of(&house, ui), waiting, has_class, unended })
}

/// `POST /hand-over`: the next file for the stick; with `all=yes` from the beginning.
///
/// # Errors
/// What the database answers.
pub async fn give_out(request: HttpRequest, posted: Posted, house: Data<House>) -> Answer {
    let (open, _) = or_away!(staff_of(&house, &request));
    let from = (posted.fields.get("all") == "yes").then_some(1);
    let Some((pack, last)) = service::pack_of(&house, &open, from).await? else { return Ok(redirect("/hand-over")) };
    service::mark_handed(&house, last).await?;
    let name = format!("attachment; filename=\"hall-{}-{last}.pack\"", open.kit.device);
    Ok(HttpResponse::Ok().insert_header((header::CONTENT_DISPOSITION, name)).content_type("application/octet-stream").body(pack))
}

/// `POST /learn`: somebody comes in by the digits that the volunteer reads to them.
///
/// # Errors
/// Where the page cannot be drawn.
pub async fn learn(posted: Posted, house: Data<House>) -> Answer {
    let Some(open) = room(&house).open() else { return Ok(redirect("/")) };
    let digits: String = posted.fields.get("code").chars().filter(char::is_ascii_digit).collect();
    if let Some(learner) = open.learner_by(&digits) {
        return Ok(led_to("/paper", &cookie(&open, Holder::Learner(learner))));
    }
    let form = Filled::wrong(posted.fields, vec![FieldError::new("code", Message::of("box-code-wrong"))]);
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &DoorPage { page: page_of(&house, posted.ui), form, is_locked: false })
}

/// `GET /paper`: one's own tests.
///
/// # Errors
/// What the database answers.
pub async fn tests(request: HttpRequest, ui: Ui, house: Data<House>) -> Answer {
    let (open, learner) = or_away!(learner_of(&house, &request));
    let mut tests = Vec::new();
    for test in open.kit.tests.iter().filter(|test| test.person == learner) {
        let is_in = service::is_handed_in(house.db.read(), &open, test.attempt).await?;
        tests.push((format!("/paper/{}/1", test.attempt), test.title.clone(), is_in));
    }
    let courses = open.kit.classes.iter().filter(|class| !class.course.is_empty() && class.people.contains(&learner));
    let mut courses: Vec<(String, String)> =
        courses.map(|class| (format!("/courses/{}", class.course), class.title.clone())).collect();
    courses.dedup();
    let name = open.person(learner).map(|person| person.name.clone()).unwrap_or_default();
    exam_service::close_over(&house, &open).await?;
    let mut exams = Vec::new();
    for exam in open.kit.exams.iter().filter(|exam| exam.candidates.iter().any(|one| one.id == learner)) {
        let seat = exam_service::find_seat(house.db.read(), &open, (exam, learner)).await?;
        exams.push((sit_path(exam.id), exam.title.clone(), seat.step() == Step::Done));
    }
    html(&TestsPage { page: page_of(&house, ui), name, tests, exams, courses })
}

fn test_of(open: &Open, learner: LearnerId, attempt: AttemptId) -> Result<&KitTest, AppError> {
    open.test(learner, attempt).ok_or(AppError::NotFound)
}

async fn draw(
    house: &House,
    ui: Ui,
    open: &Open,
    (test, position): (&KitTest, usize),
    (status, form, wrong): (StatusCode, Filled, &'static str),
) -> Answer {
    let (page, db) = (page_of(house, ui), house.db.read());
    let (mut missing, mut answered) = (0, Vec::new());
    if position <= test.questions.len() {
        answered = service::find_answer(db, open, test.attempt, position).await?.unwrap_or_default();
    } else {
        // Behind the last question it is said how many are open.
        for at in 1..=test.questions.len() {
            missing += usize::from(service::find_answer(db, open, test.attempt, at).await?.is_none());
        }
    }
    let address = |position: usize| format!("/paper/{}/{position}", test.attempt);
    let words = if wrong.is_empty() { String::new() } else { page.t(wrong) };
    let of_hand_in = form.clone();
    let question = position.checked_sub(1).and_then(|at| test.questions.get(at)).map(|question| {
        let back = (position > 1).then(|| Link::new(address(position - 1), page.t("box-question-back")));
        let go = (!answered.is_empty()).then(|| Link::new(address(position + 1), page.t("box-question-next")));
        question.question(address(position), &answered, form, words).back(back).go(go)
    });
    let view = QuestionPage {
        title: test.title.clone(),
        position,
        count: test.questions.len(),
        question,
        hand_in: format!("/paper/{}/hand-in", test.attempt),
        helpers: helpers(&page, open, test.person),
        form: of_hand_in,
        missing,
        page,
    };
    html_with(status, &view)
}

/// `GET /paper/{attempt}/{position}`: one question; behind the last one, handing in.
///
/// # Errors
/// Not found where it is somebody else's.
pub async fn question(request: HttpRequest, path: Path<(AttemptId, usize)>, ui: Ui, house: Data<House>) -> Answer {
    let (open, learner) = or_away!(learner_of(&house, &request));
    let test = test_of(&open, learner, path.0)?;
    if path.1 == 0 || path.1 > test.questions.len() + 1 {
        return Err(AppError::NotFound);
    }
    if service::is_handed_in(house.db.read(), &open, test.attempt).await? {
        return Ok(redirect("/paper"));
    }
    draw(&house, ui, &open, (test, path.1), (StatusCode::OK, Filled::default(), "")).await
}

/// The fields of a form that may answer a question.
pub(super) fn answered_in(posted: &Posted) -> Vec<(String, String)> {
    let names = std::iter::once("q").chain(KitQuestion::LINES);
    names.flat_map(|name| posted.fields.all(name).map(move |value| (name.to_owned(), value.to_owned()))).collect()
}

/// `POST /paper/{attempt}/{position}`: keeps one answer.
///
/// # Errors
/// Not found where it is somebody else's.
pub async fn take_answer(request: HttpRequest, path: Path<(AttemptId, usize)>, posted: Posted, house: Data<House>) -> Answer {
    let (open, learner) = or_away!(learner_of(&house, &request));
    let test = test_of(&open, learner, path.0)?;
    let position = path.1;
    let asked = position.checked_sub(1).and_then(|at| test.questions.get(at)).ok_or(AppError::NotFound)?;
    let Some(answer) = asked.answer_in(&answered_in(&posted)) else {
        let form = Filled::wrong(posted.fields, vec![FieldError::new("q", Message::of("answer-missing"))]);
        return draw(&house, posted.ui, &open, (test, position), (StatusCode::UNPROCESSABLE_ENTITY, form, "answer-missing"))
            .await;
    };
    let (attempt, for_write) = (test.attempt, Arc::clone(&open));
    let work = async move |tx: &Tx| service::keep_answer(tx, &for_write, attempt, position, &answer).await;
    let is_kept = house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await?;
    Ok(redirect(&if is_kept { format!("/paper/{attempt}/{}", position + 1) } else { "/paper".to_owned() }))
}

/// Who may have read aloud or tapped: nobody, or one of the volunteers.
fn helpers(page: &Page, open: &Open, learner: LearnerId) -> Vec<(String, String)> {
    let others = open.helpers_of(learner).map(|one| (one.id.to_string(), page.t1("box-help-by", "name", &one.name)));
    std::iter::once((NO_HELP.to_owned(), page.t("box-help-none"))).chain(others).collect()
}

/// `POST /paper/{attempt}/hand-in`: the test is collected. Whether it was passed the bank says. Whoever has helped is who wrote it down;
/// without help it is whoever has opened the class.
///
/// # Errors
/// Not found where it is somebody else's.
pub async fn hand_in(request: HttpRequest, attempt: Path<AttemptId>, posted: Posted, house: Data<House>) -> Answer {
    let (open, learner) = or_away!(learner_of(&house, &request));
    let test = test_of(&open, learner, *attempt)?.clone();
    if service::is_handed_in(house.db.read(), &open, test.attempt).await? {
        return Ok(redirect("/paper"));
    }
    let help = posted.fields.get("help");
    let said = if help == NO_HELP {
        let opener = service::opener(house.db.read(), &open).await?;
        opener.map(|operator| (operator, false)).ok_or("box-help-nobody-opened")
    } else {
        let helper = open.helpers_of(learner).find(|one| one.id.to_string() == help);
        helper.map(|helper| (helper.id, true)).ok_or("box-help-missing")
    };
    let (operator, assisted) = match said {
        Ok(said) => said,
        Err(key) => {
            let behind = test.questions.len() + 1;
            let form = Filled::wrong(posted.fields, vec![FieldError::new("help", Message::of(key))]);
            return draw(&house, posted.ui, &open, (&test, behind), (StatusCode::UNPROCESSABLE_ENTITY, form, "")).await;
        }
    };
    let work = async move |tx: &Tx| service::hand_in(tx, &open, &test, operator, assisted).await;
    house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await?;
    Ok(redirect("/paper"))
}

/// `GET /passbook`, `/help`, `/me` …: what waits until there is a network.
///
/// # Errors
/// Where the page cannot be drawn.
pub async fn later(ui: Ui, house: Data<House>) -> Answer {
    html(&LaterPage { page: page_of(&house, ui) })
}
