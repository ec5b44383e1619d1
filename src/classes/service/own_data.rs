//! What is kept of a person here: export, and forgetting.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::list_own;
use crate::classes::queries::{attendance, groups};
use crate::classes::{Error, Way};
use crate::db::Tx;
use crate::kernel::{LearnerId, Timestamp};

/// Where somebody signed up and came, what was witnessed of them, and which groups they belong to: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let sessions = list_own(db, learner).await?;
    let sessions = sessions.iter().map(|one| {
        json!({
            "what": one.class.what(), "kind": one.class.kind.code(), "day": one.class.day.to_string(),
            "signed_up": one.own.is_signed_up, "came_at_ms": one.own.came_at.map(Timestamp::ms), "minutes": one.own.minutes,
            "way": one.own.way.map(Way::code), "teacher": one.class.teacher,
        })
    });
    let tasks = attendance::list_tasks_of(db, learner).await?;
    let tasks = tasks
        .iter()
        .map(|task| json!({ "course": task.course, "witness": task.witness, "second": task.second, "at_ms": task.at.ms() }));
    let own_groups = groups::list_of(db, learner).await?;
    let own_groups = own_groups.iter().map(|group| json!({ "name": group.name, "convenes": group.convenor == Some(learner) }));
    Ok(json!({
        "sessions": sessions.collect::<Vec<_>>(), "tasks": tasks.collect::<Vec<_>>(), "groups": own_groups.collect::<Vec<_>>(),
    }))
}

/// Somebody leaves: what they signed up for and what was witnessed of them goes, also their place in groups. Class hours stay with
/// recognition, naming nobody.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    attendance::forget(tx, learner).await?;
    Ok(groups::forget(tx, learner).await?)
}
