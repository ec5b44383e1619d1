//! The middleware around everything: it knows the reader before the handler, and finishes the answer after it.

use std::rc::Rc;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::cookie::Cookie;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse, ResponseError};
use askama::Template;

use super::again::{Kept, Why};
use super::problem::{Problem, ProblemPage, Ways};
use super::received::{self, Received};
use super::sender::referer_path;
use super::{House, Page, Tab, Ui, VISIT_COOKIE, is_read, keep_cookie};
use crate::error::AppError;

/// The policy with `more_styles` allowed.
macro_rules! policy {
    ($more_styles:literal) => {
        concat!(
            "default-src 'none'; script-src 'self'; style-src 'self'",
            $more_styles,
            "; img-src 'self' data:; media-src 'self'; font-src 'none'; \
             connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    };
}

/// Nothing of ours needs a script or a style of its own in the page, or anything from elsewhere.
const POLICY: &str = policy!("");
/// While the bank is tried out, one style more by its hash: the wide letters, words and lines of WCAG 1.4.12, which a measuring browser
/// sets to see that nothing is cut off (docs/ACCESSIBILITY.md).
const TRIAL_POLICY: &str = policy!(" 'sha256-Lqelb6pVzEGnaBEnXqzlEbv6f1ZzI5U8HDqvvij4lg0='");

/// The header that says which of the device's powers a page may ask for.
pub const PERMISSIONS: &str = "permissions-policy";

const HEADERS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    (PERMISSIONS, "camera=(), microphone=(), geolocation=(), payment=()"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
/// Of these, those that a page may say for itself.
const OWN_WORDS: [&str; 2] = [PERMISSIONS, "referrer-policy"];
/// Headers of an error that its page keeps.
const KEPT_HEADERS: [HeaderName; 3] = [header::RETRY_AFTER, header::ALLOW, header::WWW_AUTHENTICATE];
/// Asked by the machinery that watches over the process: answered also when everybody else has to come again.
const PULSE: &str = "/healthz";

/// A cookie that the answer is to carry again, since what it stands for lives longer now. Kept with the request by who prolonged it.
#[derive(Clone, Debug)]
pub struct CookieAgain(pub Cookie<'static>);

/// How often whoever asks may ask, and how often still. Kept with the request by who counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// How often in a minute.
    pub per_minute: u32,
    /// How often still.
    pub left: u32,
    /// Seconds until all of it is there again.
    pub whole_in: u32,
}

/// Finds out who reads and how, and what was posted; afterwards draws the error page where one is due, sets the headers, counts and logs.
///
/// # Errors
/// Never by itself: errors of handlers have become answers by then.
pub async fn finish(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let started = Instant::now();
    let Some(house) = request.app_data::<Data<House>>().cloned() else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let ui = Rc::new(Ui::of(&request, &house));
    request.extensions_mut().insert(Rc::clone(&ui));
    let mut response = {
        let in_hand = house.metrics.take_in_hand();
        let is_crowded = in_hand.how_many() > house.config.requests_at_once && request.path() != PULSE;
        if received::is_form(&request) {
            let most = if is_crowded { received::MOST_BYTES_IN_A_CROWD } else { received::MOST_BYTES };
            let received = received::receive(&mut request, &house, &ui, most).await;
            request.extensions_mut().insert(Rc::new(received));
        }
        if is_crowded {
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
    let error = response.response().error().and_then(|error| error.as_error::<AppError>());
    match error {
        Some(AppError::Fault(fault)) => {
            tracing::error!(request = %ui.request, code = ui.help_code(), fault, "a request failed by our fault");
        }
        Some(AppError::NoRoom(fault)) => {
            tracing::error!(request = %ui.request, code = ui.help_code(), fault, "the database has no room to write");
        }
        _ => {}
    }
    let mut answer = match answer_to(response.request(), response.status(), error, house, ui) {
        Ok(answer) => answer,
        Err(error) => error.error_response(),
    };
    for name in KEPT_HEADERS {
        if let Some(value) = response.headers().get(&name) {
            answer.headers_mut().insert(name, value.clone());
        }
    }
    let (request, _) = response.into_parts();
    ServiceResponse::new(request, answer)
}

fn answer_to(
    request: &HttpRequest,
    status: StatusCode,
    error: Option<&AppError>,
    house: &House,
    ui: &Ui,
) -> Result<HttpResponse, AppError> {
    let is_api = request.path().starts_with("/api/");
    if status == StatusCode::UNAUTHORIZED && !is_api {
        return Ok(sign_in_first(request, house, ui));
    }
    let page = Page::new(house, ui.clone(), Tab::Elsewhere);
    if let (Some(kept), Some(why)) = (kept_of(request, house), Why::of(status, error)) {
        return kept.page(page, why, status);
    }
    let came_from = referer_path(request.headers(), &house.config).filter(|path| !is_read(request.method()) || *path != ui.path);
    let here = if is_read(request.method()) { ui.path.as_str() } else { came_from.unwrap_or("/me") };
    let problem = ProblemPage::new(page, status.as_u16(), error, Ways { here, came_from });
    let mut builder = HttpResponse::build(status);
    Ok(if is_api {
        if status == StatusCode::UNAUTHORIZED {
            builder.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
        }
        let site = house.config.public_url.as_deref().unwrap_or_default();
        let problem = serde_json::to_string(&Problem::of(&problem, (status.as_u16(), error), site));
        builder.content_type("application/problem+json").body(problem.map_err(|error| AppError::Fault(error.to_string()))?)
    } else {
        builder.content_type("text/html; charset=utf-8").body(problem.render()?)
    })
}

/// What was typed, if it certainly comes from a page of ours.
fn kept_of(request: &HttpRequest, house: &House) -> Option<Kept> {
    let received = request.extensions().get::<Rc<Received>>().cloned()?;
    let path = request.uri().path_and_query()?;
    received.ours().map(|fields| Kept::of(path.as_str(), fields, house.clock().now()))
}

/// To the sign-in page, and from there back to the page that was asked for, to the form that was sent, or to where it stood.
fn sign_in_first(request: &HttpRequest, house: &House, ui: &Ui) -> HttpResponse {
    let lead = |back: &str, cookie: Option<Cookie<'static>>| {
        let back: String = form_urlencoded::byte_serialize(back.as_bytes()).collect();
        let mut builder = HttpResponse::SeeOther();
        builder.insert_header((header::LOCATION, format!("/sign-in?back={back}")));
        if let Some(cookie) = cookie {
            builder.cookie(cookie);
        }
        builder.finish()
    };
    if is_read(request.method()) {
        return lead(&ui.path, None);
    }
    match kept_of(request, house).and_then(|kept| kept.cookie(house, ui)) {
        Some(cookie) => lead("/again", Some(cookie)),
        None => lead(referer_path(request.headers(), &house.config).unwrap_or("/"), None),
    }
}

/// By the draft of the IETF on rate limit headers.
fn set_allowance(headers: &mut HeaderMap, allowance: Allowance) {
    let Allowance { per_minute, left, whole_in } = allowance;
    let said = [
        ("ratelimit-policy", format!("\"minute\";q={per_minute};w=60")),
        ("ratelimit", format!("\"minute\";r={left};t={whole_in}")),
    ];
    for (name, value) in said {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(name), value);
        }
    }
}

fn set_headers(response: &mut ServiceResponse, house: &House, ui: &Ui) {
    let allowance = response.request().extensions().get::<Allowance>().copied();
    let https = house.config.is_https();
    let again = response.request().extensions().get::<CookieAgain>().cloned();
    let fresh_visit = ui.is_first_visit.then(|| keep_cookie(VISIT_COOKIE, ui.visit.clone(), Some(365), https));
    let was_sent = !is_read(response.request().method()) && response.status().as_u16() < 400;
    let used_up = was_sent.then(|| Kept::cookie_used_up(response.request(), house, ui)).flatten();
    let is_for_programs = response.request().path().starts_with("/api/");
    let has_term = response.headers().contains_key(header::CACHE_CONTROL);
    let headers = response.headers_mut();
    let policy = if house.config.production { POLICY } else { TRIAL_POLICY };
    // Beside what is there: a page that keeps to a narrower policy says so itself, and browsers hold it to both.
    headers.append(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    for (name, value) in HEADERS {
        // A page that needs the microphone, or tells nobody where its reader came from, says so itself.
        if !OWN_WORDS.contains(&name) || !headers.contains_key(name) {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
    }
    if let Some(allowance) = allowance {
        set_allowance(headers, allowance);
    }
    if https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000; includeSubDomains"));
    }
    if has_term {
        return;
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    for cookie in [fresh_visit, used_up].into_iter().flatten().filter(|_| !is_for_programs) {
        if let Ok(value) = HeaderValue::from_str(&cookie.to_string()) {
            headers.append(header::SET_COOKIE, value);
        }
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
    let elapsed = started.elapsed();
    let status = response.status().as_u16();
    house.metrics.answered(&route, status, elapsed.as_secs_f64());
    let ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
    tracing::info!(method = %response.request().method(), route, status, ms, request = %ui.request, "answered");
}
