//! Clients: programs of other houses that use the JSON API, let in by an operator.
//!
//! Rules kept here: a client's secret is shown once and kept as a digest. For it a client gets a token that is good for ten minutes and
//! for no more than its scopes; the row of the client is looked up at every request, so one that was ended is out at once, whatever
//! token it holds. The keys that sign tokens follow from the bank's own key, change every thirty days, and are the same in every process.
//!
//! A client may be bound to an agency, for good, and to one of its people who answers for it. **A program never decides**: what it brings is the first of
//! two acts, done in that person's name; the second is another person's, always. What it asks for under a key of its own is done once, however
//! often it asks.
//!
//! Nothing here ever sees a person's data: a client has no learner.

mod guard;
mod once;
mod queries;
mod rules;
mod service;
mod tokens;

use crate::kernel::{DataClass, Kept, Term};

pub use guard::Client;
pub use once::{NotOnce, OnceAsked, OnceKey, Replayed, clean_up, once, once_over};
pub use queries::ClientRow;
pub use rules::{Scope, TOKEN_SECONDS};
pub use service::{Bound, Granted, NewClient, NoToken, Secret, add, bind, end, find_open, give_token, list};
pub use tokens::{PublicKey, public_keys};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("api_client", DataClass::Impersonal, Term::Permanent),
    Kept::new("api_once", DataClass::Trail, Term::Days(once::ONCE_DAYS)),
];
