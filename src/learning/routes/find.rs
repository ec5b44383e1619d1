//! What an address names.

use actix_web::HttpResponse;

use crate::curriculum::model::{Course, Lesson, Practice};
use crate::curriculum::{CourseCode, Shelf};
use crate::error::AppError;
use crate::learning::{Marks, Reader};
use crate::web::House;

/// The course of an address.
pub(super) fn find_course<'s>(shelf: &'s Shelf, code: &str) -> Result<&'s Course, AppError> {
    CourseCode::parse(code).and_then(|code| shelf.course(code)).ok_or(AppError::NotFound)
}

/// The lesson of an address, with its course.
pub(super) fn find_lesson<'s>(shelf: &'s Shelf, code: &str, name: &str) -> Result<(&'s Course, &'s Lesson), AppError> {
    let course = find_course(shelf, code)?;
    let lesson = shelf.lesson(&format!("{code}-{name}")).ok_or(AppError::NotFound)?;
    Ok((course, lesson))
}

/// The practice of an address, with its course.
pub(super) fn find_practice<'s>(shelf: &'s Shelf, code: &str) -> Result<(&'s Course, &'s Practice), AppError> {
    let course = find_course(shelf, code)?;
    Ok((course, course.practice.as_ref().ok_or(AppError::NotFound)?))
}

/// What `reader` has done: two statements for who is signed in, none for a visitor.
pub(super) async fn marks_of(house: &House, shelf: &Shelf, reader: &Reader) -> Result<Marks, AppError> {
    let groups = reader.chosen.lesson_groups(&shelf.start_points().points);
    let progress = reader.progress(house, shelf).await?;
    let completed = reader.earned(house).await?.completed;
    Ok(Marks { progress, completed, groups })
}

/// Boxed answers are all of one type.
pub(super) type Answer = Result<HttpResponse, AppError>;
