//! Rolls as pages show them.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::{key, note, open};
use crate::agencies::Agency;
use crate::audit;
use crate::config::Keys;
use crate::conversions::{self, Direction, Rule};
use crate::db::{Db, Tx};
use crate::identity::{self, Role, Sight, StaffScope};
use crate::kernel::{AgencyId, Day, LearnerId, RequestId, RollId};
use crate::rolls::lines::Said;
use crate::rolls::queries::{lines as line_queries, rolls as queries};
use crate::rolls::rules::{LOOKED_AT_ONCE, ON_A_PAGE, ROLLS_SHOWN};
use crate::rolls::{Error, Line, LineState, Roll, RollState};

/// The roll, where it is this agency's.
///
/// # Errors
/// [`Error::NoSuchRoll`].
pub async fn find_roll(db: &impl ConnectionTrait, agency: AgencyId, id: RollId) -> Result<Roll, Error> {
    queries::find(db, id).await?.filter(|roll| roll.agency == agency).ok_or(Error::NoSuchRoll)
}

/// What a second person is shown of a roll, as a digest.
#[must_use]
pub fn shown_of(roll: &Roll) -> crate::kernel::Digest {
    roll.shown()
}

/// The newest rolls of an agency.
///
/// # Errors
/// What the database answers.
pub async fn list_rolls(db: &impl ConnectionTrait, agency: AgencyId) -> Result<Vec<Roll>, DbErr> {
    queries::list(db, agency, ROLLS_SHOWN).await
}

/// The rules by which an agency credits results today.
///
/// # Errors
/// What the database answers.
pub async fn open_rules(db: &impl ConnectionTrait, agency: AgencyId, today: Day) -> Result<Vec<Rule>, DbErr> {
    let mut rules = conversions::rules_in_force(db, Direction::In, today).await?;
    rules.retain(|rule| rule.agency == agency);
    Ok(rules)
}

/// A line with what it says and the name of whose it is, as far as whoever looks may see them.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The line.
    pub line: Line,
    /// What it says, without the person where it is outside; nothing once it is over.
    pub said: Option<Said>,
    /// The name; empty where there is nobody whom they may see.
    pub name: String,
    /// Whether it says something of somebody whom they may not see, and they did not bring it.
    pub is_outside: bool,
}

/// A page of lines.
#[derive(Clone, Debug)]
pub struct PageOf {
    /// Which lines: all, or those in one state.
    pub only: Option<LineState>,
    /// The lines.
    pub lines: Vec<Shown>,
    /// From 1.
    pub number: u64,
    /// How many pages there are.
    pub pages: u64,
    /// Lines that are booked or passed over.
    pub arrived: u64,
}

/// A page of a roll's lines: while something must be mended, those lines alone; when it is done and something was passed over, those first.
/// Names are of people whom whoever looks may see; that they were shown is kept. Of the others, what a line says of them is for whoever brought it.
///
/// # Errors
/// What the database answers; a line or a name that does not open.
pub async fn page_of_roll(
    db: &Db,
    keys: &Keys,
    (agency, scope): (&Agency, &StaffScope),
    (roll, number): (&Roll, u64),
) -> Result<PageOf, Error> {
    let only = match roll.state {
        RollState::Checked if roll.wrong > 0 => Some(LineState::Wrong),
        RollState::Done if roll.wrong > 0 => Some(LineState::Passed),
        _ => None,
    };
    let reader = db.read();
    let arrived = arrived(reader, roll.id).await?;
    let pages = line_queries::count(reader, roll.id, only).await?.div_ceil(ON_A_PAGE).max(1);
    let number = number.clamp(1, pages);
    let lines = line_queries::page(reader, (roll.id, only), ((number - 1) * ON_A_PAGE, ON_A_PAGE)).await?;
    let seen = seen_of(reader, scope, &lines).await?;
    let learners: Vec<LearnerId> = seen.iter().map(|(learner, _)| *learner).collect();
    let people = identity::people_of(reader, keys, &learners, i64::from(db.clock().now().day().year())).await?;
    let is_theirs = is_brought_by(reader, roll, scope).await?;
    keep_shown(db, (scope.actor(), agency), seen).await?;
    let key = key(keys);
    let mut shown = Vec::with_capacity(lines.len());
    for line in lines {
        let name = line.learner.and_then(|learner| people.get(&learner)).map(|person| person.name.clone());
        let said = open(&key, &line)?;
        let is_outside = !is_theirs && said.is_some() && line.learner.is_none_or(|learner| !learners.contains(&learner));
        let said = if is_outside { said.map(Said::without_person) } else { said };
        shown.push(Shown { said, name: name.unwrap_or_default(), line, is_outside });
    }
    Ok(PageOf { only, lines: shown, number, pages, arrived })
}

/// Whether whoever looks brought it, by whichever account: then they know what it says.
async fn is_brought_by(db: &impl ConnectionTrait, roll: &Roll, scope: &StaffScope) -> Result<bool, DbErr> {
    Ok(identity::accounts_of(db, roll.brought_by).await?.contains(&scope.actor()))
}

/// Whose these lines are, as far as whoever looks may see them, and by which role.
async fn seen_of(
    db: &impl ConnectionTrait,
    scope: &StaffScope,
    lines: &[Line],
) -> Result<Vec<(LearnerId, identity::Grant)>, DbErr> {
    let wanted: Vec<(LearnerId, bool)> = lines.iter().filter_map(|line| Some((line.learner?, true))).collect();
    let sights = identity::sights_of(db, (scope, Role::CORRECTORS), &wanted).await?;
    let seen = sights.into_iter().filter_map(|(learner, sight)| match sight {
        Sight::Seen(grant) => Some((learner, grant)),
        Sight::Hidden => None,
    });
    Ok(seen.collect())
}

/// The lines of a roll that were passed over, in their order, with what they say: to be taken away; where somebody else brought it, those alone whose
/// people whoever takes them may see. Who may be seen finds that in their own log; that they were taken stands in the trail.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn take_passed(
    db: &Db,
    keys: &Keys,
    (agency, scope): (&Agency, &StaffScope),
    (roll, request): (&Roll, RequestId),
) -> Result<Vec<(Line, Said)>, Error> {
    let (key, mut taken) = (key(keys), Vec::new());
    let is_theirs = is_brought_by(db.read(), roll, scope).await?;
    let mut skip = 0;
    loop {
        let part = (skip, LOOKED_AT_ONCE);
        let lines = line_queries::page(db.read(), (roll.id, Some(LineState::Passed)), part).await?;
        if lines.is_empty() {
            break;
        }
        skip += LOOKED_AT_ONCE;
        let seen = seen_of(db.read(), scope, &lines).await?;
        let learners: HashSet<LearnerId> = seen.iter().map(|(learner, _)| *learner).collect();
        keep_shown(db, (scope.actor(), agency), seen).await?;
        for line in lines {
            if !is_theirs && line.learner.is_none_or(|learner| !learners.contains(&learner)) {
                continue;
            }
            let said = open(&key, &line)?.unwrap_or_default();
            taken.push((line, said));
        }
    }
    if !taken.is_empty() {
        let (actor, roll, count) = (scope.actor(), roll.clone(), taken.len());
        let work = async move |tx: &Tx| note(tx, (Some(actor), "rolls.take_passed"), &roll, json!({ "lines": count })).await;
        db.write_for(request, work).await?;
    }
    Ok(taken)
}

async fn keep_shown(
    db: &Db,
    (actor, agency): (LearnerId, &Agency),
    seen: Vec<(LearnerId, identity::Grant)>,
) -> Result<(), Error> {
    if seen.is_empty() {
        return Ok(());
    }
    let organisation = agency.organisation;
    db.write(async move |tx: &Tx| {
        let accesses: Vec<audit::Access<'_>> = seen
            .iter()
            .map(|(learner, grant)| audit::Access {
                learner: *learner,
                actor,
                actor_role: grant.role.code(),
                organisation: Some(organisation),
                place_code: grant.area.as_str(),
                what: "roll",
            })
            .collect();
        Ok::<_, Error>(audit::record_accesses(tx, &accesses).await?)
    })
    .await
}

/// The next lines of a roll in which something must be mended, or which were passed over, behind a number. What they say is not opened.
///
/// # Errors
/// What the database answers.
pub async fn list_troubled(db: &impl ConnectionTrait, roll: RollId, (after, most): (i64, u64)) -> Result<Vec<Line>, DbErr> {
    line_queries::list_troubled(db, roll, (after, most)).await
}

/// How many lines of a roll are booked or passed over.
///
/// # Errors
/// What the database answers.
pub async fn arrived(db: &impl ConnectionTrait, roll: RollId) -> Result<u64, Error> {
    let booked = line_queries::count(db, roll, Some(LineState::Booked)).await?;
    Ok(booked + line_queries::count(db, roll, Some(LineState::Passed)).await?)
}
