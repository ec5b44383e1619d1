//! Courses to print.

use actix_web::web::{Data, Path};

use super::find::{Answer, find_course};
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::kernel::Group;
use crate::learning::Reader;
use crate::learning::booklet::Booklet;
use crate::learning::views::{BookletPage, printed};
use crate::web::{House, Ui, html};

/// `GET /courses/{code}/booklet/{group}`: the common lessons and this group's, to print. It costs no statement.
///
/// # Errors
/// [`AppError::NotFound`] where there is no such course, where it is being written, and for a group without a lesson of its own.
pub async fn booklet(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf, path: Path<(String, String)>) -> Answer {
    let course = find_course(&shelf, &path.0)?;
    let group: Group = path.1.parse().map_err(|()| AppError::NotFound)?;
    let booklet = Booklet::of(course, group).ok_or(AppError::NotFound)?;
    let printed = printed(&shelf, &booklet);
    html(&BookletPage::new(reader.page(&house, ui), &shelf, &booklet, &printed, &house.config.organisation_name))
}
