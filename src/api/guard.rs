//! Who asks: anybody, or a client whose token covers what is asked. Counted either way.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::limits::{Limits, Taken};
use crate::agencies::{self, Agency};
use crate::clients::{AgencyClient, Client, Scope};
use crate::error::AppError;
use crate::i18n::Message;
use crate::identity::{self, Role};
use crate::kernel::{ClientId, LearnerId};
use crate::web::{House, client_address};

/// A part of the API that anybody may read, and that a client's scope names.
pub trait Part: 'static {
    /// The scope that names it.
    const SCOPE: Scope;
    /// Whether programs of an agency that is suspended may use it still.
    const WHILE_SUSPENDED: bool = false;
}

/// Courses and search.
#[derive(Debug)]
pub struct Catalogue;
impl Part for Catalogue {
    const SCOPE: Scope = Scope::Catalogue;
}

/// The tree of places.
#[derive(Debug)]
pub struct Places;
impl Part for Places {
    const SCOPE: Scope = Scope::Places;
}

/// Results brought to be recognised.
#[derive(Debug)]
pub struct Recognise;
impl Part for Recognise {
    const SCOPE: Scope = Scope::Recognise;
}

/// Addresses at which a program is told of what happens.
#[derive(Debug)]
pub struct Webhooks;
impl Part for Webhooks {
    const SCOPE: Scope = Scope::Webhooks;
}

/// Whether certificates are good.
#[derive(Debug)]
pub struct Verify;
impl Part for Verify {
    const SCOPE: Scope = Scope::Verify;
}

/// What an agency has issued. One that is suspended looks after it still.
#[derive(Debug)]
pub struct Certificates;
impl Part for Certificates {
    const SCOPE: Scope = Scope::Certificates;
    const WHILE_SUSPENDED: bool = true;
}

/// Statements that learners show.
#[derive(Debug)]
pub struct Statements;
impl Part for Statements {
    const SCOPE: Scope = Scope::Statement;
}

/// Somebody who reads `P`. Without a token anybody may; with one, only a client whose token is good for it, which may ask more often.
#[derive(Clone, Copy, Debug)]
pub struct Reader<P> {
    /// The client, where one asks.
    pub client: Option<ClientId>,
    part: PhantomData<P>,
}

impl<P: Part> FromRequest for Reader<P> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let client = Client::is_claimed(request).then(|| Client::from_request(request, payload));
        let request = request.clone();
        Box::pin(async move {
            let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?;
            let of = |client| Self { client, part: PhantomData };
            let Some(client) = client else { return take_of_address(&request, house).map(|()| of(None)) };
            let client = client.await?;
            take_of_client(&request, house, client.id)?;
            if client.scopes.contains(&P::SCOPE) { Ok(of(Some(client.id))) } else { Err(AppError::NotAllowed) }
        })
    }
}

/// A program of an agency whose token is good for `P`, as long as the agency works and whoever answers for the program is an officer of it:
/// looked at anew with every request.
#[derive(Clone, Debug)]
pub struct OfAgency<P> {
    /// The client.
    pub client: ClientId,
    /// Whose program it is.
    pub agency: Agency,
    /// Who answers for it.
    pub officer: LearnerId,
    part: PhantomData<P>,
}

impl<P: Part> OfAgency<P> {
    async fn of(request: &HttpRequest) -> Result<Self, AppError> {
        let AgencyClient { client, agency, officer } = AgencyClient::extract(request).await?;
        let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?;
        take_of_client(request, house, client.id)?;
        if !client.scopes.contains(&P::SCOPE) {
            return Err(AppError::NotAllowed);
        }
        let db = house.db.read();
        let agency = agencies::find_agency(db, agency).await?.ok_or(AppError::NotAllowed)?;
        let scope = identity::load_scope(db, officer).await?.within_organisation(agency.organisation, agency.line.as_deref());
        if !scope.has_any(Role::OFFICERS) {
            return Err(AppError::NotAllowed);
        }
        if agency.is_closed || (agency.suspended.is_some() && !P::WHILE_SUSPENDED) {
            let key = if agency.is_closed { "agencies-is-closed" } else { "agencies-is-suspended" };
            return Err(AppError::Changed(Message::of(key)));
        }
        Ok(Self { client: client.id, agency, officer, part: PhantomData })
    }
}

impl<P: Part> FromRequest for OfAgency<P> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}

/// Takes one from what the address of `request` may ask.
pub(super) fn take_of_address(request: &HttpRequest, house: &House) -> Result<(), AppError> {
    let address = client_address(request, house);
    told(request, house.rooms.get::<Limits>().take_address(house.config.api_per_minute, address))
}

/// Takes one from what a client may ask.
pub(super) fn take_of_client(request: &HttpRequest, house: &House, client: ClientId) -> Result<(), AppError> {
    told(request, house.rooms.get::<Limits>().take_client(house.config.api_per_minute, client))
}

/// The answer says how often one may ask still.
fn told(request: &HttpRequest, taken: Taken) -> Result<(), AppError> {
    request.extensions_mut().insert(taken.allowance);
    taken.outcome
}
