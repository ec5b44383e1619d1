//! A session on a volunteer's device: checking people in by number, from the list, by a photograph of the card; one person of it.

use std::collections::HashMap;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::photos::{MOST_PHOTO, read_photo, says_too_large};
use super::{Said, beside, class_path, keep_listed, own_class, person_row, row_of, staff_page, write};
use crate::classes::forms::{self, PersonAct};
use crate::classes::photo::card_in;
use crate::classes::service;
use crate::classes::views::{Aims, DeskPage, PersonPage, PersonRow, check_in_notice, kept_together};
use crate::classes::{Attendance, ClassSession, Error, State, Way};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Host, Role, StaffScope};
use crate::kernel::{CardNumber, LearnerId};
use crate::web::{
    FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Ui, Upload, Uploaded, address_of, html_with, id_in, redirect,
};

/// `GET /staff/classes/{id}`.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn desk(
    host: Host,
    id: Path<String>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    desk_page(&house, (&host, &shelf), ui, (&class, &said, Vec::new(), Fields::default())).await
}

async fn desk_page(
    house: &House,
    (host, shelf): (&Host, &Shelf),
    ui: Ui,
    (class, said, errors, typed): (&ClassSession, &Said, FieldErrors, Fields),
) -> Result<HttpResponse, AppError> {
    let (db, now) = (house.db.read(), house.clock().now());
    let page = staff_page(house, ui, &host.session);
    let is_open = class.state == State::Planned;
    let takes_people = is_open && class.hours.takes_people(now);
    let former = if takes_people { service::list_known(db, class).await? } else { Vec::new() };
    let staff = [Some(class.teacher), class.witness].into_iter().flatten();
    let also: Vec<LearnerId> = former.iter().copied().chain(staff).collect();
    let (all, people) = service::people_on(db, &house.keys, class, &also).await?;
    let shown = all.iter().map(|one| one.learner).chain(former.iter().copied()).filter(|learner| people.contains_key(learner));
    keep_listed(house, &page, (&host.scope, class), shown).await?;
    let notes = notes_of(house, (&page, shelf), class, &all).await?;
    let rows = |keeps: &dyn Fn(&Attendance) -> bool| -> Vec<PersonRow> {
        let kept = all.iter().filter(|one| keeps(one));
        let noted = |one: &Attendance| {
            let row = person_row(one, &people)?;
            Some(PersonRow { notes: notes.get(&one.learner).cloned().unwrap_or_default(), ..row })
        };
        kept.filter_map(noted).collect()
    };
    let others =
        former.iter().filter(|learner| **learner != host.scope.actor() && all.iter().all(|one| one.learner != **learner));
    let known = others.filter_map(|learner| person_row(&nobody_yet(*learner, class), &people)).collect();
    let who = said.who.parse::<LearnerId>().ok().and_then(|who| people.get(&who)).map(|person| person.name.as_str());
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let name = |person: LearnerId| people.get(&person).map(|person| person.name.clone()).unwrap_or_default();
    let view = DeskPage {
        notice: check_in_notice(&page, &said.said, &said.who, who.unwrap_or_default()),
        facts: facts_of(&page, class, (name(class.teacher), class.witness.map(name))),
        row: row_of(db, class, page.lang()).await?,
        aims: Aims { takes_people, may_close: is_open && class.hours.has_begun(now), may_change: is_open },
        form: Filled::wrong(typed, errors),
        expected: rows(&|one| one.is_signed_up && one.came_at.is_none()),
        came: rows(&|one| one.came_at.is_some()),
        known,
        waiting: service::lines_of(db, class.id).await?.len(),
        page,
    };
    html_with(status, &view)
}

const fn nobody_yet(learner: LearnerId, class: &ClassSession) -> Attendance {
    Attendance { learner, class: class.id, is_signed_up: false, came_at: None, went_at: None, minutes: 0, way: None }
}

/// What is known of a session, line by line.
pub(super) fn facts_of(page: &Page, class: &ClassSession, (teacher, witness): (String, Option<String>)) -> Vec<(String, String)> {
    let facts = [
        ("classes-kind", page.t(class.kind.key())),
        ("classes-when", kept_together(&class.time_words(page.lang()))),
        ("classes-teacher", teacher),
        ("classes-witness", witness.unwrap_or_default()),
        ("classes-seats", class.seats.to_string()),
        ("classes-notes", class.notes.replace('\n', " ")),
        ("classes-cancel-reason", class.reason.clone().unwrap_or_default()),
    ];
    facts.into_iter().filter(|(_, words)| !words.is_empty()).map(|(key, words)| (page.t(key), words)).collect()
}

/// What there is to say of those who came: what was witnessed, what they passed during the session, what was put right.
pub(super) async fn notes_of(
    house: &House,
    (page, shelf): (&Page, &Shelf),
    class: &ClassSession,
    all: &[Attendance],
) -> Result<HashMap<LearnerId, Vec<String>>, AppError> {
    let db = house.db.read();
    let came: Vec<LearnerId> = all.iter().filter(|one| one.came_at.is_some()).map(|one| one.learner).collect();
    let span = (class.hours.starts_at, class.hours.ends_at.plus_minutes(30));
    let mut notes: HashMap<LearnerId, Vec<String>> = HashMap::new();
    for passed in crate::recognition::list_passed(db, &came, span).await? {
        let course = CourseCode::parse(&passed.unit).and_then(|code| shelf.course(code));
        let course = course.map_or(passed.unit.as_str(), |course| course.title.as_str());
        notes.entry(passed.learner).or_default().push(page.t1("classes-note-passed", "course", course));
    }
    for task in service::tasks_of(db, class.id).await? {
        let course = CourseCode::parse(&task.course).and_then(|code| shelf.course(code));
        let key = match task.second {
            Some(_) => "classes-note-two",
            None if course.is_some_and(|course| course.witnesses > 1) => "classes-note-one-of-two",
            None => "classes-note-one",
        };
        notes.entry(task.learner).or_default().push(page.t(key));
    }
    for correction in service::corrections_of(db, class.id).await? {
        let words = page.t2("classes-note-corrected", ("minutes", correction.after), ("reason", &correction.reason));
        notes.entry(correction.learner).or_default().push(words);
    }
    Ok(notes)
}

/// `POST /staff/classes/{id}/check-in`: by the typed number of a card, or by a tap on a name.
///
/// # Errors
/// As [`desk`]; where it was closed or taken back.
pub async fn check_in(
    host: Host,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &id).await?;
    let again = async |error: FieldError| {
        let all = (&class, &Said::default(), vec![error], posted.fields.clone());
        desk_page(&house, (&host, &shelf), posted.ui.clone(), all).await
    };
    let whom = match posted.fields.get("learner").parse::<LearnerId>() {
        Ok(learner) => Whom::OnTheList(learner),
        Err(_) => match forms::card(&posted.fields, "number") {
            Ok(card) => Whom::Card(card, Way::Number),
            Err(error) => return again(error).await,
        },
    };
    match come(&house, &posted, &host.scope, (&class, whom)).await {
        Ok((learner, said)) => Ok(redirect(&format!("{}&who={learner}", class_path(class.id, said)))),
        Err(error) => again(beside(error, "number")?).await,
    }
}

/// Who comes.
#[derive(Clone, Debug)]
pub(super) enum Whom {
    /// Somebody whose name was tapped.
    OnTheList(LearnerId),
    /// Whoever owns this card.
    Card(CardNumber, Way),
}

/// Checks somebody in; says who it is and whether they were in already.
pub(super) async fn come(
    house: &House,
    posted: &Posted,
    scope: &StaffScope,
    (class, whom): (&ClassSession, Whom),
) -> Result<(LearnerId, &'static str), Error> {
    let (keys, scope, id) = (house.keys.clone(), scope.clone(), class.id);
    let work = async move |tx: &Tx| {
        let (learner, way) = match &whom {
            Whom::OnTheList(learner) => (*learner, Way::List),
            Whom::Card(card, way) => {
                let found = identity::find_by_card(tx, &keys, &scope, card).await?.ok_or(Error::NoSuchPerson)?;
                (found.profile.learner, *way)
            }
        };
        let is_new = service::check_in_person(tx, &keys, &scope, id, (learner, way)).await?;
        Ok((learner, if is_new { "in" } else { "already" }))
    };
    write(house, posted, work).await
}

/// `POST /staff/classes/{id}/photo`: a photograph of a card leads to the page where it is said who it is.
///
/// # Errors
/// As [`desk`]; [`AppError::TooLarge`] where it says of itself that it has more than 8 MiB.
pub async fn post_photo(
    host: Host,
    id: Path<String>,
    upload: Upload,
    request: HttpRequest,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    if says_too_large(&request) {
        return Err(AppError::TooLarge);
    }
    let Uploaded { posted, file } = upload.read("photo", MOST_PHOTO).await?;
    let class = own_class(&house, &host.scope, &id).await?;
    let site = address_of(&house, &request);
    let read = read_photo(&house, file, move |bytes| card_in(bytes, &site)).await?;
    match read {
        Ok(card) => Ok(redirect(&format!("/c/{}?way=photo&class={}", card.as_str(), class.id))),
        Err(unreadable) => {
            let error = FieldError::new("photo", Message::of(unreadable.key()));
            let all = (&class, &Said::default(), vec![error], Fields::default());
            desk_page(&house, (&host, &shelf), posted.ui, all).await
        }
    }
}

/// `GET /staff/classes/{id}/people/{learner}`.
///
/// # Errors
/// As [`desk`]; where they have nothing to do with it.
pub async fn person(
    host: Host,
    path: Path<(String, String)>,
    said: Query<Said>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &path.0).await?;
    let learner = id_in(&path.1)?;
    person_page(&house, (&host, &shelf), ui, (&class, learner), (&said.said, Vec::new(), Fields::default())).await
}

/// One person of a session; with what is wrong with one of its forms, where something is.
async fn person_page(
    house: &House,
    (host, shelf): (&Host, &Shelf),
    ui: Ui,
    (class, learner): (&ClassSession, LearnerId),
    (said, errors, typed): (&str, FieldErrors, Fields),
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let page = staff_page(house, ui, &host.session);
    let own = service::attendance_of(db, learner, class.id).await?;
    let one = own.ok_or(AppError::NotFound)?;
    let others = [Some(class.teacher), class.witness].into_iter().flatten();
    let second = others.into_iter().find(|other| *other != host.scope.actor() && *other != learner);
    let also: Vec<LearnerId> = second.into_iter().collect();
    let (all, people) = service::people_on(db, &house.keys, class, &also).await?;
    let row = person_row(&one, &people).ok_or(AppError::NotFound)?;
    let tasks = service::tasks_of(db, class.id).await?;
    let task = tasks.iter().find(|task| task.learner == learner);
    let is_first = task.is_some_and(|task| task.second.is_none() && task.witness == host.scope.actor());
    let notes = notes_of(house, (&page, shelf), class, &all).await?;
    let administers = host.scope.areas(Role::ADMINISTRATORS).iter().any(|area| area.covers(&class.place_code));
    let typed = if typed.has("minutes") { typed } else { Fields::from_pairs(&[("minutes", &row.minutes.to_string())]) };
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = PersonPage {
        notice: check_in_notice(&page, said, "", &row.name).map(|notice| notice.words),
        row: row_of(db, class, page.lang()).await?,
        is_open: class.state == State::Planned,
        course: class.course.clone(),
        needs_two: class
            .course
            .as_deref()
            .and_then(CourseCode::parse)
            .and_then(|code| shelf.course(code))
            .is_some_and(|course| course.witnesses > 1),
        is_witnessed: task.is_some(),
        may_witness: task.is_none_or(|task| task.second.is_none() && task.witness != host.scope.actor()),
        second: second.filter(|_| is_first).and_then(|second| people.get(&second)).map(|person| person.name.clone()),
        corrects: administers && class.state == State::Closed && learner != host.scope.actor(),
        most: class.hours.minutes(),
        person: PersonRow { notes: notes.get(&learner).cloned().unwrap_or_default(), ..row },
        form: Filled::wrong(typed, errors),
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/classes/{id}/people/{learner}`: in, out, minutes, witnessed; and each taken back.
///
/// # Errors
/// As [`person`]; where it was closed or taken back.
pub async fn act_on_person(
    host: Host,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let class = own_class(&house, &host.scope, &path.0).await?;
    let learner: LearnerId = id_in(&path.1)?;
    let again = async |error: FieldError| {
        let all = ("", vec![error], posted.fields.clone());
        person_page(&house, (&host, &shelf), posted.ui.clone(), (&class, learner), all).await
    };
    let act = match forms::person_act(&posted.fields, class.hours.minutes()) {
        Ok(act) => act,
        Err(error) => return again(error).await,
    };
    let (keys, scope, id) = (house.keys.clone(), host.scope.clone(), class.id);
    let work = async move |tx: &Tx| match act {
        PersonAct::In => service::check_in_person(tx, &keys, &scope, id, (learner, Way::List)).await.map(|_| ()),
        PersonAct::Undo => service::undo_check_in(tx, &scope, id, learner).await,
        PersonAct::Go => service::go(tx, &scope, id, learner).await,
        PersonAct::Minutes(minutes) => service::set_minutes(tx, &scope, id, learner, minutes).await,
        PersonAct::Witness => service::witness_task(tx, &scope, id, learner).await,
        PersonAct::Unwitness => service::unwitness_task(tx, &scope, id, learner).await,
    };
    match write(&house, &posted, work).await {
        Ok(()) if act == PersonAct::Undo => Ok(redirect(&format!("{}&who={learner}", class_path(class.id, "undone")))),
        Ok(()) => Ok(redirect(&format!("{}/people/{learner}?said=kept", class_path(class.id, "")))),
        // Who has nothing to do with the session has no page there to be told on.
        Err(Error::NoSuchPerson) => Err(AppError::NotFound),
        Err(error @ (Error::NotThere | Error::Closed | Error::Cancelled)) => Err(error.into()),
        Err(error) => again(beside(error, "minutes")?).await,
    }
}
