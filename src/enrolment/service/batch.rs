//! Lists: what they are, who sees them, what is decided about them.

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;
use uuid::Uuid;

use super::work::{RUN, break_off};
use crate::audit;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::enrolment::lines::Said;
use crate::enrolment::list::{Batch, BatchState, Row, RowState};
use crate::enrolment::{Error, batch_queries as queries, rules};
use crate::identity::{self, Role, StaffScope};
use crate::jobs;
use crate::kernel::{CardNumber, LearnerId, SealKey, Timestamp};

/// The sealed column of a line.
const PLACE: &str = "batch_row.sealed";
/// Lists shown at once.
const MOST_LISTS: u64 = 50;

fn key(keys: &Keys) -> SealKey {
    SealKey::from_bytes(keys.for_purpose("batch-row"))
}

/// What a line says, sealed.
pub(super) fn seal(keys: &Keys, said: &Said) -> Vec<u8> {
    key(keys).seal(PLACE, &serde_json::to_vec(said).unwrap_or_default())
}

/// What a line says; nothing where it is over.
///
/// # Errors
/// [`Error::Sealed`] where it does not open.
pub(super) fn open(keys: &Keys, row: &Row) -> Result<Option<Said>, Error> {
    let Some(sealed) = &row.sealed else { return Ok(None) };
    let open = key(keys).open(PLACE, sealed)?;
    Ok(serde_json::from_slice(&open).ok())
}

/// A list with what its page shows.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The list.
    pub batch: Batch,
    /// How many lines are in each state: to be enrolled, wrong, alike, known, enrolled.
    pub counts: [u64; 5],
    /// Lines that somebody must look at, with what they say.
    pub rows: Vec<(Row, Option<Said>)>,
}

/// A list, as staff see it who enrol many in its area.
///
/// # Errors
/// [`Error::NoSuchBatch`] where there is none, or none of their area.
pub async fn find_batch(db: &impl ConnectionTrait, scope: &StaffScope, id: Uuid) -> Result<Batch, Error> {
    let batch = queries::find_batch(db, id).await?.ok_or(Error::NoSuchBatch)?;
    let is_own = scope.areas(Role::CHECKERS).iter().any(|area| area.covers(&batch.place_code));
    if is_own { Ok(batch) } else { Err(Error::NoSuchBatch) }
}

/// The same, with its lines that somebody must look at.
///
/// # Errors
/// As [`find_batch`].
pub async fn page_of_batch(db: &impl ConnectionTrait, keys: &Keys, scope: &StaffScope, id: Uuid) -> Result<Shown, Error> {
    let batch = find_batch(db, scope, id).await?;
    let mut counts = [0; 5];
    for (count, state) in counts.iter_mut().zip(RowState::ALL) {
        *count = queries::count_rows(db, id, state).await?;
    }
    let rows = queries::list_rows(db, id, &[RowState::Wrong, RowState::Alike], (0, rules::MOST_NAMED)).await?;
    let rows = rows.into_iter().map(|row| open(keys, &row).map(|said| (row, said))).collect::<Result<_, _>>()?;
    Ok(Shown { batch, counts, rows })
}

/// The newest lists of one's areas.
///
/// # Errors
/// What the database answers.
pub async fn list_batches(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<Vec<Batch>, DbErr> {
    queries::list_batches(db, &scope.areas(Role::CHECKERS), MOST_LISTS).await
}

/// Lines of a list that came to an end, in their order, for a file.
///
/// # Errors
/// What the database answers.
pub async fn list_rows(db: &impl ConnectionTrait, batch: Uuid, (after, most): (i64, u64)) -> Result<Vec<Row>, DbErr> {
    queries::list_rows(db, batch, &[RowState::Known, RowState::Enrolled], (after, most)).await
}

/// A page of the cards of those whom a list has enrolled and who live in one's area still.
///
/// # Errors
/// What the database answers; a name that does not open.
pub async fn list_cards(
    db: &impl ConnectionTrait,
    keys: &Keys,
    scope: &StaffScope,
    (batch, page): (Uuid, usize),
) -> Result<Vec<(LearnerId, String, CardNumber)>, Error> {
    let most = rules::CARDS_ON_A_PAGE;
    let skip = u64::try_from(page.saturating_sub(1).saturating_mul(most)).unwrap_or(0);
    let rows = queries::page_of_rows(db, batch, RowState::Enrolled, (skip, u64::try_from(most).unwrap_or(0))).await?;
    let learners: Vec<LearnerId> = rows.iter().map(|row| row.learner).collect();
    Ok(identity::cards_of(db, keys, &scope.areas(Role::CHECKERS), &learners).await?)
}

/// The list, where it waits for a decision, held until the commit.
async fn waiting(tx: &Tx, scope: &StaffScope, id: Uuid) -> Result<Batch, Error> {
    find_batch(tx, scope, id).await?;
    let batch = queries::lock_batch(tx, id).await?.ok_or(Error::NoSuchBatch)?;
    if batch.state == BatchState::Checked { Ok(batch) } else { Err(Error::BatchMoved) }
}

/// Says of one line whether it is somebody who is known. Twice is once.
///
/// # Errors
/// [`Error::NoSuchBatch`], [`Error::NoSuchRow`], [`Error::BatchMoved`].
pub async fn decide_row(tx: &Tx, scope: &StaffScope, id: Uuid, number: i64, to: RowState) -> Result<(), Error> {
    waiting(tx, scope, id).await?;
    let row = queries::find_row(tx, id, number).await?.ok_or(Error::NoSuchRow)?;
    if row.state == to {
        return Ok(());
    }
    if row.state != RowState::Alike || !matches!(to, RowState::New | RowState::Known) {
        return Err(Error::NoSuchRow);
    }
    queries::keep_row(tx, id, &Row { state: to, ..row }).await?;
    note(tx, scope, (id, "enrolment.decide_line"), json!({ "line": number, "is_known": to == RowState::Known })).await
}

/// Decides that the people of a list are to be enrolled; lines that nobody has decided become what `rest` says. Deciding twice is deciding
/// once.
///
/// # Errors
/// [`Error::NoSuchBatch`]; [`Error::BatchMoved`] where a line must be mended first, or lines wait to be decided and `rest` says nothing.
pub async fn decide(tx: &Tx, scope: &StaffScope, id: Uuid, rest: Option<RowState>) -> Result<(), Error> {
    let batch = match waiting(tx, scope, id).await {
        Err(Error::BatchMoved) => {
            let batch = find_batch(tx, scope, id).await?;
            let is_done = matches!(batch.state, BatchState::Decided | BatchState::Valid | BatchState::Done);
            return if is_done { Ok(()) } else { Err(Error::BatchMoved) };
        }
        waiting => waiting?,
    };
    let mut lines = 0;
    for state in RowState::ALL {
        lines += queries::count_rows(tx, id, state).await?;
    }
    // Nobody decides on half a list.
    let is_whole = i64::try_from(lines).is_ok_and(|lines| lines == batch.total);
    if !is_whole || queries::count_rows(tx, id, RowState::Wrong).await? > 0 {
        return Err(Error::BatchMoved);
    }
    if queries::count_rows(tx, id, RowState::Alike).await? > 0 {
        let to = rest.filter(|to| matches!(to, RowState::New | RowState::Known)).ok_or(Error::BatchMoved)?;
        queries::move_rows(tx, id, RowState::Alike, to).await?;
    }
    queries::set_decided(tx, id, scope.actor()).await?;
    queries::move_batch(tx, id, BatchState::Checked, (BatchState::Decided, 0)).await?;
    jobs::schedule(tx, RUN, &format!("{RUN}:{id}"), tx.now, &json!({ "batch": id })).await?;
    let detail = json!({ "lines": batch.total, "rest": rest.map(RowState::code) });
    note(tx, scope, (id, "enrolment.decide_list"), detail).await
}

/// Whether an administrator may break a list off that was decided on: an hour has passed, and its people are not staged yet.
#[must_use]
pub fn can_be_broken_off(scope: &StaffScope, batch: &Batch, now: Timestamp) -> bool {
    let is_late = batch.decided_at.is_some_and(|at| rules::is_late(at, now));
    let administers = scope.areas(Role::ADMINISTRATORS).iter().any(|area| area.covers(&batch.place_code));
    batch.state == BatchState::Decided && is_late && administers
}

/// Gives a list up that nobody has decided on; its lines go with the next sweep at the latest. One that was decided on and does not get
/// on is broken off: it is looked at anew. Twice is once.
///
/// # Errors
/// [`Error::NoSuchBatch`]; [`Error::BatchMoved`] where its people are being enrolled.
pub async fn give_up(tx: &Tx, scope: &StaffScope, id: Uuid) -> Result<(), Error> {
    find_batch(tx, scope, id).await?;
    let batch = queries::lock_batch(tx, id).await?.ok_or(Error::NoSuchBatch)?;
    match batch.state {
        BatchState::Abandoned => Ok(()),
        BatchState::Reading | BatchState::Read | BatchState::Checked => {
            queries::move_batch(tx, id, batch.state, (BatchState::Abandoned, 0)).await?;
            note(tx, scope, (id, "enrolment.give_up_list"), json!({})).await
        }
        BatchState::Decided if can_be_broken_off(scope, &batch, tx.now) => {
            break_off(tx, id).await?;
            jobs::schedule(tx, RUN, &format!("{RUN}:{id}"), tx.now, &json!({ "batch": id })).await?;
            note(tx, scope, (id, "enrolment.break_off_list"), json!({})).await
        }
        _ => Err(Error::BatchMoved),
    }
}

pub(super) async fn note(
    tx: &Tx,
    scope: &StaffScope,
    (id, action): (Uuid, &'static str),
    detail: serde_json::Value,
) -> Result<(), Error> {
    let place = queries::find_batch(tx, id).await?.map(|batch| batch.place_code);
    let id = id.to_string();
    let entry = audit::Entry {
        actor: Some(scope.actor()),
        action,
        object_kind: "batch",
        object_id: &id,
        learner: None,
        place_code: place.as_deref(),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}

/// What lists say that nobody wanted goes at once; a list that waits for a month is given up; lines of lists that are over go after a
/// month. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn empty_old(db: &Db) -> Result<(), Error> {
    let now = db.clock().now();
    let a_month_ago = now.plus_days(-i64::from(rules::LIST_DAYS));
    for batch in
        queries::list_old(db.read(), a_month_ago, &[BatchState::Reading, BatchState::Read, BatchState::Checked], 100).await?
    {
        // In the state in which it was found: somebody may have decided on it meanwhile.
        db.write::<_, Error, _>(async move |tx| {
            Ok(queries::move_batch(tx, batch.id, batch.state, (BatchState::Abandoned, 0)).await?)
        })
        .await?;
    }
    let given_up = queries::list_old(db.read(), now.plus_days(1), &[BatchState::Abandoned], 100).await?;
    let over = queries::list_old(db.read(), a_month_ago, &[BatchState::Done], 100).await?;
    for batch in given_up.into_iter().chain(over) {
        empty(db, batch.id).await?;
    }
    Ok(())
}

async fn empty(db: &Db, id: Uuid) -> Result<(), Error> {
    while db.write::<_, Error, _>(async move |tx| Ok(queries::delete_rows(tx, id).await?)).await? > 0 {}
    Ok(())
}

/// What a list says goes at once, in bites, where it was given up.
///
/// # Errors
/// What the database answers.
pub async fn empty_given_up(db: &Db, id: Uuid) -> Result<(), Error> {
    match queries::find_batch(db.read(), id).await? {
        Some(batch) if batch.state == BatchState::Abandoned => empty(db, id).await,
        _ => Ok(()),
    }
}

/// Keeps that names and card numbers of a list were taken out of the bank, as a file or to be printed.
///
/// # Errors
/// What the database answers.
pub async fn note_taken(tx: &Tx, scope: &StaffScope, id: Uuid, action: &'static str, lines: usize) -> Result<(), Error> {
    note(tx, scope, (id, action), json!({ "lines": lines })).await
}
