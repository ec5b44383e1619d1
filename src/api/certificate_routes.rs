//! Certificates for programs: whether one is good; those of an agency; the first of two for suspending and revoking; statements that learners show.

use actix_web::http::header;
use actix_web::rt::task::spawn_blocking;
use actix_web::rt::time::{Instant, sleep_until};
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::certificate_forms::{CertificatesQuery, ReasonWish, Sought, StatementWish, VerificationWish};
use super::certificate_views::{ActDone, CertificatePage, RequestLine, Statement, Verification};
use super::guard::{Certificates, OfAgency, Reader, Statements, Verify};
use super::input::{Asked, Room, answered, asked_once, json_of, read_from};
use super::{cursor, describe};
use crate::certificates::{self, Asker, Desk, ProgramAct, ProgramAsks, ProgramDone, leaves_after};
use crate::credentials::{self, Number, Verified};
use crate::curriculum::Shelf;
use crate::db::{OnceKey, Tx};
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::{Chance, Timestamp};
use crate::web::{House, client_address, id_in};
use crate::{identity, places, recognition};

type Answer = Result<HttpResponse, AppError>;

/// A document may have 64 kB, and more once it is written into another.
const ROOM: Room = Room { bytes: 192 * 1024, seconds: 30 };
/// Commits are not in the order of their times: a page begins so much earlier.
const OVERLAP_MINUTES: i64 = 2;

fn desk_of(house: &House, shelf: &Shelf) -> Desk {
    Desk { shelf: shelf.clone(), keys: house.keys.clone(), origin: certificates::origin_of(&house.config) }
}

/// Whether a certificate is good, this very moment: asked for by its long code, by number and whole name, or by the signed document. To number and name
/// the answer leaves at one time, found or not.
#[utoipa::path(post, path = "/api/v1/verifications", tag = "certificates", security((), ("client" = ["verify"])),
    request_body(content = VerificationWish, content_type = "application/json"),
    responses((status = 200, description = "How it stands", body = Verification), describe::OfReaders, describe::OfSenders))]
pub async fn verify(
    reader: Reader<Verify>,
    request: HttpRequest,
    payload: web::Payload,
    house: Data<House>,
    shelf: Shelf,
) -> Answer {
    let received = Instant::now();
    let wish: VerificationWish = read_from(&json_of(&request, payload, ROOM).await?)?;
    let asker = reader.client.map_or_else(|| Asker::Address(client_address(&request, &house)), Asker::Client);
    let desk = desk_of(&house, &shelf);
    let (asked, version, is_timed) = match wish.read()? {
        Sought::Code(code) => (certificates::Asked::Code(code), None, false),
        Sought::Number(number, name) => (certificates::Asked::NumberAndName(number, name), None, true),
        Sought::Document(text) => {
            let verified = document_of(&house, &desk, (text, &asker)).await?;
            let version = verified.facts.version;
            (certificates::Asked::Document(Box::new(verified)), Some(version), false)
        }
    };
    let verdict = certificates::verify(&house.db, &desk, &asked, &asker).await;
    if is_timed {
        sleep_until(received + leaves_after(received.elapsed())).await;
    }
    let answer = Verification::of(&verdict?, version);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(answer))
}

/// A document whose signature holds.
async fn document_of(house: &House, desk: &Desk, (text, asker): (Vec<u8>, &Asker)) -> Result<Verified, AppError> {
    if let Asker::Address(_) = asker {
        certificates::take_file(&house.db, &house.keys, asker).await?;
    }
    let origin = desk.origin.as_ref().ok_or(AppError::NotFound)?;
    let book = certificates::key_book(house.db.read(), &desk.shelf, origin, house.clock().now()).await?;
    let read = spawn_blocking(move || credentials::verify(&text, &book)).await;
    let read = read.map_err(|error| AppError::Fault(error.to_string()))?;
    read.map_err(|why| AppError::Invalid(vec![("credential".to_owned(), Message::of(certificates::wrong_document(why)))]))
}

/// The certificates of the client's agency. They name nobody.
#[utoipa::path(get, path = "/api/v1/certificates", tag = "certificates", security(("client" = ["certificates"])), params(CertificatesQuery),
    responses((status = 200, description = "A page, by when something became of them last", body = CertificatePage), describe::OfAgencies))]
pub async fn certificate_list(who: OfAgency<Certificates>, asked: Asked<CertificatesQuery>, house: Data<House>) -> Answer {
    let (db, list) = (house.db.read(), format!("certificates {}", who.agency.id));
    let after = match &asked.0.after {
        Some(after) => Some(cursor::opened(&house.keys, &list, after)?),
        None => None,
    };
    let after = after.map(|(ms, id)| (Timestamp::from_ms(ms), id));
    let since = asked.0.changed_since.as_deref().map_or(Ok(Timestamp::from_ms(0)), instant_of)?;
    let since = since.plus_minutes(-OVERLAP_MINUTES);
    // One more tells whether there is another page.
    let mut found = certificates::list_of_agency(db, who.agency.id, (after, since), asked.0.limit + 1).await?;
    let has_more = found.len() > usize::try_from(asked.0.limit).unwrap_or(usize::MAX);
    if has_more {
        found.pop();
    }
    let last = found.last().filter(|_| has_more);
    let next = last.map(|last| cursor::sealed(&house.keys, &list, (last.changed_at.ms(), last.id.uuid())));
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(CertificatePage::of(&found, next)))
}

fn instant_of(text: &str) -> Result<Timestamp, AppError> {
    let read = chrono::DateTime::parse_from_rfc3339(text).map(|instant| Timestamp::from_ms(instant.timestamp_millis()));
    read.map_err(|_| AppError::Unreadable(Message::of("api-value-unreadable").with("name", "changed_since")))
}

/// Suspends a certificate of the client's agency at once, in the name of who answers for the program. A person confirms it within ten days, else it is lifted.
#[utoipa::path(post, path = "/api/v1/certificates/{number}/suspensions", tag = "certificates", security(("client" = ["certificates"])),
    params(("number" = String, Path, description = "Twelve digits"),
        ("Idempotency-Key" = String, Header, description = "8 to 128 printable characters", min_length = 8, max_length = 128)),
    request_body(content = ReasonWish, content_type = "application/json"),
    responses((status = 201, description = "It is suspended", body = ActDone), describe::OfAgencies))]
pub async fn suspend_certificate(
    who: OfAgency<Certificates>,
    request: HttpRequest,
    number: Path<String>,
    payload: web::Payload,
    house: Data<House>,
    shelf: Shelf,
) -> Answer {
    let asks = asks_of(&who, &request, (&number, payload), &house).await?;
    act(&house, &shelf, asks, ProgramAct::Suspend).await
}

/// Asks for the revocation of a certificate of the client's agency: a person of the agency decides.
#[utoipa::path(post, path = "/api/v1/certificates/{number}/revocations", tag = "certificates", security(("client" = ["certificates"])),
    params(("number" = String, Path, description = "Twelve digits"),
        ("Idempotency-Key" = String, Header, description = "8 to 128 printable characters", min_length = 8, max_length = 128)),
    request_body(content = ReasonWish, content_type = "application/json"),
    responses((status = 202, description = "It is asked for", body = ActDone), describe::OfAgencies))]
pub async fn revoke_certificate(
    who: OfAgency<Certificates>,
    request: HttpRequest,
    number: Path<String>,
    payload: web::Payload,
    house: Data<House>,
    shelf: Shelf,
) -> Answer {
    let asks = asks_of(&who, &request, (&number, payload), &house).await?;
    act(&house, &shelf, asks, ProgramAct::Revoke).await
}

async fn asks_of(
    who: &OfAgency<Certificates>,
    request: &HttpRequest,
    (number, payload): (&str, web::Payload),
    house: &House,
) -> Result<ProgramAsks, AppError> {
    let body = json_of(request, payload, Room::usual(house.config.request_seconds)).await?;
    let asked = asked_once(request, who.client, &body)?;
    let (reason, words) = read_from::<ReasonWish>(&body)?.read()?;
    let once = OnceKey::parse(&hex::encode(Chance::secret::<16>())).ok_or(AppError::Malformed("once"))?;
    Ok(ProgramAsks {
        asked,
        agency: who.agency.id,
        agency_name: who.agency.name.clone(),
        officer: who.officer,
        number: Number::parse(number).ok_or(AppError::NotFound)?,
        reason,
        words,
        help_phone: places::authority_of(house, Some(&who.agency.place_code)).await?.help_phone,
        once,
    })
}

async fn act(house: &House, shelf: &Shelf, asks: ProgramAsks, act: ProgramAct) -> Answer {
    let desk = desk_of(house, shelf);
    let work = async move |tx: &Tx| {
        let number = asks.number.as_str();
        let told = |done: ProgramDone| match done {
            ProgramDone::Suspended => (201, ActDone::of(number, None)),
            ProgramDone::Asked(id) => (202, ActDone::of(number, Some(id.to_string()))),
        };
        certificates::act_for_program(tx, &desk, (&asks, act), told).await
    };
    Ok(answered(house.db.write(work).await?))
}

/// What became of something that was asked of the agency's people.
#[utoipa::path(get, path = "/api/v1/requests/{id}", tag = "certificates", security(("client" = ["certificates"])),
    params(("id" = String, Path, description = "Its id", format = "uuid")),
    responses((status = 200, description = "How it stands", body = RequestLine), describe::OfAgencies))]
pub async fn certificate_request(who: OfAgency<Certificates>, id: Path<String>, house: Data<House>) -> Answer {
    let (request, number) = certificates::find_request(house.db.read(), who.agency.id, id_in(&id)?).await?;
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(RequestLine::of(&request, number)))
}

/// The statement of a learner who shows it to this program, as they see it. Each time is a look, which its owner sees; nothing of the answer is kept, so
/// there is no key to ask under.
#[utoipa::path(post, path = "/api/v1/statements", tag = "certificates", security(("client" = ["statement"])),
    request_body(content = StatementWish, content_type = "application/json"),
    responses((status = 200, description = "The statement", body = Statement), describe::OfAgencies))]
pub async fn statement(who: OfAgency<Statements>, request: HttpRequest, payload: web::Payload, house: Data<House>) -> Answer {
    let body = json_of(&request, payload, Room::usual(house.config.request_seconds)).await?;
    let (token, client) = (read_from::<StatementWish>(&body)?.read()?, who.client);
    let work = async move |tx: &Tx| certificates::open_statement(tx, &token, client).await;
    let (learner, until) = house.db.write(work).await?;
    let profile = identity::profile(house.db.read(), &house.keys, learner).await?;
    let passbook =
        recognition::passbook_of(house.db.read(), learner).await.map_err(|error| AppError::Fault(error.to_string()))?;
    let answer = Statement { name: profile.name, until: until.to_rfc3339(), passbook: passbook.into() };
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(answer))
}
