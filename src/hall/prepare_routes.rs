//! A box is made ready on the desk: what it is for is asked, its password shown to be copied, then its kit is saved as a file.
//!
//! The password stands on that one page alone: in no address, in no form, in no table. The file is made anew each time it is asked for and kept
//! nowhere; the same form gives the same box.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, block};

use super::kit_exam::{Half, half_of, opening_words};
use super::prepare_views::{ExamWordsPage, KitPage, PreparePage};
use super::service::{self, Maker, Wanted};
use super::{Error, Why};
use crate::curriculum::Shelf;
use crate::db::{OnceKey, Tx};
use crate::error::AppError;
use crate::exams::{self, Exam};
use crate::i18n::Message;
use crate::identity::{self, Administrator, Finder, Role};
use crate::kernel::ExamId;
use crate::places::{self, PlaceCode};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, id_in};

type Answer = Result<HttpResponse, AppError>;

/// Service points whose places are offered as a list; where there are more, the place is written.
const MOST_POINTS: u64 = 50;
/// Characters in the name of a box.
const MOST_CHARS: usize = 40;
/// Sheets of blank cards that a box may be given.
const MOST_SHEETS: usize = 4;

/// `GET /staff/hall/prepare`: for which hall, and what for.
///
/// # Errors
/// What the database answers.
pub async fn form(staff: Administrator, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    let fields = Fields::from_pairs(&[("cards", "1")]);
    form_page(&house, &staff, ui, &shelf, (StatusCode::OK, Filled::with(fields))).await
}

async fn form_page(house: &House, staff: &Administrator, ui: Ui, shelf: &Shelf, (status, form): (StatusCode, Filled)) -> Answer {
    let page = Page::new(house, ui, Tab::Elsewhere).of(Some(staff.session.who()));
    let places = places_of(house, staff, &page).await?;
    let taught = shelf.courses().iter().filter(|course| course.is_complete());
    let none = std::iter::once((String::new(), page.t("hall-prepare-course-none")));
    let courses = none.chain(taught.map(|course| (course.code.to_string(), course.title.clone()))).collect();
    let sheets = (0..=MOST_SHEETS).map(|count| (count.to_string(), page.t1("hall-prepare-sheets", "count", count))).collect();
    let exams = exams_of(house, staff, (&page, shelf), &form).await?;
    html_with(status, &PreparePage { page, form, places, courses, exams, sheets })
}

/// Supervised sessions that may go along in these days; empty where there are none, and nothing is wrong with what was chosen.
async fn exams_of(
    house: &House,
    staff: &Administrator,
    (page, shelf): (&Page, &Shelf),
    form: &Filled,
) -> Result<Vec<(String, String)>, AppError> {
    let mut offers = exams::list_to_take(house.db.read(), &staff.scope, house.clock().now()).await?;
    offers.retain(|offer| !offer.is_on_box);
    if offers.is_empty() && form.error("exam", page.lang()).is_empty() {
        return Ok(Vec::new());
    }
    let words = |exam: &Exam, place: &str| format!("{} · {place}", exams::session_words(page.lang(), shelf, exam));
    let none = std::iter::once((String::new(), page.t("hall-prepare-exam-none")));
    Ok(none.chain(offers.iter().map(|offer| (offer.exam.id.to_string(), words(&offer.exam, &offer.place)))).collect())
}

/// Places with a service point, by name, to choose from; none where there are too many.
async fn places_of(house: &House, staff: &Administrator, page: &Page) -> Result<Vec<(String, String)>, AppError> {
    let (db, areas) = (house.db.read(), staff.scope.areas(Role::ADMINISTRATORS));
    let points = places::list_service_points(db, &areas, MOST_POINTS + 1).await?;
    if u64::try_from(points.len()).unwrap_or(u64::MAX) > MOST_POINTS {
        return Ok(Vec::new());
    }
    let names = places::names_by_codes(db, points.into_iter().map(|point| point.place_code).collect()).await?;
    let mut places: Vec<(String, String)> = names.into_iter().collect();
    places.sort();
    if places.len() > 1 {
        places.insert(0, (String::new(), page.t("hall-prepare-pick")));
    }
    Ok(places)
}

/// How far the form has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// The password is shown.
    Shows,
    /// The file is saved, perhaps once more.
    Saves,
}

/// What is asked for, and which supervised session goes along; else what is wrong with it.
async fn read(
    house: &House,
    staff: &Administrator,
    shelf: &Shelf,
    (fields, step): (&Fields, Step),
) -> Result<Result<(Wanted, Option<ExamId>), FieldErrors>, AppError> {
    let exam = exam_of(house, staff, (fields, step)).await?;
    let id = exam.as_ref().ok().and_then(|exam| exam.as_ref().map(|exam| exam.id));
    let place = place_of(house, staff, fields, id).await?;
    let exam = match (exam, &place) {
        (Ok(Some(exam)), Ok(place)) if !place.covers(&exam.place_code) => {
            Err(FieldError::new("exam", Message::of("hall-prepare-exam-elsewhere")))
        }
        (exam, _) => exam,
    };
    let name = fields.line("name", MOST_CHARS, "hall-prepare-name-missing");
    let taught = shelf.courses().iter().filter(|course| course.is_complete());
    let course = match fields.get("course") {
        "" => Ok(None),
        code => taught
            .map(|course| course.code)
            .find(|course| course.to_string() == code)
            .map(Some)
            .ok_or_else(|| FieldError::new("course", Message::of("hall-prepare-course-unknown"))),
    };
    let card_sheets = fields.get("cards").parse().ok().filter(|sheets| *sheets <= MOST_SHEETS);
    let card_sheets =
        card_sheets.ok_or_else(|| FieldError::new("cards", Message::of("hall-prepare-cards-form").with("most", MOST_SHEETS)));
    Ok(match (place, name, course, card_sheets, exam) {
        (Ok(place), Ok(name), Ok(course), Ok(card_sheets), Ok(_)) => Ok((Wanted { place, name, course, card_sheets }, id)),
        (place, name, course, sheets, exam) => {
            Err([place.err(), name.err(), course.err(), exam.err(), sheets.err()].into_iter().flatten().collect())
        }
    })
}

/// The supervised session that is to go along. One that is on a box already is for the form that has taken it alone: the commit looks at that.
async fn exam_of(
    house: &House,
    staff: &Administrator,
    (fields, step): (&Fields, Step),
) -> Result<Result<Option<Exam>, FieldError>, AppError> {
    let wish = fields.get("exam");
    if wish.is_empty() {
        return Ok(Ok(None));
    }
    let offers = exams::list_to_take(house.db.read(), &staff.scope, house.clock().now()).await?;
    let wished = offers.into_iter().find(|offer| offer.exam.id.to_string() == wish);
    let wished = wished.filter(|offer| !offer.is_on_box || step == Step::Saves);
    Ok(wished.map(|offer| Some(offer.exam)).ok_or_else(|| FieldError::new("exam", Message::of("hall-prepare-exam-unknown"))))
}

/// The place, where somebody works who may write on the box, and no more people come than it takes.
async fn place_of(
    house: &House,
    staff: &Administrator,
    fields: &Fields,
    exam: Option<ExamId>,
) -> Result<Result<PlaceCode, FieldError>, AppError> {
    let db = house.db.read();
    let wrong = |key| Ok(Err(FieldError::new("place", Message::of(key))));
    match identity::place_at_desk(db, &staff.scope.areas(Role::ADMINISTRATORS), fields.get("place")).await? {
        Err(key) => wrong(key),
        Ok(place) if !service::has_operators(house, &place).await? => wrong("hall-prepare-no-volunteer"),
        Ok(place) if !service::is_small_enough(house, &place, exam).await? => wrong("hall-prepare-too-many"),
        Ok(place) => Ok(Ok(place)),
    }
}

async fn again(house: &House, staff: &Administrator, posted: Posted, shelf: &Shelf, errors: FieldErrors) -> Answer {
    let form = Filled::wrong(posted.fields, errors);
    form_page(house, staff, posted.ui, shelf, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
}

/// `POST /staff/hall/prepare`: looks at what is asked for, and shows the password that the kit will have. Nothing is made yet.
///
/// # Errors
/// What the database answers.
pub async fn show_password(staff: Administrator, posted: Posted, house: Data<House>, shelf: Shelf) -> Answer {
    let (wanted, exam) = match read(&house, &staff, &shelf, (&posted.fields, Step::Shows)).await? {
        Ok(wanted) => wanted,
        Err(errors) => return again(&house, &staff, posted, &shelf, errors).await,
    };
    let page = Page::new(&house, posted.ui, Tab::Elsewhere).of(Some(staff.session.who()));
    // A key of its own: whoever goes back and asks for something else makes another box, with another password.
    let once = page.once();
    let key = OnceKey::parse(&once).ok_or(AppError::Malformed("once"))?;
    let password = service::password_of(&house.keys, Maker { scope: &staff.scope, once: &key, exam });
    let course = wanted.course.map(|course| course.to_string()).unwrap_or_default();
    let asked = vec![
        ("place", wanted.place.as_str().to_owned()),
        ("name", wanted.name.clone()),
        ("course", course),
        ("cards", wanted.card_sheets.to_string()),
        ("exam", exam.map(|exam| exam.to_string()).unwrap_or_default()),
    ];
    let fours = service::in_fours(&password);
    let mut answer = html(&KitPage { page, name: wanted.name, once, fours, has_exam: exam.is_some(), asked })?;
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}

/// `POST /staff/hall/prepare/kit`: makes the box, or finds it made, and answers with its kit as a file.
///
/// # Errors
/// What the service refuses.
pub async fn save_kit(staff: Administrator, posted: Posted, house: Data<House>, shelf: Shelf) -> Answer {
    let (wanted, exam) = match read(&house, &staff, &shelf, (&posted.fields, Step::Saves)).await? {
        Ok(wanted) => wanted,
        Err(errors) => return again(&house, &staff, posted, &shelf, errors).await,
    };
    let once = posted.once()?;
    let maker = Maker { scope: &staff.scope, once: &once, exam };
    let kit = match service::prepare(&house, &shelf, &wanted, Some(maker)).await {
        Err(Error::NeedsLook(why @ (Why::ExamBack | Why::ExamStands))) => {
            let is_taken = why == Why::ExamBack;
            let words = Message::of(if is_taken { "hall-prepare-exam-taken" } else { "hall-prepare-exam-unknown" });
            return again(&house, &staff, posted, &shelf, vec![FieldError::new("exam", words)]).await;
        }
        kit => kit?,
    };
    let (device, password) = (kit.device, service::password_of(&house.keys, maker));
    // Slow on purpose, so that nobody tries passwords.
    let file = block(move || kit.to_file(&password)).await.map_err(|_| AppError::Busy)?;
    let file = file.ok_or_else(|| AppError::from(Error::Below("the kit cannot be sealed".to_owned())))?;
    Ok(HttpResponse::Ok()
        .content_type("application/octet-stream")
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"hall-{device}.kit\"")))
        .body(file))
}

/// `POST /staff/exams/{id}/words`: the half of the words (开卷口令) that open the papers of a session on its box, for each of the two who invigilate
/// it; that one of them has looked is kept.
///
/// # Errors
/// What the session refuses.
pub async fn show_exam_words(finder: Finder, id: Path<String>, posted: Posted, house: Data<House>, shelf: Shelf) -> Answer {
    let id: ExamId = id_in(&id)?;
    let scope = finder.scope.clone();
    let look = async move |tx: &Tx| exams::see_words(tx, &scope, id).await;
    let (exam, device) = house.db.write_for(posted.ui.request, look).await?;
    let page = Page::new(&house, posted.ui, Tab::Elsewhere).of(Some(finder.session.who()));
    let is_first = exam.invigilators.first() == Some(&finder.scope.actor());
    let (half, which) = if is_first { (Half::First, "hall-opening-first") } else { (Half::Second, "hall-opening-second") };
    let (fours, which) = (service::in_fours(&half_of(&opening_words(&house.keys, exam.id, device), half)), page.t(which));
    let what = exams::session_words(page.lang(), &shelf, &exam);
    let mut answer = html(&ExamWordsPage { back: format!("/staff/exams/{id}"), what, which, fours, page })?;
    answer.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    Ok(answer)
}
