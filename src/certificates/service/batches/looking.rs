//! The second person looks at the sample, line by line: what a certificate would rest on, and what it would say.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::deciding::{OfBatch, goes_back_whole, held, must_be_two_others};
use super::{accounts_of_first, note, officer_of};
use crate::agencies::{self, Agency};
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchLook, BatchState};
use crate::certificates::queries::{batch_lines as lines, batches as queries};
use crate::certificates::service::grounds_of;
use crate::certificates::service::issuing::must_be_able;
use crate::certificates::{Basis, Desk, Error};
use crate::db::Tx;
use crate::identity::{Found, Role, StaffScope};
use crate::kernel::{CertificateBatchId, Digest, LearnerId};

/// A line of the sample, as it is looked at.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct InSample {
    pub batch: Batch,
    pub line: BatchLine,
    /// Where this line stands among the lines of the sample, from 1.
    pub place: usize,
    /// The next line that whoever looks has not looked at, after this one; then from the first on.
    pub next: Option<i64>,
    /// Its person.
    pub found: Found,
    /// What a certificate rests on now; none where something is missing by now.
    pub basis: Option<Basis>,
}

impl InSample {
    /// Whether it rests on what it rested on when the batch was looked at by the bank.
    pub fn is_as_it_was(&self) -> bool {
        self.basis.as_ref().map(Basis::digest) == self.line.basis && self.line.basis.is_some()
    }
}

/// The next line that `by` has not looked at, after `number`; then from the first on.
pub(super) fn next_of(sample: &[BatchLine], by: LearnerId, number: i64) -> Option<i64> {
    let is_open =
        |line: &&BatchLine| line.learner.is_some() && line.look.is_none_or(|(who, ..)| who != by) && line.number != number;
    let after = sample.iter().filter(is_open).find(|line| line.number > number);
    after.or_else(|| sample.iter().find(is_open)).map(|line| line.number)
}

/// A line of the sample with its person, where whoever looks may see them; that they were shown, or that somebody tried, is kept. Whoever brought the
/// batch, or asked for the second, learns nothing of the sample, by whichever account.
///
/// # Errors
/// [`BatchError::NoSuch`]; [`BatchError::SamePerson`].
pub(in crate::certificates) async fn sample_line(
    tx: &Tx,
    desk: &Desk,
    (agency, scope): (&Agency, &StaffScope),
    (id, number): (CertificateBatchId, i64),
) -> Result<Option<InSample>, BatchError> {
    let batch = queries::find(tx, id).await?.filter(|batch| batch.agency == agency.id).ok_or(BatchError::NoSuch)?;
    if batch.state.is_over() {
        return Err(BatchError::NoSuch);
    }
    let first = officer_of(tx, &batch).await?.unwrap_or(batch.brought_by);
    if accounts_of_first(tx, &batch, first).await?.contains(&scope.actor()) {
        return Err(BatchError::SamePerson);
    }
    let sample = lines::list_sample(tx, id).await?;
    let at = sample.iter().position(|line| line.number == number).ok_or(BatchError::NoSuch)?;
    let line = sample.get(at).cloned().ok_or(BatchError::NoSuch)?;
    let person = line.learner.ok_or(BatchError::NoSuch)?;
    let Some(found) = agencies::see(tx, &desk.keys, (agency, scope), person, "certificate").await? else { return Ok(None) };
    let basis = basis_of(tx, desk, &batch, person).await?;
    let next = next_of(&sample, scope.actor(), number);
    Ok(Some(InSample { batch, line, place: at + 1, next, found, basis }))
}

async fn basis_of(db: &impl ConnectionTrait, desk: &Desk, batch: &Batch, person: LearnerId) -> Result<Option<Basis>, BatchError> {
    match grounds_of(db, desk, person, (&batch.kind, &batch.about)).await {
        Ok(grounds) => Ok(grounds.basis),
        Err(Error::NoKind) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// What somebody who looked at a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineVerdict {
    /// 对, having been shown what has this digest.
    Right(Digest),
    /// 不对, because: the batch goes back whole.
    Wrong(String),
}

/// The second person says of a line of the sample that it is right, or sends the batch back whole. Twice is once.
///
/// # Errors
/// [`BatchError::NoSuch`], [`BatchError::Moved`], [`BatchError::SamePerson`], [`BatchError::Own`]; [`BatchError::Stale`] where it rests on something else
/// than what was shown.
pub async fn look_at_line(tx: &Tx, desk: &Desk, of: OfBatch, (number, verdict): (i64, &LineVerdict)) -> Result<(), BatchError> {
    let batch = held(tx, of).await?;
    let line = lines::find(tx, batch.id, number).await?.filter(|line| line.is_in_sample).ok_or(BatchError::NoSuch)?;
    let is_own = line.look.is_some_and(|(by, _, look)| by == of.by && look == BatchLook::Wrong);
    if batch.state == BatchState::Refused && is_own && matches!(verdict, LineVerdict::Wrong(_)) {
        return Ok(());
    }
    if batch.state != BatchState::Asked {
        return Err(BatchError::Moved);
    }
    must_be_two_others(tx, &batch, of.by).await?;
    let person = line.learner.ok_or(BatchError::NoSuch)?;
    must_be_able(tx, desk, (batch.agency, of.by, Role::REVIEWERS), (person, None)).await?;
    match verdict {
        LineVerdict::Right(shown) => {
            let basis = basis_of(tx, desk, &batch, person).await?.map(|basis| basis.digest());
            if line.basis != Some(*shown) || basis != Some(*shown) {
                return Err(BatchError::Stale);
            }
            let looked = BatchLine { look: Some((of.by, tx.now, BatchLook::Right)), ..line };
            lines::keep(tx, batch.id, &[looked]).await?;
            note(tx, (Some(of.by), "certificate_batches.look"), &batch, json!({ "line": number })).await
        }
        LineVerdict::Wrong(words) => {
            let looked = BatchLine { look: Some((of.by, tx.now, BatchLook::Wrong)), ..line };
            lines::keep(tx, batch.id, &[looked]).await?;
            goes_back_whole(tx, batch, (of.by, words, Some(number))).await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificates::batches::BatchLineState;
    use crate::kernel::Timestamp;

    fn line(number: i64, by: Option<u128>) -> BatchLine {
        let who = |by: u128| LearnerId::from_uuid(uuid::Uuid::from_u128(by));
        BatchLine {
            number,
            learner: Some(who(9)),
            sealed: None,
            state: BatchLineState::Ready,
            problem: None,
            basis: None,
            is_in_sample: true,
            look: by.map(|by| (who(by), Timestamp::from_ms(0), BatchLook::Right)),
            certificate: None,
        }
    }

    #[test]
    fn what_somebody_else_looked_at_is_still_to_be_looked_at_and_the_first_comes_after_the_last() {
        let me = LearnerId::from_uuid(uuid::Uuid::from_u128(1));
        let sample = [line(2, Some(1)), line(5, None), line(7, Some(2)), line(9, None)];
        assert_eq!(next_of(&sample, me, 0), Some(5));
        assert_eq!(next_of(&sample, me, 5), Some(7));
        assert_eq!(next_of(&sample, me, 9), Some(5));
        assert_eq!(next_of(&sample[..1], me, 2), None);
        assert_eq!(next_of(&sample[1..2], me, 5), None);
    }
}
