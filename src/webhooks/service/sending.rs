//! What is on its way is sent, and what became of it is kept. Nothing is sent from within a transaction.

use futures_util::future::join_all;
use serde_json::json;

use super::{note, signing};
use crate::clients;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity;
use crate::kernel::{Chance, LearnerId, Timestamp};
use crate::outbox::{self, Channel, Letter};
use crate::webhooks::courier::Courier;
use crate::webhooks::door::{NotSent, Sent};
use crate::webhooks::queries::deliveries::{self, Due};
use crate::webhooks::queries::hooks as queries;
use crate::webhooks::rules::{pause_ms, sign};
use crate::webhooks::{Error, State, Trouble, Webhook};

/// Deliveries on their way at once.
const AT_ONCE: u64 = 8;
/// How long one may take before another process may take it up.
const LEASE_MS: i64 = 60_000;

/// What became of one delivery.
enum Fate {
    /// It was taken.
    Taken(u16, String),
    /// It is tried again.
    Again { trouble: Trouble, answer: Option<(u16, String)>, asked: Option<i64> },
    /// Nothing is sent there any more.
    Off { trouble: Trouble, answer: Option<(u16, String)> },
}

/// Sends what is due now, a few at a time; says how many were taken in hand.
///
/// # Errors
/// What the database answers. A receiver that does not answer is no error here.
pub(in crate::webhooks) async fn deliver_due(db: &Db, courier: &Courier) -> Result<u64, Error> {
    let mut taken = 0;
    loop {
        let due = db.write::<_, Error, _>(async |tx: &Tx| Ok(deliveries::take_due(tx, AT_ONCE, LEASE_MS).await?)).await?;
        if due.is_empty() {
            return Ok(taken);
        }
        taken += u64::try_from(due.len()).unwrap_or(0);
        for outcome in join_all(due.into_iter().map(|due| deliver(db, courier, due))).await {
            outcome?;
        }
    }
}

async fn deliver(db: &Db, courier: &Courier, due: Due) -> Result<(), Error> {
    let now = db.clock().now();
    // Taken down meanwhile: its deliveries go with it.
    let Some((webhook, secrets)) = queries::find(db.read(), due.webhook).await? else { return Ok(()) };
    let client = clients::find_open(db.read(), webhook.client).await?;
    let bound = client.and_then(|client| client.agency);
    let officer = match bound {
        Some((agency, officer)) if courier.answering.ask(agency, officer).await? => Some(officer),
        _ => None,
    };
    let fate = match (bound, officer, signing(&courier.keys, webhook.id, &secrets, now)) {
        (None, _, _) => Fate::Off { trouble: Trouble::Client, answer: None },
        (_, _, Err(_)) => Fate::Off { trouble: Trouble::Secret, answer: None },
        // Whoever answered for it works there no longer: it waits until somebody else does.
        (_, None, _) => Fate::Again { trouble: Trouble::Client, answer: None, asked: None },
        (_, Some(_), Ok(secrets)) => fate_of(send(courier, &webhook, &due, (&secrets, now)).await),
    };
    if let Fate::Again { trouble, .. } | Fate::Off { trouble, .. } = &fate {
        let trouble = trouble.code();
        tracing::warn!(webhook = %webhook.id, event = %due.event, attempts = due.attempts, trouble, "a webhook was not taken");
    }
    keep(db, courier, (webhook, officer), (due, fate)).await
}

async fn send(courier: &Courier, webhook: &Webhook, due: &Due, (secrets, now): (&[Vec<u8>], Timestamp)) -> Result<Sent, NotSent> {
    let id = due.event.to_string();
    let signatures: Vec<String> = secrets.iter().map(|secret| sign(secret, &id, now, due.body.as_bytes())).collect();
    let headers = vec![
        ("webhook-id", id),
        ("webhook-timestamp", now.ms().div_euclid(1_000).to_string()),
        ("webhook-signature", signatures.join(" ")),
    ];
    courier.door.post(webhook.url.clone(), headers, due.body.clone()).await
}

fn fate_of(sent: Result<Sent, NotSent>) -> Fate {
    let again = |trouble| Fate::Again { trouble, answer: None, asked: None };
    match sent {
        Ok(Sent { status, answer, .. }) if (200..300).contains(&status) => Fate::Taken(status, answer),
        Ok(Sent { status: 410, answer, .. }) => Fate::Off { trouble: Trouble::Gone, answer: Some((410, answer)) },
        Ok(Sent { status, answer, retry_after }) => {
            Fate::Again { trouble: Trouble::Refused, answer: Some((status, answer)), asked: retry_after }
        }
        Err(NotSent::Address) => again(Trouble::Address),
        Err(NotSent::Unreachable) => again(Trouble::Unreachable),
        Err(NotSent::Slow) => again(Trouble::Slow),
    }
}

/// Keeps what became of a delivery. Who wanted it last may say so alone.
async fn keep(
    db: &Db,
    courier: &Courier,
    (webhook, officer): (Webhook, Option<LearnerId>),
    (due, fate): (Due, Fate),
) -> Result<(), Error> {
    let [byte]: [u8; 1] = Chance::secret();
    // A tenth more or less.
    let spread = i64::from(byte) * 200 / 255 - 100;
    let (keys, help_phone) = (courier.keys.clone(), courier.help_phone.clone());
    db.write::<_, Error, _>(async move |tx: &Tx| {
        let told = (&keys, help_phone.as_str());
        match &fate {
            Fate::Taken(status, words) => taken(tx, &webhook, &due, (*status, words)).await,
            Fate::Again { trouble, answer, asked } => match pause_ms(due.attempts, spread, *asked) {
                Some(pause) => {
                    let next = tx.now.plus_ms(pause);
                    if deliveries::put_back(tx, &due, next, answer).await? {
                        deliveries::hold_back(tx, webhook.id, next).await?;
                        queries::set_trouble(tx, webhook.id, Some(*trouble)).await?;
                    }
                    Ok(())
                }
                None => off(tx, told, (&webhook, officer), (&due, *trouble, answer)).await,
            },
            Fate::Off { trouble, answer } => off(tx, told, (&webhook, officer), (&due, *trouble, answer)).await,
        }
    })
    .await
}

async fn taken(tx: &Tx, webhook: &Webhook, due: &Due, (status, words): (u16, &str)) -> Result<(), Error> {
    if !deliveries::mark_done(tx, due, &Some((status, words.to_owned()))).await? {
        return Ok(());
    }
    // Another delivery may have changed how it stands meanwhile.
    let state = queries::find(tx, webhook.id).await?.map(|(webhook, _)| webhook.state);
    match state {
        Some(State::New) => {
            queries::set_state(tx, webhook.id, (State::On, None)).await?;
            note(tx, (None, "webhooks.on"), webhook, json!({ "client": webhook.client })).await?;
        }
        Some(State::On) => queries::set_trouble(tx, webhook.id, None).await?,
        Some(State::Off) | None => {}
    }
    Ok(())
}

/// Turns an address off, gives up what waits for it, and writes to whoever answers for the program.
async fn off(
    tx: &Tx,
    (keys, help_phone): (&Keys, &str),
    (webhook, officer): (&Webhook, Option<LearnerId>),
    (due, trouble, answer): (&Due, Trouble, &Option<(u16, String)>),
) -> Result<(), Error> {
    if !deliveries::mark_done(tx, due, answer).await? {
        return Ok(());
    }
    deliveries::give_up(tx, webhook.id).await?;
    queries::set_state(tx, webhook.id, (State::Off, Some(trouble))).await?;
    note(tx, (None, "webhooks.off"), webhook, json!({ "client": webhook.client, "trouble": trouble.code() })).await?;
    let Some(officer) = officer else { return Ok(()) };
    let profile = match identity::profile(tx, keys, officer).await {
        Ok(profile) => profile,
        // Whoever has left is written to no more.
        Err(identity::Error::Fault(fault)) => return Err(fault.into()),
        Err(_) => return Ok(()),
    };
    let Some(phone) = &profile.phone else { return Ok(()) };
    let host = webhook.url.split("://").nth(1).unwrap_or_default().split(['/', '?']).next().unwrap_or_default();
    let letter = Letter {
        learner: Some(officer),
        channel: Channel::Sms,
        to: phone.as_str(),
        template: "webhook-off",
        lang: profile.lang,
        params: vec![("host", host.chars().take(60).collect()), ("help_phone", help_phone.to_owned())],
    };
    Ok(outbox::send(tx, keys, &letter).await?)
}
