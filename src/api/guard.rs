//! Who asks: anybody, or a client whose token covers what is asked. Counted either way.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::limits::{Limits, Taken};
use crate::agencies::{self, Agency};
use crate::clients::{Client, Scope};
use crate::error::AppError;
use crate::i18n::Message;
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

/// Addresses at which a program is told of what happens. Of an agency that is suspended too: a secret that was seen is changed at once, and an address
/// taken down.
#[derive(Debug)]
pub struct Webhooks;
impl Part for Webhooks {
    const SCOPE: Scope = Scope::Webhooks;
    const WHILE_SUSPENDED: bool = true;
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

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let of = |client| Self { client, part: PhantomData };
            if !Client::is_claimed(&request) {
                return take_of_address(&request, house_of(&request)?).map(|()| of(None));
            }
            let client = counted(&request).await?;
            if client.scopes.contains(&P::SCOPE) { Ok(of(Some(client.id))) } else { Err(AppError::NotAllowed) }
        })
    }
}

/// The client whose token is shown. Each request is counted, before anything else is asked: for the client, or where the token is not good for the
/// address.
async fn counted(request: &HttpRequest) -> Result<Client, AppError> {
    let house = house_of(request)?;
    match Client::extract(request).await {
        Ok(client) => take_of_client(request, house, client.id).map(|()| client),
        Err(AppError::SignInFirst) => take_of_address(request, house).and(Err(AppError::SignInFirst)),
        Err(error) => Err(error),
    }
}

fn house_of(request: &HttpRequest) -> Result<&House, AppError> {
    request.app_data::<Data<House>>().map(Data::get_ref).ok_or_else(|| AppError::Fault("no house".to_owned()))
}

/// A program whose token is good, whatever it is good for.
#[derive(Clone, Debug)]
pub struct Caller(pub Client);

impl FromRequest for Caller {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { counted(&request).await.map(Self) })
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
        let client = counted(request).await?;
        let (agency, officer) = client.agency.filter(|_| client.scopes.contains(&P::SCOPE)).ok_or(AppError::NotAllowed)?;
        let db = house_of(request)?.db.read();
        let agency = agencies::find_agency(db, agency).await?.ok_or(AppError::NotAllowed)?;
        if !agencies::is_officer(db, &agency, officer).await? {
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
///
/// # Errors
/// [`AppError::TooMany`] where it has asked too often in this minute.
pub fn take_of_address(request: &HttpRequest, house: &House) -> Result<(), AppError> {
    let address = client_address(request, house);
    told(request, house.rooms.get::<Limits>().take_address(house.config.api_per_minute, address))
}

/// Takes one from what a client may ask.
fn take_of_client(request: &HttpRequest, house: &House, client: ClientId) -> Result<(), AppError> {
    told(request, house.rooms.get::<Limits>().take_client(house.config.api_per_minute, client))
}

/// The answer says how often one may ask still.
fn told(request: &HttpRequest, taken: Taken) -> Result<(), AppError> {
    request.extensions_mut().insert(taken.allowance);
    taken.outcome
}
