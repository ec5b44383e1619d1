//! The middleware around everything: it knows the reader before the handler, and finishes the answer after it.

use std::rc::Rc;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpResponse, ResponseError};
use askama::Template;

use super::problem::{ProblemPage, problem_json};
use super::{House, Page, Tab, Ui, VISIT_COOKIE, keep_cookie};
use crate::error::AppError;

/// Nothing of ours needs a script or a style of its own in the page, or anything from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; font-src 'none'; \
    connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// A cookie that the answer is to carry again, since what it stands for lives longer now. Kept with the request by who prolonged it.
#[derive(Clone, Debug)]
pub struct CookieAgain(pub Cookie<'static>);

/// Finds out who reads and how; afterwards draws the error page where one is due, sets the headers, counts and logs.
///
/// # Errors
/// Never by itself: errors of handlers have become answers by then.
pub async fn finish(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Some(house) = request.app_data::<Data<House>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let ui = Rc::new(Ui::of(&request, &house));
    request.extensions_mut().insert(Rc::clone(&ui));
    let mut response = {
        let in_hand = house.metrics.take_in_hand();
        if in_hand.how_many() > house.config.requests_at_once {
            request.into_response(AppError::Busy.error_response())
        } else {
            next.call(request).await?.map_into_boxed_body()
        }
    };
    if wants_words(&response) {
        response = with_words(response, &house, &ui);
    }
    set_headers(&mut response, &house, &ui);
    log(&response, &house, &ui, started);
    Ok(response)
}

/// An error whose handler drew no page.
fn wants_words(response: &ServiceResponse) -> bool {
    let bare = response.response().error().is_some()
        || (!response.headers().contains_key(header::CONTENT_TYPE)
            && matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0)));
    response.status().as_u16() >= 400 && bare
}

fn with_words(response: ServiceResponse, house: &House, ui: &Ui) -> ServiceResponse {
    let status = response.status();
    let error = response.response().error().and_then(|error| error.as_error::<AppError>());
    let is_api = response.request().path().starts_with("/api/");
    let is_get = matches!(*response.request().method(), Method::GET | Method::HEAD);
    if status == StatusCode::UNAUTHORIZED && !is_api {
        let back = if is_get { ui.path.as_str() } else { "/" };
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let answer = HttpResponse::SeeOther().insert_header((header::LOCATION, format!("/sign-in?back={back}"))).finish();
        return ServiceResponse::new(response.request().clone(), answer);
    }
    let back = if is_get { ui.path.as_str() } else { "/me" };
    let problem = ProblemPage::new(Page::new(house, ui.clone(), Tab::Elsewhere), status.as_u16(), error, back);
    let mut builder = HttpResponse::build(status);
    for kept in [header::RETRY_AFTER, header::ALLOW] {
        if let Some(value) = response.headers().get(&kept) {
            builder.insert_header((kept, value.clone()));
        }
    }
    let answer = if is_api {
        builder.content_type("application/problem+json").body(problem_json(&problem, status.as_u16()))
    } else {
        let words = problem.render().unwrap_or_else(|_| problem.title.clone());
        builder.content_type("text/html; charset=utf-8").body(words)
    };
    if let Some(AppError::Fault(fault)) = error {
        tracing::error!(request = %ui.request, code = ui.help_code(), fault, "a request failed by our fault");
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, answer)
}

fn set_headers(response: &mut ServiceResponse, house: &House, ui: &Ui) {
    let https = house.config.is_https();
    let is_asset = response.headers().contains_key(header::CACHE_CONTROL);
    let again = response.request().extensions().get::<CookieAgain>().cloned();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    if is_asset {
        return;
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if let Some(visit) = &ui.fresh_visit
        && let Ok(value) = HeaderValue::from_str(&keep_cookie(VISIT_COOKIE, visit.clone(), Some(365), https).to_string())
    {
        headers.append(header::SET_COOKIE, value);
    }
    if let Some(CookieAgain(cookie)) = again {
        set_again(headers, &cookie);
    }
}

/// The handler may have set or taken away the same cookie: its word counts.
fn set_again(headers: &mut HeaderMap, cookie: &Cookie<'static>) {
    let begins = format!("{}=", cookie.name());
    let is_set = headers.get_all(header::SET_COOKIE).any(|set| set.as_bytes().starts_with(begins.as_bytes()));
    if let (false, Ok(value)) = (is_set, HeaderValue::from_str(&cookie.to_string())) {
        headers.append(header::SET_COOKIE, value);
    }
}

/// One line a request: the pattern of the route, never the address itself, which may name somebody's thing.
fn log(response: &ServiceResponse, house: &House, ui: &Ui, started: Instant) {
    let route = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let seconds = started.elapsed().as_secs_f64();
    let status = response.status().as_u16();
    house.metrics.answered(&route, status, seconds);
    tracing::debug!(request = %ui.request, method = %response.request().method(), route, status, seconds, "answered");
}
