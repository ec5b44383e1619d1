//! The right to be here as a client: a token in `Authorization: Bearer …`.

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::rules::Scope;
use super::{service, tokens};
use crate::error::AppError;
use crate::kernel::{AgencyId, ClientId, LearnerId, Timestamp};
use crate::web::House;

/// A client that has shown a good token.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its id.
    pub id: ClientId,
    /// Whose program it is.
    pub name: String,
    /// What the token is good for, as far as the client still may.
    pub scopes: Vec<Scope>,
    /// When the token ends.
    pub until: Timestamp,
    /// The agency whose program it is, and who of its people answers for it.
    pub agency: Option<(AgencyId, LearnerId)>,
}

impl Client {
    /// Whether a request shows a token at all, good or bad.
    #[must_use]
    pub fn is_claimed(request: &HttpRequest) -> bool {
        request.headers().contains_key(header::AUTHORIZATION)
    }

    async fn of(request: &HttpRequest) -> Result<Self, AppError> {
        let house = request.app_data::<Data<House>>().ok_or_else(|| AppError::Fault("no house".to_owned()))?;
        let shown = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = shown.and_then(|text| text.split_once(' ')).filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let (_, token) = token.ok_or(AppError::SignInFirst)?;
        let now = house.clock().now();
        let token = tokens::read(&house.keys, house.config.issuer(), token, now).ok_or(AppError::SignInFirst)?;
        let row = service::find_open(house.db.read(), token.client).await?.ok_or(AppError::SignInFirst)?;
        let scopes = token.scopes.into_iter().filter(|scope| row.scopes.contains(scope)).collect();
        Ok(Self { id: row.id, name: row.name, scopes, until: token.until, agency: row.agency })
    }
}

impl FromRequest for Client {
    type Error = AppError;
    type Future = LocalBoxFuture<'static, Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Self::of(&request).await })
    }
}
