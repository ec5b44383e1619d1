//! What is done with training plans.

mod answer;
mod count;
mod invite;
mod own_data;
mod publish;
mod reading;

pub use answer::answer;
pub use count::count_all;
pub use invite::{Invited, Source, invite_all, invite_card, list_sources};
pub use own_data::{export, forget};
pub use publish::{NewPlan, Terms, change, end, publish, reopen};
pub use reading::{
    Counts, Coverage, ForLearner, Own, count_waiting, counts_of, coverage_of, find_own, get_organisation, get_plan, items_of,
    joined_of, keep_looks, lines_of_organisation, list_organisations, list_own, list_places, list_plans, list_sessions,
    organisations_of, people_of_organisation, sessions_of,
};

use serde_json::Value;

use super::{Error, Plan, queries};
use crate::audit;
use crate::db::Tx;
use crate::identity::{Grant, Role, StaffScope};
use crate::kernel::{LearnerId, OrganisationId, PlanId};
use crate::places::{self, PlaceCode};

/// The roles by which somebody plans for this organisation, at this place and in this line of work.
fn grants_for<'s>(
    scope: &'s StaffScope,
    (organisation, place): (OrganisationId, &'s str),
    line: Option<&'s str>,
) -> impl Iterator<Item = &'s Grant> {
    let is_planner = |grant: &&Grant| Role::PLANNERS.contains(&grant.role);
    scope.grants().iter().filter(is_planner).filter(move |grant| grant.acts_for((organisation, place), line))
}

/// Whether a plan is one of theirs.
fn is_theirs(scope: &StaffScope, plan: &Plan) -> bool {
    grants_for(scope, (plan.organisation, &plan.place_code), plan.line.as_deref()).next().is_some()
}

/// Whether a role is held in this organisation, for planning.
fn is_of(grant: &Grant, organisation: OrganisationId) -> bool {
    Role::PLANNERS.contains(&grant.role) && grant.organisation == Some(organisation)
}

/// Whether they see who is in a plan: those who plan in the name of its organisation, and nobody else. That is what people say yes to.
#[must_use]
pub fn sees_people(scope: &StaffScope, plan: &Plan) -> bool {
    grants_for(scope, (plan.organisation, &plan.place_code), plan.line.as_deref()).any(|grant| is_of(grant, plan.organisation))
}

/// Whether they see who is in plans of an organisation, in whatever line of work.
#[must_use]
pub fn sees_people_of(scope: &StaffScope, organisation: OrganisationId) -> bool {
    scope.grants().iter().any(|grant| is_of(grant, organisation))
}

/// The areas in which they plan, whatever their line of work.
fn areas_of(scope: &StaffScope) -> Vec<PlaceCode> {
    let planning = scope.grants().iter().filter(|grant| Role::PLANNERS.contains(&grant.role));
    let mut areas: Vec<PlaceCode> = planning.map(|grant| grant.area.clone()).collect();
    areas.sort();
    areas.dedup();
    areas
}

/// Keeps in the trail that somebody tried a plan that is none of theirs.
///
/// # Errors
/// What the database answers.
pub async fn turn_away(tx: &Tx, actor: LearnerId, id: PlanId) -> Result<(), Error> {
    match queries::plans::find(tx, id).await? {
        Some(plan) => note(tx, ("plans.turned_away", Some(actor)), &plan, Value::Null).await,
        None => Ok(()),
    }
}

/// The same of the people of an organisation.
///
/// # Errors
/// What the database answers.
pub async fn turn_away_from(tx: &Tx, actor: LearnerId, id: OrganisationId) -> Result<(), Error> {
    let Some(organisation) = places::find_organisation(tx, id).await? else { return Ok(()) };
    let entry = audit::Entry {
        actor: Some(actor),
        action: "plans.turned_away",
        object_kind: "organisation",
        object_id: &id.to_string(),
        learner: None,
        place_code: Some(&organisation.place_code),
        detail: Value::Null,
    };
    Ok(audit::record(tx, &entry).await?)
}

/// Keeps in the trail what was done with a plan. It is read by those who plan: whom they asked, and who said what, is not in it.
async fn note(tx: &Tx, (action, actor): (&'static str, Option<LearnerId>), plan: &Plan, detail: Value) -> Result<(), Error> {
    let entry = audit::Entry {
        actor,
        action,
        object_kind: "training_plan",
        object_id: &plan.id.to_string(),
        learner: None,
        place_code: Some(&plan.place_code),
        detail,
    };
    Ok(audit::record(tx, &entry).await?)
}
