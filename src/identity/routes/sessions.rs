//! One's own sessions: seen and ended.

use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::sign_in::Link;
use super::welcome::{gone, hall_token, write};
use crate::error::AppError;
use crate::identity::guard::{Learner, Visitor};
use crate::identity::service;
use crate::identity::views::{SessionsPage, SignedOutPage};
use crate::kernel::SessionId;
use crate::web::{House, Page, Posted, SESSION_COOKIE, Tab, Ui, html, redirect};

/// `GET /me/sessions`.
pub async fn sessions(
    Learner(session): Learner,
    link: Query<Link>,
    ui: Ui,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let open = service::list_sessions(house.db.read(), session.acting.learner, house.clock().now()).await?;
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(session.who()));
    html(&SessionsPage { page, here: session.id, open, is_ended: link.said == "ended" })
}

/// `POST /me/sessions/{id}/end`.
pub async fn end(
    Learner(session): Learner,
    path: Path<String>,
    _posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let id: SessionId = path.parse().map_err(|_| AppError::NotFound)?;
    let acting = session.acting;
    write(&house, async move |tx| service::end_session(tx, &acting, id).await).await?;
    if id == session.id { leave(&request, &house) } else { Ok(redirect("/me/sessions?said=ended")) }
}

/// `POST /me/sessions/end-others`.
pub async fn end_others(Learner(session): Learner, _posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (acting, id) = (session.acting, session.id);
    write(&house, async move |tx| service::end_other_sessions(tx, &acting, id).await).await?;
    Ok(redirect("/me/sessions?said=ended"))
}

/// `POST /sign-out`: ends the session at hand; signing out twice is signing out once.
pub async fn sign_out(
    visitor: Visitor,
    _posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    if let Some(session) = visitor.0 {
        let (acting, id) = (session.acting, session.id);
        write(&house, async move |tx| service::end_session(tx, &acting, id).await).await?;
    }
    leave(&request, &house)
}

/// `GET /signed-out`: that it is done, and that nothing is lost.
pub async fn signed_out(ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    html(&SignedOutPage { page: Page::new(&house, ui, Tab::Learn) })
}

/// On a hall's device the next one is at the door already.
fn leave(request: &HttpRequest, house: &House) -> Result<HttpResponse, AppError> {
    let is_hall = hall_token(request, house).is_some();
    let mut response = redirect(if is_hall { "/hall?said=out" } else { "/signed-out" });
    response.add_cookie(&gone(SESSION_COOKIE, house)).map_err(|error| AppError::Fault(error.to_string()))?;
    Ok(response)
}
