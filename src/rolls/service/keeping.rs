//! A file becomes a roll: its lines are read, sealed and kept, in chunks. What is over is emptied.

use std::sync::Arc;

use sea_orm::DbErr;
use serde_json::json;

use super::checking::CHECK;
use super::{key, note, seal, tell_over};
use crate::config::Keys;
use crate::db::{Db, Tx};
use crate::jobs;
use crate::kernel::{AgencyId, ClientId, Credits, LearnerId, RollId, RuleId, mac_of};
use crate::recognition::Levels;
use crate::rolls::lines::{self, Column};
use crate::rolls::queries::{lines as line_queries, rolls as queries};
use crate::rolls::rules::{KEPT_AT_ONCE, KEPT_WITHIN_MS, LINE_DAYS};
use crate::rolls::{Error, LineState, Roll, RollState};
use crate::web::sheet;

/// Rolls emptied by one sweep.
const MOST_EMPTIED: u64 = 100;

/// A roll to be kept.
#[derive(Clone, Debug)]
pub struct NewRoll {
    /// Whose.
    pub agency: AgencyId,
    /// By which version of a rule.
    pub rule: RuleId,
    /// What the unit is worth.
    pub worth: Credits,
    /// What whoever brings it states of the evidence.
    pub levels: Levels,
    /// A code of file, rule and levels.
    pub file: Vec<u8>,
    /// Who brings it, or answers for the program that does.
    pub by: LearnerId,
    /// The program that brings it; none where a person does.
    pub client: Option<ClientId>,
    /// Which columns its lines have.
    pub head: Vec<Option<Column>>,
    /// Its lines, without the first.
    pub lines: Vec<sheet::Line>,
}

/// A code of a file, with the version of the rule and what is stated of the evidence, that only the bank's key makes: a short list could be found
/// from a digest by trying.
#[must_use]
pub fn file_code(keys: &Keys, file: &[u8], (rule, levels): (RuleId, Levels)) -> Vec<u8> {
    let levels = [levels.identity.value(), levels.supervision.value()].map(i64::to_be_bytes).concat();
    mac_of(&keys.for_purpose("roll-file"), &[file, rule.uuid().as_bytes(), &levels]).to_vec()
}

/// What a file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// A new roll.
    New(RollId),
    /// The roll of the same file, which was brought before.
    Known(RollId),
}

/// Keeps a file as a roll; the same file by the same version of a rule, with the same levels stated, is the same roll, however often it is brought.
/// One in which something must be mended is looked at anew.
///
/// # Errors
/// [`Error::Moved`] where it was given up before all of it was kept; what the database answers.
pub async fn keep_roll(db: &Db, keys: &Keys, new: &NewRoll) -> Result<Read, Error> {
    let now = db.clock().now();
    let roll = Arc::new(Roll {
        id: RollId::fresh(now),
        agency: new.agency,
        rule: new.rule,
        file_code: new.file.clone(),
        levels: new.levels,
        worth: new.worth,
        per_person: None,
        state: RollState::Reading,
        trouble: None,
        total: i64::try_from(new.lines.len()).unwrap_or(i64::MAX),
        wrong: 0,
        done: 0,
        gives: Credits::ZERO,
        brought_by: new.by,
        client: new.client,
        brought_at: now,
        asked_at: None,
        decided: None,
        answer: None,
        ended_at: None,
    });
    let (id, begun) = (roll.id, Arc::clone(&roll));
    if let Some(known) = db.write::<_, Error, _>(async move |tx| begin(tx, &begun).await).await? {
        return Ok(Read::Known(known));
    }
    let (key, today) = (key(keys), now.day());
    for chunk in new.lines.chunks(KEPT_AT_ONCE) {
        let line = |line: &sheet::Line| crate::rolls::Line {
            number: i64::try_from(line.number).unwrap_or(i64::MAX),
            learner: None,
            sealed: Some(seal(&key, &lines::parse(&new.head, &line.cells, today))),
            state: LineState::New,
            problem: None,
            other: None,
            gives: Credits::ZERO,
            transfer: None,
        };
        let chunk: Vec<crate::rolls::Line> = chunk.iter().map(line).collect();
        db.write::<_, Error, _>(async move |tx| {
            still_reading(tx, id).await?;
            Ok(line_queries::keep(tx, id, &chunk).await?)
        })
        .await?;
    }
    db.write::<_, Error, _>(async move |tx| {
        let roll = still_reading(tx, id).await?;
        look_at(tx, &roll).await?;
        note(
            tx,
            (Some(roll.brought_by), "rolls.bring"),
            &roll,
            json!({ "lines": roll.total, "rule": roll.rule, "client": roll.client }),
        )
        .await
    })
    .await?;
    Ok(Read::New(id))
}

/// A roll that was given up takes no line any more.
async fn still_reading(tx: &Tx, id: RollId) -> Result<Roll, Error> {
    queries::hold(tx, id).await?.filter(|roll| roll.state == RollState::Reading).ok_or(Error::Moved)
}

/// Has it looked at.
async fn look_at(tx: &Tx, roll: &Roll) -> Result<(), Error> {
    let read = Roll { state: RollState::Read, trouble: None, wrong: 0, done: 0, gives: Credits::ZERO, ..roll.clone() };
    queries::keep(tx, &read).await?;
    jobs::schedule(tx, CHECK, &format!("{CHECK}:{}", roll.id), tx.now, &json!({ "roll": roll.id })).await?;
    Ok(())
}

/// The bank gives up a roll by itself.
async fn give_up(tx: &Tx, held: Roll, why: &'static str) -> Result<(), Error> {
    let state = held.state.code();
    let over = Roll { state: RollState::Withdrawn, ended_at: Some(tx.now), ..held };
    queries::keep(tx, &over).await?;
    tell_over(tx, &over).await?;
    note(tx, (None, "rolls.withdraw"), &over, json!({ "why": why, "was": state })).await
}

/// Begins the roll, unless the same file stands already: then its id is given.
async fn begin(tx: &Tx, new: &Roll) -> Result<Option<RollId>, Error> {
    if let Some(same) = queries::find_same(tx, new.rule, &new.file_code).await? {
        let held = queries::hold(tx, same.id).await?.ok_or(Error::NoSuchRoll)?;
        let is_stuck = held.state == RollState::Reading && tx.now.ms() - held.brought_at.ms() > KEPT_WITHIN_MS;
        if !is_stuck {
            if held.state == RollState::Checked && (held.wrong > 0 || held.trouble.is_some()) {
                look_at(tx, &Roll { worth: new.worth, ..held.clone() }).await?;
                if held.brought_by != new.brought_by {
                    note(tx, (Some(new.brought_by), "rolls.look_again"), &held, json!({ "brought_by": held.brought_by })).await?;
                }
            }
            return Ok(Some(held.id));
        }
        give_up(tx, held, "stuck").await?;
    }
    if queries::insert(tx, new).await? {
        return Ok(None);
    }
    // Another process was faster with the same file.
    let same = queries::find_same(tx, new.rule, &new.file_code).await?;
    Ok(Some(same.ok_or_else(|| DbErr::RecordNotInserted)?.id))
}

/// What rolls say that nobody wanted goes at once; a roll that waits for a month is given up; lines of rolls that are over go after a month.
/// Safe to run twice.
///
/// # Errors
/// What the database answers.
pub async fn empty_old(db: &Db) -> Result<(), Error> {
    let now = db.clock().now();
    let a_month_ago = now.plus_days(-i64::from(LINE_DAYS));
    let waiting = [RollState::Reading, RollState::Read, RollState::Checked, RollState::Asked];
    for roll in queries::list_old(db.read(), &waiting, a_month_ago, MOST_EMPTIED).await? {
        db.write::<_, Error, _>(async move |tx| {
            // In the state in which it was found: somebody may have gone on with it meanwhile.
            let held = queries::hold(tx, roll.id).await?.filter(|held| held.state == roll.state);
            if let Some(held) = held {
                give_up(tx, held, "old").await?;
            }
            Ok(())
        })
        .await?;
    }
    let unwanted = [RollState::Refused, RollState::Withdrawn];
    for roll in queries::list_old(db.read(), &unwanted, now.plus_days(1), MOST_EMPTIED).await? {
        empty_over(db, roll.id).await?;
    }
    for roll in queries::list_old(db.read(), &[RollState::Done], a_month_ago, MOST_EMPTIED).await? {
        if roll.ended_at.is_some_and(|ended| ended < a_month_ago) {
            empty(db, roll.id).await?;
        }
    }
    Ok(())
}

/// What a roll says goes at once, in bites, where nobody wanted it.
///
/// # Errors
/// What the database answers.
pub async fn empty_over(db: &Db, id: RollId) -> Result<(), Error> {
    let is_unwanted = |roll: &Roll| matches!(roll.state, RollState::Refused | RollState::Withdrawn);
    if queries::find(db.read(), id).await?.is_some_and(|roll| is_unwanted(&roll)) { empty(db, id).await } else { Ok(()) }
}

async fn empty(db: &Db, id: RollId) -> Result<(), Error> {
    while db.write::<_, Error, _>(async move |tx| Ok(line_queries::delete(tx, id).await?)).await? > 0 {}
    Ok(())
}
