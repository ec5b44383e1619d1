//! The class on a volunteer's phone: what stands on it, what it sends, and the same with a network and no script.

use std::collections::{BTreeMap, HashMap};

use actix_web::HttpResponse;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Query};
use serde_json::{Value, json};

use super::{Link, page_of, take};
use crate::classes::{self, ClassSession, WitnessedTask};
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::hall::pack::Pack;
use crate::hall::service::{self, Receipt};
use crate::hall::views::{PhoneClass, PhonePage, PhonePerson, Said, TestPage};
use crate::hall::{AnswerFields, Error, KitQuestion, Why};
use crate::i18n::Message;
use crate::identity::{self, Host, Role, StaffScope};
use crate::kernel::{AttemptId, ClassId, DeviceId, LearnerId, Timestamp};
use crate::places;
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Posted, Ui, html, html_with, id_in, redirect};

/// `POST /staff/hall/queue`: what a volunteer's phone has kept without a network. Answered row by row, for the page's script.
///
/// # Errors
/// What the service refuses; where somebody else's phone is at hand.
pub async fn queue(host: Host, posted: Posted, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let file = posted.fields.get("pack").as_bytes().to_vec();
    let lang = posted.ui.lang;
    let refused = |words: &Message| HttpResponse::UnprocessableEntity().json(json!({ "refused": words.say(lang) }));
    let pack = match Pack::parse(&file) {
        Ok(pack) => pack,
        Err(broken) => return Ok(refused(&Error::NoPack(broken).words().unwrap_or_else(|| Message::of("hall-pack-unreadable")))),
    };
    let (scope, name) = (host.scope.clone(), lang.fill("hall-phone-of", &[("name", &host.session.name)]));
    let id = pack.device;
    house.db.write_for(posted.ui.request, async move |tx: &Tx| service::own_phone(tx, &scope, id, &name).await).await?;
    match take(&house, &shelf, &file, &host).await? {
        Ok(receipt) => Ok(HttpResponse::Ok().json(answer(&receipt))),
        Err(words) => Ok(refused(&words)),
    }
}

fn answer(receipt: &Receipt) -> Value {
    let line = |line: &service::Line| json!({ "seq": line.seq, "id": line.id, "state": line.state.code(), "why": line.why.map(Why::code) });
    json!({
        "device": receipt.device, "pack": receipt.pack, "fresh": receipt.fresh, "forked": receipt.forked,
        "gaps": receipt.gaps, "rows": receipt.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// Sessions from a day ago until a day ahead stand on a phone.
const DAY: i64 = 1;
/// Sessions that one phone shows: first those that its owner holds.
const MOST_CLASSES: usize = 12;
/// Minutes after the last of these sessions for which its pages stay on a phone, though nobody is signed in there any more: a session of the
/// staff ends after twelve hours, be it in the middle of a test.
const KEPT_AFTER: i64 = 12 * 60;
const HALL_OF: HeaderName = HeaderName::from_static("hall-of");
const HALL_UNTIL: HeaderName = HeaderName::from_static("hall-until");

/// What lies within the days of a phone.
fn span_of(now: Timestamp) -> (Timestamp, Timestamp) {
    (now.plus_days(-DAY).day().start(), now.plus_days(DAY + 1).day().start())
}

/// The sessions that stand on a phone, the first first, and how many more there are.
async fn classes_of(house: &House, scope: &StaffScope) -> Result<(Vec<ClassSession>, usize), AppError> {
    let span = span_of(house.clock().now());
    let mut all = classes::list_within(house.db.read(), &scope.areas(Role::HOSTS), span).await?;
    all.retain(|class| class.state == classes::State::Planned);
    let own = scope.actor();
    all.sort_by_key(|class| class.teacher != own && class.witness != Some(own));
    let more = all.len().saturating_sub(MOST_CLASSES);
    all.truncate(MOST_CLASSES);
    all.sort_by_key(|class| (class.hours.starts_at, class.id));
    Ok((all, more))
}

/// `GET /staff/hall/phone`: the classes of these days with those on their lists, to go on without a network.
///
/// # Errors
/// What the database answers.
pub async fn phone(host: Host, ui: Ui, link: Query<Link>, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let (db, now) = (house.db.read(), house.clock().now());
    let (all, more) = classes_of(&house, &host.scope).await?;
    let phones = service::phones_of(db, host.scope.actor()).await?;
    let places = places::names_by_codes(db, all.iter().map(|class| class.place_code.clone()).collect()).await?;
    let until = all.iter().map(|class| class.hours.ends_at).max().unwrap_or(now).plus_minutes(KEPT_AFTER);
    let mut rows = Vec::new();
    for class in all {
        rows.push(PhoneClass {
            id: class.id.to_string(),
            time: class.time_words(ui.lang),
            has_task: class.course.is_some(),
            people: people_of(&house, &shelf, (&host, &phones), &class).await?,
            place: (class.place_code.clone(), places.get(&class.place_code).cloned().unwrap_or_default()),
            title: class.title,
        });
    }
    let page = page_of(&house, ui, &host.session);
    let given_up = service::given_up_phones(db, host.scope.actor()).await?;
    let mut answer = html(&PhonePage {
        operator: host.scope.actor().to_string(),
        classes: rows,
        more,
        signed_until: host.session.expires_at.to_minute_text(),
        given_up: given_up.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
        latest_year: identity::latest_year_alone(now.day()),
        to_look_at: service::count_to_look_at(db, &host.scope).await?,
        said: Said::of(&link.said).map(|said| said.words(&page)),
        page,
    })?;
    // By these the worker tells whose pages it keeps, and until when they stay where whoever was signed in is so no more.
    let headers = answer.headers_mut();
    headers.insert(
        HALL_OF,
        HeaderValue::from_str(&host.scope.actor().to_string()).map_err(|error| AppError::Fault(error.to_string()))?,
    );
    headers.insert(HALL_UNTIL, HeaderValue::from(until.ms()));
    Ok(answer)
}

/// Those on the lists of a session: who came first, then by name.
async fn people_of(
    house: &House,
    shelf: &Shelf,
    (host, phones): (&Host, &[DeviceId]),
    class: &ClassSession,
) -> Result<Vec<PhonePerson>, AppError> {
    let (db, actor, witnesses) = (house.db.read(), host.scope.actor(), service::witnesses_of(shelf, class));
    let known = classes::list_known(db, class).await?;
    let (all, people) = classes::people_on(db, &house.keys, class, &known).await?;
    let tasks = if class.course.is_some() { classes::tasks_of(db, class.id).await? } else { Vec::new() };
    let ids: Vec<LearnerId> = people.keys().copied().filter(|id| *id != actor).collect();
    let tests = match &class.course {
        Some(course) => service::tests_on(db, phones, &ids, course).await?,
        None => HashMap::new(),
    };
    let mut rows: Vec<PhonePerson> = people
        .into_iter()
        .filter(|(id, _)| *id != actor)
        .map(|(id, person)| PhonePerson {
            id: id.to_string(),
            name: person.name,
            came: all.iter().any(|one| one.learner == id && one.came_at.is_some()),
            did: did_key(tasks.iter().find(|task| task.learner == id), actor, witnesses),
            test: tests.get(&id).map(|attempt| address(id, *attempt)),
        })
        .collect();
    rows.sort_by(|a, b| (!a.came, &a.name, &a.id).cmp(&(!b.came, &b.name, &b.id)));
    Ok(rows)
}

/// What is said of a task in place of witnessing it: nothing where the reader may still say that they saw it.
fn did_key(task: Option<&WitnessedTask>, reader: LearnerId, needed: u8) -> &'static str {
    match task {
        Some(task) if task.second.is_some() => "hall-did",
        Some(task) if task.witness == reader && needed > 1 => "hall-did-one",
        Some(task) if task.witness == reader => "hall-did",
        _ => "",
    }
}

fn address(learner: LearnerId, attempt: AttemptId) -> String {
    format!("/staff/hall/phone/tests/{learner}/{attempt}")
}

/// `POST /staff/hall/phone/tests`: begins the tests of a session's course for those on its lists, to be given on this phone. `device` is what the
/// phone calls itself, where a script has written it.
///
/// # Errors
/// Not found where the session is none of theirs; what the service refuses.
pub async fn bring_tests(host: Host, posted: Posted, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let id: ClassId = id_in(posted.fields.get("class"))?;
    let class = classes::find_class(house.db.read(), id).await?;
    if !host.scope.areas(Role::HOSTS).iter().any(|area| area.covers(&class.place_code)) {
        return Err(AppError::NotFound);
    }
    let (from, until) = span_of(house.clock().now());
    let is_near = class.hours.ends_at > from && class.hours.starts_at < until;
    match class.state {
        classes::State::Planned if is_near => {}
        classes::State::Planned => return Err(Error::NeedsLook(Why::OtherTime).into()),
        classes::State::Closed => return Err(Error::NeedsLook(Why::ClassClosed).into()),
        classes::State::Cancelled => return Err(Error::NeedsLook(Why::ClassCancelled).into()),
    }
    let asked = match posted.fields.get("device") {
        "" => None,
        device => Some(id_in::<DeviceId>(device)?),
    };
    let (scope, name) = (host.scope.clone(), posted.ui.lang.fill("hall-phone-of", &[("name", &host.session.name)]));
    let device = async move |tx: &Tx| service::phone_of(tx, &scope, asked, &name).await;
    let device = house.db.write_for(posted.ui.request, device).await?;
    let brought = service::bring_tests(&house, &shelf, (host.scope.actor(), device), &class).await?;
    Ok(redirect(if brought > 0 { "/staff/hall/phone?said=brought" } else { "/staff/hall/phone?said=none" }))
}

/// `GET /staff/hall/phone/tests/{learner}/{attempt}`: all questions of a test on one page, for the learner before this phone.
///
/// # Errors
/// Not found where it was not given to a phone of theirs.
pub async fn test(
    host: Host,
    path: Path<(String, String)>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    test_page(&house, &shelf, &host, ui, (id_in(&path.0)?, id_in(&path.1)?), Wrong::default()).await
}

/// What is wrong with a test that was handed in: what was filled in stays.
#[derive(Default)]
struct Wrong {
    fields: Fields,
    errors: FieldErrors,
    /// The questions that are open, by position.
    open: Vec<usize>,
}

async fn test_page(
    house: &House,
    shelf: &Shelf,
    host: &Host,
    ui: Ui,
    (learner, attempt): (LearnerId, AttemptId),
    wrong: Wrong,
) -> Result<HttpResponse, AppError> {
    let db = house.db.read();
    let sheet = service::sheet_on(db, host.scope.actor(), learner, attempt).await?;
    let person = identity::profile(db, &house.keys, learner).await.map_err(|_| AppError::NotFound)?;
    let questions = service::questions_of(db, shelf, &sheet.attempt).await?;
    let given = given_in(&wrong.fields, questions.len());
    let page = page_of(house, ui, &host.session);
    let draw = |(position, question): (usize, &KitQuestion)| {
        let answered = given.get(&position).map(Vec::as_slice).unwrap_or_default();
        let words = if wrong.open.contains(&position) { page.t("hall-test-unanswered") } else { String::new() };
        question.question(String::new(), answered, Filled::default(), words)
    };
    let status = if wrong.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = TestPage {
        operator: host.scope.actor().to_string(),
        learner: learner.to_string(),
        attempt: attempt.to_string(),
        name: person.name,
        title: service::title_of(shelf, &sheet.attempt),
        is_collected: !sheet.attempt.is_open(),
        questions: (1..).zip(&questions).map(draw).collect(),
        missing: wrong.open.len(),
        form: Filled::wrong(wrong.fields, wrong.errors),
        page,
    };
    html_with(status, &view)
}

/// What was answered, by position; each field's name begins with it.
fn given_in(fields: &Fields, count: usize) -> BTreeMap<usize, AnswerFields> {
    let of = |position: usize| {
        let names = std::iter::once("q").chain(KitQuestion::LINES);
        let pairs = names.flat_map(|name| {
            let field = format!("{position}-{name}");
            fields.all(&field).map(|value| (name.to_owned(), value.to_owned())).collect::<Vec<_>>()
        });
        pairs.collect::<AnswerFields>()
    };
    (1..=count).map(|position| (position, of(position))).filter(|(_, pairs)| !pairs.is_empty()).collect()
}

/// `POST /staff/hall/phone/tests/{learner}/{attempt}`: handed in with a network. Twice is once; nobody is told here whether it was right.
///
/// # Errors
/// As [`test`].
pub async fn give_test(
    host: Host,
    path: Path<(String, String)>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let named: (LearnerId, AttemptId) = (id_in(&path.0)?, id_in(&path.1)?);
    let (db, operator) = (house.db.read(), host.scope.actor());
    let sheet = service::sheet_on(db, operator, named.0, named.1).await?;
    let given = given_in(&posted.fields, sheet.attempt.items.len());
    let mut errors = FieldErrors::new();
    let is_assisted = posted.fields.get("assisted") == "yes";
    if !is_assisted && posted.fields.get("assisted") != "no" {
        errors.push(FieldError::new("assisted", Message::of("hall-test-assisted-missing")));
    }
    let mut open = Vec::new();
    // Whoever was told what is open, and hands in all the same, is taken at their word.
    if sheet.attempt.is_open() && posted.fields.get("anyway") != "yes" {
        open = service::left_open(db, &shelf, &sheet.attempt, &given).await?;
        if !open.is_empty() {
            errors.push(FieldError::new("collect", Message::of("hall-test-missing").with("count", open.len())));
        }
    }
    if errors.is_empty() {
        match service::hand_in_here(&house, &shelf, operator, named, (is_assisted, given)).await {
            // Answered on a page that has become old: nothing is lost, and nothing counts twice.
            // The page itself says that it was collected: a learner holds the phone, and the list of names is for the volunteer.
            Ok(()) => return Ok(redirect(&address(named.0, named.1))),
            Err(Error::NeedsLook(Why::NoSheet)) => return Err(AppError::NotFound),
            Err(Error::NeedsLook(Why::NotThere)) => {
                errors.push(FieldError::new("collect", Message::of("hall-test-not-there")));
            }
            Err(error) => return Err(error.into()),
        }
    }
    test_page(&house, &shelf, &host, posted.ui.clone(), named, Wrong { fields: posted.fields, errors, open }).await
}

/// `GET /staff/worker.js`: the worker that keeps the page of the phone. It stands here and not among the static files, since a worker reaches
/// only what lies below its own address.
pub async fn worker() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/javascript; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .body(include_str!("../../../static/worker.js"))
}
