//! Which rules there are, and which of them hold.

use sea_orm::{ConnectionTrait, DbErr};

use crate::conversions::Error;
use crate::conversions::queries::rules::{self as queries, Matter};
use crate::conversions::rule::Rule;
use crate::conversions::rules::{Direction, RuleState};
use crate::kernel::{AgencyId, Day, OrganisationId, RuleId};

/// The rule, in whichever state.
///
/// # Errors
/// [`Error::NoSuchRule`].
pub async fn get_rule(db: &impl ConnectionTrait, id: RuleId) -> Result<Rule, Error> {
    queries::find(db, id).await?.ok_or(Error::NoSuchRule)
}

/// Whether somebody ended it before its time, as against: it ran out, or another version replaced it.
///
/// # Errors
/// [`Error::NoSuchRule`].
pub async fn is_ended(db: &impl ConnectionTrait, id: RuleId) -> Result<bool, Error> {
    Ok(get_rule(db, id).await?.state == RuleState::Ended)
}

/// All rules of a direction in force on `day`, by agency, partner and unit; those of agencies too that are suspended.
///
/// # Errors
/// What the database answers.
pub async fn rules_in_force(db: &impl ConnectionTrait, direction: Direction, day: Day) -> Result<Vec<Rule>, DbErr> {
    queries::list_in_force(db, Some(direction), (day, None)).await
}

/// The rule of an agency with a partner for a unit, in force on `day`: the version that began last. Of a day that has passed, this says what
/// stood at its end; one that was ended by hand holds on the days before that.
///
/// # Errors
/// What the database answers.
pub async fn rule_in_force(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    direction: Direction,
    partner: OrganisationId,
    unit: &str,
    day: Day,
) -> Result<Option<Rule>, DbErr> {
    queries::find_in_force(db, Matter { agency, direction, partner, unit }, day).await
}
