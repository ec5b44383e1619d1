//! A candidate's own paper: begun by an allowance, answered from one device, handed in; and its marks.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::plan::purpose_of;
use super::record;
use crate::assessment::{self, Given, grade, key_of};
use crate::curriculum::{CourseCode, Shelf};
use crate::db::Tx;
use crate::exams::queries::papers::{self, Answers};
use crate::exams::queries::{boxes, exams};
use crate::exams::rules::{Form, Marked, Stage, is_time};
use crate::exams::{Begun, Error, Exam, Paper};
use crate::kernel::{Digest, ExamId, Group, LearnerId, Seed};

/// A session that is on, with somebody's paper in it, held until the commit.
async fn own(tx: &Tx, accounts: &[LearnerId], id: ExamId) -> Result<(Exam, Paper), Error> {
    // Held too, so that nobody begins or hands in what is ended at this moment.
    let exam = exams::lock(tx, id).await?.ok_or(Error::NoSuchExam)?;
    let paper = papers::lock(tx, accounts, id).await?.ok_or(Error::NoSuchExam)?;
    if exam.stage != Stage::Planned || paper.handed_in_at.is_some() {
        return Err(Error::Closed);
    }
    if boxes::holder(tx, id).await?.is_some() {
        return Err(Error::OnBox);
    }
    if is_time((exam.starts_at, exam.ends_at), paper.setting.extra_minutes, tx.now) {
        Ok((exam, paper))
    } else {
        Err(if tx.now < exam.starts_at { Error::TooEarly } else { Error::TimeOver })
    }
}

/// The same, asked by the device that answers are taken from.
async fn own_here(tx: &Tx, accounts: &[LearnerId], id: ExamId, held: Option<&Digest>) -> Result<(Exam, Paper), Error> {
    let (exam, paper) = own(tx, accounts, id).await?;
    if paper.device.is_some() && paper.device.as_ref() == held { Ok((exam, paper)) } else { Err(Error::OtherDevice) }
}

/// Begins, or goes on, on a device with a fresh secret; the allowance is used up. `false` where the device that asks is the one already.
///
/// # Errors
/// [`Error::NoSuchExam`]; [`Error::OtherDevice`] without an allowance; [`Error::Closed`], [`Error::TooEarly`], [`Error::TimeOver`].
pub async fn begin(
    tx: &Tx,
    shelf: &Shelf,
    (accounts, groups): (&[LearnerId], &[Group]),
    id: ExamId,
    (held, fresh, seed): (Option<&Digest>, &Digest, Seed),
) -> Result<bool, Error> {
    let (exam, paper) = own(tx, accounts, id).await?;
    if paper.device.is_some() && paper.device.as_ref() == held {
        return Ok(false);
    }
    if !paper.is_allowed {
        return Err(Error::OtherDevice);
    }
    if paper.setting.form != Form::Screen {
        return Err(Error::Closed);
    }
    if paper.begun.is_some() {
        papers::take_device(tx, &paper, fresh, None).await?;
    } else {
        let code = CourseCode::parse(&exam.unit).ok_or(Error::TooFewItems)?;
        let items = assessment::draw_paper(shelf, code, purpose_of(exam.level), (groups, seed));
        if items.is_empty() {
            return Err(Error::TooFewItems);
        }
        let begun = Begun { at: tx.now, seed, edition: shelf.digest().to_string(), items };
        papers::take_device(tx, &paper, fresh, Some(&begun)).await?;
    }
    let detail = json!({ "again": paper.begun.is_some() });
    record(tx, ("exams.begin", paper.learner), (&exam, Some(paper.learner)), detail).await?;
    Ok(true)
}

/// Keeps an answer, read by the caller against the question shown.
///
/// # Errors
/// As [`begin`].
pub async fn answer(
    tx: &Tx,
    accounts: &[LearnerId],
    (id, position, given): (ExamId, usize, &Given),
    held: Option<&Digest>,
) -> Result<(), Error> {
    let (_, paper) = own_here(tx, accounts, id, held).await?;
    let is_there = paper.begun.as_ref().is_some_and(|begun| (1..=begun.items.len()).contains(&position));
    let position = i64::try_from(position).ok().filter(|_| is_there).ok_or(Error::NoSuchQuestion)?;
    Ok(papers::keep_answer(tx, &paper, position, given).await?)
}

/// Hands in. Twice is once.
///
/// # Errors
/// As [`begin`].
pub async fn hand_in(tx: &Tx, accounts: &[LearnerId], id: ExamId, held: Option<&Digest>) -> Result<(), Error> {
    let (exam, paper) = match own_here(tx, accounts, id, held).await {
        Err(Error::Closed) => return Ok(()),
        found => found?,
    };
    papers::hand_in(tx, &paper, tx.now).await?;
    record(tx, ("exams.hand_in", paper.learner), (&exam, Some(paper.learner)), json!({})).await
}

/// The marks of a paper, in the order asked.
pub(super) async fn marks_of(
    db: &impl ConnectionTrait,
    shelf: &Shelf,
    paper: &Paper,
    (answers, out): (Option<&Answers>, &[Digest]),
) -> Result<Vec<Marked>, Error> {
    let mut marks = Vec::new();
    let Some(begun) = &paper.begun else { return Ok(marks) };
    for (position, hash) in (1..).zip(&begun.items) {
        let item = assessment::get_asked(db, shelf, hash, (begun.seed, position)).await?;
        let given = answers.and_then(|answers| answers.get(&position));
        marks.push(Marked { is_right: grade(&key_of(&item), given).right, is_out: out.contains(hash) });
    }
    Ok(marks)
}
