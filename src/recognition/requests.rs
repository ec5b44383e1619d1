//! Two people: an officer asks for a correction and says why; a reviewer sees what it would change, and agrees or does not. A freeze needs
//! nobody else and is done at once. What was agreed to is done in the same commit, and only while its impact is still what was shown.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::correction_rules::SecondPerson;
use super::impact::{Impact, impact_of};
use super::queries::archive_facts;
use super::request_queries::{self, Decided};
use super::rules::Levels;
use super::{CorrectionKind, Decision, Error, RequestState, corrections};
use crate::audit::{self, Entry};
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::kernel::{CorrectionRequestId, Digest, LearnerId, SealKey, Timestamp, TransferId, digest_of};
use crate::ledger::{self, Key, Reason};
use crate::outbox::{self, Event, Standing};
use crate::places::PlaceCode;

/// Where the sealed columns stand, as their seals say.
const PLACE_GROUND: &str = "correction_request.ground";
const PLACE_ANSWER: &str = "correction_request.answer";

/// A request about to be made.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Whose credit.
    pub learner: LearnerId,
    /// The officer who asks.
    pub asker: LearnerId,
    /// How it is to be put right.
    pub kind: CorrectionKind,
    /// Which line.
    pub about: TransferId,
    /// Why.
    pub reason: Reason,
    /// The ground for the file, sealed with the learner's key by [`seal_ground`].
    pub ground_sealed: Vec<u8>,
    /// Version of the rule applied.
    pub rule_version: String,
    /// Who answers for the record.
    pub responsible_org: String,
    /// Where it belongs.
    pub place_code: String,
}

impl NewRequest {
    /// The evidence: the digest of the ground as it is kept, sealed, so that it tells nothing once the key is gone.
    pub(super) fn evidence(&self) -> Digest {
        digest_of(&[&self.ground_sealed])
    }
}

/// The ground of a request, sealed.
#[must_use]
pub fn seal_ground(key: &SealKey, words: &str) -> Vec<u8> {
    key.seal(PLACE_GROUND, words.as_bytes())
}

/// The answer to a request, sealed.
#[must_use]
pub fn seal_answer(key: &SealKey, words: &str) -> Vec<u8> {
    key.seal(PLACE_ANSWER, words.as_bytes())
}

/// What was asked to be put right, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorrectionRequest {
    /// Whose credit.
    pub learner: LearnerId,
    /// Its id.
    pub id: CorrectionRequestId,
    /// How it is to be put right.
    pub kind: CorrectionKind,
    /// Which line.
    pub about: TransferId,
    /// Why, by its code.
    pub reason: String,
    /// Where it belongs.
    pub place_code: String,
    /// Where it stands.
    pub state: RequestState,
    /// The officer who asked.
    pub asker: LearnerId,
    /// When.
    pub asked_at: Timestamp,
    /// Who decided.
    pub decider: Option<LearnerId>,
    /// When it ended.
    pub decided_at: Option<Timestamp>,
    /// The first transfer that it came to.
    pub transfer: Option<TransferId>,
    /// Version of the rule applied.
    pub rule_version: String,
    /// Who answers for the record.
    pub responsible_org: String,
    pub(super) evidence: Digest,
    pub(super) ground_sealed: Vec<u8>,
    pub(super) answer_sealed: Option<Vec<u8>>,
}

impl CorrectionRequest {
    /// The ground, as far as `key` opens it: nothing once the person has left.
    #[must_use]
    pub fn ground(&self, key: &SealKey) -> String {
        key.open_text(PLACE_GROUND, &self.ground_sealed).unwrap_or_default()
    }

    /// Why the second person did not agree.
    #[must_use]
    pub fn answer(&self, key: &SealKey) -> String {
        let sealed = self.answer_sealed.as_deref();
        sealed.and_then(|sealed| key.open_text(PLACE_ANSWER, sealed).ok()).unwrap_or_default()
    }
}

/// What asking or agreeing came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered {
    /// Which request.
    pub id: CorrectionRequestId,
    /// Whether credit changed now: not where it only waits, nor where a form was sent again.
    pub is_done_now: bool,
}

/// Asks for a correction; a freeze is done at once. The same form again gets the first answer.
///
/// # Errors
/// [`Error::OwnCredit`], [`Error::Hindered`], [`Error::AskedAlready`], [`Error::SentBefore`]; what ledger and database refuse.
pub async fn ask(
    tx: &Tx,
    new: &NewRequest,
    (least, standing): (Levels, &Standing),
    (once, digest): (&OnceKey, &Digest),
) -> Result<Answered, Error> {
    if new.asker == new.learner {
        return Err(Error::OwnCredit);
    }
    match what_was_done(tx, new.asker, once, digest).await? {
        Once::New => {}
        Once::Done(effect) => {
            let id = effect.parse().map_err(|_| Error::NoSuchRequest)?;
            return Ok(Answered { id, is_done_now: false });
        }
        Once::Misused => return Err(Error::SentBefore),
    }
    let id = CorrectionRequestId::fresh(tx.now);
    hold_chain(tx, new.learner, id).await?;
    let impact = impact_of(tx, new.learner, (new.kind, new.about), least).await?;
    if let Some(obstacle) = impact.obstacle {
        return Err(Error::Hindered(obstacle));
    }
    if !request_queries::insert_request(tx, id, new).await? {
        return Err(Error::AskedAlready);
    }
    let waiting = request_queries::find_request(tx, new.learner, id).await?.ok_or(Error::NoSuchRequest)?;
    tell(tx, &waiting, (new.asker, "recognition.ask"), standing, json!({ "kind": new.kind.code(), "reason": new.reason.code() }))
        .await?;
    let archive = archive_facts(&new.responsible_org, tx.now, "correction_request", &json!(id));
    let learner = Some(new.learner);
    outbox::emit(tx, &[Event { kind: "archivable", learner, standing, body: archive }]).await?;
    if !new.kind.needs_two() {
        let posted = corrections::freeze(tx, &decision_of(&waiting, standing)?, new.about).await?;
        let transfer = posted.first().map(|first| first.id);
        settle(tx, &waiting, Decided { state: RequestState::Approved, decider: None, answer_sealed: None, transfer }).await?;
    }
    remember(tx, new.asker, once, digest, &id.to_string()).await?;
    Ok(Answered { id, is_done_now: !new.kind.needs_two() })
}

/// The second person agrees: it is done now, in this commit, while its impact is what was shown. Agreeing twice is agreeing once.
///
/// # Errors
/// [`Error::OwnRequest`], [`Error::OwnCredit`], [`Error::Decided`], [`Error::Stale`], [`Error::Hindered`]; what ledger and database refuse.
pub async fn approve(
    tx: &Tx,
    (learner, id): (LearnerId, CorrectionRequestId),
    (reviewer, shown): (LearnerId, &Digest),
    (least, standing): (Levels, &Standing),
) -> Result<Answered, Error> {
    hold_chain(tx, learner, id).await?;
    let request = get_request(tx, learner, id).await?;
    let second = second_of(&request, reviewer)?;
    if (request.state, request.decider) == (RequestState::Approved, Some(reviewer)) {
        return Ok(Answered { id, is_done_now: false });
    }
    if request.state != RequestState::Open {
        return Err(Error::Decided);
    }
    let impact = impact_of(tx, learner, (request.kind, request.about), least).await?;
    if impact.digest() != *shown {
        return Err(Error::Stale);
    }
    if let Some(obstacle) = impact.obstacle {
        return Err(Error::Hindered(obstacle));
    }
    let posted = carry_out(tx, &request, second, standing).await?;
    let detail = json!({ "kind": request.kind.code(), "suspended": impact.suspended() });
    let decided =
        Decided { state: RequestState::Approved, decider: Some(second.id()), answer_sealed: None, transfer: Some(posted) };
    settle(tx, &request, decided).await?;
    tell(tx, &request, (second.id(), "recognition.approve"), standing, detail).await?;
    Ok(Answered { id, is_done_now: true })
}

/// The second person does not agree, and says why. Twice is once.
///
/// # Errors
/// [`Error::OwnRequest`], [`Error::OwnCredit`], [`Error::Decided`]; what the database answers.
pub async fn refuse(
    tx: &Tx,
    (learner, id): (LearnerId, CorrectionRequestId),
    reviewer: LearnerId,
    answer_sealed: &[u8],
    standing: &Standing,
) -> Result<(), Error> {
    let request = get_request(tx, learner, id).await?;
    let second = second_of(&request, reviewer)?;
    if (request.state, request.decider) == (RequestState::Refused, Some(reviewer)) {
        return Ok(());
    }
    let answer_sealed = Some(answer_sealed.to_vec());
    let decided = Decided { state: RequestState::Refused, decider: Some(second.id()), answer_sealed, transfer: None };
    settle(tx, &request, decided).await?;
    tell(tx, &request, (second.id(), "recognition.refuse"), standing, json!({ "kind": request.kind.code() })).await
}

/// The asker takes a request back. Twice is once.
///
/// # Errors
/// [`Error::NotTheAsker`], [`Error::Decided`]; what the database answers.
pub async fn withdraw(
    tx: &Tx,
    (learner, id): (LearnerId, CorrectionRequestId),
    asker: LearnerId,
    standing: &Standing,
) -> Result<(), Error> {
    let request = get_request(tx, learner, id).await?;
    if request.asker != asker {
        return Err(Error::NotTheAsker);
    }
    if request.state == RequestState::Withdrawn {
        return Ok(());
    }
    let decided = Decided { state: RequestState::Withdrawn, decider: None, answer_sealed: None, transfer: None };
    settle(tx, &request, decided).await?;
    tell(tx, &request, (asker, "recognition.withdraw"), standing, json!({ "kind": request.kind.code() })).await
}

/// One request.
///
/// # Errors
/// [`Error::NoSuchRequest`]; what the database answers.
pub async fn get_request(
    db: &impl ConnectionTrait,
    learner: LearnerId,
    id: CorrectionRequestId,
) -> Result<CorrectionRequest, Error> {
    request_queries::find_request(db, learner, id).await?.ok_or(Error::NoSuchRequest)
}

/// All requests about a learner's credit, the newest first.
///
/// # Errors
/// What the database answers.
pub async fn list_requests_of(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Vec<CorrectionRequest>, Error> {
    Ok(request_queries::list_requests_of(db, learner).await?)
}

/// What waits within the areas, the oldest first: `most` after the first `skip`.
///
/// # Errors
/// What the database answers.
pub async fn list_waiting_requests(
    db: &impl ConnectionTrait,
    areas: &[PlaceCode],
    part: (u64, u64),
) -> Result<Vec<CorrectionRequest>, Error> {
    Ok(request_queries::list_waiting(db, areas, part).await?)
}

/// How many wait within the areas.
///
/// # Errors
/// What the database answers.
pub async fn count_waiting_requests(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, Error> {
    Ok(request_queries::count_waiting(db, areas).await?)
}

/// The impact of a request as it is now.
///
/// # Errors
/// As [`impact_of`].
pub async fn impact_of_request(db: &impl ConnectionTrait, request: &CorrectionRequest, least: Levels) -> Result<Impact, Error> {
    impact_of(db, request.learner, (request.kind, request.about), least).await
}

/// Who decides is neither who asked nor whose credit it is.
fn second_of(request: &CorrectionRequest, reviewer: LearnerId) -> Result<SecondPerson, Error> {
    if request.learner == reviewer {
        return Err(Error::OwnCredit);
    }
    SecondPerson::beside(request.asker, reviewer).ok_or(Error::OwnRequest)
}

/// Holds the learner's chain until the commit: nothing is posted between what is looked at and what is done.
async fn hold_chain(tx: &Tx, learner: LearnerId, id: CorrectionRequestId) -> Result<(), Error> {
    let key = Key::new("recognition.request", &id.to_string()).ok_or(Error::BadTerms)?;
    ledger::open(tx, learner, key, None).await?;
    Ok(())
}

async fn carry_out(tx: &Tx, request: &CorrectionRequest, second: SecondPerson, standing: &Standing) -> Result<TransferId, Error> {
    let (decision, about) = (decision_of(request, standing)?, request.about);
    let posted = match request.kind {
        CorrectionKind::Freeze => corrections::freeze(tx, &decision, about).await?,
        CorrectionKind::Unfreeze => corrections::unfreeze(tx, &decision, second.id(), about).await?,
        CorrectionKind::Revoke => corrections::revoke(tx, &decision, second.id(), about).await?,
        CorrectionKind::Reverse => corrections::reverse(tx, &decision, second.id(), about).await?,
        CorrectionKind::Restore => corrections::restore(tx, &decision, second.id(), about).await?,
    };
    Ok(posted.first().ok_or(ledger::Error::BadPosting)?.id)
}

fn decision_of<'a>(request: &CorrectionRequest, standing: &'a Standing) -> Result<Decision<'a>, Error> {
    Ok(Decision {
        learner: request.learner,
        officer: request.asker,
        reason: Reason::parse(&request.reason).ok_or(Error::BadTerms)?,
        evidence: request.evidence,
        rule_version: request.rule_version.clone(),
        responsible_org: request.responsible_org.clone(),
        // One request is carried out once, whatever forms are sent.
        once: OnceKey::parse(&request.id.to_string()).ok_or(Error::BadTerms)?,
        standing,
    })
}

async fn settle(tx: &Tx, request: &CorrectionRequest, decided: Decided) -> Result<(), Error> {
    if request_queries::decide(tx, request.learner, request.id, decided).await? { Ok(()) } else { Err(Error::Decided) }
}

async fn tell(
    tx: &Tx,
    request: &CorrectionRequest,
    (actor, action): (LearnerId, &'static str),
    standing: &Standing,
    detail: Value,
) -> Result<(), Error> {
    let id = request.id.to_string();
    let entry = Entry {
        actor: Some(actor),
        action,
        object_kind: "correction_request",
        object_id: &id,
        learner: Some(request.learner),
        place_code: standing.place_code.as_deref().or(Some(&request.place_code)),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
