//! A supervised session on a box, for the two who invigilate it.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::duty_routes::{desk_of, says_who, who_page};
use super::exam_rules::{Seat, Step};
use super::exam_service::{self, Act, Noted, Whom};
use super::exam_views::{Choices, ExamPage, ExamSeatPage, SeatRow, exam_path, time_words};
use super::room::Open;
use super::routes::{Answer, Asked, page_of, room};
use crate::db::{DbFault, Tx};
use crate::error::AppError;
use crate::exams::{Sight, categories, read_by_hand, read_note, sights};
use crate::hall::{KitExam, KitPerson, in_fours};
use crate::i18n::Message;
use crate::kernel::{Digest, ExamId, LearnerId, Timestamp};
use crate::web::{FieldError, FieldErrors, Filled, House, Page, Posted, Ui, html_with, redirect};

fn seat_path(id: ExamId, number: usize) -> String {
    format!("/exam/{id}/{number}")
}

fn said_words(page: &Page, said: &str) -> String {
    match said {
        "opened" => page.t("box-exam-said-opened"),
        "ended" => page.t("box-exam-said-ended"),
        "noted" => page.t("exams-said-noted"),
        "came" => page.t("exams-said-came"),
        "seen" => page.t("exams-said-seen"),
        "declared" => page.t("exams-said-declared"),
        "allowed" => page.t("box-exam-said-allowed"),
        "collected" => page.t("box-exam-said-collected"),
        _ => String::new(),
    }
}

/// `GET /exam/{exam}`: who is there, and how far each has come. With `at=who` it is asked anew which of the two it is.
///
/// # Errors
/// What the database answers.
pub async fn exam(request: HttpRequest, id: Path<ExamId>, asked: Query<Asked>, ui: Ui, house: Data<House>) -> Answer {
    let (open, me) = match desk_of(&house, &request, *id) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let page = page_of(&house, ui);
    let said = said_words(&page, &asked.said);
    let Some(me) = me.filter(|_| asked.at != "who") else {
        return who_page(&open, page, *id, (StatusCode::OK, Filled::default(), said));
    };
    exam_page((&house, &open, me), page, *id, (StatusCode::OK, Filled::default(), said)).await
}

fn name_of(exam: &KitExam, id: LearnerId) -> String {
    let found = exam.invigilators.iter().chain(&exam.candidates).find(|one| one.id == id);
    found.map(|one| one.name.clone()).unwrap_or_default()
}

/// Whether there is time for a candidate whose paper is not in.
fn is_due(whom: Whom<'_>, seat: &Seat, now: Timestamp) -> bool {
    seat.step() != Step::Done && !exam_service::hours_of(whom).is_over(seat, now)
}

/// Whether a candidate waits for the other one of the two alone.
fn is_the_others(whom: Whom<'_>, seat: &Seat, me: LearnerId) -> bool {
    let is_mine = match exam_service::step_of(whom, seat) {
        Step::Came => exam_service::may_see(whom, me),
        Step::Seen => exam_service::are_declared(whom.0, seat),
        _ => true,
    };
    !is_mine && seat.declared.contains(&me)
}

/// Who comes next for one of the two: those who are there before those who are not.
fn next_of(exam: &KitExam, seats: &[Seat], (me, now): (LearnerId, Timestamp)) -> Option<(usize, String)> {
    let waits = |wanted: &[Step]| {
        let mut all = (1..).zip(exam.candidates.iter().zip(seats));
        let found = all.find(|(_, (person, seat))| {
            let whom = (exam, person.id);
            wanted.contains(&exam_service::step_of(whom, seat)) && is_due(whom, seat, now) && !is_the_others(whom, seat, me)
        });
        found.map(|(number, (person, _))| (number, person.name.clone()))
    };
    waits(&[Step::Came, Step::Seen]).or_else(|| waits(&[Step::Away]))
}

/// Whether somebody's paper is in, and nobody's is to come.
fn is_all_in(exam: &KitExam, seats: &[Seat], now: Timestamp) -> bool {
    let mut all = exam.candidates.iter().map(|person| (exam, person.id)).zip(seats);
    seats.iter().any(|seat| seat.step() == Step::Done) && !all.any(|(whom, seat)| is_due(whom, seat, now))
}

/// The code of an end (收尾码), four letters and digits at a time.
async fn code_of(open: &Arc<Open>, end: Digest) -> Result<Vec<String>, AppError> {
    let open = Arc::clone(open);
    let code = actix_web::web::block(move || open.end_code(&end)).await.map_err(|_| AppError::Busy)?;
    code.map(|code| in_fours(&code)).ok_or_else(|| AppError::Fault("the code of an end".to_owned()))
}

async fn exam_page(
    (house, open, me): (&House, &Arc<Open>, LearnerId),
    page: Page,
    id: ExamId,
    (status, form, said): (StatusCode, Filled, String),
) -> Answer {
    exam_service::close_over(house, open).await?;
    let exam = open.exam(id).ok_or(AppError::NotFound)?;
    let seats = exam_service::list_seats(house.db.read(), open, exam).await?;
    let noted = exam_service::list_noted(house.db.read(), open, id).await?;
    let row = |(number, (person, seat)): (usize, (&KitPerson, &Seat))| SeatRow {
        href: seat_path(id, number),
        what: person.name.clone(),
        note: page.t2("box-person-note", ("tail", &person.tail), ("code", open.code_of(person.id).unwrap_or_default())),
        mark: page.t(exam_service::step_of((exam, person.id), seat).key()),
    };
    let line = |one: &Noted| {
        let about = one.person.map_or_else(|| page.t("exams-whole"), |person| name_of(exam, person));
        let what = page.t(&format!("exams-category-{}", one.category));
        let when = format!("{} {}", Timestamp::from_ms(one.at).to_clock_text(), name_of(exam, one.by));
        (when, format!("{about} · {what} {}", one.words).trim_end().to_owned())
    };
    let end = match exam_service::find_end(house.db.read(), open, id).await? {
        Some(end) => Some(code_of(open, end).await?),
        None => None,
    };
    let now = house.clock().now();
    let all = || exam.candidates.iter().map(move |person| (exam, person.id)).zip(&seats);
    let count = |step: Step| all().filter(|(whom, seat)| exam_service::step_of(*whom, seat) == step).count();
    let counted = |step: Step| (page.t(step.key()), page.t1("exams-count", "count", count(step)));
    let view = ExamPage {
        title: exam.title.clone(),
        time: time_words(page.lang(), exam),
        href: exam_path(id),
        me: name_of(exam, me),
        is_open: open.papers(id).is_some(),
        counts: Step::ALL.into_iter().map(counted).collect(),
        rows: (1..).zip(exam.candidates.iter().zip(&seats)).map(row).collect(),
        is_all_in: is_all_in(exam, &seats, now),
        end,
        next: next_of(exam, &seats, (me, now)).map(|(number, name)| (seat_path(id, number), name)),
        log: noted.iter().map(line).collect(),
        categories: categories(&page),
        form,
        said,
        page,
    };
    html_with(status, &view)
}

/// `POST /exam/{exam}`: which of the two it is (`doing=who`), the words that open the papers (`open`), something to be noted (`note`), the end of it
/// (`end`).
///
/// # Errors
/// Not found where it is none of the two; what the database answers.
pub async fn act_on_exam(request: HttpRequest, id: Path<ExamId>, posted: Posted, house: Data<House>) -> Answer {
    let (open, me) = match desk_of(&house, &request, *id) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let doing = posted.fields.get("doing").to_owned();
    if doing == "who" {
        return says_who((&house, &open), *id, posted);
    }
    let Some(me) = me else { return Ok(redirect(&exam_path(*id))) };
    let done = match doing.as_str() {
        "open" => opened(&house, &open, *id, &posted).await?,
        "note" => noted((&house, &open, me), (*id, None), &posted).await?,
        "end" => ended((&house, &open, me), *id, &posted).await?,
        _ => return Err(AppError::Malformed("doing")),
    };
    match done {
        Ok(said) => Ok(redirect(&format!("{}?said={said}", exam_path(*id)))),
        Err(errors) => {
            let (page, form) = (page_of(&house, posted.ui), Filled::wrong(posted.fields, errors));
            exam_page((&house, &open, me), page, *id, (StatusCode::UNPROCESSABLE_ENTITY, form, String::new())).await
        }
    }
}

/// What was done, as the next page says it; or what is to be mended.
type Said = Result<Result<&'static str, FieldErrors>, AppError>;

fn wrong(field: &'static str, key: &'static str) -> Said {
    Ok(Err(vec![FieldError::new(field, Message::of(key))]))
}

async fn opened(house: &House, open: &Arc<Open>, id: ExamId, posted: &Posted) -> Said {
    let (count, all) = KitExam::typed(posted.fields.get("papers"));
    if count != all {
        // A slip costs no try.
        let message = Message::of("box-exam-papers-count").with("all", all).with("count", count);
        return Ok(Err(vec![FieldError::new("papers", message)]));
    }
    let (tries, now) = (room(house), house.clock().now());
    if !tries.may_try(now) {
        return wrong("papers", "box-exam-papers-tries");
    }
    let (for_open, words) = (Arc::clone(open), posted.fields.get("papers").to_owned());
    let opened = actix_web::web::block(move || for_open.open_papers(id, &words)).await.map_err(|_| AppError::Busy)?;
    if opened {
        tries.forget_tries();
        return Ok(Ok("opened"));
    }
    wrong("papers", "box-exam-papers-wrong")
}

async fn noted(
    (house, open, me): (&House, &Arc<Open>, LearnerId),
    (exam, person): (ExamId, Option<LearnerId>),
    posted: &Posted,
) -> Said {
    let (category, words) = match read_note(&posted.fields) {
        Ok(note) => note,
        Err(errors) => return Ok(Err(errors)),
    };
    let (once, for_write, at) = (posted.once()?, Arc::clone(open), house.clock().now().ms());
    let note = Noted { exam, person, category: category.code().to_owned(), words, by: me, at };
    let work = async move |tx: &Tx| exam_service::note(tx, &for_write, once.as_str(), &note).await;
    match house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await? {
        Ok(()) => Ok(Ok("noted")),
        Err(key) => wrong("words", key),
    }
}

/// The session is ended on this box: nothing more of it is taken down here, so it is asked once more; in other words where not all are through.
async fn ended((house, open, me): (&House, &Arc<Open>, LearnerId), id: ExamId, posted: &Posted) -> Said {
    exam_service::close_over(house, open).await?;
    let exam = open.exam(id).ok_or(AppError::NotFound)?.clone();
    if open.papers(id).is_none() {
        // With the class's password alone nobody ends the session of others.
        return wrong("papers", "box-exam-open-first");
    }
    if posted.fields.get("sure") != "yes" {
        let seats = exam_service::list_seats(house.db.read(), open, &exam).await?;
        let is_all_in = is_all_in(&exam, &seats, house.clock().now());
        return wrong("sure", if is_all_in { "box-exam-end-all-in" } else { "box-exam-end-sure" });
    }
    let for_write = Arc::clone(open);
    let work = async move |tx: &Tx| exam_service::end(tx, &for_write, (&exam, me)).await;
    match house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await? {
        Ok(()) => Ok(Ok("ended")),
        Err(key) => wrong("sure", key),
    }
}

fn candidate(exam: &KitExam, number: usize) -> Result<&KitPerson, AppError> {
    number.checked_sub(1).and_then(|at| exam.candidates.get(at)).ok_or(AppError::NotFound)
}

/// `GET /exam/{exam}/{position}`: a candidate, by their place on the list.
///
/// # Errors
/// Not found where there is none.
pub async fn seat(request: HttpRequest, path: Path<(ExamId, usize)>, asked: Query<Asked>, ui: Ui, house: Data<House>) -> Answer {
    let (open, me) = match desk_of(&house, &request, path.0) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let Some(me) = me else { return Ok(redirect(&exam_path(path.0))) };
    let page = page_of(&house, ui);
    let said = said_words(&page, &asked.said);
    seat_page((&house, &open, me), page, (path.0, path.1), (StatusCode::OK, Filled::default(), said)).await
}

/// How far a session has come on a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Its papers are closed: it is taken down who came, and nothing in the name of one of the two alone.
    Closed,
    /// Its papers are open.
    Open,
    /// It was ended.
    Ended,
}

/// What comes next for one of the two, and how it stands in words.
fn stands(whom: Whom<'_>, (seat, phase): (&Seat, Phase), me: LearnerId) -> (&'static str, &'static str) {
    let step = exam_service::step_of(whom, seat);
    match step {
        Step::Done => ("", step.key()),
        _ if phase == Phase::Ended => ("", "box-exam-ended"),
        Step::Away => ("come", step.key()),
        Step::Came | Step::Seen | Step::Ready | Step::Answering if phase == Phase::Closed => ("", "box-exam-open-first"),
        Step::Came if !exam_service::may_see(whom, me) => ("", "exams-no-checker"),
        Step::Came => ("see", step.key()),
        Step::Seen if !exam_service::are_declared(whom.0, seat) => ("", "exams-next-declare"),
        Step::Seen if exam_service::is_by_hand(whom) => ("keep", "exams-next-keep"),
        Step::Seen => ("allow", step.key()),
        Step::Ready => ("begin", "box-exam-ready-what"),
        Step::Answering => ("answer", step.key()),
    }
}

fn facts(page: &Page, open: &Open, (exam, person): (&KitExam, &KitPerson), (seat, now): (&Seat, Timestamp)) -> Choices {
    let clock = |ms: i64| Timestamp::from_ms(ms).to_clock_text();
    let hours = exam_service::hours_of((exam, person.id));
    let way = exam.way(person.id);
    let left = seat.begun_at.filter(|_| seat.handed_at.is_none()).map(|at| hours.left(at, now));
    let declared = |has: bool| {
        let those = exam.invigilators.iter().filter(|one| seat.declared.contains(&one.id) == has);
        Some(those.map(|one| one.name.as_str()).collect::<Vec<_>>().join("、")).filter(|names| !names.is_empty())
    };
    let lines = [
        ("exams-card-tail", Some(person.tail.clone()).filter(|tail| !tail.is_empty())),
        ("box-code", open.code_of(person.id).map(str::to_owned)),
        ("exams-declared", declared(true)),
        ("exams-undeclared", declared(false).filter(|_| seat.handed_at.is_none())),
        ("exams-sight", seat.sight.as_ref().map(|kind| page.t(&format!("exams-sight-{kind}")))),
        ("exams-form", way.filter(|way| way.is_by_hand).map(|_| page.t("box-exam-by-hand"))),
        ("exams-extra", way.filter(|way| way.extra_minutes > 0).map(|way| way.extra_minutes.to_string())),
        ("exams-aids", way.filter(|way| way.is_read_aloud).map(|_| page.t("exams-aid-aloud"))),
        ("exams-aids", way.filter(|way| way.is_assisted).map(|_| page.t("exams-aid-hand"))),
        ("box-exam-begun", seat.begun_at.map(clock)),
        ("box-exam-time", left.map(|minutes| page.t1("box-exam-left", "minutes", minutes))),
        ("box-exam-handed", seat.handed_at.map(clock)),
    ];
    lines.into_iter().filter_map(|(key, words)| Some((page.t(key), words?))).collect()
}

async fn seat_page(
    (house, open, me): (&House, &Arc<Open>, LearnerId),
    page: Page,
    (id, number): (ExamId, usize),
    (status, form, said): (StatusCode, Filled, String),
) -> Answer {
    exam_service::close_over(house, open).await?;
    let exam = open.exam(id).ok_or(AppError::NotFound)?;
    let person = candidate(exam, number)?;
    let seat = exam_service::find_seat(house.db.read(), open, (exam, person.id)).await?;
    let phase = match (exam_service::find_end(house.db.read(), open, id).await?, open.papers(id)) {
        (Some(_), _) => Phase::Ended,
        (None, Some(_)) => Phase::Open,
        (None, None) => Phase::Closed,
    };
    let (next, key) = stands((exam, person.id), (&seat, phase), me);
    let view = ExamSeatPage {
        title: exam.title.clone(),
        back: exam_path(id),
        href: seat_path(id, number),
        name: person.name.clone(),
        stands: page.t(key),
        next,
        has_declared: phase != Phase::Open || seat.declared.contains(&me) || seat.step() == Step::Done,
        is_ended: phase == Phase::Ended,
        facts: facts(&page, open, (exam, person), (&seat, house.clock().now())),
        sights: sights(&page),
        categories: categories(&page),
        form,
        said,
        page,
    };
    html_with(status, &view)
}

/// What a form says about a candidate, with the words of the next page.
fn act_in(posted: &Posted) -> Result<Result<(Act, &'static str), FieldErrors>, AppError> {
    let fields = &posted.fields;
    Ok(Ok(match fields.get("doing") {
        "came" => (Act::Came, "came"),
        "seen" => match Sight::from_code(fields.get("kind")) {
            Some(kind) => (Act::Seen(kind.code().to_owned()), "seen"),
            None => return Ok(Err(vec![FieldError::new("kind", Message::of("exams-sight-choose"))])),
        },
        "declare" => (Act::Declared, "declared"),
        "allow" => (Act::Allowed(posted.once()?.as_str().to_owned()), "allowed"),
        "collect" => (Act::Collected, "collected"),
        "by-hand" => match read_by_hand(fields) {
            Ok((points, words)) => (Act::ByHand(points, words), "noted"),
            Err(errors) => return Ok(Err(errors)),
        },
        _ => return Err(AppError::Malformed("doing")),
    }))
}

/// `POST /exam/{exam}/{position}`: what `doing` says about a candidate.
///
/// # Errors
/// As [`seat`].
pub async fn act_on_seat(request: HttpRequest, path: Path<(ExamId, usize)>, posted: Posted, house: Data<House>) -> Answer {
    let (open, me) = match desk_of(&house, &request, path.0) {
        Ok(found) => found,
        Err(away) => return Ok(redirect(away)),
    };
    let Some(me) = me else { return Ok(redirect(&exam_path(path.0))) };
    let (id, number) = (path.0, path.1);
    let person = candidate(open.exam(id).ok_or(AppError::NotFound)?, number)?.id;
    let done = if posted.fields.get("doing") == "note" {
        noted((&house, &open, me), (id, Some(person)), &posted).await?
    } else {
        acted((&house, &open, me), (id, person), &posted).await?
    };
    match done {
        Ok(said) => Ok(redirect(&format!("{}?said={said}", seat_path(id, number)))),
        Err(errors) => {
            let (page, form) = (page_of(&house, posted.ui), Filled::wrong(posted.fields, errors));
            let again = (StatusCode::UNPROCESSABLE_ENTITY, form, String::new());
            seat_page((&house, &open, me), page, (id, number), again).await
        }
    }
}

async fn acted((house, open, me): (&House, &Arc<Open>, LearnerId), (id, person): (ExamId, LearnerId), posted: &Posted) -> Said {
    let (act, said) = match act_in(posted)? {
        Ok(act) => act,
        Err(errors) => return Ok(Err(errors)),
    };
    // Whoever lets somebody begin must have opened the papers: the time would run without a question. Nor is a result kept before, or anything that
    // one of the two says for themselves: it takes the two, and until then nobody has shown which of them it is.
    if open.papers(id).is_none() {
        match act {
            Act::Allowed(_) => return wrong("step", "box-exam-not-open"),
            Act::ByHand(..) => return wrong("step", "box-exam-not-open-hand"),
            Act::Seen(_) | Act::Declared | Act::Collected => return wrong("step", "box-exam-open-first"),
            Act::Came => {}
        }
    }
    let for_write = Arc::clone(open);
    let work = async move |tx: &Tx| {
        let Some(exam) = for_write.exam(id) else { return Ok::<Result<(), &'static str>, DbFault>(Ok(())) };
        exam_service::act(tx, &for_write, (exam, person), (me, &act)).await
    };
    match house.db.write_for::<_, DbFault, _>(posted.ui.request, work).await? {
        Ok(()) => Ok(Ok(said)),
        Err(key) => wrong("step", key),
    }
}
