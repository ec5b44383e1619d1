//! Looking at plans and at who is in them.

use std::collections::{HashMap, HashSet};

use sea_orm::ConnectionTrait;

use super::publish::courses_of;
use super::{areas_of, is_of, is_theirs, sees_people, sees_people_of};
use crate::audit;
use crate::classes::{self, ClassSession};
use crate::db::Tx;
use crate::identity::{self, Grant, Role, StaffScope};
use crate::kernel::{ClassId, Day, LearnerId, OrganisationId, PlanId, Timestamp};
use crate::places::{self, Organisation, Place, PlaceCode};
use crate::plans::queries::{counts, members, plans};
use crate::plans::rules::Figures;
use crate::plans::{Error, Head, Item, MemberState, Membership, Plan};
use crate::recognition;

/// Sessions of so many days ahead that a plan may name.
const DAYS_AHEAD: i64 = 190;

/// How many were asked, and what they said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Are in it.
    pub joined: i64,
    /// Are not: whether they have not answered, said no or left is their own matter.
    pub rest: i64,
}

/// The organisations for which they plan, open ones alone: `most` of them after the first `skip`, and how many there are.
///
/// # Errors
/// What the database answers.
pub async fn list_organisations(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    part: (u64, u64),
) -> Result<(Vec<Organisation>, u64), Error> {
    let own = planning(scope).filter(|grant| grant.organisation.is_none());
    let areas: Vec<PlaceCode> = own.map(|grant| grant.area.clone()).collect();
    Ok(places::page_of_organisations(db, (&areas, &organisations_of(scope)), part).await?)
}

fn planning(scope: &StaffScope) -> impl Iterator<Item = &Grant> {
    scope.grants().iter().filter(|grant| Role::PLANNERS.contains(&grant.role))
}

/// The organisations in whose name they plan.
#[must_use]
pub fn organisations_of(scope: &StaffScope) -> Vec<OrganisationId> {
    let mut own: Vec<OrganisationId> = planning(scope).filter_map(|grant| grant.organisation).collect();
    own.sort_unstable();
    own.dedup();
    own
}

/// The roles by which they plan for an organisation, in whatever line of work. Who works in its name may do so for a part of its area alone.
fn planning_for<'s>(scope: &'s StaffScope, organisation: &'s Organisation) -> impl Iterator<Item = &'s Grant> {
    planning(scope).filter(|grant| match grant.organisation {
        Some(own) => {
            let meets = |place: PlaceCode| grant.area.and(&place).is_some();
            own == organisation.id && PlaceCode::parse(&organisation.place_code).is_some_and(meets)
        }
        None => grant.area.covers(&organisation.place_code),
    })
}

fn plans_for(scope: &StaffScope, organisation: &Organisation) -> bool {
    planning_for(scope, organisation).next().is_some()
}

/// The places for which a plan of theirs for this organisation may be: its own, those directly within, and their part of it.
///
/// # Errors
/// What the database answers.
pub async fn list_places(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    organisation: &Organisation,
) -> Result<Vec<Place>, Error> {
    let within = places::list_children(db, Some(&organisation.place_code)).await?;
    let mut all: Vec<Place> = places::find_place(db, &organisation.place_code).await?.into_iter().chain(within).collect();
    for grant in planning_for(scope, organisation) {
        let is_part = PlaceCode::parse(&organisation.place_code).is_some_and(|place| place.covers(grant.area.as_str()));
        if is_part && all.iter().all(|known| known.code != grant.area.as_str()) {
            all.extend(places::find_place(db, grant.area.as_str()).await?);
        }
    }
    all.retain(|place| planning_for(scope, organisation).any(|grant| grant.area.covers(&place.code)));
    Ok(all)
}

/// An organisation for which they plan, or have planned while it was open.
///
/// # Errors
/// [`Error::NoSuchPlan`] where it is none of theirs.
pub async fn get_organisation(db: &impl ConnectionTrait, scope: &StaffScope, id: OrganisationId) -> Result<Organisation, Error> {
    let found = places::find_organisation(db, id).await?;
    found.filter(|one| plans_for(scope, one)).ok_or(Error::NoSuchPlan)
}

/// The plans that they see, the newest first, each with how many were asked: `most` of them after the first `skip`, and how many there are.
///
/// # Errors
/// What the database answers.
pub async fn list_plans(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    part: (u64, u64),
) -> Result<(Vec<(Plan, Counts)>, u64), Error> {
    let own: Vec<&Grant> = planning(scope).collect();
    let (found, total) = plans::list_of(db, &own, part).await?;
    let ids: Vec<PlanId> = found.iter().map(|plan| plan.id).collect();
    let states = members::count_states(db, &ids).await?;
    let counted = |plan: Plan| {
        let counts = counts_in(&states, plan.id);
        (plan, counts)
    };
    Ok((found.into_iter().map(counted).collect(), total))
}

fn counts_in(states: &HashMap<(PlanId, MemberState), i64>, id: PlanId) -> Counts {
    let of = |state: MemberState| states.get(&(id, state)).copied().unwrap_or(0);
    Counts { joined: of(MemberState::Joined), rest: of(MemberState::Invited) + of(MemberState::Declined) + of(MemberState::Left) }
}

/// How many were asked by one plan; who has joined by two accounts is one person.
///
/// # Errors
/// What the database answers.
pub async fn counts_of(db: &impl ConnectionTrait, id: PlanId) -> Result<Counts, Error> {
    let rows = counts_in(&members::count_states(db, &[id]).await?, id);
    let people = each_once(db, members::list_joined_of(db, id).await?).await?.len();
    Ok(Counts { joined: i64::try_from(people).unwrap_or(rows.joined), ..rows })
}

/// A plan of theirs.
///
/// # Errors
/// [`Error::NoSuchPlan`].
pub async fn get_plan(db: &impl ConnectionTrait, scope: &StaffScope, id: PlanId) -> Result<Plan, Error> {
    plans::find(db, id).await?.filter(|plan| is_theirs(scope, plan)).ok_or(Error::NoSuchPlan)
}

/// The parts of one version, in order.
///
/// # Errors
/// What the database answers.
pub async fn items_of(db: &impl ConnectionTrait, id: PlanId, version: i64) -> Result<Vec<Item>, Error> {
    let all = plans::list_items(db, id).await?;
    Ok(all.into_iter().filter(|(own, _)| *own == version).map(|(_, item)| item).collect())
}

/// The class sessions among these parts, by id.
///
/// # Errors
/// What the database answers.
pub async fn sessions_of(db: &impl ConnectionTrait, items: &[Item]) -> Result<HashMap<ClassId, ClassSession>, Error> {
    let mut found = HashMap::new();
    for item in items {
        if let Item::Class(id) = item {
            match classes::find_class(db, *id).await {
                Ok(class) => drop(found.insert(*id, class)),
                Err(classes::Error::NoSuchClass) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(found)
}

/// Class sessions to come that a plan of theirs may name.
///
/// # Errors
/// What the database answers.
pub async fn list_sessions(db: &impl ConnectionTrait, scope: &StaffScope, now: Timestamp) -> Result<Vec<ClassSession>, Error> {
    let span = (now.day().start(), now.plus_days(DAYS_AHEAD));
    let mut found = classes::list_within(db, &areas_of(scope), span).await?;
    found.retain(|class| class.state == classes::State::Planned);
    Ok(found)
}

/// 已训/计划数 of a plan.
#[derive(Clone, Debug)]
pub struct Coverage {
    /// The courses of the version of now, in order.
    pub courses: Vec<String>,
    /// The figures, as they were drawn last.
    pub figures: Figures,
}

/// How far a plan has come.
///
/// # Errors
/// What the database answers.
pub async fn coverage_of(db: &impl ConnectionTrait, plan: &Plan, items: &[Item]) -> Result<Coverage, Error> {
    Ok(Coverage { courses: courses_of(items), figures: counts::find(db, plan.id).await? })
}

/// Those in a plan, who joined first first; each person once.
///
/// # Errors
/// What the database answers.
pub async fn joined_of(db: &impl ConnectionTrait, plan: &Plan) -> Result<Vec<LearnerId>, Error> {
    each_once(db, members::list_joined_of(db, plan.id).await?).await
}

/// The person of each of these accounts, by the account that they act by, each once.
async fn each_once(db: &impl ConnectionTrait, learners: Vec<LearnerId>) -> Result<Vec<LearnerId>, Error> {
    let primaries = identity::primaries_of(db, &learners).await?;
    let mut seen = HashSet::new();
    let people = learners.into_iter().map(|learner| primaries.get(&learner).copied().unwrap_or(learner));
    Ok(people.filter(|learner| seen.insert(*learner)).collect())
}

/// Keeps in the log of each of these people that their name was seen among those in a plan.
///
/// # Errors
/// What the database answers.
pub async fn keep_looks(tx: &Tx, scope: &StaffScope, plan: &Plan, people: &[LearnerId]) -> Result<(), Error> {
    let own = scope.grants().iter().find(|grant| is_of(grant, plan.organisation));
    let access = |learner: &LearnerId| audit::Access {
        learner: *learner,
        actor: scope.actor(),
        actor_role: own.map_or("", |grant| grant.role.code()),
        organisation: Some(plan.organisation),
        place_code: &plan.place_code,
        what: "plan_people",
    };
    let accesses: Vec<audit::Access<'_>> = people.iter().map(access).collect();
    if !accesses.is_empty() {
        audit::record_accesses(tx, &accesses).await?;
    }
    Ok(())
}

/// The people of an organisation in a calendar year: those in one of its plans that these staff see, whose version touches the year. Who
/// joined first stands first, each person once.
///
/// # Errors
/// [`Error::NoSuchPlan`] where they see nobody of this organisation, whatever its plans.
pub async fn people_of_organisation(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    organisation: OrganisationId,
    year: i32,
) -> Result<Vec<LearnerId>, Error> {
    if !sees_people_of(scope, organisation) {
        return Err(Error::NoSuchPlan);
    }
    let mut own = plans::list_of_organisation(db, organisation).await?;
    own.retain(|plan| sees_people(scope, plan));
    let ids: Vec<PlanId> = own.iter().map(|plan| plan.id).collect();
    let heads = plans::list_heads(db, &ids).await?;
    let touching = heads.into_iter().filter(|(_, head)| head.touches(year)).map(|(version, _)| version);
    let versions: Vec<(PlanId, i64)> = touching.collect();
    each_once(db, members::list_joined(db, &versions).await?).await
}

/// The lines of work of the plans of an organisation whose people these staff see, each once.
///
/// # Errors
/// What the database answers.
pub async fn lines_of_organisation(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    organisation: OrganisationId,
) -> Result<Vec<String>, Error> {
    let own = plans::list_of_organisation(db, organisation).await?;
    let seen = own.into_iter().filter(|plan| sees_people(scope, plan));
    let mut lines: Vec<String> = seen.filter_map(|plan| plan.line).collect();
    lines.sort();
    lines.dedup();
    Ok(lines)
}

/// A plan as one of those who were asked to join it has it: the version they have joined, else the one of now.
#[derive(Clone, Debug)]
pub struct Own {
    /// The plan, with the head of that version.
    pub plan: Plan,
    /// What they have to do with it.
    pub member: Membership,
    /// Whose it is.
    pub organisation: String,
}

impl Own {
    /// The version that they see.
    #[must_use]
    pub const fn version(&self) -> i64 {
        match self.member.state {
            MemberState::Joined => self.member.version,
            MemberState::Invited | MemberState::Declined | MemberState::Left => self.plan.version,
        }
    }
}

/// How many invitations wait for an answer of the person of these accounts, to plans that they may join today. One statement.
///
/// # Errors
/// What the database answers.
pub async fn count_waiting(db: &impl ConnectionTrait, accounts: &[LearnerId], today: Day) -> Result<u64, Error> {
    Ok(members::count_waiting(db, accounts, today).await?)
}

/// All plans that the person of these accounts was asked to join, what was asked last first; each once, by whichever account speaks for them.
///
/// # Errors
/// What the database answers.
pub async fn list_own(db: &impl ConnectionTrait, accounts: &[LearnerId]) -> Result<Vec<Own>, Error> {
    let own = of_person(accounts, members::list_of(db, accounts).await?);
    let ids: Vec<PlanId> = own.iter().map(|member| member.plan).collect();
    let found = plans::list_by_ids(db, &ids).await?;
    let organisations: Vec<OrganisationId> = found.iter().map(|plan| plan.organisation).collect();
    let names = places::list_organisations_by_ids(db, &organisations).await?;
    let with_plan = |member: Membership| {
        let plan = found.iter().find(|plan| plan.id == member.plan)?.clone();
        let organisation = names.iter().find(|one| one.id == plan.organisation).map(|one| one.name.clone());
        Some(Own { plan, member, organisation: organisation.unwrap_or_default() })
    };
    let mut all: Vec<Own> = own.into_iter().filter_map(with_plan).collect();
    let heads: HashMap<(PlanId, i64), Head> = plans::list_heads(db, &ids).await?.into_iter().collect();
    for one in &mut all {
        if let Some(head) = heads.get(&(one.plan.id, one.version())) {
            one.plan.head = head.clone();
        }
    }
    Ok(all)
}

/// Of the rows of several accounts, the one of each plan that says how the person stands; where two say it, that of the first account.
fn of_person(accounts: &[LearnerId], rows: Vec<Membership>) -> Vec<Membership> {
    let mut by_plan: HashMap<PlanId, Vec<Membership>> = HashMap::new();
    let mut order = Vec::new();
    for row in rows {
        let of_plan = by_plan.entry(row.plan).or_default();
        if of_plan.is_empty() {
            order.push(row.plan);
        }
        of_plan.push(row);
    }
    let speaks = |plan: &PlanId| {
        let mut of_plan = by_plan.remove(plan)?;
        of_plan.sort_by_key(|row| accounts.iter().position(|account| *account == row.learner));
        let states: Vec<MemberState> = of_plan.iter().map(|row| row.state).collect();
        let state = MemberState::of_person(&states)?;
        of_plan.into_iter().find(|row| row.state == state)
    };
    order.iter().filter_map(speaks).collect()
}

/// What a learner's page of a plan shows beside it.
#[derive(Clone, Debug)]
pub struct ForLearner {
    /// The plan.
    pub own: Own,
    /// Its parts, in order.
    pub items: Vec<Item>,
    /// The class sessions among them.
    pub sessions: HashMap<ClassId, ClassSession>,
    /// Those to which they came.
    pub came: HashSet<ClassId>,
    /// Courses they have passed, with the day.
    pub passed: Vec<(String, Day)>,
}

/// One plan of the person of these accounts, with what is done of it.
///
/// # Errors
/// [`Error::NoSuchPlan`] where they were not asked to join it.
pub async fn find_own(db: &impl ConnectionTrait, accounts: &[LearnerId], id: PlanId) -> Result<ForLearner, Error> {
    let own = list_own(db, accounts).await?.into_iter().find(|own| own.plan.id == id).ok_or(Error::NoSuchPlan)?;
    let items = items_of(db, id, own.version()).await?;
    let sessions = sessions_of(db, &items).await?;
    let mut came = HashSet::new();
    for class in sessions.keys() {
        for learner in accounts {
            let attendance = classes::attendance_of(db, *learner, *class).await?;
            if attendance.is_some_and(|one| one.came_at.is_some()) {
                came.insert(*class);
            }
        }
    }
    let units = recognition::completed_units(db, own.member.learner).await?;
    let passed = units.into_iter().map(|unit| (unit.unit, unit.passed_at.day())).collect();
    Ok(ForLearner { own, items, sessions, came, passed })
}
