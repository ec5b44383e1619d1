//! The endpoints of the VC-API, open only where the setting `vc_api` says so.

use std::sync::Arc;

use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::problem::{Kind, Problem};
use super::service::{self, Known, Signer};
use crate::api::{self, Room};
use crate::certificates::{self, Asked, Asker, Desk, Standing, Verdict};
use crate::credentials::Verified;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::web::{House, client_address};

type Answer = Result<HttpResponse, AppError>;

/// A document may have 64 kB, as what the bank itself issues.
const ROOM: Room = Room { bytes: 64 * 1024, seconds: 30 };
/// Documents that are read at once in a process.
const AT_ONCE: usize = 2;

/// Places for those that are read.
#[derive(Clone, Debug)]
struct Places(Arc<Semaphore>);

impl Default for Places {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// Does what may take its time on a thread of its own, as soon as there is a place.
async fn works<T: Send + 'static>(house: &House, work: impl FnOnce() -> T + Send + 'static) -> Result<T, AppError> {
    let place = house.rooms.get::<Places>().0.acquire_owned().await.map_err(|_| AppError::Busy)?;
    let done = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    done.await.map_err(|error| AppError::Fault(error.to_string()))
}

/// Lets a request in, and reads its body: 404 where the endpoints are off, as everywhere where there is nothing.
async fn read(request: &HttpRequest, payload: web::Payload, house: &House) -> Result<Body, AppError> {
    if !house.config.vc_api {
        return Err(AppError::NotFound);
    }
    api::take_of_address(request, house)?;
    match api::body_within(request, payload, ROOM).await? {
        (kind, bytes) if kind == "application/json" => Ok(service::body(&bytes)),
        _ => Err(AppError::WrongKind),
    }
}

fn told(status: StatusCode, body: &Value) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::CACHE_CONTROL, "no-store")).json(body)
}

fn verdict(problem: Option<&Problem>) -> HttpResponse {
    match problem {
        None => told(StatusCode::OK, &json!({ "verified": true, "checks": ["proof"], "problemDetails": [] })),
        Some(problem) => told(
            StatusCode::BAD_REQUEST,
            &json!({ "verified": false, "checks": ["proof"], "problemDetails": [problem.to_json()] }),
        ),
    }
}

/// `POST /api/vc/credentials/issue`: `{credential, options}` → 201 `{verifiableCredential}`, signed by a key that nobody believes.
///
/// # Errors
/// [`AppError::NotFound`] where the endpoints are off; what cannot be read.
pub async fn issue(request: HttpRequest, payload: web::Payload, house: Data<House>) -> Answer {
    let (signer, now) = (house.rooms.get::<Signer>(), house.clock().now());
    let issued = match read(&request, payload, &house).await? {
        Ok(body) => works(&house, move || service::issue(&body, &signer, now)).await?,
        Err(problem) => Err(problem),
    };
    Ok(match issued {
        Ok(credential) => told(StatusCode::CREATED, &json!({ "verifiableCredential": credential })),
        Err(problem) => told(StatusCode::BAD_REQUEST, &problem.to_json()),
    })
}

/// `POST /api/vc/credentials/verify`: `{verifiableCredential, options}` → 200, or 400 with `problemDetails`.
///
/// # Errors
/// [`AppError::NotFound`] where the endpoints are off; what cannot be read.
pub async fn verify_credential(request: HttpRequest, payload: web::Payload, house: Data<House>, shelf: Shelf) -> Answer {
    let body = read(&request, payload, &house).await?;
    verifies(&request, &house, shelf, body, service::verify_credential).await
}

/// `POST /api/vc/presentations/verify`: `{verifiablePresentation, options}` → 200, or 400 with `problemDetails`.
///
/// # Errors
/// [`AppError::NotFound`] where the endpoints are off; what cannot be read.
pub async fn verify_presentation(request: HttpRequest, payload: web::Payload, house: Data<House>, shelf: Shelf) -> Answer {
    let body = read(&request, payload, &house).await?;
    verifies(&request, &house, shelf, body, service::verify_presentation).await
}

/// What was sent, or what is wrong with it.
type Body = Result<Value, Problem>;

/// What verifying comes to: certificates of the bank's own that it verified.
type Verifies = fn(&Value, &Known) -> Result<Vec<Verified>, Problem>;

async fn verifies(request: &HttpRequest, house: &House, shelf: Shelf, body: Body, verify: Verifies) -> Answer {
    let body = match body {
        Ok(body) => body,
        Err(problem) => return Ok(verdict(Some(&problem))),
    };
    let desk = Desk { shelf, keys: house.keys.clone(), origin: certificates::origin_of(&house.config) };
    let now = house.clock().now();
    let book = match &desk.origin {
        Some(origin) => Some(certificates::key_book(house.db.read(), &desk.shelf, origin, now).await?),
        None => None,
    };
    let known = Known { now, book };
    let own = match works(house, move || verify(&body, &known)).await? {
        Ok(own) => own,
        Err(problem) => return Ok(verdict(Some(&problem))),
    };
    let asker = Asker::Address(client_address(request, house));
    for verified in own {
        let asked = Asked::Document(Box::new(verified));
        let stands = match certificates::verify(&house.db, &desk, &asked, &asker).await? {
            Verdict::Found(found) => matches!(found.shown.standing, Standing::Active | Standing::Replaced),
            Verdict::NotFound => false,
        };
        if !stands {
            let problem = Problem::new(Kind::Status, "the certificate is suspended, was taken back, or is not in the register");
            return Ok(verdict(Some(&problem)));
        }
    }
    Ok(verdict(None))
}
