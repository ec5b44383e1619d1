//! The text of consent has changed: asked again at the next sign-in. Who does not agree goes on reading.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::sign_in::Link;
use super::welcome::write;
use crate::error::AppError;
use crate::identity::guard::Learner;
use crate::identity::kinds::ConsentWay;
use crate::identity::service;
use crate::identity::views::ChangedConsentPage;
use crate::web::{House, Page, Posted, Tab, Ui, html, local_path, redirect};

/// `GET /me/consent`.
pub async fn changed(Learner(session): Learner, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let page = Page::new(&house, ui, Tab::Elsewhere).of(Some(session.who()));
    html(&ChangedConsentPage { page, back: local_path(&link.back).to_owned() })
}

/// `POST /me/consent`: agreed to the text of today.
pub async fn agree_anew(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let acting = session.acting;
    write(&house, async move |tx| service::agree(tx, &acting, ConsentWay::Screen).await).await?;
    Ok(redirect(local_path(posted.fields.get("back"))))
}
