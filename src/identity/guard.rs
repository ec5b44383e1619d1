//! The right to be on a page, as extractors: a handler without one does not get in.

use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::roles::{Lifetime, Ownership, Role};
use super::rules::device_label;
use super::scope::StaffScope;
use super::secrets::{Origin, Secret};
use super::service::{self, is_slide_due};
use super::session::Session;
use crate::error::AppError;
use crate::places;
use crate::web::{CookieAgain, DEVICE_COOKIE, House, SESSION_COOKIE, client_address, cookie_name, keep_cookie, session_cookie};

/// Anybody, with their session where they have one.
#[derive(Clone, Debug)]
pub struct Visitor(pub Option<Session>);

/// Somebody signed in.
#[derive(Clone, Debug)]
pub struct Learner(pub Session);

/// What somebody of the staff must be to get in.
pub trait Duty {
    /// One of these roles, somewhere.
    const ROLES: &'static [Role];
}

/// Any role at all.
#[derive(Clone, Copy, Debug)]
pub struct AnyDuty;

/// A role that may look up single people.
#[derive(Clone, Copy, Debug)]
pub struct Finding;

/// A role that holds class sessions.
#[derive(Clone, Copy, Debug)]
pub struct Hosting;

/// A role that may say that a document was seen.
#[derive(Clone, Copy, Debug)]
pub struct Checking;

/// A role that asks for corrections of credit.
#[derive(Clone, Copy, Debug)]
pub struct Asking;

/// A role that decides on them.
#[derive(Clone, Copy, Debug)]
pub struct Reviewing;

/// One of these two.
#[derive(Clone, Copy, Debug)]
pub struct Correcting;

/// A role that looks at what somebody should look at.
#[derive(Clone, Copy, Debug)]
pub struct Looking;

/// A role that sends recordings.
#[derive(Clone, Copy, Debug)]
pub struct Recording;

/// A role that publishes training plans.
#[derive(Clone, Copy, Debug)]
pub struct Planning;

/// The role of an administrator.
#[derive(Clone, Copy, Debug)]
pub struct Administering;

impl Duty for AnyDuty {
    const ROLES: &'static [Role] = &Role::ALL;
}

impl Duty for Finding {
    const ROLES: &'static [Role] = Role::FINDERS;
}

impl Duty for Hosting {
    const ROLES: &'static [Role] = Role::HOSTS;
}

impl Duty for Checking {
    const ROLES: &'static [Role] = Role::CHECKERS;
}

impl Duty for Asking {
    const ROLES: &'static [Role] = Role::OFFICERS;
}

impl Duty for Reviewing {
    const ROLES: &'static [Role] = Role::REVIEWERS;
}

impl Duty for Correcting {
    const ROLES: &'static [Role] = Role::CORRECTORS;
}

impl Duty for Looking {
    const ROLES: &'static [Role] = Role::LOOKERS;
}

impl Duty for Recording {
    const ROLES: &'static [Role] = Role::RECORDERS;
}

impl Duty for Planning {
    const ROLES: &'static [Role] = Role::PLANNERS;
}

impl Duty for Administering {
    const ROLES: &'static [Role] = Role::ADMINISTRATORS;
}

/// Somebody of the staff with a role for this duty, signed in with the second factor.
#[derive(Clone, Debug)]
pub struct Staff<D = AnyDuty> {
    /// Their session.
    pub session: Session,
    /// What they may see.
    pub scope: StaffScope,
    duty: PhantomData<D>,
}

/// Somebody who may look up single people.
pub type Finder = Staff<Finding>;

/// Somebody who holds class sessions: a volunteer, or an administrator.
pub type Host = Staff<Hosting>;

/// Somebody who may say that a document was seen.
pub type Checker = Staff<Checking>;

/// 机构经办人: asks for corrections of credit.
pub type Officer = Staff<Asking>;

/// 复核人: decides on them.
pub type Reviewer = Staff<Reviewing>;

/// One of these two.
pub type Corrector = Staff<Correcting>;

/// Somebody who looks at what somebody should look at.
pub type Looker = Staff<Looking>;

/// Somebody who reads cards and questions aloud.
pub type Recorder = Staff<Recording>;

/// Somebody who publishes training plans for an organisation.
pub type Planner = Staff<Planning>;

/// An administrator.
pub type Administrator = Staff<Administering>;

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
        let lifetime = session.lifetime();
        if lifetime.slides {
            // The row lives longer from now on, and so must the browser's cookie.
            request.extensions_mut().insert(CookieAgain(cookie_of(&token, lifetime, &house)));
        }
        house.db.write(async move |tx| service::slide(tx, &token, lifetime).await).await?;
    }
    let session = match session {
        Some(session) => {
            let authority = places::authority_of(&house, session.place_code.as_deref()).await?;
            Some(Rc::new(Session { authority: Arc::new(authority), ..session }))
        }
        None => None,
    };
    request.extensions_mut().insert(Known(session.clone()));
    Ok(session)
}

/// The cookie of a session.
pub(super) fn cookie_of(token: &Secret, lifetime: Lifetime, house: &House) -> Cookie<'static> {
    keep_cookie(SESSION_COOKIE, token.to_text(), lifetime.cookie_days(), house.config.is_https())
}

async fn learner_of(request: &HttpRequest) -> Result<Session, AppError> {
    session_of(request).await?.map(|session| Session::clone(&session)).ok_or(AppError::SignInFirst)
}

/// What somebody of the staff may see, where it is they who are signed in and they have one of `roles`; for pages that are for others too.
///
/// # Errors
/// What the database answers.
pub async fn scope_of(house: &House, session: Option<&Session>, roles: &[Role]) -> Result<Option<StaffScope>, AppError> {
    let Some(session) = session.filter(|session| session.is_staff()) else { return Ok(None) };
    let scope = service::load_scope(house.db.read(), session.acting.learner).await?;
    Ok(Some(scope).filter(|scope| scope.has_any(roles)))
}

async fn staff_of(request: &HttpRequest, roles: &[Role]) -> Result<(Session, StaffScope), AppError> {
    let session = learner_of(request).await?;
    if !session.is_staff() {
        return Err(AppError::NotAllowed);
    }
    let house = house_of(request)?;
    let scope = service::load_scope(house.db.read(), session.acting.learner).await?;
    if !scope.has_any(roles) {
        return Err(AppError::NotAllowed);
    }
    let session = Session { duties: scope.duties(), ..session };
    Ok((session, scope))
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
        ownership: Ownership::Own,
        hall: None,
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

impl<D: Duty> FromRequest for Staff<D> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (session, scope) = staff_of(&request, D::ROLES).await?;
            Ok(Self { session, scope, duty: PhantomData })
        })
    }
}
