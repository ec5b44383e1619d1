//! Jobs: work done later, outside the request. A job is a row in the commit that asked for it; a runner does it at least once.
//!
//! A job's key is unique: asking twice for the same work is asking once. A runner leases what is due, so that two processes do not
//! do the same at the same time; a runner that dies loses its lease and another goes on. Every handler is therefore safe to run twice.
//! A job that fails is tried again after growing pauses and is never dropped in silence: its last error stays in its row.
//!
//! Nothing here ever holds a name, a phone number or a document number: payloads name things by id.

mod queries;
mod rules;
mod runner;

use sea_orm::DbErr;

use crate::db::Tx;
use crate::kernel::{DataClass, Kept, Term, Timestamp};

pub use queries::{Finding, Waiting, find_finding, list_waiting};
pub use runner::{Handler, Next, Runner};

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] =
    &[Kept::new("job", DataClass::Impersonal, Term::Done), Kept::new("finding", DataClass::Impersonal, Term::Permanent)];

/// Keeps what the check named `about` has found just now: how many differences, and the first of them without personal data.
///
/// # Errors
/// What the database answers.
pub async fn keep_finding(tx: &Tx, about: &'static str, differences: u64, first: Option<&str>) -> Result<(), DbErr> {
    queries::upsert_finding(tx, about, i64::try_from(differences).unwrap_or(i64::MAX), first).await
}

/// Asks for work of `kind` to be done from `run_at` on. A second job under the same `key` changes nothing while the first waits.
///
/// # Errors
/// What the database answers.
pub async fn schedule(
    tx: &Tx,
    kind: &'static str,
    key: &str,
    run_at: Timestamp,
    payload: &serde_json::Value,
) -> Result<(), DbErr> {
    queries::insert_job(tx, kind, key, run_at, payload).await
}
