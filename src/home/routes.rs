//! The first page and the question where to begin.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::views::{HomePage, Known, StartPage};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::learning::{self, Chosen, Progress, Reader, keep_choice, step_url};
use crate::web::{House, Posted, Ui, html};

/// `GET /`: one next step; the question where to begin for a visitor who has chosen nothing.
///
/// # Errors
/// What the database answers.
pub async fn first_page(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>) -> Result<HttpResponse, AppError> {
    let page = reader.page(&house, ui);
    let Some(acting) = reader.acting() else {
        return if reader.chosen.is_nothing() {
            html(&StartPage::new(page, &shelf, &reader.chosen))
        } else {
            html(&HomePage::new(page, &shelf, &reader.chosen, None))
        };
    };
    let progress = learning::progress_of(house.db.read(), acting.learner).await?;
    let earned = learning::earned_of(house.db.read(), acting.learner).await?;
    let name = reader.session.as_ref().map(|session| session.name.clone()).unwrap_or_default();
    html(&HomePage::new(page, &shelf, &reader.chosen, Some(Known { name, progress, earned })))
}

/// `GET /start`: the question where to begin, to be answered anew.
///
/// # Errors
/// What the database answers.
pub async fn start(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>) -> Result<HttpResponse, AppError> {
    html(&StartPage::new(reader.page(&house, ui), &shelf, &reader.chosen))
}

/// `POST /start`: keeps where somebody wants to begin, and leads to the first lesson; who chose nothing begins with what everybody needs.
///
/// # Errors
/// What the database answers.
pub async fn begin(reader: Reader, posted: Posted, house: Data<House>, shelf: Data<Shelf>) -> Result<HttpResponse, AppError> {
    let points = &shelf.start_points().points;
    let is_chosen = |id: &str| posted.fields.all("start").any(|chosen| chosen == id);
    let ids: Vec<String> = points.iter().map(|point| point.id.clone()).filter(|id| is_chosen(id)).collect();
    let nothing = points.first().map(|point| point.id.clone());
    let ids = if ids.is_empty() { nothing.into_iter().collect() } else { ids };
    let chosen = Chosen { points: ids, pathway: None, groups: reader.chosen.groups.clone() };
    let to = match reader.acting() {
        // Somebody who has learnt before sees where they stand first.
        Some(_) => "/".to_owned(),
        None => step_url(&learning::next_step(&shelf, &chosen, &Default::default(), &Progress::default())),
    };
    keep_choice(&house, &reader, &chosen, &to).await
}
