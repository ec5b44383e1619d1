//! Clients: programs of other houses that use the JSON API, let in by an operator.
//!
//! Rules kept here: a client's secret is shown once and kept as a digest. For it a client gets a token that is good for ten minutes and
//! for no more than its scopes; the row of the client is looked up at every request, so one that was ended is out at once, whatever
//! token it holds. The keys that sign tokens follow from the bank's own key, change every thirty days, and are the same in every process.
//!
//! Nothing here ever acts for a person or sees one's data: a client has no learner.

mod guard;
mod queries;
mod rules;
mod service;
mod tokens;

use crate::kernel::{DataClass, Kept, Term};

pub use guard::Client;
pub use queries::ClientRow;
pub use rules::{Scope, TOKEN_SECONDS};
pub use service::{Granted, NewClient, NoToken, Secret, add, end, give_token, list};
pub use tokens::{PublicKey, public_keys};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[Kept::new("api_client", DataClass::Impersonal, Term::Permanent)];
