//! Taking an enrolment back; closing the account of somebody who has died, agreeing to it, undoing it, and bringing it to its end.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use uuid::Uuid;

use super::queries::{self, Change};
use super::{Closing, Error, rules};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity::{self, Profile, Role, StaffScope, Whose};
use crate::kernel::{Acting, IdentityLevel, LearnerId, RequestId, new_id};
use crate::{assessment, audit, classes, enrolment, help, me, recognition};

/// Closings that are listed, or brought to their end, at once.
const MOST: u64 = 200;
/// How the taking back of an enrolment stands in the trail.
const UNDO: &str = "enrolment.undo";
/// Lines of the trail of one person that are looked through.
const LINES: u64 = 50;

/// Takes an enrolment back within a day, as long as nothing was done with it: the account goes as if its owner had left. Twice is once.
///
/// # Errors
/// [`identity::Error::NoSuchPerson`] where the staff member may not see them; [`Error::EnrolmentStands`].
pub async fn undo_enrolment(tx: &Tx, keys: &Keys, scope: &StaffScope, learner: LearnerId) -> Result<(), Error> {
    identity::hold_person(tx, learner).await?;
    let done = audit::list_done(tx, learner, LINES).await?;
    if done.iter().any(|line| line.action == UNDO && line.actor == Some(scope.actor())) {
        return Ok(());
    }
    let found = identity::show(tx, keys, scope, (learner, Role::FINDERS), "undo_enrolment").await?;
    let profile = found.ok_or(identity::Error::NoSuchPerson)?.profile;
    let enrolment = enrolment::find_enrolment(tx, learner).await?.ok_or(Error::EnrolmentStands)?;
    let administers = administers(scope, &profile);
    let may = enrolment.enrolled_by == scope.actor() || administers;
    if !may || learner == scope.actor() || !enrolment::can_be_undone(enrolment.enrolled_at, tx.now) {
        return Err(Error::EnrolmentStands);
    }
    if has_begun(tx, learner).await? {
        return Err(Error::EnrolmentStands);
    }
    note(tx, scope.actor(), (UNDO, learner, profile.place_code.as_deref()), json!({})).await?;
    let acting = Acting { learner, helper: Some(scope.actor()), identity_level: IdentityLevel::NONE };
    Ok(me::forget(tx, keys, &acting).await?)
}

/// Whether anything was done with an account that somebody else may have to answer for: units, hours, a class that they came to, a task
/// that was witnessed, a document that was seen, a test that was begun.
async fn has_begun(tx: &Tx, learner: LearnerId) -> Result<bool, Error> {
    let has_earned =
        !recognition::completed_units(tx, learner).await?.is_empty() || !recognition::list_hours(tx, learner).await?.is_empty();
    if has_earned
        || assessment::has_begun(tx, learner).await.map_err(me::Error::from)?
        || identity::was_document_seen(tx, learner).await?
    {
        return Ok(true);
    }
    let classes = classes::export(tx, learner).await.map_err(me::Error::from)?;
    let listed = |name: &str| classes.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let has_come = |session: &Value| session.get("came_at_ms").is_some_and(|at| !at.is_null());
    Ok(listed("sessions").iter().any(has_come) || !listed("tasks").is_empty())
}

fn administers(scope: &StaffScope, profile: &Profile) -> bool {
    let whose = Whose { place: profile.place_code.as_deref(), groups: &profile.groups };
    scope.grant_for(Role::ADMINISTRATORS, whose).is_some()
}

/// Closes the account of somebody who has died, as their family says. Twice is once; gives the closing's id.
///
/// # Errors
/// [`identity::Error::NoSuchPerson`] where the administrator may not see them; [`identity::Error::NotAllowed`] for one's own;
/// [`Error::HoldsRole`] where they work for more than the administrator's area.
pub async fn close(tx: &Tx, keys: &Keys, scope: &StaffScope, learner: LearnerId) -> Result<Uuid, Error> {
    if learner == scope.actor() {
        return Err(identity::Error::NotAllowed.into());
    }
    if let Some(open) = queries::find_open(tx, learner).await?.filter(|open| is_own(scope, open)) {
        return Ok(open.id);
    }
    let found = identity::show(tx, keys, scope, (learner, Role::ADMINISTRATORS), "close").await?;
    let profile = found.ok_or(identity::Error::NoSuchPerson)?.profile;
    if identity::has_role_beyond(tx, scope, learner).await? {
        return Err(Error::HoldsRole);
    }
    let id = new_id(tx.now);
    if !queries::insert(tx, learner, id, profile.place_code.as_deref(), scope.actor()).await? {
        let open = queries::find_open(tx, learner).await?;
        return open.map(|open| open.id).ok_or(Error::NoSuchClosing);
    }
    help::withdraw_all(tx, learner, scope.actor()).await?;
    identity::close_account(tx, keys, learner, scope.actor()).await?;
    Ok(id)
}

/// Whether it is theirs to see: of their area, or closed by themselves. Of somebody who had not said where they lived, it is otherwise
/// only of those who administer the whole bank.
fn is_own(scope: &StaffScope, closing: &Closing) -> bool {
    let is_of_area = match &closing.place_code {
        Some(place) => scope.grant_for(Role::ADMINISTRATORS, Whose { place: Some(place), groups: &[] }).is_some(),
        None => scope.areas(Role::ADMINISTRATORS).iter().any(|area| area.as_str().is_empty()),
    };
    is_of_area || (closing.closed_by == scope.actor() && scope.has_any(Role::ADMINISTRATORS))
}

/// One closing, as administrators of its area see it.
///
/// # Errors
/// [`Error::NoSuchClosing`].
pub async fn find(db: &impl ConnectionTrait, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<Closing, Error> {
    let closing = queries::find(db, learner, id).await?.filter(|closing| is_own(scope, closing));
    closing.ok_or(Error::NoSuchClosing)
}

/// Those that are not finished, of one's areas.
///
/// # Errors
/// What the database answers.
pub async fn list(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<Vec<Closing>, Error> {
    Ok(queries::list_open(db, &scope.areas(Role::ADMINISTRATORS), MOST).await?)
}

/// Agrees that it stays closed. Twice is once.
///
/// # Errors
/// [`Error::NoSuchClosing`]; [`Error::NeedsAnother`] for who closed it; [`Error::TooLate`] where it was undone.
pub async fn confirm(tx: &Tx, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<(), Error> {
    let closing = find(tx, scope, learner, id).await?;
    if closing.closed_by == scope.actor() || learner == scope.actor() {
        return Err(Error::NeedsAnother);
    }
    if closing.undone_at.is_some() {
        return Err(Error::TooLate);
    }
    if queries::change(tx, learner, id, Change::Confirmed(scope.actor())).await? == 1 {
        note(tx, scope.actor(), ("closing.confirm", learner, closing.place_code.as_deref()), json!({})).await?;
    }
    Ok(())
}

/// Opens the account again: it was an error. Twice is once.
///
/// # Errors
/// [`Error::NoSuchClosing`]; [`Error::TooLate`].
pub async fn undo(tx: &Tx, keys: &Keys, scope: &StaffScope, learner: LearnerId, id: Uuid) -> Result<(), Error> {
    let closing = find(tx, scope, learner, id).await?;
    if closing.undone_at.is_some() {
        return Ok(());
    }
    if closing.finished_at.is_some() || !rules::can_be_undone(closing.closed_at, tx.now) {
        return Err(Error::TooLate);
    }
    if queries::change(tx, learner, id, Change::Undone(scope.actor())).await? == 1 {
        identity::reopen_account(tx, keys, learner, scope.actor()).await?;
    }
    Ok(())
}

/// Brings to their end what was agreed to and cannot be undone any more: the person is forgotten as one who leaves. Credit that is on its
/// way out keeps the account until it has arrived. Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn finish_due(db: &Db, keys: &Keys) -> Result<(), Error> {
    let before = db.clock().now().plus_days(-rules::UNDO_DAYS);
    for closing in queries::list_due(db.read(), before, MOST).await? {
        let (learner, id) = (closing.learner, closing.id);
        let acting = Acting { learner, helper: closing.confirmed_by, identity_level: IdentityLevel::NONE };
        let request = RequestId::fresh(db.clock().now());
        match me::end_account(db, keys, request, acting).await {
            Err(me::Error::Recognition(recognition::Error::Fault(fault))) => return Err(fault.into()),
            Err(me::Error::Recognition(_)) => continue,
            ended => ended?,
        }
        db.write::<_, Error, _>(async move |tx| {
            queries::change(tx, learner, id, Change::Finished).await?;
            Ok(())
        })
        .await?;
    }
    Ok(())
}

async fn note(
    tx: &Tx,
    by: LearnerId,
    (action, learner, place): (&'static str, LearnerId, Option<&str>),
    detail: Value,
) -> Result<(), Error> {
    let id = learner.to_string();
    let entry = audit::Entry {
        actor: Some(by),
        action,
        object_kind: "person",
        object_id: &id,
        learner: Some(learner),
        place_code: place,
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
