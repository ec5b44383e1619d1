//! A roll is looked at: each line by itself, against the others, and against what is credited already. Nothing is booked.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::{is_let_in, key, note, open};
use crate::agencies::{self, Agency};
use crate::audit;
use crate::config::Keys;
use crate::conversions;
use crate::db::{Db, Tx};
use crate::identity::{self, Role, Sight, StaffScope};
use crate::kernel::{Credits, IdentityLevel, LearnerId, RollId};
use crate::ledger;
use crate::recognition::{self, Brought, ConversionRule, Giver};
use crate::rolls::lines::{Named, Said};
use crate::rolls::queries::{lines as line_queries, rolls as queries};
use crate::rolls::rules::LOOKED_AT_ONCE;
use crate::rolls::{Error, Line, LineState, Problem, Roll, RollState};

/// The job's kind.
pub const CHECK: &str = "rolls.check";

/// Everything by which the lines of a roll are looked at.
pub(super) struct Look {
    pub agency: Agency,
    pub rule: ConversionRule,
    /// What is stated of who sat there.
    stated: IdentityLevel,
    /// All versions of the agency's rules.
    versions: HashSet<String>,
    /// The most that one person may be given by the agency.
    pub per_person: Option<Credits>,
    /// What whoever brought it may see, and what whoever agreed may.
    scopes: Vec<(StaffScope, &'static [Role])>,
    /// The accounts of those who decide.
    own: HashSet<LearnerId>,
    /// Whether the program that brought it is let in still, where one did.
    is_let_in: bool,
}

impl Look {
    pub(super) async fn of(db: &impl ConnectionTrait, roll: &Roll) -> Result<Self, Error> {
        let agency = agencies::find_agency(db, roll.agency).await?.ok_or(Error::NoSuchRoll)?;
        let rule = conversions::get_rule(db, roll.rule).await?.for_recognition(roll.worth);
        let today = roll.decided.map_or(roll.brought_at, |(_, at)| at).day();
        let delegation = agencies::delegation_of(db, roll.agency, today).await?;
        let people = [Some((roll.brought_by, Role::OFFICERS)), roll.decided.map(|(by, _)| (by, Role::REVIEWERS))];
        let (mut scopes, mut own) = (Vec::new(), HashSet::new());
        for (who, roles) in people.into_iter().flatten() {
            let scope = identity::load_scope(db, who).await?;
            scopes.push((scope.within_organisation(agency.organisation, agency.line.as_deref()), roles));
            own.extend(identity::accounts_of(db, who).await?);
            own.insert(who);
        }
        let versions = conversions::versions_of(db, roll.agency).await?;
        let per_person = delegation.map(|delegation| delegation.powers.per_learner);
        let is_let_in = is_let_in(db, roll).await?;
        Ok(Self { versions, per_person, agency, rule, stated: roll.levels.identity, scopes, own, is_let_in })
    }
}

impl Look {
    /// Whether each of those who decide still does this work, and the program that brought it is let in still.
    pub(super) fn is_manned(&self) -> bool {
        self.is_let_in && self.scopes.iter().all(|(scope, roles)| scope.has_any(roles))
    }
}

/// What the lines before have said, by which the next are held against them.
#[derive(Default)]
struct Before {
    numbers: HashMap<String, i64>,
    people: HashMap<LearnerId, i64>,
}

/// What looking at a roll came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub wrong: i64,
    pub gives: i64,
}

/// Looks at every line of a roll that was read, and says of each what must be mended. Safe to run twice.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn check(db: &Db, keys: &Keys, id: RollId) -> Result<(), Error> {
    let Some(roll) = queries::find(db.read(), id).await?.filter(|roll| roll.state == RollState::Read) else { return Ok(()) };
    let look = Look::of(db.read(), &roll).await?;
    let Some(found) = look_at_all(db, keys, &roll, &look).await? else { return Ok(()) };
    db.write::<_, Error, _>(async move |tx| {
        if let Some(held) = queries::hold(tx, id).await?.filter(|held| held.state == RollState::Read) {
            let checked = Roll { state: RollState::Checked, ..with(&held, found) };
            queries::keep(tx, &checked).await?;
            ask_for_program(tx, checked).await?;
        }
        Ok(())
    })
    .await
}

/// A program asks nobody by itself: of what it brought, and what is in order, the second person is asked at once, in the name of whoever answers
/// for it, as long as they do this work and the program is let in.
async fn ask_for_program(tx: &Tx, roll: Roll) -> Result<(), Error> {
    if roll.client.is_none() || roll.wrong > 0 || !is_let_in(tx, &roll).await? {
        return Ok(());
    }
    let agency = agencies::find_agency(tx, roll.agency).await?.ok_or(Error::NoSuchRoll)?;
    let scope = identity::load_scope(tx, roll.brought_by).await?;
    if !scope.within_organisation(agency.organisation, agency.line.as_deref()).has_any(Role::OFFICERS) {
        return Ok(());
    }
    let asked = Roll { state: RollState::Asked, asked_at: Some(tx.now), ..roll };
    queries::keep(tx, &asked).await?;
    let detail = json!({ "lines": asked.total, "milli": asked.gives.milli(), "client": asked.client });
    note(tx, (Some(asked.brought_by), "rolls.ask"), &asked, detail).await
}

/// The roll, with what was found of its lines.
pub(super) fn with(roll: &Roll, found: Found) -> Roll {
    Roll { wrong: found.wrong, gives: Credits::from_milli(found.gives).unwrap_or_default(), done: 0, ..roll.clone() }
}

/// Looks at all lines and keeps what is to be said of each; none where the roll moved on meanwhile.
pub(super) async fn look_at_all(db: &Db, keys: &Keys, roll: &Roll, look: &Look) -> Result<Option<Found>, Error> {
    let (mut before, mut found, mut after) = (Before::default(), Found::default(), 0);
    let (id, state) = (roll.id, roll.state);
    loop {
        let lines = line_queries::list_after(db.read(), id, (after, LOOKED_AT_ONCE)).await?;
        let Some(last) = lines.last() else { return Ok(Some(found)) };
        after = last.number;
        let (seen, tried) = look_at(db, keys, look, &mut before, &lines).await?;
        found.wrong += i64::try_from(seen.iter().filter(|line| line.state != LineState::Ready).count()).unwrap_or(0);
        found.gives += seen.iter().map(|line| line.gives.milli()).sum::<i64>();
        let changed: Vec<Line> = seen.into_iter().zip(&lines).filter(|(now, then)| now != *then).map(|(now, _)| now).collect();
        let tried = Arc::new(tries_of(look, tried));
        let goes_on = db.write::<_, Error, _>(async move |tx| {
            if !queries::hold(tx, id).await?.is_some_and(|held| held.state == state) {
                return Ok(false);
            }
            line_queries::keep(tx, id, &changed).await?;
            keep_tries(tx, &tried).await?;
            Ok(queries::keep_done(tx, id, after).await?)
        });
        if !goes_on.await? {
            return Ok(None);
        }
    }
}

/// Who was looked for by whom, and may not be seen by them.
struct Tried {
    learner: LearnerId,
    actor: LearnerId,
    role: &'static str,
    place: String,
}

fn tries_of(look: &Look, tried: Vec<(LearnerId, usize)>) -> (Vec<Tried>, crate::kernel::OrganisationId) {
    let of = |(learner, at): (LearnerId, usize)| {
        let (scope, _) = look.scopes.get(at)?;
        let grant = scope.grants().first();
        Some(Tried {
            learner,
            actor: scope.actor(),
            role: grant.map_or("", |grant| grant.role.code()),
            place: grant.map_or(String::new(), |grant| grant.area.as_str().to_owned()),
        })
    };
    (tried.into_iter().filter_map(of).collect(), look.agency.organisation)
}

async fn keep_tries(tx: &Tx, (tried, organisation): &(Vec<Tried>, crate::kernel::OrganisationId)) -> Result<(), Error> {
    let accesses: Vec<audit::Access<'_>> = tried
        .iter()
        .map(|one| audit::Access {
            learner: one.learner,
            actor: one.actor,
            actor_role: one.role,
            organisation: Some(*organisation),
            place_code: &one.place,
            what: "agency_tried",
        })
        .collect();
    if !accesses.is_empty() {
        audit::record_accesses(tx, &accesses).await?;
    }
    Ok(())
}

/// A line with what it says and whose it may be.
struct Opened<'a> {
    line: &'a Line,
    said: Option<Said>,
    learner: Option<LearnerId>,
    by_card: bool,
}

/// The lines as they stand now, and those who were looked for and may not be seen, with the number of the scope.
async fn look_at(
    db: &Db,
    keys: &Keys,
    look: &Look,
    before: &mut Before,
    lines: &[Line],
) -> Result<(Vec<Line>, Vec<(LearnerId, usize)>), Error> {
    let opened = opened(db, keys, lines).await?;
    let wanted: Vec<(LearnerId, bool)> = opened.iter().filter_map(|one| Some((one.learner?, one.by_card))).collect();
    let (mut seen, mut tried): (HashSet<LearnerId>, _) = (wanted.iter().map(|(learner, _)| *learner).collect(), Vec::new());
    for (at, (scope, roles)) in look.scopes.iter().enumerate() {
        let sights = identity::sights_of(db.read(), (scope, *roles), &wanted).await?;
        seen.retain(|learner| matches!(sights.get(learner), Some(Sight::Seen(_))));
        tried.extend(sights.into_iter().filter(|(_, sight)| *sight == Sight::Hidden).map(|(learner, _)| (learner, at)));
    }
    let visible: Vec<LearnerId> = seen.iter().copied().collect();
    let primaries = identity::primaries_of(db.read(), &visible).await?;
    let people = identity::people_of(db.read(), keys, &visible, i64::from(db.clock().now().day().year())).await?;
    let is_unproved = |learner: LearnerId| {
        people.get(&learner).is_some_and(|who| look.rule.counts(look.stated, who.identity_level) < look.rule.least.identity)
    };
    let mut judged: Vec<(Line, Option<&Said>)> = Vec::new();
    for one in &opened {
        let learner = one.learner.filter(|learner| seen.contains(learner));
        let person = learner.map(|learner| primaries.get(&learner).copied().unwrap_or(learner));
        let (problem, other) = by_itself(look, before, one, person);
        let problem = problem.or(learner.filter(|learner| is_unproved(*learner)).map(|_| Problem::Identity));
        let state = if problem.is_some() { LineState::Wrong } else { LineState::Ready };
        let line = Line { learner, state, problem, other, gives: Credits::ZERO, transfer: None, ..one.line.clone() };
        judged.push((line, one.said.as_ref()));
    }
    reckon(db, look, &mut judged).await?;
    Ok((judged.into_iter().map(|(line, _)| line).collect(), tried))
}

async fn opened<'a>(db: &Db, keys: &Keys, lines: &'a [Line]) -> Result<Vec<Opened<'a>>, Error> {
    let key = key(keys);
    let mut opened = Vec::with_capacity(lines.len());
    let mut cards = Vec::new();
    for line in lines {
        let said = open(&key, line)?;
        let named = said.as_ref().filter(|said| said.problem().is_none()).and_then(Said::named);
        let card = match &named {
            Some(Named::Card(card)) => Some(card.clone()),
            _ => None,
        };
        cards.extend(card.clone());
        let learner = match named {
            Some(Named::Learner(learner)) => Some(learner),
            _ => None,
        };
        opened.push((Opened { line, said, learner, by_card: card.is_some() }, card));
    }
    let holders = identity::holders_of_cards(db.read(), &cards).await?;
    let whole = |(one, card): (Opened<'a>, Option<_>)| {
        let holder = card.and_then(|card| holders.get(&card).copied());
        Opened { learner: one.learner.or(holder), ..one }
    };
    Ok(opened.into_iter().map(whole).collect())
}

/// What is wrong with a line by itself and beside those before it; then it is one of them.
fn by_itself(look: &Look, before: &mut Before, one: &Opened<'_>, person: Option<LearnerId>) -> (Option<Problem>, Option<i64>) {
    let Some(said) = &one.said else { return (Some(Problem::Gone), None) };
    let number = one.line.number;
    let same_number = match recognition::normal_number(&said.number) {
        spelt if spelt.is_empty() => None,
        spelt => Some(*before.numbers.entry(spelt).or_insert(number)).filter(|first| *first != number),
    };
    let same_person = person.map(|person| *before.people.entry(person).or_insert(number)).filter(|first| *first != number);
    if let Some(problem) = said.problem() {
        return (Some(problem), None);
    }
    let Some(person) = person else { return (Some(Problem::Nobody), None) };
    if look.own.contains(&person) || one.learner.is_some_and(|learner| look.own.contains(&learner)) {
        return (Some(Problem::Own), None);
    }
    match (same_number, same_person) {
        (Some(other), _) => (Some(Problem::SameNumber), Some(other)),
        (None, Some(other)) => (Some(Problem::SamePerson), Some(other)),
        (None, None) => (None, None),
    }
}

/// What the lines that are right so far would credit, or why they would not.
async fn reckon(db: &Db, look: &Look, judged: &mut [(Line, Option<&Said>)]) -> Result<(), Error> {
    let asked: Vec<(usize, Brought<'_>)> = judged
        .iter()
        .enumerate()
        .filter(|(_, (line, _))| line.problem.is_none())
        .filter_map(|(at, (line, said))| {
            let said = (*said)?;
            Some((at, Brought { learner: line.learner?, reference: &said.number, value: said.value }))
        })
        .collect();
    let giver = Giver { versions: &look.versions, per_person: look.per_person };
    let brought: Vec<Brought<'_>> = asked.iter().map(|(_, brought)| *brought).collect();
    let outlook =
        if brought.is_empty() { Vec::new() } else { recognition::outlook(db.read(), (&look.rule, giver), &brought).await? };
    for ((at, _), outcome) in asked.iter().zip(outlook) {
        let Some((line, _)) = judged.get_mut(*at) else { continue };
        match outcome {
            Ok(gives) => line.gives = gives,
            Err(refusal) => {
                let problem = problem_of(&refusal).ok_or(refusal)?;
                (line.state, line.problem) = (LineState::Wrong, Some(problem));
            }
        }
    }
    Ok(())
}

/// What recognition's refusal of a line is; none where it is no matter of the line.
pub(super) const fn problem_of(refusal: &recognition::Error) -> Option<Problem> {
    Some(match refusal {
        recognition::Error::Ledger(ledger::Error::AwardGiven) => Problem::Held,
        recognition::Error::Ledger(ledger::Error::Closed) => Problem::Gone,
        recognition::Error::ResultTaken => Problem::Taken,
        recognition::Error::NothingComesOfIt => Problem::Nothing,
        recognition::Error::CapReached => Problem::Cap,
        recognition::Error::OverPerPerson => Problem::OverPerson,
        recognition::Error::EvidenceTooLow => Problem::Identity,
        recognition::Error::OwnCredit => Problem::Own,
        _ => return None,
    })
}
