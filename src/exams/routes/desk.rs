//! The sessions of somebody of the staff, and one of them with everything on it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};

use super::confirm::{LISTED, confirmed};
use super::{Said, beside, facts_of, staff_page, write};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::exams::box_views::{BoxNote, ended_words, yours_card};
use crate::exams::service::{self, Desk};
use crate::exams::views::{
    DeskPage, ExamsPage, Row, categories, counts, desk_path, item_words, lines, next_words, rows, session_words,
};
use crate::exams::{Error, Handed, forms, moment_words};
use crate::identity::{self, Finder, Role};
use crate::kernel::ExamId;
use crate::places;
use crate::web::{FieldErrors, Filled, House, Page, Posted, Ui, html, html_with, id_in, redirect};

/// `GET /staff/exams`.
///
/// # Errors
/// What the database answers.
pub async fn exams(finder: Finder, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let all = service::list_exams(db, &finder.scope).await?;
    let places = service::places_of(db, &all.iter().map(|(exam, _)| exam).collect::<Vec<_>>()).await?;
    let page = staff_page(&house, ui, &finder.session);
    let row = |(exam, count): &(crate::exams::Exam, u64)| Row {
        href: desk_path(exam.id),
        what: session_words(page.lang(), &shelf, exam),
        note: places.iter().find(|(id, _)| *id == exam.id).map(|(_, name)| name.clone()).unwrap_or_default(),
        mark: format!("{} · {}", page.t(&format!("exams-stage-{}", exam.stage.code())), page.t1("exams-count", "count", count)),
    };
    html(&ExamsPage { rows: all.iter().map(row).collect(), may_add: finder.scope.has_any(Role::PLANNERS), page })
}

/// `GET /staff/exams/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn exam(
    finder: Finder,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let page = staff_page(&house, ui, &finder.session);
    let said = said.words(&page);
    desk_page((&house, &finder, &shelf), page, id_in(&id)?, (StatusCode::OK, Filled::default(), said)).await
}

async fn desk_page(
    (house, finder, shelf): (&House, &Finder, &Shelf),
    page: Page,
    id: ExamId,
    (status, form, said): (StatusCode, Filled, String),
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let desk = service::desk_of(db, (shelf, &house.keys), &finder.scope, id).await?;
    let (organisation, place_code) = (Some(desk.exam.organisation), desk.exam.place_code.as_str());
    let list = identity::ListOf { what: "exam_list", roles: Role::FINDERS, organisation, place_code };
    let listed = desk.candidates.iter().map(|one| one.paper.learner);
    identity::keep_listed(&house.db, page.ui.request, (&finder.scope, list), listed).await?;
    let asked = |one: &service::Question| item_words(&page, (&one.stem, one.tally));
    let hands: Vec<String> = desk.questions.iter().filter(|one| one.raises).map(asked).collect();
    let open = desk.questions.iter().filter(|one| !one.is_out);
    let (actor, now) = (finder.scope.actor(), house.clock().now());
    // What was written about somebody stands on their page, where it is kept who reads it.
    let noted: Vec<_> = desk.log.iter().map(|one| (one.clone(), one.words.clone().unwrap_or_default())).collect();
    let by: Vec<_> = desk.log.iter().map(|one| one.by).chain(desk.unconfirmed.iter().copied()).collect();
    let names = identity::staff_names_of(db, &house.keys, &by).await?;
    let view = DeskPage {
        facts: facts_of(house, &page, shelf, &desk.exam).await?.with_stage(&page),
        counts: counts(&page, &desk, actor),
        onward: desk.onward((actor, now)),
        next: desk.next_in_need((actor, now), None).map(|(_, one)| next_words(&page, &desk, (one, actor))),
        rows: rows(&page, &desk, actor),
        log: lines(&page, &desk, (&noted, &names)),
        items: open.map(|one| (one.item.to_string(), asked(one))).collect(),
        out: desk.questions.iter().filter(|one| one.is_out).map(asked).collect(),
        hands,
        categories: categories(&page),
        left: desk.left(),
        yours: desk.yours.as_ref().map(|yours| yours_card(&page, &desk, yours)),
        unconfirmed: desk.unconfirmed.iter().filter(|one| **one != actor).filter_map(|one| names.get(one).cloned()).collect(),
        on_box: box_note(house, &page, &desk).await?,
        waives: desk.may.waive_end && desk.asks_end(),
        returned: vec![("yes".to_owned(), page.t("exams-returned-yes"))],
        may: desk.may,
        said,
        form,
        page,
    };
    html_with(status, &view)
}

/// On which box it is, and whether its words may be seen.
async fn box_note(house: &House, page: &Page, desk: &Desk) -> Result<Option<BoxNote>, AppError> {
    let Some(on_box) = &desk.on_box else { return Ok(None) };
    let names = identity::staff_names_of(house.db.read(), &house.keys, &[on_box.by]).await?;
    let by = names.get(&on_box.by).cloned().unwrap_or_default();
    let who = format!("{} {by}", moment_words(page.lang(), on_box.at));
    let (opens, looks) = (service::words_from(&desk.exam), desk.may.invigilate);
    let is_open = looks && house.clock().now() >= opens;
    let from =
        if looks && !is_open { page.t1("exams-words-from", "at", moment_words(page.lang(), opens)) } else { String::new() };
    let says = page.t2("exams-box-says", ("name", &on_box.name), ("who", who));
    Ok(Some(BoxNote { says, ended: ended_words(page, desk, on_box), from, is_open }))
}

/// `POST /staff/exams/{id}`: what `doing` says.
///
/// # Errors
/// As [`exam`]; what the service refuses.
pub async fn act(
    finder: Finder,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let id = service::get_exam(house.db.read(), &finder.scope, (id_in(&id)?, None)).await?.id;
    let done = match posted.fields.get("doing") {
        "confirm" => confirmed(&house, &finder, id, &posted).await?.map(|()| "confirmed").map_err(|error| vec![error]),
        _ => done((&house, &finder, &shelf), id, &posted).await?,
    };
    answered((&house, &finder, &shelf), id, posted, done).await
}

/// The next page; where something is to be mended, the desk once more.
async fn answered(
    (house, finder, shelf): (&House, &Finder, &Shelf),
    id: ExamId,
    posted: Posted,
    done: Result<&'static str, FieldErrors>,
) -> Result<HttpResponse, AppError> {
    match done {
        Ok(said) => Ok(redirect(&format!("{}?said={said}", desk_path(id)))),
        Err(errors) => {
            let page = staff_page(house, posted.ui, &finder.session);
            // What was shown is not what stands there now: the page shows the new list.
            let is_listed_anew = errors.iter().any(|error| error.field == LISTED);
            let status = if is_listed_anew { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
            let again = (status, Filled::wrong(posted.fields, errors), String::new());
            desk_page((house, finder, shelf), page, id, again).await
        }
    }
}

/// `POST /staff/exams/{id}/take-back`: it is run in the bank again, and no more on a box.
///
/// # Errors
/// As [`exam`]; what the service refuses.
pub async fn take_back(
    finder: Finder,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let id = service::get_exam(house.db.read(), &finder.scope, (id_in(&id)?, None)).await?.id;
    let done = match forms::words(&posted.fields, "box_why") {
        Ok(why) => {
            let scope = finder.scope.clone();
            let work = async move |tx: &Tx| service::take_back(tx, &scope, (id, &why)).await;
            match write(&house, &posted, work).await {
                Ok(()) => Ok("taken-back"),
                Err(error) => Err(beside(error, "box_why")?),
            }
        }
        Err(errors) => Err(errors),
    };
    answered((&house, &finder, &shelf), id, posted, done).await
}

/// What was done, as the next page says it; or what is to be mended.
type Done = Result<Result<&'static str, FieldErrors>, AppError>;

async fn done((house, finder, shelf): (&House, &Finder, &Shelf), id: ExamId, posted: &Posted) -> Done {
    let (scope, keys, shelf) = (finder.scope.clone(), house.keys.clone(), shelf.clone());
    let (said, field, result) = match posted.fields.get("doing") {
        "put-down" => {
            let card = match forms::card(&posted.fields) {
                Ok(card) => card,
                Err(errors) => return Ok(Err(errors)),
            };
            let work = async move |tx: &Tx| service::put_down(tx, &keys, &scope, (id, &card)).await.map(|_| ());
            ("put-down", "number", unknown_card(write(house, posted, work).await))
        }
        "note" => {
            let (category, words) = match forms::note(&posted.fields) {
                Ok(note) => note,
                Err(errors) => return Ok(Err(errors)),
            };
            let (once, digest) = (posted.once()?, posted.digest());
            let work =
                async move |tx: &Tx| service::note(tx, &keys, &scope, (id, None, category, &words), (&once, &digest)).await;
            ("noted", "words", write(house, posted, work).await)
        }
        "out" => {
            let (item, why) = match forms::item(&posted.fields) {
                Ok(item) => item,
                Err(errors) => return Ok(Err(errors)),
            };
            let work = async move |tx: &Tx| service::take_out(tx, &scope, (id, &item, &why)).await;
            ("out", "item", write(house, posted, work).await)
        }
        "finish" => {
            let handed = if posted.fields.get("returned") == "yes" { Handed::All } else { Handed::NotSaid };
            let work = async move |tx: &Tx| service::finish(tx, &scope, (id, handed)).await;
            let result = write(house, posted, work).await;
            let field = if matches!(result, Err(Error::NotReady(_))) { "returned" } else { "step" };
            ("finished", field, result)
        }
        "waive-end" => {
            let why = match forms::words(&posted.fields, "end_why") {
                Ok(why) => why,
                Err(errors) => return Ok(Err(errors)),
            };
            let work = async move |tx: &Tx| service::waive_end(tx, &scope, (id, &why)).await;
            ("end-waived", "end_why", write(house, posted, work).await)
        }
        "publish" => {
            let work = async move |tx: &Tx| service::publish(tx, (&shelf, &keys), &scope, id).await;
            ("published", "step", write(house, posted, work).await)
        }
        "unpublish" | "cancel" => return taken_back(house, finder, id, posted).await,
        "enter" => {
            let exam = service::get_exam(house.db.read(), &scope, (id, None)).await?;
            let place = places::authority_of(house, Some(&exam.place_code)).await?.organisation_name;
            let request = posted.ui.request;
            ("entered", "step", service::enter((&house.db, &shelf, &keys), &scope, (id, &place), request).await.map(|_| ()))
        }
        _ => return Err(AppError::Malformed("doing")),
    };
    match result {
        Ok(()) => Ok(Ok(said)),
        Err(error) => beside(error, field).map(Err),
    }
}

/// A card that is nobody's, or of somebody whom they may not see, is a matter of what was typed.
fn unknown_card(result: Result<(), Error>) -> Result<(), Error> {
    match result {
        Err(Error::NoSuchPerson) => Err(Error::NotReady("exams-card-unknown")),
        other => other,
    }
}

/// Publishing is taken back, or the whole session, with a word why.
async fn taken_back(house: &House, finder: &Finder, id: ExamId, posted: &Posted) -> Done {
    let (scope, keys) = (finder.scope.clone(), house.keys.clone());
    let is_cancel = posted.fields.get("doing") == "cancel";
    let field = if is_cancel { "cancel_why" } else { "back_why" };
    let why = match forms::words(&posted.fields, field) {
        Ok(why) => why,
        Err(errors) => return Ok(Err(errors)),
    };
    let work = async move |tx: &Tx| {
        if is_cancel {
            service::cancel(tx, &keys, &scope, (id, &why)).await
        } else {
            service::unpublish(tx, &scope, (id, &why)).await
        }
    };
    match write(house, posted, work).await {
        Ok(()) => Ok(Ok(if is_cancel { "cancelled" } else { "unpublished" })),
        Err(error) => beside(error, field).map(Err),
    }
}
