//! The work of a roll that was agreed to: it is looked at once more, one commit takes the quota for all of it and makes it valid, and chunk by
//! chunk it is booked. However often it is broken off, it goes on where it was; two who work on it at once do nothing twice.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbErr};
use serde_json::json;

use super::checking::{self, Look, problem_of};
use super::{deciding, is_let_in, key, note, open, tell_over};
use crate::agencies::{self, Wanted};
use crate::config::Keys;
use crate::conversions;
use crate::db::{Db, OnceKey, Tx};
use crate::identity::{self, Acquaintance, Role};
use crate::kernel::{Credits, LearnerId, Permille, RollId, Timestamp};
use crate::recognition::{self, ConversionRule, ConvertedIn, Levels, PartnerResult, RollLine};
use crate::rolls::queries::{lines as line_queries, rolls as queries};
use crate::rolls::rules::{AGAIN_MINUTES, BOOKED_AT_ONCE};
use crate::rolls::{Error, Line, LineState, Problem, Roll, RollState, Trouble};

/// The job's kind.
pub const RUN: &str = "rolls.run";

/// Whether there is more to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    More,
    Over,
    /// The agency is suspended.
    Halted,
}

/// Does the work of a roll to its end; says when to come again where the agency is suspended.
///
/// # Errors
/// What the database answers; a line that does not open.
pub async fn run(db: &Db, keys: &Keys, id: RollId) -> Result<Option<Timestamp>, Error> {
    loop {
        let Some(roll) = queries::find(db.read(), id).await? else { return Ok(None) };
        let step = match roll.state {
            RollState::Agreed => make_valid(db, keys, &roll).await?,
            RollState::Valid => book(db, keys, &roll).await?,
            _ => Step::Over,
        };
        match step {
            Step::More => {}
            Step::Over => return Ok(None),
            Step::Halted => return Ok(Some(db.clock().now().plus_minutes(AGAIN_MINUTES))),
        }
    }
}

/// Looks once more; then one commit decides.
async fn make_valid(db: &Db, keys: &Keys, roll: &Roll) -> Result<Step, Error> {
    if is_suspended(db.read(), roll).await? {
        return Ok(Step::Halted);
    }
    let (id, look) = (roll.id, Look::of(db.read(), roll).await?);
    if !look.is_manned() {
        // Nobody is looked for in the name of somebody who does not do this work any more.
        let as_before = checking::Found { wrong: roll.wrong, gives: roll.gives.milli() };
        return goes_back(db, id, Trouble::People, as_before).await;
    }
    let Some(found) = checking::look_at_all(db, keys, roll, &look).await? else { return Ok(Step::More) };
    let looked = checking::with(roll, found);
    let trouble = if found.wrong > 0 || looked.gives != roll.gives {
        Trouble::Stale
    } else {
        match db.write(async move |tx| decide(tx, id).await).await {
            Ok(()) => return Ok(Step::More),
            Err(Error::Halted) => return Ok(Step::Halted),
            Err(error) => trouble_of(error)?,
        }
    };
    goes_back(db, id, trouble, found).await
}

/// A roll that cannot be made valid goes back to whoever brought it; nothing of it is booked.
async fn goes_back(db: &Db, id: RollId, trouble: Trouble, found: checking::Found) -> Result<Step, Error> {
    db.write::<_, Error, _>(async move |tx| {
        if let Some(held) = queries::hold(tx, id).await?.filter(|held| held.state == RollState::Agreed) {
            let by = held.decided.map(|(by, _)| by);
            let back = Roll { state: RollState::Checked, trouble: Some(trouble), decided: None, ..checking::with(&held, found) };
            queries::keep(tx, &back).await?;
            note(tx, (None, "rolls.back"), &back, json!({ "trouble": trouble.code(), "decided_by": by })).await?;
        }
        Ok(())
    })
    .await?;
    Ok(Step::Over)
}

/// What stands in the way of a roll; the error itself where it is no matter of the roll.
fn trouble_of(error: Error) -> Result<Trouble, Error> {
    Ok(match error {
        Error::Stale => Trouble::Stale,
        Error::RuleChanged => Trouble::Rule,
        Error::SamePerson | Error::OwnCredit | Error::NotTheirs => Trouble::People,
        Error::Agency(agencies::Error::OverQuota) => Trouble::Quota,
        Error::Agency(agencies::Error::Closed | agencies::Error::NoDelegation | agencies::Error::NotDelegated(_)) => {
            Trouble::Powers
        }
        other => return Err(other),
    })
}

async fn is_suspended(db: &impl ConnectionTrait, roll: &Roll) -> Result<bool, Error> {
    let agency = agencies::find_agency(db, roll.agency).await?;
    Ok(agency.is_some_and(|agency| agency.suspended.is_some() && !agency.is_closed))
}

/// The one commit: whatever lets these two decide is asked once more, the quota is taken for all of it, and it is valid.
async fn decide(tx: &Tx, id: RollId) -> Result<(), Error> {
    let roll = queries::hold(tx, id).await?.ok_or(Error::NoSuchRoll)?;
    let Some((second, at)) = roll.decided.filter(|_| roll.state == RollState::Agreed) else { return Ok(()) };
    let unit = deciding::rule_must_hold(tx, &roll, at.day()).await?;
    let (lines, gives, most) = line_queries::sums(tx, id).await?;
    if lines != roll.total || gives != roll.gives.milli() {
        return Err(Error::Stale);
    }
    let credits = Credits::from_milli(most).unwrap_or_default();
    let wanted = Wanted { unit: &unit, credits, already: Credits::ZERO };
    let allowed = agencies::must_be_allowed(tx, roll.agency, wanted, tx.now.day()).await;
    let (agency, delegation) = match allowed {
        Err(agencies::Error::Suspended) => return Err(Error::Halted),
        allowed => allowed?,
    };
    deciding::must_be_two_others(tx, &roll, second).await?;
    if !is_let_in(tx, &roll).await? {
        return Err(Error::NotTheirs);
    }
    for (who, roles) in [(roll.brought_by, Role::OFFICERS), (second, Role::REVIEWERS)] {
        let scope = identity::load_scope(tx, who).await?.within_organisation(agency.organisation, agency.line.as_deref());
        if !scope.has_any(roles) {
            return Err(Error::NotTheirs);
        }
    }
    agencies::take_quota(tx, roll.agency, tx.now.day().year(), roll.gives).await?;
    let valid = Roll { state: RollState::Valid, done: 0, per_person: Some(delegation.powers.per_learner), ..roll };
    queries::keep(tx, &valid).await?;
    note(tx, (Some(second), "rolls.valid"), &valid, json!({ "lines": valid.total, "milli": valid.gives.milli() })).await
}

/// What all lines of a roll are booked by.
struct Booking {
    roll: Roll,
    agency_name: String,
    rule: ConversionRule,
    second: LearnerId,
}

impl Booking {
    async fn of(db: &impl ConnectionTrait, roll: &Roll) -> Result<Self, Error> {
        let agency = agencies::find_agency(db, roll.agency).await?.ok_or(Error::NoSuchRoll)?;
        let rule = conversions::get_rule(db, roll.rule).await?.for_recognition(roll.worth);
        // It was decided on while the rule held; the booking may go on past its last day.
        let rule = ConversionRule { until: None, ..rule };
        let second = roll.decided.map_or(LearnerId::NOBODY, |(by, _)| by);
        Ok(Self { roll: roll.clone(), agency_name: agency.name, rule, second })
    }

    /// All versions of the agency's rules as of now: one that was published since the booking began may have given already.
    async fn versions(&self, tx: &Tx) -> Result<HashSet<String>, DbErr> {
        conversions::versions_of(tx, self.roll.agency).await
    }

    fn as_one(&self) -> recognition::Roll<'_> {
        recognition::Roll {
            officer: self.roll.brought_by,
            approver: self.second,
            evidence: self.roll.evidence(),
            responsible_org: &self.agency_name,
            rule: &self.rule,
            per_person: self.roll.per_person,
        }
    }

    /// The line as recognition asks for it; none where whoever it was has left.
    fn line_of(&self, keys: &Keys, line: &Line, people: &HashMap<LearnerId, Acquaintance>) -> Result<Option<RollLine>, Error> {
        let Some(said) = open(&key(keys), line)? else { return Ok(None) };
        let (Some(learner), Some(day)) = (line.learner, said.passed_on()) else { return Ok(None) };
        let Some(person) = people.get(&learner) else { return Ok(None) };
        let Some(once) = OnceKey::parse(&format!("{}-{}", self.roll.id, line.number)) else { return Ok(None) };
        Ok(Some(RollLine {
            learner,
            once,
            result: PartnerResult {
                reference: said.number,
                value: said.value,
                // The register says that it was passed, and nothing of points.
                score: Permille::of(1, 1),
                // What is stated, as far as the bank knows who this is.
                levels: Levels {
                    identity: self.rule.counts(self.roll.levels.identity, person.identity_level),
                    ..self.roll.levels
                },
                passed_at: day.start(),
            },
            standing: person.standing.clone(),
        }))
    }
}

/// Books the next lines: together where that can be, else one by one.
async fn book(db: &Db, keys: &Keys, roll: &Roll) -> Result<Step, Error> {
    let booking = Arc::new(Booking::of(db.read(), roll).await?);
    loop {
        let (of, with) = (Arc::clone(&booking), keys.clone());
        let after = match db.write(async move |tx| book_chunk(tx, &with, &of).await).await {
            Ok(Step::More) => continue,
            Ok(step) => return Ok(step),
            Err(Error::Recognition(recognition::Error::NotTogether)) => queries::find(db.read(), roll.id).await?,
            Err(Error::Agency(agencies::Error::Closed)) => return close(db, roll.id).await,
            Err(error) => return Err(error),
        };
        let Some(after) = after.filter(|roll| roll.state == RollState::Valid) else { return Ok(Step::More) };
        for number in numbers_after(db, &after).await? {
            match book_line(db, keys, &booking, number).await {
                Ok(()) => {}
                Err(Error::Halted) => return Ok(Step::Halted),
                Err(Error::Agency(agencies::Error::Closed)) => return close(db, roll.id).await,
                Err(error) => return Err(error),
            }
        }
    }
}

/// The numbers of the lines of the chunk at hand.
async fn numbers_after(db: &Db, roll: &Roll) -> Result<Vec<i64>, Error> {
    let ready = line_queries::list_ready(db.read(), roll.id, (roll.done, BOOKED_AT_ONCE)).await?;
    Ok(ready.iter().map(|line| line.number).collect())
}

/// The roll, held, where there is something to be booked still and its agency works.
async fn held_valid(tx: &Tx, booking: &Booking) -> Result<Option<Roll>, Error> {
    let held = queries::hold(tx, booking.roll.id).await?.filter(|held| held.state == RollState::Valid);
    let Some(roll) = held else { return Ok(None) };
    match agencies::must_work(tx, roll.agency).await {
        Err(agencies::Error::Suspended) => Err(Error::Halted),
        works => works.map(|_| Some(roll)).map_err(Error::from),
    }
}

/// The agency is closed for good: what is not booked is passed over, and the roll is at its end.
async fn close(db: &Db, id: RollId) -> Result<Step, Error> {
    db.write::<_, Error, _>(async move |tx| {
        let held = queries::hold(tx, id).await?.filter(|held| held.state == RollState::Valid);
        let Some(roll) = held else { return Ok(Step::Over) };
        match agencies::must_work(tx, roll.agency).await {
            Err(agencies::Error::Closed) => {}
            Ok(_) | Err(agencies::Error::Suspended) => return Ok(Step::More),
            Err(error) => return Err(error.into()),
        }
        let lines = line_queries::pass_rest(tx, id, Problem::Closed).await?;
        note(tx, (None, "rolls.pass_over"), &roll, json!({ "lines": lines, "problem": Problem::Closed.code() })).await?;
        end(tx, roll).await
    })
    .await
}

async fn book_chunk(tx: &Tx, keys: &Keys, booking: &Booking) -> Result<Step, Error> {
    let roll = match held_valid(tx, booking).await {
        Ok(Some(roll)) => roll,
        Ok(None) => return Ok(Step::Over),
        Err(Error::Halted) => return Ok(Step::Halted),
        Err(error) => return Err(error),
    };
    let lines = line_queries::list_ready(tx, roll.id, (roll.done, BOOKED_AT_ONCE)).await?;
    let Some(last) = lines.last() else { return end(tx, roll).await };
    let people = people_of(tx, keys, &lines).await?;
    let mut asked = Vec::with_capacity(lines.len());
    for line in &lines {
        let is_own = line.learner.is_none_or(|learner| learner == roll.brought_by || learner == booking.second);
        let one = booking.line_of(keys, line, &people)?.filter(|_| !is_own);
        asked.push(one.ok_or(recognition::Error::NotTogether)?);
    }
    let versions = async |tx: &Tx| booking.versions(tx).await;
    let done = recognition::convert_all_in(tx, &booking.as_one(), &asked, versions).await?;
    let booked: Vec<Line> = lines.iter().zip(&done).map(|(line, done)| booked(line, done)).collect();
    line_queries::keep(tx, roll.id, &booked).await?;
    queries::keep_done(tx, roll.id, last.number).await?;
    Ok(Step::More)
}

fn booked(line: &Line, done: &ConvertedIn) -> Line {
    Line { state: LineState::Booked, transfer: Some(done.transfer), gives: done.credits, ..line.clone() }
}

async fn people_of(tx: &Tx, keys: &Keys, lines: &[Line]) -> Result<HashMap<LearnerId, Acquaintance>, Error> {
    let learners: Vec<LearnerId> = lines.iter().filter_map(|line| line.learner).collect();
    Ok(identity::people_of(tx, keys, &learners, i64::from(tx.now.day().year())).await?)
}

/// All lines are done.
async fn end(tx: &Tx, roll: Roll) -> Result<Step, Error> {
    let passed = line_queries::count(tx, roll.id, Some(LineState::Passed)).await?;
    let passed = i64::try_from(passed).unwrap_or(i64::MAX);
    let done = Roll { state: RollState::Done, wrong: passed, ended_at: Some(tx.now), ..roll };
    queries::keep(tx, &done).await?;
    tell_over(tx, &done).await?;
    note(tx, (None, "rolls.done"), &done, json!({ "lines": done.total, "passed": passed })).await?;
    Ok(Step::Over)
}

/// Books one line in a commit of its own, or passes it over where it must be refused. A fault of the database is no refusal.
async fn book_line(db: &Db, keys: &Keys, booking: &Arc<Booking>, number: i64) -> Result<(), Error> {
    let (of, with) = (Arc::clone(booking), keys.clone());
    let problem = match db.write(async move |tx| book_one(tx, &with, &of, number).await).await {
        Ok(None) => return Ok(()),
        Ok(Some(problem)) => problem,
        Err(Error::Recognition(refusal)) => problem_of(&refusal).ok_or(refusal)?,
        Err(error) => return Err(error),
    };
    let of = Arc::clone(booking);
    db.write::<_, Error, _>(async move |tx| {
        let Some(roll) = held_valid(tx, &of).await? else { return Ok(()) };
        let Some(line) = line_queries::find(tx, roll.id, number).await?.filter(|line| line.state == LineState::Ready) else {
            return Ok(());
        };
        let passed = Line { state: LineState::Passed, problem: Some(problem), gives: Credits::ZERO, ..line };
        line_queries::keep(tx, roll.id, &[passed]).await?;
        queries::keep_done(tx, roll.id, number).await?;
        note(tx, (None, "rolls.pass_over"), &roll, json!({ "line": number, "problem": problem.code() })).await
    })
    .await
}

/// Books one line; why it is passed over, where that is seen before recognition is asked.
async fn book_one(tx: &Tx, keys: &Keys, booking: &Booking, number: i64) -> Result<Option<Problem>, Error> {
    let Some(roll) = held_valid(tx, booking).await? else { return Ok(None) };
    let Some(line) = line_queries::find(tx, roll.id, number).await?.filter(|line| line.state == LineState::Ready) else {
        return Ok(None);
    };
    let people = people_of(tx, keys, std::slice::from_ref(&line)).await?;
    let Some(asked) = booking.line_of(keys, &line, &people)? else { return Ok(Some(Problem::Gone)) };
    let versions = async |tx: &Tx| booking.versions(tx).await;
    let done = recognition::convert_one_in(tx, &booking.as_one(), &asked, versions).await?;
    // The person's chain is held: whoever decides is none of their accounts.
    let accounts = identity::accounts_of(tx, asked.learner).await?;
    let is_own = |who: LearnerId| who == asked.learner || accounts.contains(&who);
    if is_own(roll.brought_by) || is_own(booking.second) {
        return Err(recognition::Error::OwnCredit.into());
    }
    line_queries::keep(tx, roll.id, &[booked(&line, &done)]).await?;
    queries::keep_done(tx, roll.id, number).await?;
    Ok(None)
}
