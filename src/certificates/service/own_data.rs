//! What is kept of a person here: export, and leaving.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::batches::{export_lines, forget_lines};
use super::issuing::put_void;
use super::sharing::{end_all, export_shares};
use crate::agencies;
use crate::certificates::queries::certificates;
use crate::certificates::queries::requests::{self, Ended};
use crate::certificates::{Certificate, Error, PLACE_DOCUMENT, RequestState, State};
use crate::config::Keys;
use crate::credentials::Bundle;
use crate::db::Tx;
use crate::kernel::{LearnerId, SealKey, Timestamp};

/// Which certificates somebody has, with their documents and what became of them, and what was asked for: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, keys: &Keys, learner: LearnerId, key: &SealKey) -> Result<Value, Error> {
    let mut own = Vec::new();
    for certificate in certificates::list_of(db, &[learner]).await? {
        own.push(line(db, keys, &certificate, key).await?);
    }
    let mut asked = Vec::new();
    for request in requests::list_of(db, &[learner]).await? {
        let agency = agencies::find_agency(db, request.agency).await?.map(|agency| agency.name);
        asked.push(json!({
            "act": request.act.code(), "kind": request.kind, "about": request.about, "agency": agency, "state": request.state.code(),
            "asked_at_ms": request.asked_at.ms(), "decided_at_ms": request.decided_at.map(Timestamp::ms),
            "reason": request.reason.map(crate::certificates::Reason::code), "ground": request.ground(key), "answer": request.answer(key),
        }));
    }
    let shares = export_shares(db, learner, key).await?;
    let batches = export_lines(db, learner).await?;
    Ok(json!({ "certificates": own, "requests": asked, "shares": shares, "batches": batches }))
}

async fn line(db: &impl ConnectionTrait, keys: &Keys, own: &Certificate, key: &SealKey) -> Result<Value, Error> {
    let whose = (own.learner, own.id);
    let mut versions = Vec::new();
    for version in certificates::list_versions(db, whose).await? {
        let text = key.open_text(PLACE_DOCUMENT, &version.document_sealed)?;
        let bundle: Option<Bundle> = serde_json::from_str(&text).ok();
        versions.push(json!({
            "version": version.version, "why": version.why.code(), "made_at_ms": version.made_at.ms(), "units": version.units,
            "identity_level": version.identity, "supervision_level": version.supervision, "rule_version": version.rule_version,
            "credential": bundle.map(|bundle| bundle.credential),
        }));
    }
    let events = certificates::list_events(db, whose).await?;
    let event = |event: &crate::certificates::Event| {
        json!({
            "what": event.what.code(), "at_ms": event.at.ms(), "reason": event.reason.map(crate::certificates::Reason::code),
            "ground": event.ground(key), "appeal_until": event.appeal_until.map(|day| day.to_string()),
        })
    };
    let agency = agencies::find_agency(db, own.agency).await?.map(|agency| agency.name);
    Ok(json!({
        "number": own.number.as_str(), "address": own.code(keys)?.to_text(), "name": own.name(keys)?, "kind": own.kind, "about": own.about,
        "agency": agency, "state": own.state.code(), "issued_day": own.issued.map(|(_, day)| day.to_string()), "versions": versions,
        "events": events.iter().map(event).collect::<Vec<_>>(),
    }))
}

/// Somebody leaves: what is being made is not issued, what waits is taken back. What was issued stays in the register, for verification alone; its
/// documents cannot be read any more once the key of the person is destroyed.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    end_all(tx, learner).await?;
    forget_lines(tx, learner).await?;
    for own in certificates::list_of(tx, &[learner]).await? {
        if own.state == State::Reserved {
            put_void(tx, (learner, own.id)).await?;
        }
    }
    for waiting in requests::list_waiting_of(tx, &[learner]).await? {
        let ended = Ended {
            state: RequestState::Withdrawn,
            officer: waiting.officer,
            decider: None,
            answer_sealed: None,
            certificate: waiting.certificate,
        };
        requests::end(tx, &waiting, ended).await?;
    }
    Ok(())
}
