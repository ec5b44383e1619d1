//! Lists of people from which a batch is brought: who came to a class session of the agency, who is in a training plan of it, who has asked.

use sea_orm::ConnectionTrait;

use crate::agencies::Agency;
use crate::certificates::batches::BatchError;
use crate::certificates::batches::{BatchSaid, BatchSource};
use crate::certificates::queries::requests;
use crate::certificates::rules::states::Waiting;
use crate::certificates::{Act, RequestState};
use crate::classes::{self, ClassSession};
use crate::identity::{Role, StaffScope};
use crate::kernel::{ClassId, LearnerId, PlanId, Timestamp};
use crate::plans::{self, Plan};
use crate::web::sheet::MOST_ROWS;

/// Days back whose class sessions are offered.
const DAYS_BACK: i64 = 200;
/// Training plans that are offered.
const MOST_PLANS: u64 = 100;

/// A list of people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum PeopleList {
    /// Who came to a class session.
    Class(ClassId),
    /// Who is in a training plan.
    Plan(PlanId),
    /// Who has asked, and waits.
    Requests,
}

impl PeopleList {
    /// Where its people stand.
    pub const fn source(self) -> BatchSource {
        match self {
            Self::Class(_) => BatchSource::Class,
            Self::Plan(_) => BatchSource::Plan,
            Self::Requests => BatchSource::Requests,
        }
    }

    /// As a form names it.
    pub fn code(self) -> String {
        match self {
            Self::Class(id) => format!("class {id}"),
            Self::Plan(id) => format!("plan {id}"),
            Self::Requests => "requests".to_owned(),
        }
    }

    /// The list of such a name.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            Some(("class", id)) => id.parse().ok().map(Self::Class),
            Some(("plan", id)) => id.parse().ok().map(Self::Plan),
            None if text == "requests" => Some(Self::Requests),
            _ => None,
        }
    }
}

/// The lists that somebody may take.
#[derive(Clone, Debug, Default)]
pub(in crate::certificates) struct Offered {
    pub classes: Vec<ClassSession>,
    pub plans: Vec<Plan>,
}

/// The lists that somebody may take: class sessions of the agency's own house that are closed, training plans whose people they see.
///
/// # Errors
/// What the database answers.
pub(in crate::certificates) async fn lists_for(
    db: &impl ConnectionTrait,
    (agency, scope): (&Agency, &StaffScope),
    now: Timestamp,
) -> Result<Offered, BatchError> {
    let span = (now.plus_days(-DAYS_BACK), now);
    let mut classes = classes::list_before(db, &scope.areas(Role::OFFICERS), span).await?;
    classes.retain(|class| is_own_class(agency, class));
    let (listed, _) = plans::list_plans(db, scope, (0, MOST_PLANS)).await?;
    let seen = listed.into_iter().map(|(plan, _)| plan).filter(|plan| is_own_plan(agency, scope, plan));
    Ok(Offered { classes, plans: seen.collect() })
}

fn is_own_class(agency: &Agency, class: &ClassSession) -> bool {
    class.organisation == agency.organisation && class.state == classes::State::Closed
}

fn is_own_plan(agency: &Agency, scope: &StaffScope, plan: &Plan) -> bool {
    plan.organisation == agency.organisation && plans::sees_people(scope, plan)
}

/// The people of a list, as lines: each is numbered from 1.
///
/// # Errors
/// [`BatchError::NoSuchList`], [`BatchError::EmptyList`], [`BatchError::LongList`].
pub(in crate::certificates) async fn people_of(
    db: &impl ConnectionTrait,
    (agency, scope): (&Agency, &StaffScope),
    (list, kind, about): (PeopleList, &str, &str),
) -> Result<Vec<(i64, BatchSaid)>, BatchError> {
    let people = match list {
        PeopleList::Class(id) => {
            let class = match classes::find_class(db, id).await {
                Err(classes::Error::NoSuchClass) => return Err(BatchError::NoSuchList),
                found => found?,
            };
            if !is_own_class(agency, &class) || !scope.areas(Role::OFFICERS).iter().any(|area| area.covers(&class.place_code)) {
                return Err(BatchError::NoSuchList);
            }
            classes::who_came(db, id).await?
        }
        PeopleList::Plan(id) => {
            let plan = match plans::get_plan(db, scope, id).await {
                Err(plans::Error::NoSuchPlan) => return Err(BatchError::NoSuchList),
                found => found?,
            };
            if !is_own_plan(agency, scope, &plan) {
                return Err(BatchError::NoSuchList);
            }
            plans::joined_of(db, &plan).await?
        }
        PeopleList::Requests => who_asked(db, agency, (kind, about)).await?,
    };
    if people.is_empty() {
        return Err(BatchError::EmptyList);
    }
    if people.len() > MOST_ROWS {
        return Err(BatchError::LongList);
    }
    Ok((1..).zip(people.into_iter().map(BatchSaid::of)).collect())
}

/// Whose requests for this kind wait for an officer of the agency, the oldest first.
async fn who_asked(
    db: &impl ConnectionTrait,
    agency: &Agency,
    (kind, about): (&str, &str),
) -> Result<Vec<LearnerId>, BatchError> {
    let (mut people, mut from) = (Vec::new(), 0);
    loop {
        let some = requests::list_waiting(db, (agency.id, &Waiting::default()), (from, super::AT_ONCE)).await?;
        if some.is_empty() {
            return Ok(people);
        }
        from += super::AT_ONCE;
        let is_wanted = |request: &crate::certificates::Request| {
            let what = (request.act, request.state, request.kind.as_str(), request.about.as_str());
            what == (Act::Issue, RequestState::Open, kind, about)
        };
        people.extend(some.into_iter().filter(is_wanted).map(|request| request.learner));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_named_and_read_again() {
        let id = uuid::Uuid::from_u128(7);
        for list in [PeopleList::Class(ClassId::from_uuid(id)), PeopleList::Plan(PlanId::from_uuid(id)), PeopleList::Requests] {
            assert_eq!(PeopleList::parse(&list.code()), Some(list));
        }
        for text in ["", "class", "class x", "requests 1", "group 00000000-0000-0000-0000-000000000007"] {
            assert_eq!(PeopleList::parse(text), None, "{text}");
        }
    }
}
