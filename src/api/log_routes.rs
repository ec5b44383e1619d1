//! The sealed book for programs: proofs, keys, and the witnesses' way to sign.

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::describe;
use super::forms::{ConsistencyQuery, InclusionQuery};
use super::guard::take_of_address;
use super::input::{Asked, body_of};
use super::views::{LogKeys, LogProof, WitnessLine};
use crate::db::Tx;
use crate::error::AppError;
use crate::i18n::Message;
use crate::ledger::seal::note::Verifier;
use crate::ledger::seal::{self, NotTaken};
use crate::web::{House, Problem};

type Answer = Result<HttpResponse, AppError>;

/// What shows that a leaf stands in the book at a size (RFC 9162, section 2.1.3).
#[utoipa::path(get, path = "/api/v1/ledger/inclusion", tag = "ledger", params(InclusionQuery),
    responses((status = 200, description = "The proof, the lowest hash first", body = LogProof), describe::OfReaders))]
pub async fn inclusion(asked: Asked<InclusionQuery>, request: HttpRequest, house: Data<House>) -> Answer {
    take_of_address(&request, &house)?;
    let proof = seal::inclusion(house.db.read(), asked.0.leaf, asked.0.size).await?.ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok().json(LogProof::from(proof)))
}

/// What shows that the book at one size goes on from the book at another (RFC 9162, section 2.1.4).
#[utoipa::path(get, path = "/api/v1/ledger/consistency", tag = "ledger", params(ConsistencyQuery),
    responses((status = 200, description = "The proof, the lowest hash first", body = LogProof), describe::OfReaders))]
pub async fn consistency(asked: Asked<ConsistencyQuery>, request: HttpRequest, house: Data<House>) -> Answer {
    take_of_address(&request, &house)?;
    let proof = seal::consistency(house.db.read(), asked.0.from, asked.0.to).await?.ok_or(AppError::NotFound)?;
    Ok(HttpResponse::Ok().json(LogProof::from(proof)))
}

/// The keys that sign, or have signed, checkpoints.
#[utoipa::path(get, path = "/api/v1/ledger/keys", tag = "ledger",
    responses((status = 200, description = "The keys, the first first", body = LogKeys), describe::OfReaders))]
pub async fn log_keys(request: HttpRequest, house: Data<House>) -> Answer {
    take_of_address(&request, &house)?;
    Ok(HttpResponse::Ok().json(LogKeys::from(seal::keys(house.db.read()).await?)))
}

/// Takes a witness's line under a checkpoint (C2SP tlog-cosignature): the note as published, with the line added. Who may is set by the
/// operator. The same again changes nothing.
#[utoipa::path(post, path = "/api/v1/ledger/witness", tag = "ledger",
    request_body(content = String, content_type = "text/plain"),
    responses(
        (status = 200, description = "It stands there", body = WitnessLine),
        (status = 400, description = "It is no signed note", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "None of the witnesses known here has signed it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such checkpoint was signed here", body = Problem, content_type = "application/problem+json"),
        describe::OfBodies))]
pub async fn witness(request: HttpRequest, payload: web::Payload, house: Data<House>) -> Answer {
    take_of_address(&request, &house)?;
    let (kind, body) = body_of(&request, payload, &house).await?;
    if kind != "text/plain" {
        return Err(AppError::WrongKind);
    }
    let text = String::from_utf8(body.to_vec()).map_err(|_| AppError::Malformed("body"))?;
    let known: Vec<Verifier> = house.config.witnesses.iter().filter_map(|key| Verifier::parse(key).ok()).collect();
    let work = async move |tx: &Tx| seal::take_cosignature(tx, &text, &known).await;
    let taken = house.db.write(work).await.map_err(|why| match why {
        NotTaken::NoSuchCheckpoint => AppError::NotFound,
        NotTaken::Note(seal::note::NoteError::NotSigned) => AppError::NotAllowed,
        NotTaken::Note(_) => AppError::Unreadable(Message::of("api-note-unreadable")),
        NotTaken::Fault(fault) => fault.into(),
    })?;
    Ok(HttpResponse::Ok().json(WitnessLine::from(taken)))
}
