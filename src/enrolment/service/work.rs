//! The work of a list that was decided on: its people are staged chunk by chunk, one row makes them valid, and chunk by chunk they are
//! made real. However often it is broken off, it goes on where it was; two who work on it at once do nothing twice.

use std::sync::Arc;

use sea_orm::DbErr;
use serde_json::json;
use uuid::Uuid;

use super::batch::open;
use super::checking::{CHECK, likeness_of, scope_of};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::enrolment::lines::Said;
use crate::enrolment::list::{Batch, BatchState, Row, RowState};
use crate::enrolment::queries::{self as enrolments, NewEnrolment};
use crate::enrolment::{Error, batch_queries as queries};
use crate::identity::{
    self, ACTIVATED_AT_ONCE, Among, BirthYear, DocumentNumber, Newcomer, PersonName, Phone, STAGED_AT_ONCE, Sender, Staged,
};
use crate::jobs;
use crate::kernel::LearnerId;
use crate::web::Font;

/// The job's kind.
pub const RUN: &str = "enrolment.run";

/// Whether there is more to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    More,
    Over,
}

/// Does the work of a list to its end.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn run(db: &Db, keys: &Keys, sender: &Sender, id: Uuid) -> Result<(), Error> {
    let sender = Arc::new(sender.clone());
    loop {
        let (keys, sender) = (keys.clone(), Arc::clone(&sender));
        let done = db.write(async move |tx| step(tx, &keys, &sender, id).await).await;
        match done {
            Ok(Step::More) => {}
            Ok(Step::Over) => return Ok(()),
            Err(Error::Overtaken) => {
                db.write::<_, Error, _>(async move |tx| Ok(break_off(tx, id).await?)).await?;
            }
            Err(error) => return Err(error),
        }
    }
}

/// One commit of it.
async fn step(tx: &Tx, keys: &Keys, sender: &Sender, id: Uuid) -> Result<Step, Error> {
    queries::lock_staging(tx).await?;
    let Some(batch) = queries::lock_batch(tx, id).await? else { return Ok(Step::Over) };
    match batch.state {
        BatchState::Decided => stage(tx, keys, &batch).await,
        BatchState::Valid => make_real(tx, keys, sender, &batch).await,
        BatchState::Broken => take_away(tx, &batch).await,
        BatchState::Done => {
            let emptied = queries::empty_rows(tx, id).await?;
            Ok(if emptied == 0 { Step::Over } else { Step::More })
        }
        _ => Ok(Step::Over),
    }
}

fn most(chunk: usize) -> u64 {
    u64::try_from(chunk).unwrap_or(1)
}

async fn stage(tx: &Tx, keys: &Keys, batch: &Batch) -> Result<Step, Error> {
    let rows = queries::list_rows(tx, batch.id, &[RowState::New], (batch.done, most(STAGED_AT_ONCE))).await?;
    let Some(last) = rows.last() else {
        // The one row: from here on all of them are to be.
        queries::move_batch(tx, batch.id, BatchState::Decided, (BatchState::Valid, 0)).await?;
        return Ok(Step::More);
    };
    look_again(tx, keys, batch, &rows).await?;
    let newcomers = newcomers_of(keys, &rows)?;
    if let Staged::PhonesTaken(_) = identity::stage(tx, keys, &newcomers, batch.consent).await? {
        return Err(Error::Overtaken);
    }
    let by = batch.decided_by.unwrap_or(batch.uploaded_by);
    let enrolment = |(one, row): (&'_ Newcomer, &Row)| {
        let alike = row.problems.iter().filter(|problem| problem.who.is_some()).count();
        (one.learner, one.group, i64::try_from(alike).unwrap_or(0))
    };
    let kept: Vec<_> = newcomers.iter().zip(&rows).map(enrolment).collect();
    let enrolments: Vec<NewEnrolment<'_>> = kept
        .iter()
        .zip(&newcomers)
        .map(|((learner, group, looked_alike), one)| NewEnrolment {
            learner: *learner,
            by,
            place_code: &one.place_code,
            group: *group,
            batch: Some(batch.id),
            looked_alike: *looked_alike,
        })
        .collect();
    enrolments::insert(tx, &enrolments).await?;
    queries::move_batch(tx, batch.id, BatchState::Decided, (BatchState::Decided, last.number)).await?;
    Ok(Step::More)
}

async fn make_real(tx: &Tx, keys: &Keys, sender: &Sender, batch: &Batch) -> Result<Step, Error> {
    let rows = queries::list_rows(tx, batch.id, &[RowState::New], (batch.done, most(ACTIVATED_AT_ONCE))).await?;
    let Some(last) = rows.last() else {
        queries::move_batch(tx, batch.id, BatchState::Valid, (BatchState::Done, batch.total)).await?;
        return Ok(Step::More);
    };
    let by = batch.decided_by.unwrap_or(batch.uploaded_by);
    identity::activate(tx, keys, (by, sender), &newcomers_of(keys, &rows)?).await?;
    let numbers: Vec<i64> = rows.iter().map(|row| row.number).collect();
    queries::end_rows(tx, batch.id, &numbers).await?;
    queries::move_batch(tx, batch.id, BatchState::Valid, (BatchState::Valid, last.number)).await?;
    Ok(Step::More)
}

/// Somebody may have been enrolled since the list was looked at, at the desk or by another list: whoever sounds alike and was not shown
/// to whoever decided breaks it off.
async fn look_again(tx: &Tx, keys: &Keys, batch: &Batch, rows: &[Row]) -> Result<(), Error> {
    let scope = scope_of(tx, batch).await?;
    let among = if queries::are_others_staged(tx, batch.id).await? {
        Among::StagedBut(queries::list_learners(tx, batch.id).await?)
    } else {
        Among::Real
    };
    let (mut asked, mut wanted) = (Vec::new(), Vec::new());
    for row in rows {
        if let Some(likeness) = open(keys, row)?.and_then(|said| likeness_of(&said)) {
            asked.push(row);
            wanted.push(likeness);
        }
    }
    let found = identity::find_alike(tx, keys, &scope, (&wanted, &among)).await?;
    let was_shown = |row: &Row, learner: LearnerId| {
        let id = learner.to_string();
        row.problems.iter().any(|problem| problem.who.as_ref() == Some(&id))
    };
    let is_overtaken = asked.iter().zip(&found).any(|(row, alike)| alike.iter().any(|one| !was_shown(row, one.learner)));
    if is_overtaken { Err(Error::Overtaken) } else { Ok(()) }
}

/// The list does not fit any more, or does not get on: nobody of it is enrolled, and it is looked at anew.
pub(super) async fn break_off(tx: &Tx, id: Uuid) -> Result<bool, DbErr> {
    queries::move_batch(tx, id, BatchState::Decided, (BatchState::Broken, 0)).await
}

async fn take_away(tx: &Tx, batch: &Batch) -> Result<Step, Error> {
    let rows = queries::list_rows(tx, batch.id, &[RowState::New], (batch.done, most(STAGED_AT_ONCE))).await?;
    let Some(last) = rows.last() else {
        queries::move_batch(tx, batch.id, BatchState::Broken, (BatchState::Read, 0)).await?;
        jobs::schedule(tx, CHECK, &format!("{CHECK}:{}", batch.id), tx.now, &json!({ "batch": batch.id })).await?;
        return Ok(Step::Over);
    };
    let learners: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect();
    identity::unstage(tx, &learners).await?;
    enrolments::delete_many(tx, &learners).await?;
    queries::move_batch(tx, batch.id, BatchState::Broken, (BatchState::Broken, last.number)).await?;
    Ok(Step::More)
}

fn newcomers_of(keys: &Keys, rows: &[Row]) -> Result<Vec<Newcomer>, Error> {
    let mut newcomers = Vec::new();
    for row in rows {
        // A line that was read by our own rules is right by them again.
        if let Some(newcomer) = open(keys, row)?.and_then(|said| newcomer_of(row.learner, said)) {
            newcomers.push(newcomer);
        }
    }
    Ok(newcomers)
}

fn newcomer_of(learner: LearnerId, said: Said) -> Option<Newcomer> {
    Some(Newcomer {
        learner,
        name: PersonName::parse(&said.name).ok()?,
        year: BirthYear::from_value(said.year)?,
        phone: said.phone.as_deref().and_then(|phone| Phone::parse(phone).ok()),
        place_code: said.place,
        group: said.group,
        font: Font::from_code(&said.font).unwrap_or_default().code(),
        document: said.document.and_then(DocumentNumber::from_kept),
    })
}
