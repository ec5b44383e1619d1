//! What is done with applications.

mod begin;
mod decide;
mod offers;
mod own_data;
mod reading;
mod send;

pub use begin::{NewFile, add_file, begin};
pub(super) use begin::{drop_draft, drop_file, file_code, seal_file};
pub(super) use decide::{Doing, decide};
pub(super) use offers::{Offer, offers, rule_of};
pub use own_data::{export, forget, remove_due};
pub(super) use reading::{
    Alike, Case, case_of, colleagues, files_of, get_own, hidden_among, list_own, look, open_file, queue, steps_of, words_of,
};
pub use send::{Details, send};
pub(super) use send::{appeal, number_of, withdraw};

use sea_orm::DbErr;
use serde_json::{Value, json};

use super::deeds::Examined;
use super::queries::{applications, files, steps};
use super::rules::{Deed, State, Why};
use super::{Application, Error, Piece, Step};
use crate::audit;
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, what_was_done};
use crate::files::{UsedBy, release};
use crate::identity;
use crate::kernel::{Credits, Digest, LearnerId, TransferId};
use crate::outbox::{self, Event, Standing};

/// Where the sealed columns and files stand, as their seals say.
const PLACE_NUMBER: &str = "application.number";
const PLACE_WORDS: &str = "application_step.words";
const PLACE_FILE: &str = "application_file.file";
/// Digests of keyed codes have a purpose each.
const CODE_NUMBER: &str = "application number";
const CODE_FILE: &str = "application file";

const fn used_by(piece: &Piece) -> UsedBy {
    UsedBy { kind: "application_file", id: piece.id }
}

/// Whether this very form was sent before, and its deed done.
///
/// # Errors
/// [`Error::SentBefore`] where it was sent with other words.
async fn was_done(tx: &Tx, actor: LearnerId, (once, digest): (&OnceKey, &Digest)) -> Result<bool, Error> {
    match what_was_done(tx, actor, once, digest).await? {
        Once::New => Ok(false),
        Once::Done(_) => Ok(true),
        Once::Misused => Err(Error::SentBefore),
    }
}

/// A deed about to be kept.
struct NewStep<'a> {
    deed: Deed,
    actor: LearnerId,
    to: Option<LearnerId>,
    why: Option<Why>,
    words: &'a str,
    examined: Option<Examined>,
    /// What was booked, where it was.
    given: Option<(TransferId, Credits)>,
    /// Who answers for the record, and where.
    responsible_org: &'a str,
    place_code: &'a str,
}

/// How an application stands after a deed that leads to `state`.
fn after(tx: &Tx, before: &Application, state: State, step: &NewStep<'_>) -> Application {
    let is_appeal = step.deed == Deed::Appeal;
    let has_ended = !state.is_waiting();
    Application {
        state,
        turn: before.turn + 1,
        waits_since: if is_appeal { Some(tx.now) } else { before.waits_since.filter(|_| !has_ended) },
        // Whoever it was passed to has it until somebody else's turn comes.
        holder: if step.deed == Deed::Pass { step.to } else { before.holder.filter(|_| state == before.state) },
        decided_at: if has_ended { Some(tx.now) } else { before.decided_at.filter(|_| is_appeal) },
        given: step.given,
        ..before.clone()
    }
}

/// Keeps a deed: how the application stands, the turn, the trail, and what others are told.
///
/// # Errors
/// [`Error::Moved`] where something was done with it since.
async fn keep(
    tx: &Tx,
    keys: &Keys,
    (before, state): (&Application, State),
    step: &NewStep<'_>,
    standing: &Standing,
) -> Result<(), Error> {
    let now = after(tx, before, state, step);
    if !applications::turn(tx, before, &now).await? {
        return Err(Error::Moved);
    }
    note(tx, keys, &now, step, standing).await
}

/// Keeps the turn itself, when the application stands as it says.
async fn note(tx: &Tx, keys: &Keys, now: &Application, step: &NewStep<'_>, standing: &Standing) -> Result<(), Error> {
    let words_sealed = if step.words.is_empty() {
        None
    } else {
        Some(identity::person_key(tx, keys, now.learner).await?.seal(PLACE_WORDS, step.words.as_bytes()))
    };
    let kept = Step {
        turn: now.turn,
        deed: step.deed,
        actor: step.actor,
        to: step.to,
        why: step.why,
        words_sealed,
        examined: step.examined,
        at: tx.now,
    };
    steps::insert(tx, now, &kept, step.responsible_org).await?;
    trail(tx, now, step).await?;
    let facts = json!({
        "application": now.id, "agency": now.agency, "rule": now.rule, "unit": now.unit, "turn": now.turn, "deed": step.deed.code(),
    });
    let archive = json!({
        "table": "application_step", "id": [json!(now.id), json!(now.turn)], "record_class": steps::RECORD_CLASS,
        "responsible_org": step.responsible_org, "formed_at_ms": tx.now.ms(), "retention": steps::RETENTION,
        "openness": steps::OPENNESS, "format_version": steps::FORMAT,
    });
    let event = |kind, body| Event { kind, learner: Some(now.learner), standing, body };
    outbox::emit(tx, &[event("application.turned", facts), event("archivable", archive)]).await?;
    Ok(())
}

async fn trail(tx: &Tx, now: &Application, step: &NewStep<'_>) -> Result<(), DbErr> {
    let why = step.why.map_or(Value::Null, |why| json!(why.code()));
    let entry = audit::Entry {
        actor: Some(step.actor),
        action: step.deed.action(),
        object_kind: "application",
        object_id: &now.id.to_string(),
        learner: Some(now.learner),
        place_code: Some(step.place_code),
        detail: json!({ "agency": now.agency, "turn": now.turn, "why": why }),
    };
    audit::record(tx, &entry).await
}

/// Removes all evidence of one application. That there was some stays known.
async fn remove_evidence(tx: &Tx, of: &Application) -> Result<(), Error> {
    for piece in files::list(tx, of.learner, of.id).await? {
        remove(tx, &piece).await?;
    }
    Ok(())
}

async fn remove(tx: &Tx, piece: &Piece) -> Result<(), Error> {
    if let Some(file) = &piece.file {
        files::clear(tx, piece).await?;
        release(tx, file, used_by(piece)).await?;
    }
    Ok(())
}

/// Who did what, in order.
fn deeds(steps: &[Step]) -> Vec<(Deed, LearnerId)> {
    steps.iter().map(|step| (step.deed, step.actor)).collect()
}
