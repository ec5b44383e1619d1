//! People become a batch: their lines are sealed and kept, in chunks. What is over is emptied.

use std::sync::Arc;

use sea_orm::DbErr;
use serde_json::json;

use super::checking::CHECK;
use super::{AT_ONCE, LINE_DAYS, key, note, payload, seal, tell_over};
use crate::agencies;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchLineState, BatchSaid, BatchSource, BatchState};
use crate::certificates::queries::{batch_lines as lines, batches as queries};
use crate::certificates::service::rule_of;
use crate::certificates::{Desk, Error};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::jobs;
use crate::kernel::{AgencyId, CertificateBatchId, ClientId, LearnerId, mac_of};
use crate::web::sheet::MOST_ROWS;

/// Batches emptied by one sweep.
const MOST_EMPTIED: u64 = 100;
/// How long the lines may take to be kept before the same people begin anew: whoever kept them has died meanwhile.
const KEPT_WITHIN_MS: i64 = 120_000;

/// A batch to be kept.
#[derive(Clone, Debug)]
pub struct NewBatch {
    /// Whose.
    pub agency: AgencyId,
    /// Of which kind.
    pub kind: String,
    /// About which unit, or [`crate::certificates::WHOLE`].
    pub about: String,
    /// Where its people stand.
    pub source: BatchSource,
    /// A code of where they stand, made by [`batch_code`].
    pub code: Vec<u8>,
    /// Who brings it, or answers for the program that does.
    pub by: LearnerId,
    /// The program that brings it; none where a person does.
    pub client: Option<ClientId>,
    /// Its lines, by number.
    pub lines: Vec<(i64, BatchSaid)>,
}

/// A code of where the people of a batch stand, with the kind that they are to get, that only the bank's key makes: a short list could be found from a
/// digest by trying.
#[must_use]
pub fn batch_code(keys: &Keys, source: BatchSource, (kind, about): (&str, &str), content: &[u8]) -> Vec<u8> {
    let parts = [source.code().as_bytes(), kind.as_bytes(), about.as_bytes(), content];
    mac_of(&keys.for_purpose("certificate-batch"), &parts).to_vec()
}

/// What a list of people came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// A new batch.
    New(CertificateBatchId),
    /// The batch of the same people, which was brought before.
    Known(CertificateBatchId),
}

/// Keeps people as a batch; the same people for the same kind are the same batch, however often they are brought. One in which not all could be issued
/// is looked at anew.
///
/// # Errors
/// [`Error::NoKind`]; what the agency's delegation refuses; [`BatchError::EmptyList`], [`BatchError::LongList`]; [`BatchError::Moved`] where it was
/// given up before all of it was kept.
pub async fn bring_batch(db: &Db, desk: &Desk, new: &NewBatch) -> Result<Brought, BatchError> {
    rule_of(desk, &new.kind, &new.about)?;
    if new.lines.is_empty() {
        return Err(BatchError::EmptyList);
    }
    if new.lines.len() > MOST_ROWS {
        return Err(BatchError::LongList);
    }
    let now = db.clock().now();
    let batch = Arc::new(Batch {
        id: CertificateBatchId::fresh(now),
        agency: new.agency,
        kind: new.kind.clone(),
        about: new.about.clone(),
        source: new.source,
        source_code: new.code.clone(),
        client: new.client,
        state: BatchState::Reading,
        trouble: None,
        total: i64::try_from(new.lines.len()).unwrap_or(i64::MAX),
        ready: 0,
        wrong: 0,
        done: 0,
        sample: 0,
        seed: [0; 32],
        brought_by: new.by,
        brought_at: now,
        asked_by: None,
        asked_at: None,
        decided: None,
        answer: None,
        valid_at: None,
        ended_at: None,
    });
    let (id, begun, by) = (batch.id, Arc::clone(&batch), new.by);
    if let Some(known) = db.write::<_, BatchError, _>(async move |tx| begin(tx, &begun, by).await).await? {
        return Ok(Brought::Known(known));
    }
    let key = key(&desk.keys);
    let line = |(number, said): &(i64, BatchSaid)| BatchLine {
        number: *number,
        learner: None,
        sealed: Some(seal(&key, said)),
        state: BatchLineState::New,
        problem: None,
        basis: None,
        is_in_sample: false,
        look: None,
        certificate: None,
    };
    let at_once = usize::try_from(AT_ONCE).unwrap_or(usize::MAX);
    let chunks = new.lines.len().div_ceil(at_once);
    for (chunk, number) in new.lines.chunks(at_once).zip(1..) {
        let chunk: Vec<BatchLine> = chunk.iter().map(line).collect();
        db.write::<_, BatchError, _>(async move |tx| keep_chunk(tx, (id, by), &chunk, number == chunks).await).await?;
    }
    Ok(Brought::New(id))
}

/// A batch that was given up takes no line any more. The commit that keeps the last lines has the batch looked at: so none lies about whole.
async fn keep_chunk(
    tx: &Tx,
    (id, by): (CertificateBatchId, LearnerId),
    chunk: &[BatchLine],
    is_last: bool,
) -> Result<(), BatchError> {
    let batch = queries::hold(tx, id).await?.filter(|batch| batch.state == BatchState::Reading).ok_or(BatchError::Moved)?;
    lines::keep(tx, id, chunk).await?;
    if !is_last {
        return Ok(());
    }
    look_at(tx, &batch).await?;
    let detail = json!({
        "lines": batch.total, "kind": batch.kind, "about": batch.about, "source": batch.source.code(), "client": batch.client,
    });
    note(tx, (Some(by), "certificate_batches.bring"), &batch, detail).await
}

/// Has it looked at, from its first line on.
async fn look_at(tx: &Tx, batch: &Batch) -> Result<(), BatchError> {
    let read = Batch { state: BatchState::Reading, trouble: None, ready: 0, wrong: 0, done: 0, ..batch.clone() };
    queries::keep(tx, &read).await?;
    jobs::schedule(tx, CHECK, &format!("{CHECK}:{}", batch.id), tx.now, &payload(batch.id)).await?;
    Ok(())
}

/// The bank gives up a batch by itself.
async fn give_up(tx: &Tx, held: Batch, why: &'static str) -> Result<(), BatchError> {
    let state = held.state.code();
    let over = Batch { state: BatchState::Withdrawn, ended_at: Some(tx.now), ..held };
    queries::keep(tx, &over).await?;
    tell_over(tx, &over).await?;
    note(tx, (None, "certificate_batches.withdraw"), &over, json!({ "why": why, "was": state })).await
}

/// Begins the batch, unless the same people stand there already: then its id is given.
async fn begin(tx: &Tx, new: &Batch, by: LearnerId) -> Result<Option<CertificateBatchId>, BatchError> {
    agencies::may_issue(tx, new.agency, &new.kind, tx.now.day()).await.map_err(Error::from)?;
    let which = (new.agency, new.kind.as_str(), new.source_code.as_slice());
    if let Some(same) = queries::find_same(tx, which).await? {
        let held = queries::hold(tx, same.id).await?.ok_or(BatchError::NoSuch)?;
        let is_old = tx.now.ms() - held.brought_at.ms() > KEPT_WITHIN_MS;
        let kept = lines::count(tx, (held.id, false)).await?;
        let is_stuck = held.state == BatchState::Reading && is_old && i64::try_from(kept).unwrap_or(i64::MAX) < held.total;
        if !is_stuck {
            if held.state == BatchState::Checked && (held.wrong > 0 || held.trouble.is_some()) {
                look_at(tx, &held).await?;
                note(tx, (Some(by), "certificate_batches.look_again"), &held, json!({})).await?;
            }
            return Ok(Some(held.id));
        }
        give_up(tx, held, "stuck").await?;
    }
    if queries::insert(tx, new).await? {
        return Ok(None);
    }
    // Another process was faster with the same people.
    let same = queries::find_same(tx, which).await?;
    Ok(Some(same.ok_or_else(|| DbErr::RecordNotInserted)?.id))
}

/// A batch that waits for a month is given up; lines of batches that are over go after a month. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn empty_old_batches(db: &Db) -> Result<(), BatchError> {
    let a_month_ago = db.clock().now().plus_days(-LINE_DAYS);
    let waiting = [BatchState::Reading, BatchState::Checked, BatchState::Asked];
    for batch in queries::list_old(db.read(), &waiting, a_month_ago, MOST_EMPTIED).await? {
        db.write::<_, BatchError, _>(async move |tx| {
            // In the state in which it was found: somebody may have gone on with it meanwhile.
            let held = queries::hold(tx, batch.id).await?.filter(|held| held.state == batch.state);
            match held {
                Some(held) => give_up(tx, held, "old").await,
                None => Ok(()),
            }
        })
        .await?;
    }
    let over = [BatchState::Done, BatchState::Refused, BatchState::Withdrawn];
    for batch in queries::list_old(db.read(), &over, a_month_ago, MOST_EMPTIED).await? {
        if batch.ended_at.is_some_and(|ended| ended < a_month_ago) {
            let id = batch.id;
            while db.write::<_, BatchError, _>(async move |tx| Ok(lines::delete(tx, id).await?)).await? > 0 {}
        }
    }
    Ok(())
}
