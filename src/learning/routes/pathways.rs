//! Reading lists by name.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};

use super::find::{Answer, marks_of};
use crate::curriculum::model::Pathway;
use crate::curriculum::{Chosen, Shelf};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::Group;
use crate::learning::reader::keep_steering;
use crate::learning::views::{PathwayPage, PathwaysPage};
use crate::learning::{Reader, keep_choice, planner, urls};
use crate::web::{FieldError, Fields, Filled, House, Posted, Ui, html, html_with};

/// The field of what somebody mainly does.
const STEERING: &str = "steering";

/// `GET /pathways`: all reading lists.
///
/// # Errors
/// What the database answers.
pub async fn pathways(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    html(&PathwaysPage::new(reader.page(&house, ui), &shelf))
}

/// `GET /pathways/{group}`: one list in its order, with what is done.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such list.
pub async fn pathway(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, group: Path<String>) -> Answer {
    let answer = reader.chosen.steering.clone().unwrap_or_default();
    let form = Filled::with(Fields::from_pairs(&[(STEERING, &answer)]));
    html(&draw(&reader, ui, (&house, &shelf), find(&shelf, &group)?, form).await?)
}

/// `POST /pathways/{group}`: from now on this list gives the next step.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such list; what the database answers.
pub async fn choose_pathway(reader: Reader, _posted: Posted, house: Data<House>, shelf: Shelf, group: Path<String>) -> Answer {
    let pathway = find(&shelf, &group)?;
    let chosen = Chosen { pathway: Some(pathway.group), ..Chosen::default() };
    keep_choice(&house, &reader, &chosen, "/").await
}

/// `POST /pathways/{group}/steering`: what somebody mainly does, kept by their browser; nothing answered takes it away.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such list, and where it asks nothing.
pub async fn choose_steering(reader: Reader, posted: Posted, house: Data<House>, shelf: Shelf, group: Path<String>) -> Answer {
    let pathway = find(&shelf, &group)?;
    if pathway.choices.is_empty() {
        return Err(AppError::NotFound);
    }
    let answer = posted.fields.get(STEERING);
    if answer.is_empty() || shelf.steering().answers.iter().any(|one| one.id == answer) {
        return keep_steering(&house, Some(answer).filter(|answer| !answer.is_empty()), &urls::pathway(pathway.group));
    }
    let unknown = vec![FieldError::new(STEERING, Message::of("learning-steering-unknown"))];
    let form = Filled::wrong(posted.fields.clone(), unknown);
    let page = draw(&reader, posted.ui, (&house, &shelf), pathway, form).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn find<'s>(shelf: &'s Shelf, group: &str) -> Result<&'s Pathway, AppError> {
    group.parse().ok().and_then(|group: Group| shelf.pathway(group)).ok_or(AppError::NotFound)
}

async fn draw(
    reader: &Reader,
    ui: Ui,
    (house, shelf): (&House, &Shelf),
    pathway: &Pathway,
    form: Filled,
) -> Result<PathwayPage, AppError> {
    let marks = marks_of(house, shelf, reader).await?;
    let steering = reader.chosen.steering.clone();
    let by_name = Chosen { pathway: Some(pathway.group), steering, ..Chosen::default() };
    let order = planner::order_of(shelf, &by_name, pathway.group, &marks.completed);
    let is_chosen = reader.chosen.pathway == Some(pathway.group);
    Ok(PathwayPage::new(reader.page(house, ui), shelf, (pathway, &order), &marks, (is_chosen, form)))
}
