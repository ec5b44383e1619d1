//! The audit trail: who did what to which object, one row in the commit that did it; and who of the staff read what of whom.
//!
//! Nothing here ever holds a name, a phone number or a document number: objects are named by id.

mod queries;
mod upkeep;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::{Value, json};

use crate::db::Tx;
use crate::kernel::{DataClass, Kept, LearnerId, OrganisationId, Term};

pub use queries::{AccessRow, AuditFilter, AuditRow, list_access, list_done, list_entries, list_shown};
pub use upkeep::clean_up;

/// What this subject keeps, and for how long. The trail proves the records beside it, and is kept as long as most of them.
pub const KEPT: &[Kept] = &[
    Kept::new("audit_entry", DataClass::Trail, Term::Archives(30)),
    Kept::new("access_log", DataClass::Trail, Term::Years(upkeep::ACCESS_YEARS)),
];

/// Something that was done.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// Whose hand it was; `None`: the bank itself.
    pub actor: Option<LearnerId>,
    /// What, as `subject.verb`: `identity.sign_in`, `recognition.recognise`.
    pub action: &'static str,
    /// What kind of object.
    pub object_kind: &'static str,
    /// Which one.
    pub object_id: &'a str,
    /// The person concerned, if one is.
    pub learner: Option<LearnerId>,
    /// Where.
    pub place_code: Option<&'a str>,
    /// Anything worth knowing, without personal data.
    pub detail: Value,
}

/// Something of a person that a member of staff was shown.
#[derive(Clone, Copy, Debug)]
pub struct Access<'a> {
    /// Whose data.
    pub learner: LearnerId,
    /// Who read it.
    pub actor: LearnerId,
    /// In which role.
    pub actor_role: &'static str,
    /// Of which organisation.
    pub organisation: Option<OrganisationId>,
    /// For which place; empty: for all of the bank.
    pub place_code: &'a str,
    /// What was shown: `profile`, `passbook`, …
    pub what: &'static str,
}

/// Keeps what was done.
///
/// # Errors
/// What the database answers.
pub async fn record(tx: &Tx, entry: &Entry<'_>) -> Result<(), DbErr> {
    queries::insert_entry(tx, entry).await
}

/// Keeps many things that were done at once; one statement for all.
///
/// # Errors
/// What the database answers.
pub async fn record_all(tx: &Tx, entries: &[Entry<'_>]) -> Result<(), DbErr> {
    queries::insert_entries(tx, entries).await
}

/// Keeps what was read of many people at once; one statement for all.
///
/// # Errors
/// What the database answers.
pub async fn record_accesses(tx: &Tx, accesses: &[Access<'_>]) -> Result<(), DbErr> {
    queries::insert_accesses(tx, accesses).await
}

/// Keeps what was read of a person.
///
/// # Errors
/// What the database answers.
pub async fn record_access(tx: &Tx, access: Access<'_>) -> Result<(), DbErr> {
    queries::insert_access(tx, access).await
}

/// Lines of either kind that "my data" holds.
const MOST_LINES: u64 = 10_000;

/// Who read a person's data, and what was done that concerns them, newest first: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, DbErr> {
    let read = list_access(db, learner, MOST_LINES).await?;
    let done = list_done(db, learner, MOST_LINES).await?;
    let read = read.iter().map(|row| {
        json!({
            "at_ms": row.at.ms(), "reader": row.actor, "role": row.actor_role, "place_code": row.place_code, "what": row.what,
        })
    });
    let done = done
        .iter()
        .map(|row| json!({ "at_ms": row.at.ms(), "by": row.actor, "action": row.action, "object_kind": row.object_kind }));
    Ok(json!({ "who_read": read.collect::<Value>(), "done": done.collect::<Value>() }))
}
