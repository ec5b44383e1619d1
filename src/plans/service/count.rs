//! The figures of plans are drawn from recognition, and whoever has finished is noticed.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::note;
use super::publish::courses_of;
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::identity;
use crate::kernel::{Day, LearnerId, PlanId};
use crate::outbox::{self, Event};
use crate::plans::queries::{counts, members, plans};
use crate::plans::rules::{Figures, finished};
use crate::plans::{Error, Item, Plan};
use crate::recognition;

/// Plans, and people of one, that are looked at in one go.
const PLANS: u64 = 100;
const PEOPLE: u64 = 50;
/// For so many days after a plan's last day its figures are still drawn: tests may be credited late.
const AFTERWARDS: u32 = 31;

/// Draws the figures of all plans whose last day has not come or was not long ago. Also of those that were ended before it: whoever has joined
/// goes on, and late hours are theirs as well.
///
/// # Errors
/// What the database answers.
pub async fn count_all(db: &Db, keys: &Keys) -> Result<(), Error> {
    let mut after: Option<PlanId> = None;
    loop {
        let chunk = plans::list_after(db.read(), after, PLANS).await?;
        let Some(last) = chunk.last() else { return Ok(()) };
        after = Some(last.id);
        let today = db.clock().now().day();
        for plan in chunk.iter().filter(|plan| plan.head.until.plus_days(AFTERWARDS) >= today) {
            count_plan(db, keys, plan).await?;
        }
    }
}

async fn count_plan(db: &Db, keys: &Keys, plan: &Plan) -> Result<(), Error> {
    let mut versions: HashMap<i64, Vec<Item>> = HashMap::new();
    for (version, item) in plans::list_items(db.read(), plan.id).await? {
        versions.entry(version).or_default().push(item);
    }
    let courses: HashMap<i64, Vec<String>> = versions.iter().map(|(version, items)| (*version, courses_of(items))).collect();
    let of = |version: i64| courses.get(&version).map(Vec::as_slice).unwrap_or_default();
    let (mut figures, mut after, mut seen) = (Figures::default(), None, HashSet::new());
    loop {
        let chunk = members::list_joined_after(db.read(), plan.id, after, PEOPLE).await?;
        let Some(last) = chunk.last() else { break };
        after = Some(last.learner);
        let learners: Vec<LearnerId> = chunk.iter().map(|member| member.learner).collect();
        let primaries = identity::primaries_of(db.read(), &learners).await?;
        let mut done = Vec::new();
        for member in &chunk {
            // Who is in it by two accounts is one person.
            if !seen.insert(primaries.get(&member.learner).copied().unwrap_or(member.learner)) {
                continue;
            }
            let passed = passed(db, member.learner).await?;
            figures.add((of(plan.version), of(member.version)), &passed, plan.head.from);
            if member.completed_at.is_none() && finished(of(member.version), &passed).is_some() {
                done.push((member.learner, member.version));
            }
        }
        if !done.is_empty() {
            let (keys, plan) = (keys.clone(), plan.clone());
            db.write::<_, Error, _>(async move |tx| complete(tx, &keys, &plan, &done).await).await?;
        }
    }
    let id = plan.id;
    db.write(async move |tx| {
        counts::replace(tx, id, &figures).await?;
        Ok(plans::set_counted(tx, id).await?)
    })
    .await
}

/// The units that somebody has passed, with the day.
async fn passed(db: &Db, learner: LearnerId) -> Result<Vec<(String, Day)>, Error> {
    let units = recognition::completed_units(db.read(), learner).await?;
    Ok(units.into_iter().map(|unit| (unit.unit, unit.passed_at.day())).collect())
}

/// Keeps who has finished, each once, and tells it.
async fn complete(tx: &Tx, keys: &Keys, plan: &Plan, done: &[(LearnerId, i64)]) -> Result<(), Error> {
    let learners: Vec<LearnerId> = done.iter().map(|(learner, _)| *learner).collect();
    let people = identity::people_of(tx, keys, &learners, i64::from(tx.now.day().year())).await?;
    for (learner, version) in done {
        let Some(person) = people.get(learner) else { continue };
        if !members::complete(tx, plan.id, *learner).await? {
            continue;
        }
        let body = json!({ "plan": plan.id, "version": version, "organisation": plan.organisation, "line": plan.line });
        let event = Event { kind: "plan.completed", learner: Some(*learner), standing: &person.standing, body };
        outbox::emit(tx, &[event]).await?;
        note(tx, ("plans.complete", None), plan, Value::Null).await?;
    }
    Ok(())
}
