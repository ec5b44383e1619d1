//! Addresses at which programs of agencies are told of what happens.

use actix_web::http::header;
use actix_web::web::{self, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::agency_forms::{PageQuery, WebhookWish};
use super::agency_views::{DeliveryPage, SecretChanged, WebhookLine, WebhookList, WebhookMade};
use super::guard::{OfAgency, Webhooks};
use super::input::{Asked, Room, answered, asked_once, json_of, read_from};
use super::{cursor, describe};
use crate::clients;
use crate::db::Tx;
use crate::error::AppError;
use crate::kernel::{Timestamp, WebhookId};
use crate::web::{House, id_in};
use crate::webhooks::{self, NewWebhook, Signing};

type Answer = Result<HttpResponse, AppError>;

/// All addresses of the program.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", security(("client" = ["webhooks"])),
    responses((status = 200, description = "The addresses, the oldest first", body = WebhookList), describe::OfAgencies))]
pub async fn webhook_list(who: OfAgency<Webhooks>, house: Data<House>) -> Answer {
    Ok(HttpResponse::Ok().json(WebhookList::from(webhooks::list_webhooks(house.db.read(), who.client).await?)))
}

/// Asks to be told at an address, in the form of Standard Webhooks 1.0. A first delivery goes there at once; until it is answered with 2xx the address is
/// told nothing. The secret is in the answer, and in no other.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", security(("client" = ["webhooks"])),
    params(("Idempotency-Key" = String, Header, description = "8 to 128 printable characters", min_length = 8, max_length = 128)),
    request_body(content = WebhookWish, content_type = "application/json"),
    responses((status = 201, description = "It will be tried", body = WebhookMade), describe::OfAgencies))]
pub async fn add_webhook(who: OfAgency<Webhooks>, request: HttpRequest, payload: web::Payload, house: Data<House>) -> Answer {
    let body = json_of(&request, payload, Room::usual(house.config.request_seconds)).await?;
    let asked = asked_once(&request, who.client, &body)?;
    let wish: WebhookWish = read_from(&body)?;
    let new = NewWebhook {
        client: who.client,
        officer: who.officer,
        kinds: wish.kinds()?,
        url: wish.url,
        allowed: house.config.webhooks_allow.clone(),
    };
    let (keys, secret) = (house.keys.clone(), Signing::fresh());
    let work = async move |tx: &Tx| {
        let add = async || {
            let made = webhooks::add(tx, &keys, &new, &secret).await?;
            Ok::<_, webhooks::Error>((201, WebhookMade::from(made)))
        };
        clients::once(tx, &keys, &asked, add).await
    };
    Ok(answered(house.db.write(work).await?))
}

/// One address.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}", tag = "webhooks", security(("client" = ["webhooks"])),
    params(("id" = String, Path, description = "Its id", format = "uuid")),
    responses((status = 200, description = "The address", body = WebhookLine), describe::OfAgencies))]
pub async fn webhook(who: OfAgency<Webhooks>, id: Path<String>, house: Data<House>) -> Answer {
    let webhook = webhooks::find_webhook(house.db.read(), who.client, id_in(&id)?).await?;
    Ok(HttpResponse::Ok().json(WebhookLine::from(&webhook)))
}

/// Takes an address down; nothing more is sent to it, not even what waits.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", tag = "webhooks", security(("client" = ["webhooks"])),
    params(("id" = String, Path, description = "Its id", format = "uuid")),
    responses((status = 204, description = "It is taken down"), describe::OfAgencies))]
pub async fn remove_webhook(who: OfAgency<Webhooks>, id: Path<String>, house: Data<House>) -> Answer {
    let (id, whose) = (id_in::<WebhookId>(&id)?, (who.client, who.officer));
    house.db.write(async move |tx: &Tx| webhooks::remove(tx, whose, id).await).await?;
    Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish())
}

/// Gives an address another secret, which is in this answer and in no other. For a day both sign.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/secret", tag = "webhooks", security(("client" = ["webhooks"])),
    params(("id" = String, Path, description = "Its id", format = "uuid"),
        ("Idempotency-Key" = String, Header, description = "8 to 128 printable characters", min_length = 8, max_length = 128)),
    responses((status = 200, description = "The new secret", body = SecretChanged), describe::OfAgencies))]
pub async fn change_webhook_secret(
    who: OfAgency<Webhooks>,
    request: HttpRequest,
    id: Path<String>,
    house: Data<House>,
) -> Answer {
    let asked = asked_once(&request, who.client, &Value::Null)?;
    let (id, whose) = (id_in::<WebhookId>(&id)?, (who.client, who.officer));
    let (keys, secret) = (house.keys.clone(), Signing::fresh());
    let work = async move |tx: &Tx| {
        let change = async || {
            let changed = webhooks::change_secret(tx, &keys, whose, (id, &secret)).await?;
            Ok::<_, webhooks::Error>((200, SecretChanged::from(changed)))
        };
        clients::once(tx, &keys, &asked, change).await
    };
    Ok(answered(house.db.write(work).await?))
}

/// What was put on its way to an address in the last thirty days, and what was answered.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", tag = "webhooks", security(("client" = ["webhooks"])),
    params(("id" = String, Path, description = "Its id", format = "uuid"), PageQuery),
    responses((status = 200, description = "A page, the newest first", body = DeliveryPage), describe::OfAgencies))]
pub async fn webhook_deliveries(
    who: OfAgency<Webhooks>,
    id: Path<String>,
    asked: Asked<PageQuery>,
    house: Data<House>,
) -> Answer {
    let (db, id) = (house.db.read(), id_in::<WebhookId>(&id)?);
    webhooks::find_webhook(db, who.client, id).await?;
    let list = format!("deliveries {id}");
    let before = match &asked.0.after {
        Some(after) => Some(cursor::opened(&house.keys, &list, after)?),
        None => None,
    };
    let before = before.map(|(ms, event)| (Timestamp::from_ms(ms), event));
    // One more tells whether there is another page.
    let mut found = webhooks::list_deliveries(db, id, before, asked.0.limit + 1).await?;
    let has_more = found.len() > usize::try_from(asked.0.limit).unwrap_or(usize::MAX);
    if has_more {
        found.pop();
    }
    let last = found.last().filter(|_| has_more);
    let next = last.map(|last| cursor::sealed(&house.keys, &list, (last.made_at.ms(), last.event)));
    Ok(HttpResponse::Ok().json(DeliveryPage::of(found, next)))
}
