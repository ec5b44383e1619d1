//! Leaving: what it means is said before and after.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::{page_of, with_cookie};
use crate::error::AppError;
use crate::help;
use crate::identity::{Act, Learner, Visitor};
use crate::me::service;
use crate::me::views::{LeavePage, LeftPage};
use crate::web::{House, Page, Posted, SESSION_COOKIE, Tab, Ui, html, keep_cookie, redirect};

/// `GET /me/leave`: what is deleted, what stays and until when.
///
/// # Errors
/// [`AppError::TooWeak`] for a session that may not.
pub async fn leave_check(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    session.allow(Act::Leave)?;
    let cases = help::list_of_all(house.db.read(), &session.accounts()).await?;
    let waiting = cases.iter().filter(|case| case.state.is_waiting()).count();
    html(&LeavePage { page: page_of(&house, ui, &session), waiting })
}

/// `POST /me/leave`: forgets the person. Whoever has left already is told so.
///
/// # Errors
/// As [`leave_check`]; [`AppError::Refused`] while credit is on its way out.
pub async fn leave(visitor: Visitor, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Some(session) = visitor.0 else { return Ok(redirect("/me/left")) };
    session.allow(Act::Leave)?;
    service::leave(&house.db, &house.keys, posted.ui.request, session.acting).await?;
    let mut gone = keep_cookie(SESSION_COOKIE, String::new(), None, house.config.is_https());
    gone.make_removal();
    with_cookie(redirect("/me/left"), &gone)
}

/// `GET /me/left`: what was deleted, what stays and until when.
///
/// # Errors
/// Where the template fails.
pub async fn left(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let officer = house.config.data_officer.clone();
    html(&LeftPage { page: Page::new(&house, ui, Tab::Elsewhere), officer })
}
