//! The staff door, and the page of the one-time link.

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};

use super::sign_in::Link;
use super::welcome::{Caller, welcome, write};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::guard::Visitor;
use crate::identity::roles::Assurance;
use crate::identity::secrets::Secret;
use crate::identity::service::{self, Door, FirstSecrets, Shown, SignIn};
use crate::identity::staff_views::{SetUpPage, StaffDoorPage};
use crate::identity::{Error, PasswordPool, forms, staff_forms};
use crate::web::{FieldError, FieldErrors, Fields, Filled, House, Page, Posted, Tab, Ui, html, html_with, local_path, redirect};

/// Where staff go who wanted nothing else.
const DESK: &str = "/staff";
/// Where they go who have just set password and second factor.
const SET: &str = "/sign-in/staff?said=set";

fn desk(back: &str) -> &str {
    if back.is_empty() { DESK } else { local_path(back) }
}

/// `GET /sign-in/staff`.
pub async fn staff_form(visitor: Visitor, link: Query<Link>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let back = desk(&link.back).to_owned();
    if visitor.0.is_some_and(|session| session.is_staff()) {
        return Ok(redirect(&back));
    }
    let page = Page::new(&house, ui, Tab::Elsewhere);
    html(&StaffDoorPage { page, form: Filled::default(), back, is_set: link.said == "set" })
}

/// `POST /sign-in/staff`: name, password and second factor together; a wrong try never says which part was wrong.
pub async fn staff(posted: Posted, request: HttpRequest, house: Data<House>) -> Result<HttpResponse, AppError> {
    let back = desk(posted.fields.get("back")).to_owned();
    let again = |status, errors: FieldErrors| {
        // Of the three only the name is shown again.
        let form = Filled::wrong(Fields::from_pairs(&[("login", posted.fields.get("login"))]), errors);
        let page = Page::new(&house, posted.ui.clone(), Tab::Elsewhere);
        html_with(status, &StaffDoorPage { page, form, back: back.clone(), is_set: false })
    };
    let rest = |seconds| again(StatusCode::TOO_MANY_REQUESTS, vec![FieldError::new("login", forms::rest(seconds))]);
    let door = match staff_forms::staff_door(&posted.fields) {
        Ok(door) => door,
        Err(errors) => return again(StatusCode::UNPROCESSABLE_ENTITY, errors),
    };
    let caller = Caller::of(&request, &house);
    caller.take_allowance(&house, Door::Login(&door.login)).await?;
    // The seat comes first: whoever finds none has not tried.
    let pool = house.rooms.get::<PasswordPool>();
    let seat = pool.seat()?;
    let (keys, origin, login) = (house.keys.clone(), caller.origin.clone(), door.login.clone());
    let begun = match write(&house, async move |tx| service::begin_staff(tx, &keys, &origin, &login).await).await? {
        Ok(begun) => begun,
        Err(seconds) => return rest(seconds),
    };
    let is_right = pool.is_right(seat, door.password, begun.password_hash()).await?;
    let once = posted.once()?;
    let token = Secret::derived(&house.keys, "session-token", &[b"staff", once.as_str().as_bytes(), door.login.as_bytes()]);
    let (keys, origin, held, secret) = (house.keys.clone(), caller.origin.clone(), caller.held.clone(), token.clone());
    let help_phone = house.config.help_phone.clone();
    let outcome = write(&house, async move |tx| {
        let shown = Shown { is_right, code: &door.code };
        service::end_staff(tx, &keys, &origin, (&begun, shown, &help_phone), (&secret, held.as_ref())).await
    });
    match outcome.await? {
        SignIn::In { .. } => welcome(&house, &posted.ui, &caller, (&token, Assurance::PasswordTotp), &back).await,
        SignIn::Rest(seconds) => rest(seconds),
        SignIn::Wrong => {
            let error = FieldError::new("login", Message::of("identity-staff-wrong"));
            again(StatusCode::UNPROCESSABLE_ENTITY, vec![error])
        }
    }
}

async fn secrets(house: &House, ui: &Ui, token: &str) -> Result<(Secret, FirstSecrets), AppError> {
    let token = Secret::parse(token).ok_or(Error::LinkUsedUp)?;
    let now = house.clock().now();
    let shown = service::setup_secrets(house.db.read(), &house.keys, &token, now, &ui.lang.t("site-name")).await?;
    Ok((token, shown))
}

fn set_up_page(house: &House, ui: Ui, token: &Secret, shown: FirstSecrets, form: Filled) -> SetUpPage {
    let page = Page::new(house, ui, Tab::Elsewhere);
    SetUpPage { page, form, token: token.to_text(), name: shown.name, login: shown.login, code: shown.code }
}

/// `GET /staff/setup/{token}`: sets password and second factor.
pub async fn set_up_form(path: Path<String>, ui: Ui, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (token, shown) = secrets(&house, &ui, &path).await?;
    html(&set_up_page(&house, ui, &token, shown, Filled::default()))
}

/// `POST /staff/setup/{token}`. Sent twice it is one act with one answer.
pub async fn set_up(path: Path<String>, posted: Posted, house: Data<House>) -> Result<HttpResponse, AppError> {
    let (token, shown) = match secrets(&house, &posted.ui, &path).await {
        Ok(both) => both,
        Err(error) => return set_already(&house, &path, &posted, error).await,
    };
    let again = |shown: FirstSecrets, errors: FieldErrors| {
        let form = Filled::wrong(Fields::default(), errors);
        html_with(StatusCode::UNPROCESSABLE_ENTITY, &set_up_page(&house, posted.ui.clone(), &token, shown, form))
    };
    let (password, code) = match staff_forms::set_up(&posted.fields, &shown.login) {
        Ok(both) => both,
        Err(errors) => return again(shown, errors),
    };
    let hash = house.rooms.get::<PasswordPool>().hash(password).await?;
    let (keys, secret, help_phone) = (house.keys.clone(), token.clone(), house.config.help_phone.clone());
    let used = write(&house, async move |tx| service::use_setup_link(tx, &keys, &secret, (&hash, &code), &help_phone).await);
    match used.await {
        Ok(_) => Ok(redirect(SET)),
        Err(Error::SecondFactorWrong) => again(shown, vec![FieldError::new("code", Message::of("identity-totp-wrong"))]),
        Err(Error::LinkUsedUp) => set_already(&house, &path, &posted, Error::LinkUsedUp.into()).await,
        Err(error) => Err(error.into()),
    }
}

/// A link that is used up, unless this very password was set through it a moment ago.
async fn set_already(house: &House, path: &str, posted: &Posted, error: AppError) -> Result<HttpResponse, AppError> {
    let Some(token) = Secret::parse(path) else { return Err(error) };
    let Some(kept) = service::find_just_set(house.db.read(), &token, house.clock().now()).await? else { return Err(error) };
    let pool = house.rooms.get::<PasswordPool>();
    let password = posted.fields.get("password").to_owned();
    if pool.is_right(pool.seat()?, password, Some(kept)).await? { Ok(redirect(SET)) } else { Err(error) }
}
