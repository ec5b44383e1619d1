//! An appeal against a result, and its answer.

use serde_json::json;

use super::after::score_of;
use super::paper::marks_of;
use super::{PLACE_ANSWER, PLACE_GROUND, deciders, is_among, lock_paper, lock_to_decide, record, seal};
use crate::config::Keys;
use crate::curriculum::Shelf;
use crate::db::Tx;
use crate::exams::queries::{exams, log, papers};
use crate::exams::rules::{APPEAL_DAYS, Outcome, Stage};
use crate::exams::{Error, Exam, Paper};
use crate::identity::{self, StaffScope};
use crate::kernel::{ExamId, LearnerId, Timestamp};

/// Whether this result may be appealed against now: it did not pass, or does not count, and was published thirty days ago at most.
#[must_use]
pub fn may_appeal(exam: &Exam, paper: &Paper, now: Timestamp) -> bool {
    let is_told = matches!(exam.stage, Stage::Published | Stage::Entered);
    let is_in_time = exam.published.is_some_and(|(_, at)| now <= at.plus_days(APPEAL_DAYS));
    is_told && is_in_time && paper.is_taken() && matches!(paper.outcome(), Outcome::Failed | Outcome::Void)
}

/// Somebody appeals against their result, with why. One appeal each; twice is once.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::NoAppeal`].
pub async fn appeal(tx: &Tx, keys: &Keys, accounts: &[LearnerId], (id, words): (ExamId, &str)) -> Result<(), Error> {
    let exam = exams::find(tx, id).await?.ok_or(Error::NoSuchExam)?;
    let paper = papers::lock(tx, accounts, id).await?.ok_or(Error::NoSuchExam)?;
    if log::list_appeals(tx, id).await?.iter().any(|one| one.learner == paper.learner) {
        return Ok(());
    }
    if !may_appeal(&exam, &paper, tx.now) {
        return Err(Error::NoAppeal);
    }
    let key = identity::person_key(tx, keys, paper.learner).await?;
    let sealed = seal(&key, PLACE_GROUND, words).unwrap_or_default();
    if log::appeal(tx, (paper.learner, id), sealed).await? {
        record(tx, ("exams.appeal", paper.learner), (&exam, Some(paper.learner)), json!({})).await?;
    }
    Ok(())
}

/// Answers an appeal: the result becomes a pass, or stays. The share is what the answers or points come to; where all items were taken out there is
/// none. By who neither invigilated, published nor decided about papers, items or publishing, by any account, and is no candidate.
///
/// # Errors
/// [`Error::NoSuchExam`], [`Error::HadPart`], [`Error::Own`], [`Error::NoAppeal`] where none waits, [`Error::Stands`].
pub async fn answer_appeal(
    tx: &Tx,
    (shelf, keys): (&Shelf, &Keys),
    scope: &StaffScope,
    (id, learner): (ExamId, LearnerId),
    (is_better, words): (bool, &str),
) -> Result<(), Error> {
    let exam = lock_to_decide(tx, scope, id).await?;
    if !matches!(exam.stage, Stage::Published | Stage::Entered) {
        return Err(Error::Stands);
    }
    if is_among(tx, scope.actor(), &deciders(tx, &exam).await?).await? {
        return Err(Error::HadPart);
    }
    let paper = lock_paper(tx, &exam, learner).await?;
    let key = identity::person_key(tx, keys, learner).await?;
    let sealed = seal(&key, PLACE_ANSWER, words).unwrap_or_default();
    if !log::answer_appeal(tx, (learner, id), (is_better, scope.actor()), sealed).await? {
        return Err(Error::NoAppeal);
    }
    if is_better {
        let (answers, out) = (papers::answers_of(tx, &paper).await?, log::list_out(tx, id).await?);
        let marks = marks_of(tx, shelf, &paper, (Some(&answers), &out)).await?;
        let has_share = paper.by_hand.is_some() || marks.iter().any(|mark| !mark.is_out);
        papers::score(tx, &paper, (has_share.then(|| score_of(&paper, &marks)), Some(true))).await?;
    }
    record(tx, ("exams.answer_appeal", scope.actor()), (&exam, Some(learner)), json!({ "better": is_better })).await
}
