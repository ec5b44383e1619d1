//! 辅助操作, on the learner's own page: begun, ended, thanked for.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::{Said, name_of, page_of, write};
use crate::db::Tx;
use crate::error::AppError;
use crate::helping::forms;
use crate::helping::service::{self, ByCard};
use crate::helping::views::{AssistancePage, Standing};
use crate::i18n::Message;
use crate::identity::{CardSignIn, Learner, Session, SignIn, origin_of, rest_words};
use crate::web::{FieldError, FieldErrors, Filled, House, Posted, Tab, Ui, html_with, redirect};

/// `GET /assistance`: who helps in this session, who has offered to, or how to begin.
///
/// # Errors
/// What the database answers.
pub async fn show(Learner(session): Learner, said: Query<Said>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    assistance_page(&house, &session, ui, (StatusCode::OK, Filled::default(), said.said == "ended")).await
}

async fn assistance_page(
    house: &House,
    session: &Session,
    ui: Ui,
    (status, form, is_over): (StatusCode, Filled, bool),
) -> Result<HttpResponse, AppError> {
    let (db, learner) = (house.db.read(), session.acting.learner);
    let page = page_of(house, ui, session, Tab::Help);
    let now = house.clock().now();
    let last = service::find_last(db, learner, session.id).await?;
    let offer = service::find_offer(db, learner, now).await?;
    let standing = match (last.filter(|last| last.until.is_none() || is_over), offer) {
        (Some(on), _) if session.acting.helper == Some(on.helper) => {
            Standing::On { name: name_of(house, &page, on.helper).await?, aid: on.aid }
        }
        (_, Some(offer)) => Standing::Offered { name: name_of(house, &page, offer.helper).await?, aid: offer.aid },
        (Some(over), None) => {
            let is_thanked = service::has_thanked(db, (learner, over.helper), now.day()).await?;
            Standing::Over { name: name_of(house, &page, over.helper).await?, is_thanked }
        }
        (None, None) => Standing::Nobody,
    };
    html_with(status, &AssistancePage { page, form, standing })
}

/// `POST /assistance`: the learner says yes or no, ends it, or says that the volunteer helped.
///
/// # Errors
/// What the service refuses; [`AppError::Malformed`] where it is none of these.
pub async fn act(
    Learner(session): Learner,
    posted: Posted,
    request: HttpRequest,
    house: Data<House>,
) -> Result<HttpResponse, AppError> {
    let (acting, id) = (session.acting, session.id);
    let doing = posted.fields.get("doing").to_owned();
    if doing == "card" {
        return by_card(&house, &session, &posted, &request).await;
    }
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

/// The helper shows card and PIN on the learner's own page.
async fn by_card(house: &House, session: &Session, posted: &Posted, request: &HttpRequest) -> Result<HttpResponse, AppError> {
    let again = async |status, errors: FieldErrors| {
        let form = Filled::wrong(posted.fields.clone(), errors);
        assistance_page(house, session, posted.ui.clone(), (status, form, false)).await
    };
    let (aid, shown) = match forms::aid_by_card(&posted.fields, house.clock().now().day()) {
        Ok(shown) => shown,
        Err(errors) => return again(StatusCode::UNPROCESSABLE_ENTITY, errors).await,
    };
    let (keys, acting, id, origin) = (house.keys.clone(), session.acting, session.id, origin_of(request, house));
    let work = async move |tx: &Tx| service::begin_by_card(tx, &keys, (&acting, id), (&origin, &shown), aid).await;
    let (status, message) = match write(house, posted, work).await? {
        ByCard::Begun => return Ok(redirect("/assistance")),
        ByCard::NoHelper => (StatusCode::UNPROCESSABLE_ENTITY, Message::of("helping-card-no-helper")),
        ByCard::Refused(CardSignIn::Ended(SignIn::Rest(seconds))) => (StatusCode::TOO_MANY_REQUESTS, rest_words(seconds)),
        ByCard::Refused(CardSignIn::Ended(_)) => (StatusCode::UNPROCESSABLE_ENTITY, Message::of("identity-card-wrong")),
        ByCard::Refused(CardSignIn::AsksYear | CardSignIn::ByPhone) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Message::of("helping-card-other-way"))
        }
    };
    again(status, vec![FieldError::new("card", message)]).await
}
