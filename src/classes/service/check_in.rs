//! 签到: who came, for how long, and what was seen of them.

use super::{Deed, lock_own, note};
use crate::classes::queries::attendance::{self, Came};
use crate::classes::queries::sessions;
use crate::classes::rules::MOST_THERE;
use crate::classes::service::reading::is_known;
use crate::classes::{ClassSession, Error, Way, WitnessedTask};
use crate::config::Keys;
use crate::db::Tx;
use crate::identity::{self, StaffScope};
use crate::kernel::{ClassId, LearnerId};

/// Checks somebody in; `false` where they were in already. By card or number the caller has found them within the places of `scope`; from
/// a list they must stand on it. Nobody is in two places at once: who came to another session at that time is refused.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::Closed`], [`Error::NotYet`], [`Error::Own`], [`Error::NoSuchPerson`],
/// [`Error::Busy`], [`Error::TooMany`].
pub async fn check_in_person(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    id: ClassId,
    (learner, way): (LearnerId, Way),
) -> Result<bool, Error> {
    let class = lock_own(tx, scope, id).await?;
    if learner == scope.actor() {
        return Err(Error::Own);
    }
    if !class.hours.takes_people(tx.now) {
        return Err(if class.hours.has_begun(tx.now) { Error::Over } else { Error::NotYet });
    }
    // Names are told of those alone whose account is open.
    let is_open = identity::names_of(tx, keys, &[learner]).await?.contains_key(&learner);
    if !is_open || way == Way::List && !is_known(tx, &class, learner).await? {
        return Err(Error::NoSuchPerson);
    }
    if attendance::find(tx, learner, id).await?.is_some_and(|found| found.came_at.is_some()) {
        return Ok(false);
    }
    // Of two halls that take the same card at once the second sees the first.
    identity::hold_person(tx, learner).await?;
    if sessions::is_anybody_elsewhere(tx, &[learner], (id, class.hours)).await? {
        return Err(Error::Busy);
    }
    if attendance::count_came(tx, &[id]).await?.get(&id).is_some_and(|came| *came >= MOST_THERE) {
        return Err(Error::TooMany);
    }
    // What is filled in afterwards counts from the beginning.
    let at = if class.hours.is_over(tx.now) { class.hours.starts_at } else { tx.now };
    let came = Came { learner, class: id, at, minutes: class.hours.minutes(), way, by: scope.actor() };
    let is_new = attendance::keep_came(tx, &came).await?;
    if is_new {
        note(tx, Deed::to("classes.check_in", scope.actor(), learner, &class)).await?;
    }
    Ok(is_new)
}

/// Takes a check-in back, while the session is open. Twice is once.
///
/// # Errors
/// [`Error::NoSuchClass`], [`Error::Cancelled`], [`Error::Closed`].
pub async fn undo_check_in(tx: &Tx, scope: &StaffScope, id: ClassId, learner: LearnerId) -> Result<(), Error> {
    let class = lock_own(tx, scope, id).await?;
    let found = attendance::find(tx, learner, id).await?;
    if found.is_none_or(|found| found.came_at.is_none()) {
        return Ok(());
    }
    attendance::delete_task(tx, learner, id).await?;
    attendance::undo_came(tx, learner, id).await?;
    note(tx, Deed::to("classes.undo_check_in", scope.actor(), learner, &class)).await
}

/// A session of theirs that is open, with somebody who came to it.
async fn came(tx: &Tx, scope: &StaffScope, id: ClassId, learner: LearnerId) -> Result<ClassSession, Error> {
    let class = lock_own(tx, scope, id).await?;
    if learner == scope.actor() {
        return Err(Error::Own);
    }
    let found = attendance::find(tx, learner, id).await?;
    if found.is_some_and(|found| found.came_at.is_some()) { Ok(class) } else { Err(Error::NotThere) }
}

/// Says how many minutes somebody was there; never more than the session lasted.
///
/// # Errors
/// As [`undo_check_in`]; [`Error::NotThere`], [`Error::Own`].
pub async fn set_minutes(tx: &Tx, scope: &StaffScope, id: ClassId, learner: LearnerId, minutes: i64) -> Result<(), Error> {
    let class = came(tx, scope, id, learner).await?;
    attendance::keep_minutes(tx, (learner, id), minutes.clamp(0, class.hours.minutes()), None).await?;
    note(tx, Deed::to("classes.set_minutes", scope.actor(), learner, &class)).await
}

/// 签退: somebody goes now. Only the minutes until now count.
///
/// # Errors
/// As [`set_minutes`].
pub async fn go(tx: &Tx, scope: &StaffScope, id: ClassId, learner: LearnerId) -> Result<(), Error> {
    let class = came(tx, scope, id, learner).await?;
    let Some(found) = attendance::find(tx, learner, id).await? else { return Err(Error::NotThere) };
    let (Some(came_at), None) = (found.came_at, found.went_at) else { return Ok(()) };
    let minutes = class.hours.attended(came_at, tx.now);
    attendance::keep_minutes(tx, (learner, id), minutes, Some(tx.now)).await?;
    note(tx, Deed::to("classes.go", scope.actor(), learner, &class)).await
}

/// 见证: somebody did the real-life task of the session's course on their own. The first word counts; the word of another who holds
/// sessions here makes two of it. Each speaks for themselves.
///
/// # Errors
/// As [`set_minutes`]; [`Error::NoSuchClass`] where the session is about no course.
pub async fn witness_task(tx: &Tx, scope: &StaffScope, id: ClassId, learner: LearnerId) -> Result<(), Error> {
    let class = came(tx, scope, id, learner).await?;
    let Some(course) = class.course.clone() else { return Err(Error::NoSuchClass) };
    let task = WitnessedTask { learner, course, class: id, witness: scope.actor(), second: None, at: tx.now };
    if attendance::insert_task(tx, &task).await? || attendance::second_task(tx, &task).await? {
        note(tx, Deed::to("classes.witness", scope.actor(), learner, &class)).await?;
    }
    Ok(())
}

/// Takes back that a task was witnessed, while the session is open.
///
/// # Errors
/// As [`undo_check_in`].
pub async fn unwitness_task(tx: &Tx, scope: &StaffScope, id: ClassId, learner: LearnerId) -> Result<(), Error> {
    let class = lock_own(tx, scope, id).await?;
    if attendance::count_tasks(tx, learner, id).await? == 0 {
        return Ok(());
    }
    attendance::delete_task(tx, learner, id).await?;
    note(tx, Deed::to("classes.unwitness", scope.actor(), learner, &class)).await
}
