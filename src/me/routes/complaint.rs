//! A complaint about our handling of personal data.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;

use super::page_of;
use crate::db::Tx;
use crate::error::AppError;
use crate::help::{self, Asked, Asker, Kind, Request, asked_path};
use crate::identity::Learner;
use crate::me::forms;
use crate::me::views::ComplaintPage;
use crate::web::{Filled, House, Posted, Ui, html, html_with, redirect};

/// `GET /me/complaint`.
///
/// # Errors
/// Where the template fails.
pub async fn complaint_form(Learner(session): Learner, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let officer = session.authority.data_officer.clone();
    html(&ComplaintPage { page: page_of(&house, ui, &session), form: Filled::default(), officer })
}

/// `POST /me/complaint`: goes to the person responsible for data.
///
/// # Errors
/// What help refuses.
pub async fn complain(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let told = match forms::complaint(&posted.fields) {
        Ok(told) => told,
        Err(errors) => {
            let (page, officer) = (page_of(&house, posted.ui, &session), session.authority.data_officer.clone());
            let form = Filled::wrong(posted.fields, errors);
            return html_with(StatusCode::UNPROCESSABLE_ENTITY, &ComplaintPage { page, form, officer });
        }
    };
    let asked = Asked { once: posted.once()?, digest: posted.digest() };
    // The whole bank's matter, wherever the person lives.
    let place_code = house.config.home_place.clone();
    let wish = Request { kind: Kind::DataComplaint, about: None, told, phone: None, place_code, concerns: None, source: None };
    let key = help::key_of(house.db.read(), &house.keys, session.acting.learner).await?;
    let asker = Asker::Learner(session.acting);
    let work = async move |tx: &Tx| help::open(tx, &asker, &key, &wish, &asked).await;
    let opened = house.db.write_for(posted.ui.request, work).await?;
    Ok(redirect(&asked_path(&opened)))
}
