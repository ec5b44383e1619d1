//! What is kept of a person here: export, and forgetting.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::db::Tx;
use crate::kernel::{LearnerId, PlanId, Timestamp};
use crate::places;
use crate::plans::Error;
use crate::plans::queries::{members, plans};

/// Which plans somebody was asked to join, and what they said: part of "my data".
///
/// # Errors
/// What the database answers.
pub async fn export(db: &impl ConnectionTrait, learner: LearnerId) -> Result<Value, Error> {
    let own = members::list_of(db, &[learner]).await?;
    let ids: Vec<PlanId> = own.iter().map(|member| member.plan).collect();
    let plans = plans::list_by_ids(db, &ids).await?;
    let organisations: Vec<_> = plans.iter().map(|plan| plan.organisation).collect();
    let names = places::list_organisations_by_ids(db, &organisations).await?;
    let line = |member: &crate::plans::Membership| {
        let plan = plans.iter().find(|plan| plan.id == member.plan)?;
        let organisation = names.iter().find(|one| one.id == plan.organisation).map(|one| one.name.as_str());
        Some(json!({
            "title": plan.head.title, "organisation": organisation, "version": member.version, "state": member.state.code(),
            "invited_at_ms": member.invited_at.ms(), "joined_at_ms": member.joined_at.map(Timestamp::ms),
            "answered_at_ms": member.answered_at.map(Timestamp::ms), "completed_at_ms": member.completed_at.map(Timestamp::ms),
        }))
    };
    Ok(own.iter().filter_map(line).collect())
}

/// Somebody leaves the bank: they are in no plan any more, and in no figure that is drawn from now on.
///
/// # Errors
/// What the database answers.
pub async fn forget(tx: &Tx, learner: LearnerId) -> Result<(), Error> {
    Ok(members::forget(tx, learner).await?)
}
