//! Addresses: asked for, given another secret, taken down.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{key, note, place};
use crate::config::Keys;
use crate::db::Tx;
use crate::kernel::{Chance, ClientId, IpNet, LearnerId, Timestamp, WebhookId, new_id};
use crate::webhooks::queries::deliveries::{self, Delivered};
use crate::webhooks::queries::hooks as queries;
use crate::webhooks::rules::{MOST_WEBHOOKS, OLD_SECRET_DAYS, TEST, body_of, check_url, kinds_text, secret_text};
use crate::webhooks::{Error, Kind, State, Webhook};

/// What signs: 32 random bytes.
#[derive(Clone)]
pub struct Signing([u8; 32]);

impl Signing {
    /// A fresh one.
    #[must_use]
    pub fn fresh() -> Self {
        Self(Chance::secret())
    }

    /// To be shown once: `whsec_` and base64.
    #[must_use]
    pub fn to_text(&self) -> String {
        secret_text(&self.0)
    }
}

/// Never shows the secret.
impl std::fmt::Debug for Signing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signing")
    }
}

/// An address that a program asks for.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Whose.
    pub client: ClientId,
    /// Who answers for the program.
    pub officer: LearnerId,
    /// The address.
    pub url: String,
    /// Of what it wants to be told.
    pub kinds: Vec<Kind>,
    /// Networks that the operator allows.
    pub allowed: Vec<IpNet>,
}

/// An address that was kept.
#[derive(Clone, Debug)]
pub struct Made {
    /// The address.
    pub webhook: Webhook,
    /// Its secret, to be shown this once.
    pub secret: String,
}

/// Keeps an address, and puts its first delivery on its way: until that is answered it is told nothing.
///
/// # Errors
/// [`Error::Url`]; [`Error::TooMany`].
pub async fn add(tx: &Tx, keys: &Keys, new: &NewWebhook, secret: &Signing) -> Result<Made, Error> {
    check_url(&new.url, &new.allowed).map_err(Error::Url)?;
    if queries::count_of(tx, new.client).await? >= MOST_WEBHOOKS {
        return Err(Error::TooMany);
    }
    let id = WebhookId::fresh(tx.now);
    let sealed = key(keys).seal(&place(id), &secret.0);
    queries::insert(tx, id, (new.client, &new.url, &new.kinds), sealed).await?;
    let body = body_of(TEST, tx.now, &Value::Null).unwrap_or_default();
    deliveries::insert(tx, &[(id, new_id(tx.now), body)]).await?;
    let webhook = Webhook {
        id,
        client: new.client,
        url: new.url.clone(),
        kinds: new.kinds.clone(),
        state: State::New,
        trouble: None,
        made_at: tx.now,
        looked_to: tx.now,
    };
    let detail = json!({ "client": new.client, "kinds": kinds_text(&new.kinds) });
    note(tx, (Some(new.officer), "webhooks.add"), &webhook, detail).await?;
    Ok(Made { webhook, secret: secret.to_text() })
}

/// A secret that was changed.
#[derive(Clone, Debug)]
pub struct Changed {
    /// The new one, to be shown this once.
    pub secret: String,
    /// Until when the old one signs too.
    pub old_until: Timestamp,
}

/// Gives an address another secret; for a day both sign.
///
/// # Errors
/// [`Error::NoSuch`].
pub async fn change_secret(
    tx: &Tx,
    keys: &Keys,
    (client, officer): (ClientId, LearnerId),
    (id, secret): (WebhookId, &Signing),
) -> Result<Changed, Error> {
    let (webhook, secrets) = queries::find(tx, id).await?.filter(|(webhook, _)| webhook.client == client).ok_or(Error::NoSuch)?;
    let (sealed, until) = (key(keys).seal(&place(id), &secret.0), tx.now.plus_days(OLD_SECRET_DAYS));
    queries::set_secret(tx, id, (sealed, secrets.now, until)).await?;
    note(tx, (Some(officer), "webhooks.change_secret"), &webhook, Value::Null).await?;
    Ok(Changed { secret: secret.to_text(), old_until: until })
}

/// Takes an address down, with all that waits for it. Twice is once: then there is none.
///
/// # Errors
/// [`Error::NoSuch`].
pub async fn remove(tx: &Tx, (client, officer): (ClientId, LearnerId), id: WebhookId) -> Result<(), Error> {
    let webhook = find_webhook(tx, client, id).await?;
    deliveries::delete_of(tx, id).await?;
    queries::delete(tx, id).await?;
    Ok(note(tx, (Some(officer), "webhooks.remove"), &webhook, json!({ "client": client })).await?)
}

/// An address, where it is this client's.
///
/// # Errors
/// [`Error::NoSuch`].
pub async fn find_webhook(db: &impl ConnectionTrait, client: ClientId, id: WebhookId) -> Result<Webhook, Error> {
    let found = queries::find(db, id).await?.map(|(webhook, _)| webhook);
    found.filter(|webhook| webhook.client == client).ok_or(Error::NoSuch)
}

/// The addresses of a client, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list_webhooks(db: &impl ConnectionTrait, client: ClientId) -> Result<Vec<Webhook>, DbErr> {
    queries::list_of(db, client).await
}

/// What was put on its way to an address, the newest first; behind an instant and an event where those are given.
///
/// # Errors
/// What the database answers.
pub async fn list_deliveries(
    db: &impl ConnectionTrait,
    id: WebhookId,
    before: Option<(Timestamp, Uuid)>,
    most: u64,
) -> Result<Vec<Delivered>, DbErr> {
    deliveries::list_before(db, id, before, most).await
}
