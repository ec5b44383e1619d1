//! People for whom programs of agencies ask for certificates: the first of two acts, as batches that people bring are.

use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::agency_forms::PageQuery;
use super::certificate_batch_forms::{BatchWish, PersonLine};
use super::certificate_batch_views::{CertificateBatch, CertificateBatchPage};
use super::guard::{Certificates, OfAgency};
use super::input::{Asked, Room, answered, asked_once, canonical, json_of, read_from};
use super::{cursor, describe};
use crate::certificates::{self, BatchError, BatchSource, Brought, Desk, NewBatch, said_of};
use crate::clients;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::i18n::Message;
use crate::kernel::CertificateBatchId;
use crate::web::{House, id_in};

type Answer = Result<HttpResponse, AppError>;

/// Five thousand lines, over a thin line.
const ROOM: Room = Room { bytes: 2 * 1024 * 1024, seconds: 60 };

/// Asks for certificates of one kind: at most 5,000 people. The bank looks at each; for what can be issued it asks a person of the agency at once, who
/// looks at a sample and agrees or not. The same people for the same kind are the same batch, however often they are brought.
#[utoipa::path(post, path = "/api/v1/certificates", tag = "certificates", security(("client" = ["certificates"])),
    params(("Idempotency-Key" = String, Header, description = "8 to 128 printable characters", min_length = 8, max_length = 128)),
    request_body(content = BatchWish, content_type = "application/json"),
    responses((status = 202, description = "They are looked at", body = CertificateBatch), describe::OfAgencies))]
pub async fn bring_certificates(
    who: OfAgency<Certificates>,
    request: HttpRequest,
    payload: web::Payload,
    house: Data<House>,
    shelf: Shelf,
) -> Answer {
    let body = json_of(&request, payload, ROOM).await?;
    let asked = asked_once(&request, who.client, &body)?;
    let work = async || bring(&house, &shelf, &who, &body).await;
    Ok(answered(clients::once_over(&house.db, &house.keys, &asked, work).await?))
}

async fn bring(
    house: &House,
    shelf: &Shelf,
    who: &OfAgency<Certificates>,
    body: &Value,
) -> Result<(u16, CertificateBatch), AppError> {
    let wish: BatchWish = read_from(body)?;
    let about = wish.check()?.to_owned();
    let line = |(number, line): (i64, &PersonLine)| (number, said_of(line.who.trim(), &line.name));
    let new = NewBatch {
        agency: who.agency.id,
        code: certificates::batch_code(&house.keys, BatchSource::Client, (&wish.kind, &about), canonical(body).as_bytes()),
        kind: wish.kind.clone(),
        about,
        source: BatchSource::Client,
        by: who.officer,
        client: Some(who.client),
        lines: (1..).zip(&wish.lines).map(line).collect(),
    };
    let desk = Desk { shelf: shelf.clone(), keys: house.keys.clone(), origin: certificates::origin_of(&house.config) };
    let (Brought::New(id) | Brought::Known(id)) = match certificates::bring_batch(&house.db, &desk, &new).await {
        Err(BatchError::Certificate(certificates::Error::NoKind)) => {
            return Err(AppError::Invalid(vec![("kind".to_owned(), Message::of("certificates-no-kind"))]));
        }
        brought => brought?,
    };
    let batch = certificates::find_batch(house.db.read(), who.agency.id, id).await?;
    let progress = certificates::count_batch(house.db.read(), id).await?;
    Ok((202, CertificateBatch::of(&batch, progress)))
}

/// What became of a batch that was asked for: how far it is, and its lines, page by page.
#[utoipa::path(get, path = "/api/v1/certificate-batches/{id}", tag = "certificates", security(("client" = ["certificates"])),
    params(("id" = String, Path, description = "Its id", format = "uuid"), PageQuery),
    responses((status = 200, description = "How far it is", body = CertificateBatchPage), describe::OfAgencies))]
pub async fn certificate_batch(
    who: OfAgency<Certificates>,
    id: Path<String>,
    asked: Asked<PageQuery>,
    house: Data<House>,
) -> Answer {
    let (db, id) = (house.db.read(), id_in::<CertificateBatchId>(&id)?);
    let batch = certificates::find_batch(db, who.agency.id, id).await?;
    let progress = certificates::count_batch(db, id).await?;
    let list = format!("certificate batch {id}");
    let after = match &asked.0.after {
        Some(after) => cursor::opened(&house.keys, &list, after)?.0,
        None => 0,
    };
    // One more tells whether there is another page.
    let mut lines = certificates::batch_lines_of(db, id, (after, asked.0.limit + 1)).await?;
    let has_more = lines.len() > usize::try_from(asked.0.limit).unwrap_or(usize::MAX);
    if has_more {
        lines.pop();
    }
    let last = lines.last().filter(|_| has_more).map(|line| cursor::sealed(&house.keys, &list, (line.number, id.uuid())));
    let page = CertificateBatchPage::of(CertificateBatch::of(&batch, progress), &lines, last);
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).json(page))
}
