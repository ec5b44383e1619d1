//! 辅助操作, on the learner's own page: begun, ended, thanked for.

use actix_web::HttpResponse;
use actix_web::web::{Data, Query};

use super::{Said, name_of, page_of, write};
use crate::db::Tx;
use crate::error::AppError;
use crate::helping::service;
use crate::helping::views::{AssistancePage, Standing};
use crate::identity::Learner;
use crate::web::{House, Posted, Tab, Ui, html, redirect};

/// `GET /assistance`: who helps in this session, who has offered to, or how to begin.
///
/// # Errors
/// What the database answers.
pub async fn show(Learner(session): Learner, said: Query<Said>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (db, learner) = (house.db.read(), session.acting.learner);
    let page = page_of(&house, ui, &session, Tab::Help);
    let now = house.clock().now();
    let last = service::find_last(db, learner, session.id).await?;
    let offer = service::find_offer(db, learner, now).await?;
    let standing = match (last.filter(|last| last.until.is_none() || said.said == "ended"), offer) {
        (Some(on), _) if session.acting.helper == Some(on.helper) => {
            Standing::On { name: name_of(&house, &page, on.helper).await?, aid: on.aid }
        }
        (_, Some(offer)) => Standing::Offered { name: name_of(&house, &page, offer.helper).await?, aid: offer.aid },
        (Some(over), None) => {
            let is_thanked = service::has_thanked(db, (learner, over.helper), now.day()).await?;
            Standing::Over { name: name_of(&house, &page, over.helper).await?, is_thanked }
        }
        (None, None) => Standing::Nobody,
    };
    html(&AssistancePage { page, standing })
}

/// `POST /assistance`: the learner says yes or no, ends it, or says that the volunteer helped.
///
/// # Errors
/// What the service refuses; [`AppError::Malformed`] where it is none of these.
pub async fn act(Learner(session): Learner, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (acting, id) = (session.acting, session.id);
    let doing = posted.fields.get("doing").to_owned();
    let said = match doing.as_str() {
        "begin" | "decline" => "",
        "end" | "thank" => "?said=ended",
        _ => return Err(AppError::Malformed("doing")),
    };
    let work = async move |tx: &Tx| match doing.as_str() {
        "begin" => service::begin_assistance(tx, &acting, id).await,
        "decline" => service::decline(tx, &acting).await,
        "end" => service::end_assistance(tx, &acting, id).await,
        _ => match service::find_last(tx, acting.learner, id).await? {
            Some(last) => service::confirm_help(tx, acting.learner, last.helper).await,
            None => Ok(()),
        },
    };
    write(&house, &posted, work).await?;
    Ok(redirect(&format!("/assistance{said}")))
}
