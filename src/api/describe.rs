//! The OpenAPI document, made from the handlers and their types.

use std::sync::LazyLock;

use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{Info, OpenApi as Document};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::{
    certificate_batch_routes, certificate_routes, hall_routes, log_routes, problem_routes, recognition_routes, routes,
    webhook_routes,
};
use crate::clients::Scope;
use crate::i18n::Lang;
use crate::web::Problem;

/// What readers of public things may be told instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro, which describes answers that the middleware makes")]
pub(super) enum OfReaders {
    /// A value cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(#[to_schema] Problem),
    /// The token is none of ours, has ended, or its client has.
    #[response(status = 401, content_type = "application/problem+json")]
    BadToken(#[to_schema] Problem),
    /// The token is not good for this.
    #[response(status = 403, content_type = "application/problem+json")]
    NotCovered(#[to_schema] Problem),
    /// There is no such thing.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// A value cannot be; `errors` says which, and what to write.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(#[to_schema] Problem),
    /// Too often in this minute; `Retry-After` says how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// More is asked than can be done now.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

/// What those who ask for their own may be told instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro, which describes answers that the middleware makes")]
pub(super) enum OfOwners {
    /// Nobody is signed in, or the token is not good.
    #[response(status = 401, content_type = "application/problem+json")]
    SignInFirst(#[to_schema] Problem),
    /// More is asked than can be done now.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

/// What any program may be told instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro, which describes answers that the middleware makes")]
pub(super) enum OfPrograms {
    /// The token is none of ours, has ended, or its client has.
    #[response(status = 401, content_type = "application/problem+json")]
    BadToken(#[to_schema] Problem),
    /// Too often in this minute; `Retry-After` says how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// More is asked than can be done now.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

/// What readers who send a body may be told besides what [`OfReaders`] are.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro, which describes answers that the middleware makes")]
pub(super) enum OfSenders {
    /// The body came too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// This kind of content is not taken.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongKind(#[to_schema] Problem),
}

/// What those who send a body may be told instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro, which describes answers that the middleware makes")]
pub(super) enum OfBodies {
    /// The body came too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// This kind of content is not taken.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongKind(#[to_schema] Problem),
    /// Too often in this minute; `Retry-After` says how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// More is asked than can be done now.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

/// What programs of agencies may be told instead.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "read by the macro, which describes answers that the middleware makes")]
pub(super) enum OfAgencies {
    /// It cannot be read, or its `Idempotency-Key` is missing.
    #[response(status = 400, content_type = "application/problem+json")]
    Unreadable(#[to_schema] Problem),
    /// The token is none of ours, has ended, or its client has.
    #[response(status = 401, content_type = "application/problem+json")]
    BadToken(#[to_schema] Problem),
    /// The token is not good for this, the client is bound to no agency, or nobody of the agency answers for it any more.
    #[response(status = 403, content_type = "application/problem+json")]
    NotCovered(#[to_schema] Problem),
    /// There is no such thing, or it is another's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(#[to_schema] Problem),
    /// The body came too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(#[to_schema] Problem),
    /// The agency is suspended or closed, things have changed, or the first request under this key is on its way.
    #[response(status = 409, content_type = "application/problem+json")]
    Changed(#[to_schema] Problem),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] Problem),
    /// This kind of content is not taken.
    #[response(status = 415, content_type = "application/problem+json")]
    WrongKind(#[to_schema] Problem),
    /// A value cannot be (`errors` says which), it cannot be done, or the key was used for another request.
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(#[to_schema] Problem),
    /// Too often in this minute; `Retry-After` says how long to wait.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(#[to_schema] Problem),
    /// More is asked than can be done now.
    #[response(status = 503, content_type = "application/problem+json")]
    Busy(#[to_schema] Problem),
}

#[derive(OpenApi)]
#[openapi(
    modifiers(&House),
    paths(
        routes::openapi, routes::catalogue, routes::course, routes::find, routes::places, routes::passbook, routes::token,
        routes::jwks, routes::client, log_routes::inclusion, log_routes::consistency, log_routes::log_keys, log_routes::witness,
        hall_routes::hand_over_pack, problem_routes::problem_kind, recognition_routes::bring_recognition,
        recognition_routes::recognition, webhook_routes::webhook_list, webhook_routes::add_webhook, webhook_routes::webhook,
        webhook_routes::remove_webhook, webhook_routes::change_webhook_secret, webhook_routes::webhook_deliveries,
        certificate_routes::verify, certificate_routes::certificate_list, certificate_routes::suspend_certificate,
        certificate_routes::revoke_certificate, certificate_routes::certificate_request, certificate_routes::statement,
        certificate_batch_routes::bring_certificates, certificate_batch_routes::certificate_batch,
    )
)]
struct Described;

/// What the macros do not know: title, ways to say who one is.
struct House;

impl Modify for House {
    fn modify(&self, document: &mut Document) {
        document.info = Info::new(Lang::Chinese.t("site-name"), env!("CARGO_PKG_VERSION").to_owned());
        let scopes = Scopes::from_iter(Scope::ALL.map(|scope| (scope.code(), "")));
        let client = OAuth2::new([Flow::ClientCredentials(ClientCredentials::new("/api/v1/token", scopes))]);
        let session = ApiKey::Cookie(ApiKeyValue::new("session"));
        let secret = HttpBuilder::new().scheme(HttpAuthScheme::Basic).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("client", SecurityScheme::OAuth2(client));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
        components.add_security_scheme("secret", SecurityScheme::Http(secret));
    }
}

/// The document, as JSON.
#[must_use]
pub fn document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| Described::openapi().to_json().unwrap_or_default());
    &DOCUMENT
}
