//! What happened is put on its way to whoever wants to be told.

use std::collections::HashMap;

use uuid::Uuid;

use crate::clients;
use crate::db::{Db, Tx};
use crate::kernel::{AgencyId, ClientId, Timestamp, WebhookId};
use crate::outbox::{self, EventRow};
use crate::webhooks::queries::{deliveries, hooks as queries};
use crate::webhooks::rules::{OVERLAP_MS, body_of};
use crate::webhooks::{Answering, Error, Kind, Webhook};

/// Events read by one question.
const AT_ONCE: u64 = 200;
/// Deliveries kept by one statement.
const KEPT_AT_ONCE: usize = 200;
/// How long it may be unsaid that nothing happened.
const SAID_EVERY_MS: i64 = 60_000;

/// Puts every event that happened since it was last looked on its way to the addresses whose agency it concerns, each once; says how many are new.
/// Safe to run twice, and in several processes.
///
/// # Errors
/// What the database answers.
pub(in crate::webhooks) async fn fan_out(db: &Db, answering: &Answering, now: Timestamp) -> Result<u64, Error> {
    let hooks = queries::list_on(db.read()).await?;
    let Some(since) = hooks.iter().map(|hook| hook.looked_to).min() else { return Ok(0) };
    let agencies = agencies_of(db, answering, &hooks).await?;
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.code()).collect();
    let (mut at, mut new) = ((since.plus_ms(-OVERLAP_MS), Uuid::nil()), Vec::new());
    loop {
        let events = outbox::list_events_since(db.read(), &kinds, at, AT_ONCE).await?;
        let Some(last) = events.last() else { break };
        at = (last.at, last.id);
        new.extend(events.iter().flat_map(|event| deliveries_of(&hooks, &agencies, event)));
    }
    if new.is_empty() && now.ms() - since.ms() < SAID_EVERY_MS {
        return Ok(0);
    }
    let ids: Vec<WebhookId> = hooks.iter().map(|hook| hook.id).collect();
    db.write::<_, Error, _>(async move |tx: &Tx| {
        let mut kept = 0;
        for some in new.chunks(KEPT_AT_ONCE) {
            kept += deliveries::insert(tx, some).await?;
        }
        queries::keep_looked_to(tx, &ids, now).await?;
        Ok(kept)
    })
    .await
}

/// The agencies of the programs behind these addresses: of those that are let in, and for which somebody answers who works for the agency still.
async fn agencies_of(db: &Db, answering: &Answering, hooks: &[Webhook]) -> Result<HashMap<ClientId, AgencyId>, Error> {
    let mut agencies = HashMap::new();
    for client in clients::list(db.read()).await? {
        let is_asked = client.ended_at.is_none() && hooks.iter().any(|hook| hook.client == client.id);
        let Some((agency, officer)) = client.agency.filter(|_| is_asked) else { continue };
        if answering.ask(agency, officer).await? {
            agencies.insert(client.id, agency);
        }
    }
    Ok(agencies)
}

/// What one event is to the addresses.
fn deliveries_of(hooks: &[Webhook], agencies: &HashMap<ClientId, AgencyId>, event: &EventRow) -> Vec<(WebhookId, Uuid, String)> {
    let named = event.body.get("agency").and_then(serde_json::Value::as_str).and_then(|id| id.parse::<AgencyId>().ok());
    let (Some(agency), Some(kind)) = (named, Kind::from_code(&event.kind)) else { return Vec::new() };
    let Some(body) = body_of(&event.kind, event.at, &event.body) else { return Vec::new() };
    let is_for = |hook: &&Webhook| {
        let is_theirs = agencies.get(&hook.client) == Some(&agency);
        is_theirs && hook.kinds.contains(&kind) && event.at >= hook.looked_to.plus_ms(-OVERLAP_MS)
    };
    hooks.iter().filter(is_for).map(|hook| (hook.id, event.id, body.clone())).collect()
}
