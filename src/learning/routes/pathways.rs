//! Reading lists by name.

use actix_web::web::{Data, Path};

use super::find::{Answer, marks_of};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::kernel::Group;
use crate::learning::views::{PathwayPage, PathwaysPage};
use crate::learning::{Chosen, Reader, keep_choice, planner};
use crate::web::{House, Posted, Ui, html};

/// `GET /pathways`: all reading lists.
///
/// # Errors
/// What the database answers.
pub async fn pathways(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>) -> Answer {
    html(&PathwaysPage::new(reader.page(&house, ui), &shelf))
}

/// `GET /pathways/{group}`: one list in its order, with what is done.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such list.
pub async fn pathway(reader: Reader, ui: Ui, house: Data<House>, shelf: Data<Shelf>, group: Path<String>) -> Answer {
    let group: Group = group.parse().map_err(|()| AppError::NotFound)?;
    let pathway = shelf.pathway(group).ok_or(AppError::NotFound)?;
    let marks = marks_of(&house, &shelf, &reader).await?;
    let by_name = Chosen { pathway: Some(group), ..Chosen::default() };
    let order = planner::order_of(&shelf, &by_name, group, &marks.completed);
    let is_chosen = reader.chosen.pathway == Some(group);
    html(&PathwayPage::new(reader.page(&house, ui), &shelf, (pathway, &order), &marks, is_chosen))
}

/// `POST /pathways/{group}`: from now on this list gives the next step.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such list; what the database answers.
pub async fn choose_pathway(
    reader: Reader,
    _posted: Posted,
    house: Data<House>,
    shelf: Data<Shelf>,
    group: Path<String>,
) -> Answer {
    let group: Group = group.parse().map_err(|()| AppError::NotFound)?;
    shelf.pathway(group).ok_or(AppError::NotFound)?;
    let chosen = Chosen { pathway: Some(group), ..Chosen::default() };
    keep_choice(&house, &reader, &chosen, "/").await
}
