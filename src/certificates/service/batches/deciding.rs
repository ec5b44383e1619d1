//! What two people decide about a batch.

use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{AT_ONCE, accounts_of_first, note, officer_of, payload, tell_over};
use crate::agencies;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLineState, BatchLook, BatchState};
use crate::certificates::queries::{batch_lines as lines, batches as queries};
use crate::certificates::rules::sample;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity::{self, Role, Sight, StaffScope};
use crate::jobs;
use crate::kernel::{AgencyId, CertificateBatchId, Digest, LearnerId, mac_of};

/// The job's kind.
pub(in crate::certificates) const RUN: &str = "certificates.batch_run";

/// Which batch of which agency, and whose hand.
#[derive(Clone, Copy, Debug)]
pub struct OfBatch {
    /// The agency.
    pub agency: AgencyId,
    /// The batch.
    pub batch: CertificateBatchId,
    /// Who.
    pub by: LearnerId,
}

/// The batch, held, where it is this agency's.
pub(super) async fn held(tx: &Tx, of: OfBatch) -> Result<Batch, BatchError> {
    queries::hold(tx, of.batch).await?.filter(|batch| batch.agency == of.agency).ok_or(BatchError::NoSuch)
}

/// Asks for a second person, and draws what they look at. Twice is once.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::NotTheirs`], [`BatchError::NothingReady`], [`BatchError::Moved`]; what the agency's delegation refuses.
pub async fn ask_for_batch(tx: &Tx, keys: &Keys, of: OfBatch) -> Result<(), BatchError> {
    let batch = held(tx, of).await?;
    if officer_of(tx, &batch).await? != Some(of.by) {
        return Err(BatchError::NotTheirs);
    }
    match batch.state {
        BatchState::Asked => Ok(()),
        BatchState::Checked if batch.ready == 0 => Err(BatchError::NothingReady),
        BatchState::Checked => ask_in(tx, keys, batch, of.by).await,
        _ => Err(BatchError::Moved),
    }
}

/// The same for a batch that is held and was looked at.
pub(super) async fn ask_in(tx: &Tx, keys: &Keys, batch: Batch, by: LearnerId) -> Result<(), BatchError> {
    agencies::may_issue(tx, batch.agency, &batch.kind, tx.now.day()).await?;
    // Whoever brings the same people again, from wherever, gets no other sample; and who was not right before is in every one.
    let ready = lines::list_ready(tx, batch.id).await?;
    let seed = seed_of(keys, &batch, &ready);
    let wrong_before = lines::numbers_found_wrong(tx, &batch).await?;
    let drawn = sample::with_all(sample::drawn(&seed, &ready), &wrong_before);
    lines::draw(tx, batch.id, &drawn).await?;
    let asked = Batch {
        state: BatchState::Asked,
        trouble: None,
        seed,
        sample: i64::try_from(drawn.len()).unwrap_or(i64::MAX),
        asked_by: Some(by),
        asked_at: Some(tx.now),
        ..batch
    };
    queries::keep(tx, &asked).await?;
    let detail = json!({ "lines": asked.ready, "sample": asked.sample, "client": asked.client });
    note(tx, (Some(by), "certificate_batches.ask"), &asked, detail).await
}

/// What draws the sample of a batch: of the same people, for the same certificate of the same agency, always the same; nobody knows it who does not have
/// the bank's key.
fn seed_of(keys: &Keys, batch: &Batch, ready: &[(LearnerId, i64)]) -> [u8; 32] {
    let mut people: Vec<Uuid> = ready.iter().map(|(learner, _)| learner.uuid()).collect();
    people.sort_unstable();
    let people: Vec<u8> = people.iter().flat_map(|learner| *learner.as_bytes()).collect();
    let agency = batch.agency.uuid();
    let parts = [agency.as_bytes().as_slice(), batch.kind.as_bytes(), batch.about.as_bytes(), people.as_slice()];
    *mac_of(&keys.for_purpose("certificate-batch-sample"), &parts).bytes()
}

/// Gives a batch up that is not agreed to. Twice is once.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::NotTheirs`], [`BatchError::Moved`].
pub async fn withdraw_batch(tx: &Tx, of: OfBatch) -> Result<(), BatchError> {
    let batch = held(tx, of).await?;
    if officer_of(tx, &batch).await? != Some(of.by) {
        return Err(BatchError::NotTheirs);
    }
    match batch.state {
        BatchState::Withdrawn => return Ok(()),
        BatchState::Reading | BatchState::Checked | BatchState::Asked => {}
        _ => return Err(BatchError::Moved),
    }
    let over = Batch { state: BatchState::Withdrawn, ended_at: Some(tx.now), ..batch };
    queries::keep(tx, &over).await?;
    tell_over(tx, &over).await?;
    note(tx, (Some(of.by), "certificate_batches.withdraw"), &over, json!({})).await
}

/// Neither of two decides with themselves, nor about themselves, by any account; who answered for a program when it brought a batch is one of the first
/// for good, whoever answers for it today. Gives who is the first today.
pub(super) async fn must_be_two_others(
    db: &impl ConnectionTrait,
    batch: &Batch,
    second: LearnerId,
) -> Result<LearnerId, BatchError> {
    let first = officer_of(db, batch).await?.ok_or(BatchError::NotTheirs)?;
    let mut own = accounts_of_first(db, batch, first).await?;
    if own.contains(&second) {
        return Err(BatchError::SamePerson);
    }
    own.extend(identity::accounts_of(db, second).await?);
    own.insert(second);
    let own: Vec<LearnerId> = own.into_iter().collect();
    if lines::is_about(db, batch.id, &own).await? { Err(BatchError::Own) } else { Ok(first) }
}

/// Of how many lines that can be issued a member of staff may not see the people.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn unseen_by(
    db: &Db,
    scope: &StaffScope,
    batch: CertificateBatchId,
) -> Result<u64, BatchError> {
    let (mut unseen, mut after) = (0, 0);
    loop {
        let some = lines::list_after(db.read(), (batch, Some(BatchLineState::Ready)), (after, AT_ONCE)).await?;
        let Some(last) = some.last() else { return Ok(unseen) };
        after = last.number;
        let wanted: Vec<(LearnerId, bool)> = some.iter().filter_map(|line| Some((line.learner?, false))).collect();
        let sights = identity::sights_of(db.read(), (scope, Role::REVIEWERS), &wanted).await?;
        let is_seen = |learner: &LearnerId| matches!(sights.get(learner), Some(Sight::Seen(_)));
        let hidden = wanted.iter().filter(|(learner, _)| !is_seen(learner)).count();
        unseen += u64::try_from(hidden).unwrap_or(0);
    }
}

/// The second person agrees to what was shown, having looked at all of the sample. Agreeing twice is agreeing once.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::Moved`], [`BatchError::Stale`], [`BatchError::NotLooked`], [`BatchError::SamePerson`], [`BatchError::Own`];
/// where the agency may not do it.
pub async fn agree_to_batch(tx: &Tx, of: OfBatch, shown: &Digest) -> Result<(), BatchError> {
    let batch = held(tx, of).await?;
    let is_theirs = batch.decided.is_some_and(|(by, _)| by == of.by);
    if is_theirs && matches!(batch.state, BatchState::Agreed | BatchState::Valid | BatchState::Done) {
        return Ok(());
    }
    if batch.state != BatchState::Asked {
        return Err(BatchError::Moved);
    }
    if batch.shown() != *shown {
        return Err(BatchError::Stale);
    }
    must_be_two_others(tx, &batch, of.by).await?;
    agencies::may_issue(tx, batch.agency, &batch.kind, tx.now.day()).await?;
    let looked = lines::list_sample(tx, batch.id).await?;
    let is_right = |look: &(LearnerId, _, BatchLook)| look.0 == of.by && look.2 == BatchLook::Right;
    // Who has left since is passed over.
    let right = looked.iter().filter(|line| line.learner.is_none() || line.look.as_ref().is_some_and(is_right)).count();
    let sample = usize::try_from(batch.sample).unwrap_or(usize::MAX);
    if right < sample {
        return Err(BatchError::NotLooked(u64::try_from(sample - right).unwrap_or(u64::MAX)));
    }
    let agreed = Batch { state: BatchState::Agreed, decided: Some((of.by, tx.now)), done: 0, ..batch };
    queries::keep(tx, &agreed).await?;
    jobs::schedule(tx, RUN, &format!("{RUN}:{}", agreed.id), tx.now, &payload(agreed.id)).await?;
    let detail = json!({ "lines": agreed.ready, "sample": agreed.sample });
    note(tx, (Some(of.by), "certificate_batches.agree"), &agreed, detail).await
}

/// The second person sends all of it back. Twice is once.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::Moved`], [`BatchError::SamePerson`], [`BatchError::Own`].
pub async fn send_batch_back(tx: &Tx, of: OfBatch, answer: &str) -> Result<(), BatchError> {
    let batch = held(tx, of).await?;
    if batch.state == BatchState::Refused && batch.decided.is_some_and(|(by, _)| by == of.by) {
        return Ok(());
    }
    if batch.state != BatchState::Asked {
        return Err(BatchError::Moved);
    }
    must_be_two_others(tx, &batch, of.by).await?;
    goes_back_whole(tx, batch, (of.by, answer, None)).await
}

/// All of it goes back to whoever brought it, for good: what is mended is brought again. `line`: the one that was not right.
pub(super) async fn goes_back_whole(
    tx: &Tx,
    batch: Batch,
    (by, answer, line): (LearnerId, &str, Option<i64>),
) -> Result<(), BatchError> {
    let back = Batch {
        state: BatchState::Refused,
        decided: Some((by, tx.now)),
        answer: Some(answer.to_owned()),
        ended_at: Some(tx.now),
        ..batch
    };
    queries::keep(tx, &back).await?;
    tell_over(tx, &back).await?;
    note(tx, (Some(by), "certificate_batches.send_back"), &back, json!({ "line": line })).await
}
