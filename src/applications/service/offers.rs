//! By which rules somebody may apply: those in force, of agencies that work, may recognise the unit, and whose people may see them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use sea_orm::{ConnectionTrait, DbErr};

use crate::agencies::{self, Agency};
use crate::applications::Error;
use crate::conversions::{self, Direction, Rule};
use crate::identity::{self, Role, StaffScope, Whose};
use crate::kernel::{AgencyId, Day, RuleId};

/// A rule by which somebody may apply.
#[derive(Clone, Debug)]
pub(in crate::applications) struct Offer {
    pub rule: Rule,
    pub agency: Agency,
}

/// An agency that works, with what it may recognise and who works for it.
struct Working {
    agency: Agency,
    units: Vec<String>,
    officers: Vec<StaffScope>,
}

impl Working {
    async fn of(db: &impl ConnectionTrait, id: AgencyId, today: Day) -> Result<Option<Self>, DbErr> {
        let Some(agency) = agencies::find_agency(db, id).await? else { return Ok(None) };
        if agency.is_closed || agency.suspended.is_some() {
            return Ok(None);
        }
        let Some(delegation) = agencies::delegation_of(db, id, today).await? else { return Ok(None) };
        let officers = identity::load_workers(db, (agency.organisation, agency.line.as_deref()), Role::OFFICERS).await?;
        Ok(Some(Self { agency, units: delegation.powers.units, officers }))
    }

    /// Whether it may recognise this unit for this person. Somebody who has not said where they live is seen by nobody from afar.
    fn takes(&self, rule: &Rule, whose: Whose<'_>) -> bool {
        self.units.contains(&rule.unit)
            && whose.place.is_some()
            && self.officers.iter().any(|officer| officer.grant_for(Role::OFFICERS, whose).is_some())
    }
}

/// All that this person may apply by today, agency by agency.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn offers(
    db: &impl ConnectionTrait,
    whose: Whose<'_>,
    today: Day,
) -> Result<Vec<Offer>, Error> {
    let mut known: HashMap<AgencyId, Option<Working>> = HashMap::new();
    let mut offers = Vec::new();
    for rule in conversions::rules_in_force(db, Direction::In, today).await? {
        if let Entry::Vacant(place) = known.entry(rule.agency) {
            place.insert(Working::of(db, rule.agency, today).await?);
        }
        if let Some(Some(working)) = known.get(&rule.agency)
            && working.takes(&rule, whose)
        {
            offers.push(Offer { rule, agency: working.agency.clone() });
        }
    }
    offers.sort_by(|a, b| (&a.agency.name, &a.rule.title).cmp(&(&b.agency.name, &b.rule.title)));
    Ok(offers)
}

/// The version that is in force today of the rule that `id` is a version of; none where it has ended.
///
/// # Errors
/// What the database answers.
pub(in crate::applications) async fn rule_of(db: &impl ConnectionTrait, id: RuleId, today: Day) -> Result<Option<Rule>, Error> {
    let rule = conversions::get_rule(db, id).await?;
    Ok(conversions::rule_in_force(db, rule.agency, rule.direction, rule.partner, &rule.unit, today).await?)
}
