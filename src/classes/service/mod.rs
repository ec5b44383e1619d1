//! What is done with class sessions and groups.

mod check_in;
mod close;
mod groups;
mod own_data;
mod plan;
mod reading;
mod sheet;
mod sheet_photo;
mod sign_up;

pub use check_in::{check_in_person, go, set_minutes, undo_check_in, unwitness_task, witness_task};
pub use close::{close_class, correct_minutes};
pub use groups::{
    GroupChange, NewGroup, add_member, change_group, find_group, found_group, get_group, list_groups, list_groups_within,
    members_of, take_back,
};
pub use own_data::{export, forget};
pub use plan::{ClassChange, NewClass, cancel_class, change_class, plan_classes};
pub use reading::{
    Counts, attendance_of, corrections_of, counts_of, find_class, get_own_class, has_come_between, has_taught, is_for_members,
    lines_of, list_ahead, list_before, list_came_since, list_known, list_near, list_own, list_seen_by_teacher, list_within,
    next_class, people_on, tasks_of, who_came,
};
pub use sheet::{Line, Typed, drop_line, keyed, match_line, open_line, sweep, type_line};
pub use sheet_photo::{drop_photo, find_photo, keep_photo, open_photo, photos_of, seal_photo};
pub use sign_up::{sign_off, sign_up};

use serde_json::Value;

use super::queries::sessions;
use super::{ClassSession, Error, State};
use crate::audit;
use crate::db::Tx;
use crate::identity::{Role, StaffScope};
use crate::kernel::{ClassId, LearnerId};

/// Whether somebody of the staff holds sessions at `place`.
pub(super) fn hosts_at(scope: &StaffScope, place: &str) -> bool {
    scope.areas(Role::HOSTS).iter().any(|area| area.covers(place))
}

/// Whether somebody of the staff administers what is at `place`.
pub(super) fn administers_at(scope: &StaffScope, place: &str) -> bool {
    scope.areas(Role::ADMINISTRATORS).iter().any(|area| area.covers(place))
}

/// A session of theirs that can still be written in, its row held until the commit.
async fn lock_own(tx: &Tx, scope: &StaffScope, id: ClassId) -> Result<ClassSession, Error> {
    let class = sessions::lock(tx, id).await?.filter(|class| hosts_at(scope, &class.place_code)).ok_or(Error::NoSuchClass)?;
    match class.state {
        State::Planned => Ok(class),
        State::Cancelled => Err(Error::Cancelled),
        State::Closed => Err(Error::Closed),
    }
}

/// What was done, in the trail.
struct Deed<'a> {
    action: &'static str,
    actor: LearnerId,
    learner: Option<LearnerId>,
    class: &'a ClassSession,
    detail: Value,
}

impl<'a> Deed<'a> {
    const fn of(action: &'static str, actor: LearnerId, class: &'a ClassSession) -> Self {
        Self { action, actor, learner: None, class, detail: Value::Null }
    }

    const fn to(action: &'static str, actor: LearnerId, learner: LearnerId, class: &'a ClassSession) -> Self {
        Self { action, actor, learner: Some(learner), class, detail: Value::Null }
    }
}

async fn note(tx: &Tx, deed: Deed<'_>) -> Result<(), Error> {
    let entry = audit::Entry {
        actor: Some(deed.actor),
        action: deed.action,
        object_kind: "class_session",
        object_id: &deed.class.id.to_string(),
        learner: deed.learner,
        place_code: Some(&deed.class.place_code),
        detail: deed.detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
