//! What two people decide about a roll.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::booking::RUN;
use super::{is_let_in, note, tell_over};
use crate::agencies::{self, Wanted};
use crate::conversions::{self, Direction};
use crate::db::{Db, Tx};
use crate::identity::{self, Role, Sight, StaffScope};
use crate::jobs;
use crate::kernel::{AgencyId, Credits, Day, Digest, LearnerId, RollId};
use crate::rolls::queries::{lines as line_queries, rolls as queries};
use crate::rolls::rules::LOOKED_AT_ONCE;
use crate::rolls::{Error, Roll, RollState};

/// Which roll of which agency, and whose hand.
#[derive(Clone, Copy, Debug)]
pub struct Deciding {
    /// The agency.
    pub agency: AgencyId,
    /// The roll.
    pub roll: RollId,
    /// Who.
    pub by: LearnerId,
}

async fn held(tx: &Tx, of: Deciding) -> Result<Roll, Error> {
    queries::hold(tx, of.roll).await?.filter(|roll| roll.agency == of.agency).ok_or(Error::NoSuchRoll)
}

/// Asks for a second person. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRoll`], [`Error::NotTheirs`]; [`Error::Moved`] where something must be mended first, or the program that brought it was put out.
pub async fn ask(tx: &Tx, of: Deciding) -> Result<(), Error> {
    let roll = held(tx, of).await?;
    if roll.brought_by != of.by {
        return Err(Error::NotTheirs);
    }
    match roll.state {
        RollState::Asked => return Ok(()),
        RollState::Checked if roll.wrong == 0 && roll.trouble.is_none() && is_let_in(tx, &roll).await? => {}
        _ => return Err(Error::Moved),
    }
    queries::keep(tx, &Roll { state: RollState::Asked, asked_at: Some(tx.now), ..roll.clone() }).await?;
    note(tx, (Some(of.by), "rolls.ask"), &roll, json!({ "lines": roll.total, "milli": roll.gives.milli() })).await
}

/// Gives a roll up that is not agreed to. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRoll`], [`Error::NotTheirs`], [`Error::Moved`].
pub async fn withdraw(tx: &Tx, of: Deciding) -> Result<(), Error> {
    let roll = held(tx, of).await?;
    if roll.brought_by != of.by {
        return Err(Error::NotTheirs);
    }
    match roll.state {
        RollState::Withdrawn => return Ok(()),
        RollState::Reading | RollState::Read | RollState::Checked | RollState::Asked => {}
        _ => return Err(Error::Moved),
    }
    let withdrawn = Roll { state: RollState::Withdrawn, ended_at: Some(tx.now), ..roll };
    queries::keep(tx, &withdrawn).await?;
    tell_over(tx, &withdrawn).await?;
    note(tx, (Some(of.by), "rolls.withdraw"), &withdrawn, json!({})).await
}

/// Whether the rule may be used on `day` as it was brought: the version in force, not ended, of a unit worth the same.
pub(super) async fn rule_must_hold(db: &impl ConnectionTrait, roll: &Roll, day: Day) -> Result<String, Error> {
    let rule = conversions::get_rule(db, roll.rule).await?;
    if conversions::is_ended(db, roll.rule).await? {
        return Err(Error::RuleChanged);
    }
    let now = conversions::rule_in_force(db, roll.agency, Direction::In, rule.partner, &rule.unit, day).await?;
    if now.is_some_and(|now| now.id == roll.rule) { Ok(rule.unit) } else { Err(Error::RuleChanged) }
}

/// Neither of two decides with themselves, nor about themselves.
pub(super) async fn must_be_two_others(db: &impl ConnectionTrait, roll: &Roll, second: LearnerId) -> Result<(), Error> {
    let first = identity::accounts_of(db, roll.brought_by).await?;
    if second == roll.brought_by || first.contains(&second) {
        return Err(Error::SamePerson);
    }
    let mut own: HashSet<LearnerId> = identity::accounts_of(db, second).await?.into_iter().chain(first).collect();
    own.extend([second, roll.brought_by]);
    let own: Vec<LearnerId> = own.into_iter().collect();
    if line_queries::is_about(db, roll.id, &own).await? { Err(Error::OwnCredit) } else { Ok(()) }
}

/// Of how many lines a member of staff may not see the people.
///
/// # Errors
/// What the database answers.
pub async fn unseen_by(db: &Db, scope: &StaffScope, roll: RollId) -> Result<u64, Error> {
    let (mut unseen, mut after) = (0, 0);
    loop {
        let lines = line_queries::list_after(db.read(), roll, (after, LOOKED_AT_ONCE)).await?;
        let Some(last) = lines.last() else { return Ok(unseen) };
        after = last.number;
        let wanted: Vec<(LearnerId, bool)> = lines.iter().filter_map(|line| Some((line.learner?, true))).collect();
        let sights = identity::sights_of(db.read(), (scope, Role::REVIEWERS), &wanted).await?;
        let is_seen = |learner: &LearnerId| matches!(sights.get(learner), Some(Sight::Seen(_)));
        let hidden = wanted.iter().filter(|(learner, _)| !is_seen(learner)).count();
        unseen += u64::try_from(hidden).unwrap_or(0);
    }
}

/// The second person agrees to what was shown. Agreeing twice is agreeing once.
///
/// # Errors
/// [`Error::NoSuchRoll`], [`Error::Moved`], [`Error::Stale`], [`Error::SamePerson`], [`Error::OwnCredit`], [`Error::RuleChanged`]; where the agency
/// may not do it.
pub async fn agree(tx: &Tx, of: Deciding, (shown, worth): (&Digest, Credits)) -> Result<(), Error> {
    let roll = held(tx, of).await?;
    let is_theirs = roll.decided.is_some_and(|(by, _)| by == of.by);
    if is_theirs && matches!(roll.state, RollState::Agreed | RollState::Valid | RollState::Done) {
        return Ok(());
    }
    if roll.state != RollState::Asked || !is_let_in(tx, &roll).await? {
        return Err(Error::Moved);
    }
    if roll.shown() != *shown {
        return Err(Error::Stale);
    }
    must_be_two_others(tx, &roll, of.by).await?;
    let unit = rule_must_hold(tx, &roll, tx.now.day()).await?;
    if worth != roll.worth {
        return Err(Error::RuleChanged);
    }
    let (_, _, most) = line_queries::sums(tx, roll.id).await?;
    let credits = Credits::from_milli(most).unwrap_or_default();
    let wanted = Wanted { unit: &unit, credits, already: Credits::ZERO };
    agencies::must_be_allowed(tx, roll.agency, wanted, tx.now.day()).await?;
    let agreed = Roll { state: RollState::Agreed, decided: Some((of.by, tx.now)), done: 0, ..roll };
    queries::keep(tx, &agreed).await?;
    jobs::schedule(tx, RUN, &format!("{RUN}:{}", agreed.id), tx.now, &json!({ "roll": agreed.id })).await?;
    note(tx, (Some(of.by), "rolls.agree"), &agreed, json!({ "lines": agreed.total, "milli": agreed.gives.milli() })).await
}

/// The second person does not agree. Twice is once.
///
/// # Errors
/// [`Error::NoSuchRoll`], [`Error::Moved`], [`Error::SamePerson`], [`Error::OwnCredit`].
pub async fn disagree(tx: &Tx, of: Deciding, answer: &str) -> Result<(), Error> {
    let roll = held(tx, of).await?;
    if roll.state == RollState::Refused && roll.decided.is_some_and(|(by, _)| by == of.by) {
        return Ok(());
    }
    if roll.state != RollState::Asked {
        return Err(Error::Moved);
    }
    must_be_two_others(tx, &roll, of.by).await?;
    let refused = Roll {
        state: RollState::Refused,
        decided: Some((of.by, tx.now)),
        answer: Some(answer.to_owned()),
        ended_at: Some(tx.now),
        ..roll
    };
    queries::keep(tx, &refused).await?;
    tell_over(tx, &refused).await?;
    note(tx, (Some(of.by), "rolls.disagree"), &refused, json!({})).await
}
