//! The few routes of the house itself: text size, language, health.

use actix_web::cookie::{Cookie, SameSite, time::Duration};
use actix_web::web::{Data, Query};
use actix_web::{HttpResponse, http::header};
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use crate::error::AppError;
use crate::i18n::Lang;
use crate::web::{Font, House, local_path};

#[derive(Debug, Deserialize)]
pub(super) struct Switch {
    #[serde(default)]
    to: String,
    #[serde(default)]
    back: String,
}

/// `GET /font?to=large&back=/…`: keeps the text size for a year and leads back.
pub(super) async fn font(switch: Query<Switch>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let font = Font::from_code(&switch.to).ok_or(AppError::Malformed("to"))?;
    Ok(keep_and_return("font", font.code(), &switch.back, &house))
}

/// `GET /lang?to=en&back=/…`: keeps the language for a year and leads back.
pub(super) async fn lang(switch: Query<Switch>, house: Data<House>) -> Result<HttpResponse, AppError> {
    let lang = Lang::from_tag(&switch.to).ok_or(AppError::Malformed("to"))?;
    Ok(keep_and_return("lang", lang.tag(), &switch.back, &house))
}

fn keep_and_return(name: &'static str, value: &'static str, back: &str, house: &House) -> HttpResponse {
    let cookie = Cookie::build(name, value)
        .path("/")
        .max_age(Duration::days(365))
        .same_site(SameSite::Lax)
        .http_only(true)
        .secure(house.config.is_https())
        .finish();
    HttpResponse::SeeOther().cookie(cookie).insert_header((header::LOCATION, local_path(back))).finish()
}

/// `GET /healthz`: the process lives.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the database answers.
pub(super) async fn readyz(house: Data<House>) -> Result<HttpResponse, AppError> {
    house.db.read().execute_unprepared("SELECT 1").await.map_err(|_| AppError::Busy)?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n"))
}
