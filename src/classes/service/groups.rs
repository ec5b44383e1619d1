//! 学习小组.

use serde_json::Value;

use super::hosts_at;
use crate::audit;
use crate::classes::queries::groups;
use crate::classes::rules::MOST_IN_GROUP;
use crate::classes::{Error, StudyGroup};
use crate::config::Keys;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::identity::{self, StaffScope};
use crate::kernel::{CardNumber, Digest, LearnerId, OrganisationId, StudyGroupId};
use crate::places::{self, OrganisationKind, PlaceCode};
use sea_orm::ConnectionTrait;

/// Groups on one page.
const MOST: u64 = 200;

/// A group to be founded.
#[derive(Clone, Debug)]
pub struct NewGroup {
    /// Its name.
    pub name: String,
    /// Where it meets.
    pub organisation: OrganisationId,
    /// When it meets, in words.
    pub timetable: String,
    /// Whether it belongs to the sample people.
    pub is_sample: bool,
}

async fn note(
    tx: &Tx,
    scope: &StaffScope,
    action: &'static str,
    group: (StudyGroupId, &str),
    learner: Option<LearnerId>,
) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(scope.actor()),
        action,
        object_kind: "study_group",
        object_id: &group.0.to_string(),
        learner,
        place_code: Some(group.1),
        detail: Value::Null,
    };
    Ok(audit::record(tx, &entry).await?)
}

/// Founds a group at a service point of theirs. The same form again is the first.
///
/// # Errors
/// [`Error::NotHere`], [`Error::NameTaken`], [`Error::SentBefore`].
pub async fn found_group(
    tx: &Tx,
    scope: &StaffScope,
    new: &NewGroup,
    (once, digest): (&OnceKey, &Digest),
) -> Result<StudyGroupId, Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(effect) => return effect.parse().map_err(|_| Error::NoSuchGroup),
        Once::Misused => return Err(Error::SentBefore),
    }
    let point = places::find_organisation(tx, new.organisation).await?.filter(|point| !point.is_closed);
    let point = point.filter(|point| point.kind == OrganisationKind::ServicePoint && hosts_at(scope, &point.place_code));
    let point = point.ok_or(Error::NotHere)?;
    let id = StudyGroupId::fresh(tx.now);
    if !groups::insert(tx, id, new, &point.place_code, scope.actor()).await? {
        return Err(Error::NameTaken);
    }
    note(tx, scope, "classes.found_group", (id, &point.place_code), None).await?;
    remember(tx, scope.actor(), once, digest, &id.to_string()).await?;
    Ok(id)
}

/// The groups of their places.
///
/// # Errors
/// What the database answers.
pub async fn list_groups(db: &impl ConnectionTrait, scope: &StaffScope) -> Result<Vec<(StudyGroup, i64)>, Error> {
    let found = groups::list_within(db, &scope.areas(identity::Role::HOSTS), MOST).await?;
    let ids: Vec<StudyGroupId> = found.iter().map(|group| group.id).collect();
    let counts = groups::count_members(db, &ids).await?;
    let counted = |group: StudyGroup| {
        let people = counts.get(&group.id).copied().unwrap_or(0);
        (group, people)
    };
    Ok(found.into_iter().map(counted).collect())
}

/// The groups of these areas that have not ended, by name.
///
/// # Errors
/// What the database answers.
pub async fn list_groups_within(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<Vec<StudyGroup>, Error> {
    Ok(groups::list_within(db, areas, MOST).await?)
}

/// A group, whosever it is.
///
/// # Errors
/// What the database answers.
pub async fn find_group(db: &impl ConnectionTrait, id: StudyGroupId) -> Result<Option<StudyGroup>, Error> {
    Ok(groups::find(db, id).await?)
}

/// A group of theirs.
///
/// # Errors
/// [`Error::NoSuchGroup`].
pub async fn get_group(db: &impl ConnectionTrait, scope: &StaffScope, id: StudyGroupId) -> Result<StudyGroup, Error> {
    groups::find(db, id).await?.filter(|group| hosts_at(scope, &group.place_code)).ok_or(Error::NoSuchGroup)
}

/// Who belongs to a group, who joined first first.
///
/// # Errors
/// What the database answers.
pub async fn members_of(db: &impl ConnectionTrait, id: StudyGroupId) -> Result<Vec<LearnerId>, Error> {
    Ok(groups::list_members(db, id).await?)
}

async fn lock_own(tx: &Tx, scope: &StaffScope, id: StudyGroupId) -> Result<StudyGroup, Error> {
    let group = groups::lock(tx, id).await?.filter(|group| hosts_at(scope, &group.place_code));
    group.filter(|group| !group.has_ended).ok_or(Error::NoSuchGroup)
}

/// Lets the owner of a card join. Joining twice is joining once.
///
/// # Errors
/// [`Error::NoSuchGroup`], [`Error::NoSuchPerson`], [`Error::GroupFull`].
pub async fn add_member(
    tx: &Tx,
    keys: &Keys,
    scope: &StaffScope,
    (id, card): (StudyGroupId, &CardNumber),
) -> Result<LearnerId, Error> {
    let group = lock_own(tx, scope, id).await?;
    let found = identity::find_by_card(tx, keys, scope, card).await?.ok_or(Error::NoSuchPerson)?;
    join(tx, scope, &group, found.profile.learner).await?;
    Ok(found.profile.learner)
}

/// Lets somebody back in who was taken out by mistake; they must be one whom `scope` sees. Twice is once.
///
/// # Errors
/// As [`add_member`].
pub async fn take_back(tx: &Tx, keys: &Keys, scope: &StaffScope, (id, learner): (StudyGroupId, LearnerId)) -> Result<(), Error> {
    let group = lock_own(tx, scope, id).await?;
    identity::show(tx, keys, scope, (learner, identity::Role::FINDERS), "profile").await?.ok_or(Error::NoSuchPerson)?;
    join(tx, scope, &group, learner).await
}

async fn join(tx: &Tx, scope: &StaffScope, group: &StudyGroup, learner: LearnerId) -> Result<(), Error> {
    let members = groups::list_members(tx, group.id).await?;
    if members.contains(&learner) {
        return Ok(());
    }
    if members.len() >= MOST_IN_GROUP {
        return Err(Error::GroupFull);
    }
    groups::insert_member(tx, group.id, learner).await?;
    note(tx, scope, "classes.join_group", (group.id, &group.place_code), Some(learner)).await
}

/// What may be done with a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupChange {
    /// Somebody leaves it.
    Leaves(LearnerId),
    /// A member calls it together from now on.
    Convenes(LearnerId),
    /// It meets at other times.
    Timetable(String),
    /// It ends.
    Ends,
}

/// Changes a group of theirs. The same again changes nothing.
///
/// # Errors
/// [`Error::NoSuchGroup`]; [`Error::NoSuchPerson`] where somebody is to call it together who does not belong to it.
pub async fn change_group(tx: &Tx, scope: &StaffScope, id: StudyGroupId, change: &GroupChange) -> Result<(), Error> {
    let group = match lock_own(tx, scope, id).await {
        Err(Error::NoSuchGroup) if *change == GroupChange::Ends => {
            return get_group(tx, scope, id).await.map(|_| ());
        }
        found => found?,
    };
    let (action, learner) = match change {
        GroupChange::Leaves(learner) => {
            if !groups::list_members(tx, id).await?.contains(learner) {
                return Ok(());
            }
            groups::delete_member(tx, id, *learner).await?;
            ("classes.leave_group", Some(*learner))
        }
        GroupChange::Convenes(learner) => {
            if !groups::list_members(tx, id).await?.contains(learner) {
                return Err(Error::NoSuchPerson);
            }
            if group.convenor == Some(*learner) {
                return Ok(());
            }
            groups::set_convenor(tx, id, *learner).await?;
            ("classes.convene_group", Some(*learner))
        }
        GroupChange::Timetable(words) => {
            if group.timetable == *words {
                return Ok(());
            }
            groups::set_timetable(tx, id, words).await?;
            ("classes.change_group", None)
        }
        GroupChange::Ends => {
            groups::end(tx, id).await?;
            ("classes.end_group", None)
        }
    };
    note(tx, scope, action, (id, &group.place_code), learner).await
}
