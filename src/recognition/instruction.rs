//! What all that goes out or comes in by a rule is done on: whose credit, whose hand, on what ground.

use serde_json::{Value, json};

use super::{Error, queries};
use crate::audit::{self, Entry};
use crate::db::{OnceKey, Tx};
use crate::kernel::{Digest, LearnerId, TransferId};
use crate::ledger::{Order, Transfer};
use crate::outbox::{self, Event, Standing};

/// Something to be done with somebody's credit, and on what ground.
#[derive(Clone, Debug)]
pub struct Instruction<'a> {
    /// Whose credit.
    pub learner: LearnerId,
    /// Whose hand: an officer's, or the learner's own.
    pub officer: LearnerId,
    /// Digest of the file it rests on.
    pub evidence: Digest,
    /// Who answers for the record.
    pub responsible_org: String,
    /// The form's key: the same form sent again gets the first answer.
    pub once: OnceKey,
    /// Where the learner stands.
    pub standing: &'a Standing,
}

impl Instruction<'_> {
    pub(super) fn order(&self, tx: &Tx, rule_version: &str) -> Order {
        Order { actor: self.officer, occurred_at: tx.now, rule_version: rule_version.to_owned(), evidence: self.evidence }
    }

    /// Whether what was posted under the key before was asked by the same hand on the same ground.
    pub(super) fn is_answered_by(&self, first: &Transfer) -> bool {
        (first.actor, first.evidence) == (self.officer, self.evidence)
    }
}

/// Something that was done with a record of this subject.
pub(super) struct Told<'a> {
    pub(super) learner: LearnerId,
    /// `None`: the bank itself.
    pub(super) actor: Option<LearnerId>,
    pub(super) standing: &'a Standing,
    pub(super) responsible_org: &'a str,
    /// The audit's action, and the event's kind.
    pub(super) words: (&'static str, &'static str),
    /// Table of the record.
    pub(super) table: &'static str,
    /// The transfer that is its number.
    pub(super) transfer: TransferId,
    pub(super) facts: Value,
}

/// The audit line and the events of it, in the same commit.
pub(super) async fn tell(tx: &Tx, told: &Told<'_>) -> Result<(), Error> {
    tell_all(tx, std::slice::from_ref(told)).await
}

/// The same of several: two statements.
pub(super) async fn tell_all(tx: &Tx, all: &[Told<'_>]) -> Result<(), Error> {
    let ids: Vec<String> = all.iter().map(|told| told.transfer.to_string()).collect();
    let entries: Vec<Entry<'_>> = all
        .iter()
        .zip(&ids)
        .map(|(told, id)| Entry {
            actor: told.actor,
            action: told.words.0,
            object_kind: "transfer",
            object_id: id,
            learner: Some(told.learner),
            place_code: told.standing.place_code.as_deref(),
            detail: told.facts.clone(),
        })
        .collect();
    audit::record_all(tx, &entries).await?;
    let event = |told: &'_ Told<'_>| {
        let archive = queries::archive_facts(told.responsible_org, tx.now, told.table, &json!(told.transfer));
        [(told.words.1, told.facts.clone()), ("archivable", archive)]
    };
    let events: Vec<Event<'_>> = all
        .iter()
        .flat_map(|told| {
            event(told).map(|(kind, body)| Event { kind, learner: Some(told.learner), standing: told.standing, body })
        })
        .collect();
    outbox::emit(tx, &events).await?;
    Ok(())
}
