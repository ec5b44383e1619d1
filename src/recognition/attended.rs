//! 签到学时: time that was attended of a class session, kept once for each person and session. A mistake is put right by a further line,
//! never by changing one; what comes of all lines of a session is never less than nothing. No credit comes of it.

use sea_orm::ConnectionTrait;

use super::Error;
use super::attended_queries as queries;
use crate::db::Tx;
use crate::kernel::{ClassId, LearnerId, Timestamp};

/// Time that somebody attended of a class session.
#[derive(Clone, Copy, Debug)]
pub struct Attended<'a> {
    /// Who.
    pub learner: LearnerId,
    /// Which session.
    pub class: ClassId,
    /// The course's code; of a lecture or a group its title.
    pub what: &'a str,
    /// How long, in minutes.
    pub minutes: i64,
    /// When the session began.
    pub at: Timestamp,
}

/// A test that was passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// By whom.
    pub learner: LearnerId,
    /// Of which unit.
    pub unit: String,
    /// When.
    pub at: Timestamp,
}

fn key_of(class: ClassId) -> String {
    format!("attended/{class}/")
}

/// Keeps the attended time of a session when it ends; of whom it is kept already, nothing changes. Says how many lines are new.
///
/// # Errors
/// What the database answers.
pub async fn keep_attended(tx: &Tx, all: &[Attended<'_>]) -> Result<u64, Error> {
    let some = all.iter().filter(|attended| attended.minutes > 0);
    let lines: Vec<_> = some.map(|attended| (attended, format!("{}0", key_of(attended.class)), attended.minutes)).collect();
    Ok(queries::insert_lines(tx, &lines).await?)
}

/// Puts the attended time right after the session has ended: by one line more, so that all lines together come to `minutes`. The same
/// again adds nothing. Gives by how much it changed.
///
/// # Errors
/// What the database answers.
pub async fn correct_attended(tx: &Tx, attended: &Attended<'_>) -> Result<i64, Error> {
    let key = key_of(attended.class);
    let (so_far, lines) = queries::counted_of(tx, attended.learner, &key).await?;
    let change = attended.minutes.max(0) - so_far;
    if change != 0 {
        // The line of the end is numbered nought; each further one has a number that no line before it had.
        let line = (attended, format!("{key}{}", lines + 1), change);
        queries::insert_lines(tx, &[line]).await?;
    }
    Ok(change)
}

/// What `learners` passed between two instants, the first passed first.
///
/// # Errors
/// What the database answers.
pub async fn list_passed(
    db: &impl ConnectionTrait,
    learners: &[LearnerId],
    within: (Timestamp, Timestamp),
) -> Result<Vec<Passed>, Error> {
    if learners.is_empty() { Ok(Vec::new()) } else { Ok(queries::list_passed(db, learners, within).await?) }
}
