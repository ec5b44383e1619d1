//! Webhooks: programs are told of what happens at their agency, instead of asking again and again. In the form of Standard Webhooks 1.0.
//!
//! Rules kept here:
//! - What leaves names numbers, states, reasons by their codes, and ids; never a person. Who wants more asks, and may or may not be told.
//! - A program is told of its own agency's affairs, as long as it is let in and somebody of the agency answers for it: asked anew before each sending.
//! - An event goes out at least once. Order is not promised: what is told carries its instant, and the version of what it is about.
//! - Nothing is sent before a first delivery was answered; nothing is sent to an address that is none of the public net, but where the operator
//!   allows it; and the address that was looked at is the one that is called, at each sending anew. No redirect is followed.
//! - What is not answered is sent again over three days; after that the address is off, and whoever answers for the program is written to.
//! - The secret is shown once and kept sealed. For a day after a change both sign.
//!
//! Nothing here is sent from within a transaction.

mod answering;
mod courier;
mod door;
mod error;
mod queries;
mod rules;
mod service;
mod upkeep;

use crate::kernel::{ClientId, DataClass, Kept, Term, Timestamp, WebhookId};

pub use answering::Answering;
pub use courier::Courier;
pub use door::{Door, Lookup, NotSent, Sent};
pub use error::Error;
pub use rules::{Kind, MOST_WEBHOOKS, State, Trouble, WrongUrl, check_url, may_call, sign};
pub use service::{
    Changed, Delivered, Made, NewWebhook, Signing, add, change_secret, find_webhook, list_deliveries, list_webhooks, remove,
};
pub use upkeep::{schedule_upkeep, with_upkeep};

/// An address at which a program is told of what happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub client: ClientId,
    /// The address.
    pub url: String,
    /// Of what.
    pub kinds: Vec<Kind>,
    /// How it stands.
    pub state: State,
    /// Why it is off, or what went wrong last.
    pub trouble: Option<Trouble>,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// Events up to then were looked at for it.
    looked_to: Timestamp,
}

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("webhook", DataClass::Impersonal, Term::Permanent),
    Kept::new("webhook_delivery", DataClass::Event, Term::Days(upkeep::DELIVERY_DAYS)),
];
