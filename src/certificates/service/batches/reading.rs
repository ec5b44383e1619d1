//! Batches as pages and programs are shown them.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::{AT_ONCE, keep_shown, key, note, officer_of, open};
use crate::agencies::Agency;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{Batch, BatchLine, BatchLineState, BatchLook, BatchSaid};
use crate::certificates::queries::{batch_lines as lines, batches as queries};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity::{self, Grant, Role, Sight, StaffScope};
use crate::kernel::{AgencyId, CertificateBatchId, LearnerId, RequestId};

/// Lines on one page.
const ON_A_PAGE: u64 = 50;

/// The batch, where it is this agency's.
///
/// # Errors
/// [`BatchError::NoSuch`].
pub async fn find_batch(db: &impl ConnectionTrait, agency: AgencyId, id: CertificateBatchId) -> Result<Batch, BatchError> {
    queries::find(db, id).await?.filter(|batch| batch.agency == agency).ok_or(BatchError::NoSuch)
}

/// A page of the batches of an agency, the newest first, and how many there are.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn list_batches(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    part: (u64, u64),
) -> Result<(Vec<Batch>, u64), DbErr> {
    Ok((queries::list(db, agency, part).await?, queries::count(db, agency).await?))
}

/// How many lines are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BatchProgress {
    /// To be issued still.
    pub waiting: i64,
    /// Issued.
    pub issued: i64,
    /// Passed over.
    pub passed: i64,
    /// Such as could not be issued from the beginning.
    pub wrong: i64,
}

/// How far a batch is, by its lines. Nothing, once they are gone.
///
/// # Errors
/// What the database answers.
pub async fn count_batch(db: &impl ConnectionTrait, id: CertificateBatchId) -> Result<BatchProgress, BatchError> {
    let counts = lines::counts(db, id).await?;
    let of = |state: BatchLineState| counts.get(state.code()).copied().unwrap_or(0);
    Ok(BatchProgress {
        waiting: of(BatchLineState::Ready) + of(BatchLineState::Reserved),
        issued: of(BatchLineState::Issued),
        passed: of(BatchLineState::Passed),
        wrong: of(BatchLineState::Wrong),
    })
}

/// Of the step at hand, how much is done, in a hundred.
pub(in crate::certificates) fn progress_of(batch: &Batch) -> u64 {
    let whole = if batch.state == crate::certificates::batches::BatchState::Reading { batch.total } else { batch.ready };
    let part = |lines: i64| u64::try_from(lines).unwrap_or(0);
    (part(batch.done) * 100).checked_div(part(whole)).unwrap_or(0).min(100)
}

/// The next lines of a batch behind a number. What they say is not opened.
///
/// # Errors
/// What the database answers.
pub async fn batch_lines_of(
    db: &impl ConnectionTrait,
    id: CertificateBatchId,
    (after, most): (i64, u64),
) -> Result<Vec<BatchLine>, DbErr> {
    lines::list_after(db, (id, None), (after, most)).await
}

/// A line with what it says and the name of whose it is, as far as whoever looks may see them.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct ShownLine {
    pub line: BatchLine,
    /// What it says; nothing once it is over, or where it is outside.
    pub said: Option<BatchSaid>,
    /// The name; empty where there is nobody whom they may see.
    pub name: String,
    /// Whether it is about somebody whom they may not see, and they did not bring it.
    pub is_outside: bool,
}

/// A page of lines.
#[derive(Clone, Debug)]
pub(in crate::certificates) struct PageOfLines {
    pub lines: Vec<ShownLine>,
    pub number: u64,
    pub pages: u64,
}

/// A page of a batch's lines: all, or those that cannot be issued or were passed over. Names are of people whom whoever looks may see; that they were
/// shown is kept. Of the others, what a line says of them is for whoever brought it.
///
/// # Errors
/// What the database answers; a line or a name that does not open.
pub(in crate::certificates) async fn page_of_batch(
    db: &Db,
    keys: &Keys,
    (agency, scope): (&Agency, &StaffScope),
    (batch, is_troubled, number): (&Batch, bool, u64),
) -> Result<PageOfLines, BatchError> {
    let reader = db.read();
    let pages = lines::count(reader, (batch.id, is_troubled)).await?.div_ceil(ON_A_PAGE).max(1);
    let number = number.clamp(1, pages);
    let some = lines::page(reader, (batch.id, is_troubled), ((number - 1) * ON_A_PAGE, ON_A_PAGE)).await?;
    let seen = seen_of(reader, scope, &some).await?;
    let learners: Vec<LearnerId> = seen.iter().map(|(learner, _)| *learner).collect();
    let people = identity::people_of(reader, keys, &learners, i64::from(db.clock().now().day().year())).await?;
    let is_theirs = is_brought_by(reader, batch, scope).await?;
    keep_shown(db, (scope.actor(), agency), seen).await?;
    let key = key(keys);
    let mut shown = Vec::with_capacity(some.len());
    for line in some {
        let name = line.learner.and_then(|learner| people.get(&learner)).map(|person| person.name.clone());
        let said = open(&key, &line)?;
        let is_outside = !is_theirs && said.is_some() && line.learner.is_none_or(|learner| !learners.contains(&learner));
        shown.push(ShownLine { said: said.filter(|_| !is_outside), name: name.unwrap_or_default(), line, is_outside });
    }
    Ok(PageOfLines { lines: shown, number, pages })
}

/// Whether whoever looks brought it, by whichever account, or answers for the program that did: then they know what it says.
async fn is_brought_by(db: &impl ConnectionTrait, batch: &Batch, scope: &StaffScope) -> Result<bool, DbErr> {
    let Some(officer) = officer_of(db, batch).await? else { return Ok(false) };
    Ok(identity::accounts_of(db, officer).await?.contains(&scope.actor()))
}

/// Whose these lines are, as far as whoever looks may see them, and by which role.
async fn seen_of(db: &impl ConnectionTrait, scope: &StaffScope, some: &[BatchLine]) -> Result<Vec<(LearnerId, Grant)>, DbErr> {
    let wanted: Vec<(LearnerId, bool)> = some.iter().filter_map(|line| Some((line.learner?, false))).collect();
    let sights = identity::sights_of(db, (scope, Role::CORRECTORS), &wanted).await?;
    let seen = sights.into_iter().filter_map(|(learner, sight)| match sight {
        Sight::Seen(grant) => Some((learner, grant)),
        Sight::Hidden => None,
    });
    Ok(seen.collect())
}

/// The lines of a batch that could not be issued or were passed over, in their order, with what they say: to be taken away; where somebody else brought
/// it, those alone whose people whoever takes them may see. Who may be seen finds that in their own log; that they were taken stands in the trail.
///
/// # Errors
/// What the database answers; a line that does not open.
pub(in crate::certificates) async fn take_troubled(
    db: &Db,
    keys: &Keys,
    (agency, scope): (&Agency, &StaffScope),
    (batch, request): (&Batch, RequestId),
) -> Result<Vec<(BatchLine, BatchSaid)>, BatchError> {
    let (key, mut taken, mut after) = (key(keys), Vec::new(), 0);
    let is_theirs = is_brought_by(db.read(), batch, scope).await?;
    loop {
        let some = lines::list_troubled(db.read(), batch.id, (after, AT_ONCE)).await?;
        let Some(last) = some.last() else { break };
        after = last.number;
        let seen = seen_of(db.read(), scope, &some).await?;
        let learners: HashSet<LearnerId> = seen.iter().map(|(learner, _)| *learner).collect();
        keep_shown(db, (scope.actor(), agency), seen).await?;
        for line in some {
            if !is_theirs && line.learner.is_none_or(|learner| !learners.contains(&learner)) {
                continue;
            }
            let said = open(&key, &line)?.unwrap_or_default();
            taken.push((line, said));
        }
    }
    if !taken.is_empty() {
        let (actor, batch, count) = (scope.actor(), batch.clone(), taken.len());
        let work = async move |tx: &Tx| {
            note(tx, (Some(actor), "certificate_batches.take_left_out"), &batch, json!({ "lines": count })).await
        };
        db.write_for(request, work).await?;
    }
    Ok(taken)
}

/// The sample as one of those looks at it who decide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::certificates) struct Looked {
    /// How many lines it has.
    pub size: usize,
    /// How many of them they have looked at and found right.
    pub right: usize,
    /// The next one.
    pub next: Option<i64>,
}

/// How far somebody is with the sample.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn sample_of(
    db: &impl ConnectionTrait,
    id: CertificateBatchId,
    by: LearnerId,
) -> Result<Looked, BatchError> {
    let sample = lines::list_sample(db, id).await?;
    let is_right = |line: &&BatchLine| {
        line.learner.is_none() || line.look.is_some_and(|(who, _, look)| who == by && look == BatchLook::Right)
    };
    let right = sample.iter().filter(is_right).count();
    Ok(Looked { size: sample.len(), right, next: super::looking::next_of(&sample, by, 0) })
}

/// Whether whoever looks is the first of the two, and may go on with it.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn is_first(
    db: &impl ConnectionTrait,
    batch: &Batch,
    scope: &StaffScope,
) -> Result<bool, BatchError> {
    Ok(officer_of(db, batch).await? == Some(scope.actor()))
}

/// The first of the two, for their name.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn first_of(db: &impl ConnectionTrait, batch: &Batch) -> Result<Option<LearnerId>, BatchError> {
    Ok(officer_of(db, batch).await?)
}
