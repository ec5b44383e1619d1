//! The answers to programs.

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::describe;
use super::forms::{PlacesQuery, SearchQuery, TokenForm};
use super::guard::{Caller, Catalogue, Places, Reader, take_of_address};
use super::input::{Asked, body_of, json_in};
use super::views::{self, ClientLine, Found, KeySet, PlacePage, Token, TokenRefusal};
use crate::clients::{self, NoToken, Secret, TOKEN_SECONDS};
use crate::curriculum::{CourseCode, Shelf};
use crate::error::AppError;
use crate::identity::Learner;
use crate::kernel::ClientId;
use crate::web::{House, Problem};
use crate::{places as tree, recognition};

/// What handlers of the API answer with.
type Answer = Result<HttpResponse, AppError>;

/// What others may keep for five minutes: documents and keys that change rarely.
const KEEP_FOR_MINUTES: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=300");

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", tag = "about", responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub async fn openapi() -> HttpResponse {
    HttpResponse::Ok().insert_header(KEEP_FOR_MINUTES).content_type("application/json").body(describe::document())
}

/// All courses.
#[utoipa::path(get, path = "/api/v1/courses", tag = "catalogue", security((), ("client" = ["catalogue"])),
    responses((status = 200, description = "All courses", body = views::Catalogue), describe::OfReaders))]
pub async fn catalogue(_: Reader<Catalogue>, shelf: Shelf) -> Answer {
    Ok(HttpResponse::Ok().json(views::Catalogue::of(&shelf)))
}

/// One course in full.
#[utoipa::path(get, path = "/api/v1/courses/{code}", tag = "catalogue", security((), ("client" = ["catalogue"])),
    params(("code" = String, Path, description = "`T01` to `T23`", pattern = "^T[0-9]{2}$")),
    responses((status = 200, description = "The course", body = views::Course), describe::OfReaders))]
pub async fn course(_: Reader<Catalogue>, code: Path<String>, shelf: Shelf) -> Answer {
    let course = CourseCode::parse(&code).and_then(|code| shelf.course(code)).ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok().json(views::Course::of(&shelf, course)))
}

/// Courses, lessons and explained words.
#[utoipa::path(get, path = "/api/v1/search", tag = "catalogue", security((), ("client" = ["catalogue"])), params(SearchQuery),
    responses((status = 200, description = "What was found, the best first", body = Found), describe::OfReaders))]
pub async fn find(_: Reader<Catalogue>, asked: Asked<SearchQuery>, shelf: Shelf) -> Answer {
    Ok(HttpResponse::Ok().json(Found::of(&shelf, &asked.0.q, asked.0.limit)))
}

/// The tree of places, one level at a time.
#[utoipa::path(get, path = "/api/v1/places", tag = "places", security((), ("client" = ["places"])), params(PlacesQuery),
    responses((status = 200, description = "A page of places, in the order of their codes", body = PlacePage), describe::OfReaders))]
pub async fn places(_: Reader<Places>, asked: Asked<PlacesQuery>, house: Data<House>) -> Answer {
    let (db, PlacesQuery { parent, after, limit }) = (house.db.read(), asked.0);
    let within = match &parent {
        Some(code) => Some(tree::find_place(db, code).await?.ok_or(AppError::NotFound)?),
        None => None,
    };
    let children = tree::list_children(db, parent.as_deref()).await?;
    Ok(HttpResponse::Ok().json(PlacePage::of(within, children, after.as_deref(), limit)))
}

/// One's own passbook, for whoever is signed in in this browser.
#[utoipa::path(get, path = "/api/v1/passbook", tag = "own", security(("session" = [])),
    responses((status = 200, description = "The passbook", body = views::Passbook), describe::OfOwners))]
pub async fn passbook(Learner(session): Learner, house: Data<House>) -> Answer {
    let passbook = recognition::passbook_of(house.db.read(), session.acting.learner).await.map_err(|error| match error {
        recognition::Error::Fault(fault) => fault.into(),
        other => AppError::Fault(other.to_string()),
    })?;
    Ok(HttpResponse::Ok().json(views::Passbook::from(passbook)))
}

/// The client that asks, and how long its token is good.
#[utoipa::path(get, path = "/api/v1/client", tag = "clients", security(("client" = [])),
    responses((status = 200, description = "The client", body = ClientLine), describe::OfPrograms))]
pub async fn client(Caller(client): Caller) -> Answer {
    Ok(HttpResponse::Ok().json(ClientLine::from(client)))
}

/// The public keys by which tokens can be checked.
#[utoipa::path(get, path = "/api/v1/jwks.json", tag = "clients",
    responses((status = 200, description = "The keys", body = KeySet, content_type = "application/json")))]
pub async fn jwks(house: Data<House>) -> Answer {
    let keys = clients::public_keys(&house.keys, house.clock().now());
    Ok(HttpResponse::Ok().insert_header(KEEP_FOR_MINUTES).json(KeySet::from(keys)))
}

/// A token for a client's id and secret (RFC 6749, section 4.4), which stand in the body or in `Authorization: Basic`.
#[utoipa::path(post, path = "/api/v1/token", tag = "clients", security((), ("secret" = [])),
    request_body(content((TokenForm = "application/x-www-form-urlencoded"), (TokenForm = "application/json"))),
    responses(
        (status = 200, description = "A token", body = Token),
        (status = 400, description = "What is asked cannot be",
            content((TokenRefusal = "application/json"), (Problem = "application/problem+json"))),
        (status = 401, description = "The client is not known", body = TokenRefusal),
        describe::OfBodies))]
pub async fn token(request: HttpRequest, payload: web::Payload, house: Data<House>) -> Answer {
    take_of_address(&request, &house)?;
    let (kind, body) = body_of(&request, payload, &house).await?;
    let form = match kind.as_str() {
        "application/x-www-form-urlencoded" => TokenForm::parse(&body),
        "application/json" => Some(json_in(&body)?),
        _ => return Err(AppError::WrongKind),
    };
    let Some(form) = form else { return Ok(refusal("invalid_request")) };
    let (id, secret) = match credentials(&request, &form) {
        Ok(credentials) => credentials,
        Err(error) => return Ok(refusal(error)),
    };
    if form.grant_type != "client_credentials" {
        return Ok(refusal(if form.grant_type.is_empty() { "invalid_request" } else { "unsupported_grant_type" }));
    }
    let issuer = (&house.keys, house.config.issuer());
    match clients::give_token(house.db.read(), issuer, (id, &secret), &form.scope, house.clock().now()).await {
        Ok(granted) => Ok(never_kept(StatusCode::OK).json(Token {
            access_token: granted.token,
            token_type: "Bearer",
            expires_in: TOKEN_SECONDS,
            scope: granted.scope,
        })),
        Err(NoToken::UnknownClient) => Ok(refusal("invalid_client")),
        Err(NoToken::ScopeTooWide) => Ok(refusal("invalid_scope")),
        Err(NoToken::Unsigned(error)) => Err(AppError::Fault(error.to_string())),
        Err(NoToken::Fault(error)) => Err(error.into()),
    }
}

/// Id and secret from the header or from the body; both at once is one too many (RFC 6749, section 2.3).
fn credentials(request: &HttpRequest, form: &TokenForm) -> Result<(ClientId, Secret), &'static str> {
    let (id, secret) = match request.headers().get(header::AUTHORIZATION) {
        Some(_) if !form.client_secret.is_empty() => return Err("invalid_request"),
        Some(value) => value.to_str().ok().and_then(basic).unwrap_or_default(),
        None => (form.client_id.clone(), form.client_secret.clone()),
    };
    id.parse().ok().zip(Secret::parse(&secret)).ok_or("invalid_client")
}

/// Name and password of `Basic …` (RFC 7617).
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, packed) = header.split_once(' ')?;
    let text = String::from_utf8(STANDARD.decode(packed.trim()).ok()?).ok()?;
    let (name, password) = text.split_once(':').filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    Some((name.to_owned(), password.to_owned()))
}

fn never_kept(status: StatusCode) -> actix_web::HttpResponseBuilder {
    let mut builder = HttpResponse::build(status);
    builder.insert_header((header::CACHE_CONTROL, "no-store")).insert_header((header::PRAGMA, "no-cache"));
    builder
}

/// An answer as RFC 6749, section 5.2 has it.
fn refusal(error: &'static str) -> HttpResponse {
    let status = if error == "invalid_client" { StatusCode::UNAUTHORIZED } else { StatusCode::BAD_REQUEST };
    let error_description = match error {
        "invalid_client" => "The client is not known, was ended, or its secret is another one.",
        "invalid_scope" => "The client may not do all that is asked, or a scope is not known.",
        "unsupported_grant_type" => "Only client_credentials is understood here.",
        _ => "A field is missing or stands there twice, or the client says who it is in two ways.",
    };
    let mut builder = never_kept(status);
    if status == StatusCode::UNAUTHORIZED {
        builder.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"credit-bank\""));
    }
    builder.json(TokenRefusal { error, error_description })
}
