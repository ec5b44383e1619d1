//! Who asks: anybody, or a client whose token covers what is asked. Counted either way.

use std::marker::PhantomData;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::limits::Limits;
use crate::clients::{Client, Scope};
use crate::error::AppError;
use crate::web::{House, client_address};

/// A part of the API that anybody may read, and that a client's scope names.
pub trait Part: 'static {
    /// The scope that names it.
    const SCOPE: Scope;
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

/// Somebody who reads `P`. Without a token anybody may; with one, only a client whose token is good for it, which may ask more often.
#[derive(Clone, Copy, Debug)]
pub struct Reader<P>(PhantomData<P>);

impl<P: Part> FromRequest for Reader<P> {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let client = Client::is_claimed(request).then(|| Client::from_request(request, payload));
        let request = request.clone();
        Box::pin(async move {
            let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?;
            let Some(client) = client else { return take_of_address(&request, house).map(|()| Self(PhantomData)) };
            let client = client.await?;
            house.rooms.get::<Limits>().take_client(house.config.api_per_minute, client.id)?;
            if client.scopes.contains(&P::SCOPE) { Ok(Self(PhantomData)) } else { Err(AppError::NotAllowed) }
        })
    }
}

/// Takes one from what the address of `request` may ask.
pub(super) fn take_of_address(request: &HttpRequest, house: &House) -> Result<(), AppError> {
    house.rooms.get::<Limits>().take_address(house.config.api_per_minute, client_address(request, house))
}
