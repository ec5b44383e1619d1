//! What the kinds of problems mean, for whoever looks after a program.

use actix_web::HttpResponse;
use actix_web::web::{Data, Path};

use super::describe;
use super::problem_views::ProblemKindPage;
use crate::error::AppError;
use crate::identity::{Session, Visitor};
use crate::web::{House, Page, Tab, Ui, html};

/// The page about one kind of problem, by the code with which the `type` of a problem ends.
#[utoipa::path(get, path = "/api/v1/problems/{code}", tag = "about",
    params(("code" = String, Path, description = "The last part of a problem's `type`", pattern = "^[a-z-]{1,40}$")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"), describe::OfReaders))]
pub async fn problem_kind(visitor: Visitor, code: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Elsewhere).of(visitor.0.as_ref().map(Session::who));
    html(&ProblemKindPage::of(page, &code).ok_or(AppError::NotFound)?)
}
