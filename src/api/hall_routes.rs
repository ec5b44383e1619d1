//! Boxes of halls hand over by themselves what was taken down there.

use std::time::Duration;

use actix_web::web::{self, Data};
use actix_web::{HttpRequest, HttpResponse};

use super::describe;
use super::guard::take_of_address;
use super::views::HandedOver;
use crate::curriculum::Shelf;
use crate::error::AppError;
use crate::hall::{self, Carrier, Way};
use crate::i18n::Message;
use crate::web::{House, Problem};

/// Seconds that a pack may take over a thin line.
const MOST_SECONDS: u64 = 60;

/// Takes a pack of what was taken down in a hall. Its signature says which box it comes from; a row that was changed is named, and nothing
/// of its pack is kept. The same again changes nothing.
#[utoipa::path(post, path = "/api/v1/hall/packs", tag = "hall",
    request_body(content = String, content_type = "application/json"),
    responses(
        (status = 200, description = "What became of it, row by row", body = HandedOver),
        (status = 400, description = "It cannot be read", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It is no pack, a row was changed, or the box was given up", body = Problem, content_type = "application/problem+json"),
        describe::OfBodies))]
pub async fn hand_over_pack(
    request: HttpRequest,
    payload: web::Payload,
    house: Data<House>,
    shelf: Shelf,
) -> Result<HttpResponse, AppError> {
    take_of_address(&request, &house)?;
    let limit = Duration::from_secs(MOST_SECONDS);
    let read = actix_web::rt::time::timeout(limit, payload.to_bytes_limited(hall::MOST_BYTES)).await;
    let bytes = read.map_err(|_| AppError::TooSlow)?.map_err(|_| AppError::TooLarge)?.map_err(|_| AppError::Malformed("body"))?;
    let receipt = hall::receive(&house, &shelf, &bytes, Carrier { way: Way::Network, by: None }).await?;
    match receipt.forked {
        Some(row) => Err(AppError::Refused(Message::of("hall-pack-forked").with("row", row))),
        None => Ok(HttpResponse::Ok().json(HandedOver::from(receipt))),
    }
}
