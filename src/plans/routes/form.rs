//! A plan is published, or changed by a further version.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use serde::Deserialize;

use super::{beside, own_plan, path_of, session_words, staff_page, write};
use crate::classes::ClassSession;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Planner};
use crate::kernel::ClassId;
use crate::places::{self, Organisation, PlaceCode};
use crate::plans::forms;
use crate::plans::service::{self, NewPlan};
use crate::plans::views::{Choices, ChoosePage, FormPage};
use crate::plans::{Error, Item, Plan};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, ListPage, Page, Posted, Ui, html, html_with, id_in, redirect};

const ADD: &str = "/staff/training-plans/add";
const LIST: &str = "/staff/training-plans";

/// For which organisation.
#[derive(Debug, Default, Deserialize)]
pub struct Whose {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    page: u64,
}

/// `GET /staff/training-plans/add`: the form; where somebody plans for several organisations and has named none, these.
///
/// # Errors
/// [`AppError::NotFound`] where the organisation named is none of theirs.
pub async fn add_form(
    planner: Planner,
    whose: Query<Whose>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (db, scope) = (house.db.read(), &planner.scope);
    let around = (house.as_ref(), &planner, &shelf);
    if !whose.organisation.is_empty() {
        let named = service::get_organisation(db, scope, id_in(&whose.organisation)?).await?;
        return if named.is_closed { Err(AppError::NotFound) } else { empty_page(around, ui, &named).await };
    }
    let asked = ListPage::asked(whose.page);
    let (mut own, total) = service::list_organisations(db, scope, asked.part()).await?;
    let shown = asked.within(total);
    if shown != asked {
        own = service::list_organisations(db, scope, shown.part()).await?.0;
    }
    if let ([only], 1) = (own.as_slice(), total) {
        return empty_page(around, ui, only).await;
    }
    let way = |one: &Organisation| (format!("{ADD}?organisation={}", one.id), one.name.clone());
    let organisations = own.iter().map(way).collect();
    let page = staff_page(&house, ui, &planner.session);
    html(&ChoosePage { page, organisations, number: shown.number(), pages: ListPage::pages(total) })
}

/// The form with the first place that they may choose.
async fn empty_page(around: Around<'_>, ui: Ui, organisation: &Organisation) -> Result<HttpResponse, AppError> {
    let places = service::list_places(around.0.db.read(), &around.1.scope, organisation).await?;
    let place = places.first().map_or("", |place| place.code.as_str());
    let form = Filled::with(Fields::from_pairs(&[("place", place)]));
    new_page(around, ui, organisation, (StatusCode::OK, form)).await
}

/// What both forms need of the request.
type Around<'a> = (&'a House, &'a Planner, &'a Shelf);

/// `items`: the parts of the version of now. Its sessions stay on offer also when they are over: whoever changes a word loses none of them.
async fn choices(
    (house, planner, shelf): Around<'_>,
    page: &Page,
    (organisation, items): (&Organisation, &[Item]),
) -> Result<Choices, AppError> {
    let (db, lang) = (house.db.read(), page.lang());
    let coming = service::list_sessions(db, &planner.scope, house.clock().now()).await?;
    let named = service::sessions_of(db, items).await?;
    let words = |class: &ClassSession| {
        let (what, when) = session_words(class, lang);
        format!("{when} {what}")
    };
    let session = |class: &ClassSession| (class.id.to_string(), words(class));
    let over = |class: &ClassSession| (class.id.to_string(), page.t1("plans-session-over", "session", words(class)));
    let is_coming = |id: &ClassId| coming.iter().any(|class| class.id == *id);
    let gone = items.iter().filter_map(|item| match item {
        Item::Class(id) if !is_coming(id) => named.get(id),
        Item::Class(_) | Item::Course(_) | Item::Words(_) => None,
    });
    let sessions = gone.map(over).chain(coming.iter().map(session)).collect();
    let places = service::list_places(db, &planner.scope, organisation).await?;
    let line = |code: &'static str| (code.to_owned(), page.t(&format!("line-{code}")));
    Ok(Choices {
        courses: shelf.courses().iter().map(|one| (one.code.to_string(), format!("{} {}", one.code, one.title))).collect(),
        sessions,
        places: places.into_iter().map(|place| (place.code, place.name)).collect(),
        lines: std::iter::once((String::new(), page.t("plans-line-all"))).chain(identity::lines_of_work().map(line)).collect(),
    })
}

async fn new_page(
    around: Around<'_>,
    ui: Ui,
    organisation: &Organisation,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = staff_page(around.0, ui, &around.1.session);
    let choices = choices(around, &page, (organisation, &[])).await?;
    let view = FormPage {
        action: ADD.to_owned(),
        back: LIST.to_owned(),
        organisation: (organisation.id.to_string(), organisation.name.clone()),
        is_change: false,
        form,
        choices,
        page,
    };
    html_with(status, &view)
}

fn offered(shelf: &Shelf) -> Vec<String> {
    shelf.courses().iter().map(|course| course.code.to_string()).collect()
}

/// `POST /staff/training-plans/add`.
///
/// # Errors
/// [`AppError::NotFound`] where the organisation is none of theirs; what the service refuses.
pub async fn add(planner: Planner, posted: Posted, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let around = (house.as_ref(), &planner, &shelf);
    let id = id_in(posted.fields.get("organisation"))?;
    let organisation = service::get_organisation(house.db.read(), &planner.scope, id).await?;
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        new_page(around, posted.ui.clone(), &organisation, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let terms = forms::terms(&posted.fields, house.clock().now().day(), &offered(&shelf));
    let (line, place) = (forms::line(&posted.fields), place_in(&house, &posted.fields, &organisation).await?);
    let (line, place_code, terms) = match (line, place, terms) {
        (Ok(line), Ok(place), Ok(terms)) => (line, place, terms),
        (line, place, terms) => {
            let both = [place.err(), line.err()].into_iter().flatten();
            return again(both.chain(terms.err().unwrap_or_default()).collect()).await;
        }
    };
    let new = NewPlan { organisation: organisation.id, place_code, line, terms, is_sample: false };
    let (once, digest, scope) = (posted.once()?, posted.digest(), planner.scope.clone());
    let work = async move |tx: &Tx| service::publish(tx, &scope, &new, (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(id) => Ok(redirect(&format!("{}?said=published", path_of(id)))),
        Err(error @ Error::NoSuchClass) => again(vec![beside(error, "session")?]).await,
        Err(error) => again(vec![beside(error, "line")?]).await,
    }
}

/// The place that was chosen: there is such a place, and it lies where the organisation does.
async fn place_in(house: &House, fields: &Fields, organisation: &Organisation) -> Result<Result<String, FieldError>, AppError> {
    let wrong = |key| Ok(Err(FieldError::new("place", Message::of(key))));
    let Some(place) = places::find_place(house.db.read(), fields.get("place")).await? else {
        return wrong("identity-place-unknown");
    };
    let is_within = PlaceCode::parse(&organisation.place_code).is_some_and(|area| area.covers(&place.code));
    if is_within { Ok(Ok(place.code)) } else { wrong("plans-not-yours") }
}

/// `GET /staff/training-plans/{id}/change`: the words of the version of now, to be changed.
///
/// # Errors
/// [`AppError::NotFound`] where it is none of theirs.
pub async fn change_form(
    planner: Planner,
    id: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let plan = own_plan(&house, &planner, (&id, &ui)).await?;
    let items = service::items_of(house.db.read(), plan.id, plan.version).await?;
    let form = Filled::with(as_fields(&plan, &items));
    change_page((&house, &planner, &shelf), ui, &plan, (StatusCode::OK, form)).await
}

/// The words of a version, as its form has them.
fn as_fields(plan: &Plan, items: &[Item]) -> Fields {
    let (from, until, planned) = (plan.head.from.to_string(), plan.head.until.to_string(), plan.head.planned.to_string());
    let (mut courses, mut sessions, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        match item {
            Item::Course(code) => courses.push(code.clone()),
            Item::Class(id) => sessions.push(id.to_string()),
            Item::Words(words) => own.push(words.as_str()),
        }
    }
    let (order, own) = (courses.join(" "), own.join("\n"));
    let mut pairs = vec![
        ("title", plan.head.title.as_str()),
        ("from", &from),
        ("until", &until),
        ("planned", &planned),
        ("order", &order),
        ("own", &own),
    ];
    pairs.extend(courses.iter().map(|code| ("course", code.as_str())));
    pairs.extend(sessions.iter().map(|id| ("session", id.as_str())));
    Fields::from_pairs(&pairs)
}

async fn change_page(
    around: Around<'_>,
    ui: Ui,
    plan: &Plan,
    (status, form): (StatusCode, Filled),
) -> Result<HttpResponse, AppError> {
    let page = staff_page(around.0, ui, &around.1.session);
    let organisation = places::find_organisation(around.0.db.read(), plan.organisation).await?.ok_or(AppError::NotFound)?;
    let items = service::items_of(around.0.db.read(), plan.id, plan.version).await?;
    let choices = choices(around, &page, (&organisation, &items)).await?;
    let view = FormPage {
        action: format!("{}/change", path_of(plan.id)),
        back: path_of(plan.id),
        organisation: (organisation.id.to_string(), organisation.name),
        is_change: true,
        form,
        choices,
        page,
    };
    html_with(status, &view)
}

/// `POST /staff/training-plans/{id}/change`: a further version.
///
/// # Errors
/// As [`change_form`]; what the service refuses.
pub async fn change(
    planner: Planner,
    id: Path<String>,
    posted: Posted,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let plan = own_plan(&house, &planner, (&id, &posted.ui)).await?;
    let around = (house.as_ref(), &planner, &shelf);
    let again = async |errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        change_page(around, posted.ui.clone(), &plan, (StatusCode::UNPROCESSABLE_ENTITY, form)).await
    };
    let terms = match forms::terms(&posted.fields, house.clock().now().day(), &offered(&shelf)) {
        Ok(terms) => terms,
        Err(errors) => return again(errors).await,
    };
    let (once, digest, scope, id) = (posted.once()?, posted.digest(), planner.scope.clone(), plan.id);
    let work = async move |tx: &Tx| service::change(tx, &scope, (id, &terms), (&once, &digest)).await;
    match write(&house, &posted, work).await {
        Ok(()) => Ok(redirect(&format!("{}?said=changed", path_of(id)))),
        Err(error @ Error::NoSuchClass) => again(vec![beside(error, "session")?]).await,
        Err(error) => again(vec![beside(error, "title")?]).await,
    }
}
