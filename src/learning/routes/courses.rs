//! The catalogue and the course pages.

use actix_web::HttpRequest;
use actix_web::web::{Data, Path};

use super::find::{Answer, find_course, marks_of};
use crate::curriculum::{Shelf, Site};
use crate::learning::views::{Beside, CataloguePage, CoursePage};
use crate::learning::{Reader, planner};
use crate::web::{House, Ui, address_of, html};

/// `GET /courses`: 7 areas, 23 tasks, a course each, with what is done.
///
/// # Errors
/// What the database answers.
pub async fn catalogue(reader: Reader, ui: Ui, house: Data<House>, shelf: Shelf) -> Answer {
    let marks = marks_of(&house, &shelf, &reader).await?;
    let here = planner::next_step(&shelf, &reader.chosen, &marks.completed, &marks.progress).course();
    html(&CataloguePage::new(reader.page(&house, ui), shelf.edition(), &marks, here))
}

/// `GET /courses/{code}`: what a course teaches, its lessons, practice and test, and the clause it serves.
///
/// # Errors
/// [`crate::error::AppError::NotFound`] where there is no such course.
pub async fn course(
    request: HttpRequest,
    reader: Reader,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
    code: Path<String>,
) -> Answer {
    let course = find_course(&shelf, &code)?;
    let marks = marks_of(&house, &shelf, &reader).await?;
    let elsewhere = planner::next_elsewhere(&shelf, &reader.chosen, &marks.completed, &marks.progress, course.code);
    let page = reader.page(&house, ui);
    let address = address_of(&house, &request);
    let site = Site { address: &address, provider: &house.config.organisation_name };
    let beside = Beside::of(&page, &shelf, course, site, house.clock().now().day());
    html(&CoursePage::new(page, &shelf, course, &marks, &elsewhere).beside(beside))
}
