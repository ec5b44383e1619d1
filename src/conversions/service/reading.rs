//! Which rules there are, and which of them hold.

use std::collections::{BTreeMap, HashSet};

use sea_orm::{ConnectionTrait, DbErr};

use crate::agencies;
use crate::conversions::Error;
pub(in crate::conversions) use crate::conversions::queries::versions::Standing;
use crate::conversions::queries::versions::{self as queries, Matter};
use crate::conversions::rule::{Rule, version_name};
use crate::conversions::rules::Direction;
use crate::identity;
use crate::kernel::{AgencyId, Credits, Day, LearnerId, OrganisationId, RuleId, TransferId};
use crate::ledger::{self, Book, Code};
use crate::recognition;

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
    Ok(get_rule(db, id).await?.is_ended())
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

/// All versions of an agency's rules, as they stand in the ledger: what it has given is what was credited by one of them, whatever it was called then.
///
/// # Errors
/// What the database answers.
pub async fn versions_of(db: &impl ConnectionTrait, agency: AgencyId) -> Result<HashSet<String>, DbErr> {
    let published = queries::list_published(db, agency).await?;
    Ok(published.into_iter().map(|(id, version)| version_name(id, version)).collect())
}

/// What an agency has given the person of this account so far, by all of their accounts and by whichever way: what stands in the ledger by one of
/// its rules. Without `except`, which was just booked. Where it decides about more, the caller holds the person's chain.
///
/// # Errors
/// What the database answers.
pub async fn given_by(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    learner: LearnerId,
    except: Option<TransferId>,
) -> Result<Credits, Error> {
    let accounts = identity::accounts_of(db, learner).await?;
    let books = ledger::books_of(db, &accounts).await.map_err(recognition::Error::from)?;
    Ok(given_in(db, agency, &books, except).await?)
}

/// The same, where the books of all accounts of the person are known. Who was never given anything is asked nothing about.
///
/// # Errors
/// What the database answers.
pub async fn given_in(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    books: &BTreeMap<LearnerId, Book>,
    except: Option<TransferId>,
) -> Result<Credits, DbErr> {
    if !books.values().flat_map(Book::standing_awards).any(|award| award.code == Code::ConvertIn) {
        return Ok(Credits::default());
    }
    let versions = versions_of(db, agency).await?;
    Ok(Credits::from_milli(recognition::given_in(books.values(), &versions, except)).unwrap_or_default())
}

/// One page of all rules in force on `day`.
pub(in crate::conversions) async fn list_all_in_force(
    db: &impl ConnectionTrait,
    day: Day,
    part: (u64, u64),
) -> Result<Vec<Rule>, DbErr> {
    queries::list_in_force(db, None, (day, Some(part))).await
}

/// How many these are.
pub(in crate::conversions) async fn count_all_in_force(db: &impl ConnectionTrait, day: Day) -> Result<u64, DbErr> {
    queries::count_in_force(db, day).await
}

/// One page of an agency's rules that stand like this, and how many there are.
pub(in crate::conversions) async fn list_of_agency(
    db: &impl ConnectionTrait,
    which: (AgencyId, Standing, Day),
    part: (u64, u64),
) -> Result<(Vec<Rule>, u64), DbErr> {
    queries::list_of_agency(db, which, part).await
}

/// A rule of this agency; another one's is not to be found.
pub(in crate::conversions) async fn get_of_agency(
    db: &impl ConnectionTrait,
    agency: AgencyId,
    id: RuleId,
) -> Result<Rule, Error> {
    queries::find(db, id).await?.filter(|rule| rule.agency == agency).ok_or(Error::NoSuchRule)
}

/// Names of agencies, and whether each works today.
pub(in crate::conversions) async fn agency_names(
    db: &impl ConnectionTrait,
    rules: &[Rule],
) -> Result<BTreeMap<AgencyId, (String, bool)>, DbErr> {
    let mut names = BTreeMap::new();
    for rule in rules {
        if let std::collections::btree_map::Entry::Vacant(slot) = names.entry(rule.agency)
            && let Some(agency) = agencies::find_agency(db, rule.agency).await?
        {
            slot.insert((agency.name, !agency.is_closed && agency.suspended.is_none()));
        }
    }
    Ok(names)
}
