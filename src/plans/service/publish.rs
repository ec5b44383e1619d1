//! A plan is published, changed by a further version, ended.

use serde_json::{Value, json};

use super::{areas_of, grants_for, is_theirs, note};
use crate::classes;
use crate::db::{Once, OnceKey, Tx, remember, what_was_done};
use crate::identity::StaffScope;
use crate::kernel::{Digest, OrganisationId, PlanId};
use crate::outbox::{self, Event, Standing};
use crate::places::{self, PlaceCode};
use crate::plans::queries::{members, plans};
use crate::plans::{Error, Head, Item, MemberState, Plan};

/// What a version says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// What stands above its parts.
    pub head: Head,
    /// Its parts, in order.
    pub items: Vec<Item>,
}

/// A plan to be published.
#[derive(Clone, Debug)]
pub struct NewPlan {
    /// Whose it is.
    pub organisation: OrganisationId,
    /// For which place: that of the organisation, or one within.
    pub place_code: String,
    /// For which line of work.
    pub line: Option<String>,
    /// Its first version.
    pub terms: Terms,
    /// Whether it belongs to the sample people.
    pub is_sample: bool,
}

/// Publishes a plan for an organisation of theirs. The same form again is the first.
///
/// # Errors
/// [`Error::NotTheirs`], [`Error::NoSuchClass`], [`Error::SentBefore`].
pub async fn publish(tx: &Tx, scope: &StaffScope, new: &NewPlan, (once, digest): (&OnceKey, &Digest)) -> Result<PlanId, Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(effect) => return effect.parse().map_err(|_| Error::NoSuchPlan),
        Once::Misused => return Err(Error::SentBefore),
    }
    let organisation = places::find_organisation(tx, new.organisation).await?.filter(|one| !one.is_closed);
    let organisation = organisation.ok_or(Error::NotTheirs)?;
    let is_within = PlaceCode::parse(&organisation.place_code).is_some_and(|area| area.covers(&new.place_code));
    if !is_within || grants_for(scope, (new.organisation, &new.place_code), new.line.as_deref()).next().is_none() {
        return Err(Error::NotTheirs);
    }
    sessions_are_theirs(tx, scope, &new.terms.items).await?;
    let id = PlanId::fresh(tx.now);
    plans::insert(tx, id, new, scope.actor()).await?;
    plans::insert_version(tx, (id, 1), &new.terms, scope.actor()).await?;
    let plan = plans::find(tx, id).await?.ok_or(Error::NoSuchPlan)?;
    tell(tx, &plan, &new.terms).await?;
    note(tx, ("plans.publish", Some(scope.actor())), &plan, json!({ "version": 1 })).await?;
    remember(tx, scope.actor(), once, digest, &id.to_string()).await?;
    Ok(id)
}

/// Publishes a further version. Those who have joined keep theirs; those who were asked and have not answered are asked to join this one.
/// The same words again are no further version.
///
/// # Errors
/// [`Error::NoSuchPlan`], [`Error::Over`] where it was ended, [`Error::NoSuchClass`], [`Error::SentBefore`].
pub async fn change(
    tx: &Tx,
    scope: &StaffScope,
    (id, terms): (PlanId, &Terms),
    (once, digest): (&OnceKey, &Digest),
) -> Result<(), Error> {
    match what_was_done(tx, scope.actor(), once, digest).await? {
        Once::New => {}
        Once::Done(_) => return Ok(()),
        Once::Misused => return Err(Error::SentBefore),
    }
    let plan = plans::lock(tx, id).await?.filter(|plan| is_theirs(scope, plan)).ok_or(Error::NoSuchPlan)?;
    if plan.has_ended {
        return Err(Error::Over);
    }
    let items = plans::list_items(tx, id).await?;
    let of_now: Vec<Item> = items.into_iter().filter(|(version, _)| *version == plan.version).map(|(_, item)| item).collect();
    if plan.head == terms.head && of_now == terms.items {
        return Ok(());
    }
    sessions_are_theirs(tx, scope, &terms.items).await?;
    let version = plan.version + 1;
    plans::insert_version(tx, (id, version), terms, scope.actor()).await?;
    plans::set_version(tx, id, version).await?;
    let plan = Plan { version, head: terms.head.clone(), ..plan };
    tell(tx, &plan, terms).await?;
    note(tx, ("plans.change", Some(scope.actor())), &plan, json!({ "version": version })).await?;
    Ok(remember(tx, scope.actor(), once, digest, &version.to_string()).await?)
}

/// Ends a plan before its time: nobody is asked or joins any more, those in it keep what they have. Ending it twice is ending it once.
///
/// # Errors
/// [`Error::NoSuchPlan`].
pub async fn end(tx: &Tx, scope: &StaffScope, id: PlanId) -> Result<(), Error> {
    let plan = plans::lock(tx, id).await?.filter(|plan| is_theirs(scope, plan)).ok_or(Error::NoSuchPlan)?;
    if plan.has_ended {
        return Ok(());
    }
    plans::end(tx, id).await?;
    let joined = members::count_states(tx, &[id]).await?.get(&(id, MemberState::Joined)).copied().unwrap_or(0);
    note(tx, ("plans.end", Some(scope.actor())), &plan, json!({ "joined": joined })).await
}

/// Takes the end of a plan back, while its period lasts. Twice is once.
///
/// # Errors
/// [`Error::NoSuchPlan`]; [`Error::Over`] where its last day has passed.
pub async fn reopen(tx: &Tx, scope: &StaffScope, id: PlanId) -> Result<(), Error> {
    let plan = plans::lock(tx, id).await?.filter(|plan| is_theirs(scope, plan)).ok_or(Error::NoSuchPlan)?;
    if !plan.has_ended {
        return Ok(());
    }
    if plan.head.until < tx.now.day() {
        return Err(Error::Over);
    }
    plans::reopen(tx, id).await?;
    note(tx, ("plans.reopen", Some(scope.actor())), &plan, Value::Null).await
}

/// The class sessions of a plan take place where they plan.
async fn sessions_are_theirs(tx: &Tx, scope: &StaffScope, items: &[Item]) -> Result<(), Error> {
    let areas = areas_of(scope);
    for item in items {
        let Item::Class(id) = item else { continue };
        let class = match classes::find_class(tx, *id).await {
            Err(classes::Error::NoSuchClass) => return Err(Error::NoSuchClass),
            found => found?,
        };
        if !areas.iter().any(|area| area.covers(&class.place_code)) {
            return Err(Error::NoSuchClass);
        }
    }
    Ok(())
}

async fn tell(tx: &Tx, plan: &Plan, terms: &Terms) -> Result<(), Error> {
    let standing = Standing { place_code: Some(plan.place_code.clone()), ..Standing::default() };
    let courses: Vec<Value> = courses_of(&terms.items).into_iter().map(Value::from).collect();
    let body = json!({
        "plan": plan.id, "version": plan.version, "organisation": plan.organisation, "line": plan.line, "courses": courses,
        "from": plan.head.from.to_string(), "until": plan.head.until.to_string(), "planned": plan.head.planned,
    });
    Ok(outbox::emit(tx, &[Event { kind: "plan.published", learner: None, standing: &standing, body }]).await?)
}

/// The courses among the parts of a version.
pub(super) fn courses_of(items: &[Item]) -> Vec<String> {
    let course = |item: &Item| match item {
        Item::Course(course) => Some(course.clone()),
        Item::Class(_) | Item::Words(_) => None,
    };
    items.iter().filter_map(course).collect()
}
