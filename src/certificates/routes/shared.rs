//! /s: what somebody shows, for whoever has the link. It opens by a button, so that programs that preview links are no look.

use actix_web::cookie::Cookie;
use actix_web::cookie::time::Duration;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::verify::{page_of, unkept};
use super::{desk_of, write};
use crate::certificates::rules::shares::{ShareToken, What};
use crate::certificates::service;
use crate::certificates::share_views::{SharedDoorPage, SharedPage};
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::error::AppError;
use crate::kernel::{Timestamp, mac_of};
use crate::web::{House, Page, Posted, Ui, cookie_name, day_words, html, html_with, keep_cookie};

const COOKIE: &str = "shared";
/// For how long a browser that has looked may look again.
const MINUTES: i64 = 10;

fn way_of(token: &ShareToken) -> String {
    format!("/s/{}", token.as_str())
}

/// There is nothing, or nothing any more: one and the same.
fn gone(page: Page) -> Result<HttpResponse, AppError> {
    html_with(StatusCode::NOT_FOUND, &SharedDoorPage { page, href: None })
}

fn mark(keys: &Keys, token: &ShareToken, until: Timestamp) -> String {
    let mac = mac_of(&keys.for_purpose("share-look"), &[token.as_str().as_bytes(), &until.ms().to_be_bytes()]);
    format!("{}.{}", until.ms(), hex::encode(mac.bytes()))
}

/// Whether this browser has opened it by the button within minutes.
fn has_opened(request: &HttpRequest, house: &House, token: &ShareToken) -> bool {
    let Some(cookie) = request.cookie(&cookie_name(COOKIE, house.config.is_https())) else { return false };
    let until = cookie.value().split('.').next().and_then(|ms| ms.parse().ok()).map(Timestamp::from_ms);
    until.is_some_and(|until| until > house.clock().now() && mark(&house.keys, token, until) == cookie.value())
}

fn opened(house: &House, token: &ShareToken) -> Cookie<'static> {
    let until = house.clock().now().plus_minutes(MINUTES);
    let mut cookie = keep_cookie(COOKIE, mark(&house.keys, token, until), None, house.config.is_https());
    cookie.set_max_age(Duration::minutes(MINUTES));
    cookie
}

/// `GET /s/{token}`: the button; once it was pressed, what is shown, as it stands this moment.
///
/// # Errors
/// What the database answers.
pub async fn shared_page(
    request: HttpRequest,
    token: Path<String>,
    ui: Ui,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    let (page, now) = (page_of(&house, ui), house.clock().now());
    let Some(token) = ShareToken::parse(&token) else { return gone(page) };
    let found = service::find_shared(house.db.read(), (&token, What::Certificate), now).await?;
    let Some(share) = found else { return gone(page) };
    if !has_opened(&request, &house, &token) {
        return html(&SharedDoorPage { page, href: Some(way_of(&token)) });
    }
    let Some(shown) = service::shared_of(house.db.read(), &desk_of(&house, &shelf), &share, now).await? else {
        return gone(page);
    };
    let until = day_words(page.lang(), share.until.day());
    let nobody = page.clone();
    match SharedPage::of(page, &shown, &share.shows, until) {
        Some(view) => Ok(unkept(html(&view)?)),
        None => gone(nobody),
    }
}

/// `POST /s/{token}`: opens it. This is the look that its owner sees.
///
/// # Errors
/// What the database answers.
pub async fn post_shared(token: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let Some(token) = ShareToken::parse(&token) else { return gone(page_of(&house, posted.ui)) };
    let own = token.clone();
    let work = async move |tx: &Tx| service::open_share(tx, (&own, What::Certificate), None).await;
    if write(&house, &posted, work).await?.is_none() {
        return gone(page_of(&house, posted.ui));
    }
    let mut answer = HttpResponse::SeeOther();
    answer.insert_header((actix_web::http::header::LOCATION, way_of(&token))).cookie(opened(&house, &token));
    Ok(answer.finish())
}
