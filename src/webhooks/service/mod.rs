//! What is done with webhooks: asked for, changed, taken down; told of what happened; sent.

mod keeping;
mod sending;
mod telling;

pub use keeping::{Changed, Made, NewWebhook, Signing, add, change_secret, find_webhook, list_deliveries, list_webhooks, remove};
pub(super) use sending::deliver_due;
pub(super) use telling::fan_out;

pub use super::queries::deliveries::Delivered;

use serde_json::Value;

use super::Webhook;
use super::queries::hooks::Secrets;
use crate::audit;
use crate::config::Keys;
use crate::db::Tx;
use crate::kernel::{LearnerId, SealBroken, SealKey, Timestamp, WebhookId};

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("webhook-secret"))
}

/// The sealed column of one address's secret.
fn place(id: WebhookId) -> String {
    format!("webhook.secret {id}")
}

/// The secrets that sign for an address at `now`: the one that stands, and for a day after a change the one before.
fn signing(keys: &Keys, id: WebhookId, secrets: &Secrets, now: Timestamp) -> Result<Vec<Vec<u8>>, SealBroken> {
    let (key, place) = (key(keys), place(id));
    let old = secrets.old.as_ref().filter(|(_, until)| now < *until).map(|(sealed, _)| sealed);
    std::iter::once(&secrets.now).chain(old).map(|sealed| key.open(&place, sealed)).collect()
}

/// Keeps in the trail what was done with an address, by whoever answers for the program.
async fn note(
    tx: &Tx,
    (actor, action): (Option<LearnerId>, &'static str),
    webhook: &Webhook,
    detail: Value,
) -> Result<(), sea_orm::DbErr> {
    let id = webhook.id.to_string();
    let entry = audit::Entry { actor, action, object_kind: "webhook", object_id: &id, learner: None, place_code: None, detail };
    audit::record(tx, &entry).await
}
