//! The right to be on a page, as extractors: a handler without one does not get in.

use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::roles::{Role, StaffScope};
use super::rules::device_label;
use super::secrets::{Origin, Secret};
use super::service::{self, is_slide_due};
use super::session::Session;
use crate::error::AppError;
use crate::web::{DEVICE_COOKIE, House, client_address, cookie_name, session_cookie};

/// Anybody, with their session where they have one.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<Session>);

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Learner(pub Session);

/// Somebody of the staff, signed in with the second factor.
#[derive(Clone, Debug)]
pub struct Staff {
    /// Their session.
    pub session: Session,
    /// What they may see.
    pub scope: StaffScope,
}

/// An administrator, signed in with the second factor.
#[derive(Clone, Debug)]
pub struct Administrator {
    /// Their session.
    pub session: Session,
    /// What they may see.
    pub scope: StaffScope,
}

/// What a request was found to be; kept with it, so that two extractors ask once.
#[derive(Clone)]
struct Known(Option<Rc<Session>>);

fn house_of(request: &HttpRequest) -> Result<Data<House>, AppError> {
    request.app_data::<Data<House>>().cloned().ok_or_else(|| AppError::Fault("no house".to_owned()))
}

async fn session_of(request: &HttpRequest) -> Result<Option<Rc<Session>>, AppError> {
    if let Some(Known(known)) = request.extensions().get::<Known>() {
        return Ok(known.clone());
    }
    let house = house_of(request)?;
    let token = session_cookie(request, &house).and_then(|text| Secret::parse(&text));
    let session = match &token {
        Some(token) => service::find_session(house.db.read(), &house.keys, token, house.clock().now()).await?,
        None => None,
    };
    if let (Some(session), Some(token)) = (&session, token)
        && is_slide_due(session, house.clock().now())
    {
        let assurance = session.assurance;
        house.db.write(async move |tx| service::slide(tx, &token, assurance).await).await?;
    }
    let session = session.map(Rc::new);
    request.extensions_mut().insert(Known(session.clone()));
    Ok(session)
}

async fn learner_of(request: &HttpRequest) -> Result<Session, AppError> {
    session_of(request).await?.map(|session| Session::clone(&session)).ok_or(AppError::SignInFirst)
}

async fn staff_of(request: &HttpRequest) -> Result<(Session, StaffScope), AppError> {
    let session = learner_of(request).await?;
    if !session.is_staff() {
        return Err(AppError::NotAllowed);
    }
    let house = house_of(request)?;
    let scope = service::load_scope(house.db.read(), session.acting.learner).await?;
    if scope.grants().is_empty() { Err(AppError::NotAllowed) } else { Ok((session, scope)) }
}

/// Where a request comes from.
#[must_use]
pub fn origin_of(request: &HttpRequest, house: &House) -> Origin {
    let cookie = request.cookie(&cookie_name(DEVICE_COOKIE, house.config.is_https()));
    let user_agent = request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Origin {
        device: cookie.and_then(|cookie| Secret::parse(cookie.value())),
        address: client_address(request, house),
        label: device_label(user_agent),
    }
}

impl FromRequest for Visitor {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(session_of(&request).await?.map(|session| Session::clone(&session)))) })
    }
}

impl FromRequest for Learner {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { learner_of(&request).await.map(Self) })
    }
}

impl FromRequest for Staff {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (session, scope) = staff_of(&request).await?;
            Ok(Self { session, scope })
        })
    }
}

impl FromRequest for Administrator {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (session, scope) = staff_of(&request).await?;
            if scope.has(Role::Administrator) { Ok(Self { session, scope }) } else { Err(AppError::NotAllowed) }
        })
    }
}
