//! The first page of those who work for an agency, with how many appeals wait for an answer.

use actix_web::HttpResponse;
use actix_web::web::Data;

use crate::agencies::{self, AgencyWorker};
use crate::certificates::service;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::web::{House, Ui};

/// `GET /staff/agency/{agency}`: what it may do, how much of this year's quota was used, how many appeals wait.
///
/// # Errors
/// [`AppError::NotFound`] for who does not work for it, or for another line of work; where it is suspended.
pub async fn own_agency_page(staff: AgencyWorker, ui: Ui, house: Data<House>, shelf: Shelf) -> Result<HttpResponse, AppError> {
    let appeals = service::count_appeals_waiting(house.db.read(), (&staff.agency, staff.session.acting.learner)).await?;
    agencies::own_page(&staff, ui, (&house, &shelf), usize::try_from(appeals).unwrap_or(usize::MAX)).await
}
