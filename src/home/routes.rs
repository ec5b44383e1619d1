//! The first page and the question where to begin.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::views::{HomePage, Known, Soon, StartPage};
use crate::curriculum::{Chosen, Shelf};
use crate::error::AppError;
use crate::learning::{self, Progress, Reader, keep_choice, step_url};
use crate::web::{Font, House, Posted, Ui, html, redirect};
use crate::{classes, plans};

/// The page with the question where to begin, and the first page, where it stands too.
const START: &str = "/start";
const HOME: &str = "/";

/// `GET /`: one next step; for a visitor who has chosen and begun nothing the first lesson, and the question where to begin.
///
/// # Errors
/// What the database answers.
pub async fn first_page(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let progress = reader.progress(&house, &shelf).await?;
    let Some(session) = &reader.session else {
        let is_new = reader.chosen.is_nothing() && progress.paused.is_none();
        return if is_new {
            start_page(&reader, ui, (&house, &shelf), HOME).await
        } else {
            html(&HomePage::new(reader.page(&house, ui), &shelf, &reader.chosen, &Known::visitor(progress)))
        };
    };
    let earned = reader.earned(&house).await?;
    let today = house.clock().now().day();
    let offer = learning::offer_of(house.db.read(), &shelf, &session.accounts(), &earned, today).await?;
    let class = classes::next_class(house.db.read(), session.acting.learner, house.clock().now()).await?;
    let class = class.map(|(class, place)| Soon {
        href: format!("/classes/{}", class.id),
        is_tomorrow: class.day > today,
        time: class.hours.starts_at.to_clock_text(),
        place,
        title: class.title,
    });
    let is_asked = plans::count_waiting(house.db.read(), &session.accounts(), today).await? > 0;
    let known = Known { name: Some(session.name.clone()), progress, earned, offer, class, is_asked };
    html(&HomePage::new(reader.page(&house, ui), &shelf, &reader.chosen, &known))
}

/// `GET /start`: the question where to begin, to be answered anew.
///
/// # Errors
/// What the database answers.
pub async fn start(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    start_page(&reader, ui, (&house, &shelf), START).await
}

/// The page, with what is ticked: what its address says, else what was chosen before.
async fn start_page(
    reader: &Reader,
    ui: Ui,
    (house, shelf): (&House, &Shelf),
    at: &'static str,
) -> Result<HttpResponse, AppError> {
    let ticked = ticked_in(&ui);
    let chosen = reader.chosen.clone();
    let step = first_step(reader, house, shelf).await?;
    let points = if ticked.is_empty() { &chosen.points } else { &ticked };
    html(&StartPage::new(reader.page(house, ui), shelf, (points, chosen.is_nothing()), &step, at))
}

/// The lesson that is one tap away: what comes next; for somebody who chose nothing what most people begin with.
async fn first_step(reader: &Reader, house: &House, shelf: &Shelf) -> Result<learning::NextStep, AppError> {
    let progress = reader.progress(house, shelf).await?;
    let completed = reader.earned(house).await?.completed;
    let chosen = if reader.chosen.is_nothing() { usual_choice(shelf) } else { reader.chosen.clone() };
    Ok(learning::next_step(shelf, &chosen, &completed, &progress))
}

/// What stands first among the places to begin.
fn usual_choice(shelf: &Shelf) -> Chosen {
    let first = shelf.start_points().points.first();
    Chosen { points: first.map(|point| point.id.clone()).into_iter().collect(), ..Chosen::default() }
}

/// The places ticked in the address: the page comes back with them when the letters were made larger.
fn ticked_in(ui: &Ui) -> Vec<String> {
    let query = ui.path.split_once('?').map_or("", |(_, query)| query);
    form_urlencoded::parse(query.as_bytes()).filter(|(name, _)| name == "start").map(|(_, id)| id.into_owned()).collect()
}

/// `POST /start`: keeps where somebody wants to begin, and leads to the first lesson; who chose nothing begins with what everybody needs.
/// Where a text size was pressed instead, nothing is kept but that, and what was ticked stays ticked.
///
/// # Errors
/// [`AppError::Malformed`] where there is no such text size; what the database answers.
pub async fn begin(reader: Reader, posted: Posted, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let points = &shelf.start_points().points;
    let is_ticked = |id: &str| posted.fields.all("start").any(|ticked| ticked == id);
    let ticked: Vec<String> = points.iter().map(|point| point.id.clone()).filter(|id| is_ticked(id)).collect();
    if posted.fields.has("size") {
        let font = Font::from_code(posted.fields.get("size")).ok_or(AppError::Malformed("size"))?;
        return Ok(redirect(&size_url(font, posted.fields.get("at"), &ticked)));
    }
    let ids = if ticked.is_empty() { usual_choice(&shelf).points } else { ticked };
    let chosen = Chosen { points: ids, pathway: None, ..reader.chosen.clone() };
    let to = match reader.acting() {
        // Somebody who has learnt before sees where they stand first.
        Some(_) => HOME.to_owned(),
        None => step_url(&learning::next_step(&shelf, &chosen, &Default::default(), &Progress::default())),
    };
    keep_choice(&house, &reader, &chosen, &to).await
}

/// Where the text size is kept, and from there back to the page with what was ticked.
fn size_url(font: Font, at: &str, ticked: &[String]) -> String {
    let at = if at == START { START } else { HOME };
    let mut ticks = form_urlencoded::Serializer::new(String::new());
    ticks.extend_pairs(ticked.iter().map(|id| ("start", id)));
    let ticks = ticks.finish();
    let back = if ticks.is_empty() { at.to_owned() } else { format!("{at}?{ticks}") };
    let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
    format!("/font?to={}&back={back}", font.code())
}
