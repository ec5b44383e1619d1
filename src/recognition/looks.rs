//! Passes that somebody looks at before they are credited: beyond what a place credits in an hour unseen. The others of the place go on, and
//! what waits is not lost. Nobody is told that they did wrong; no pass is refused by a rule.
//!
//! One person suffices to credit what waits. Not to credit it takes two: the second may still credit it. Nobody looks at their own.

use sea_orm::ConnectionTrait;
use serde_json::json;

use super::joined_queries::{self, Waiting};
use super::service::UNIT_LEVEL;
use super::{Error, joined, looks_queries as queries};
use crate::audit::{self, Entry};
use crate::db::Tx;
use crate::kernel::{LearnerId, ResultId, Timestamp};
use crate::ledger::{self, Asset, AwardSeries, AwardState, Key};
use crate::outbox::Standing;
use crate::places::PlaceCode;

/// How long it is kept how many passed in an hour.
pub(super) const TALLY_DAYS: u16 = 2;
const HOUR_MS: i64 = 3_600_000;

/// How far a pass that waits has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookState {
    /// Nobody has looked.
    Waiting,
    /// One person would not credit it; a second looks.
    Doubted,
    /// It was credited.
    Credited,
    /// The unit had been credited meanwhile: there was nothing to add.
    Held,
    /// Two people looked and did not credit it.
    Declined,
}

impl LookState {
    const ALL: [Self; 5] = [Self::Waiting, Self::Doubted, Self::Credited, Self::Held, Self::Declined];

    /// The code in the table.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Doubted => "doubted",
            Self::Credited => "credited",
            Self::Held => "held",
            Self::Declined => "declined",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Whether somebody is still to look.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Doubted)
    }
}

/// A pass that waits for somebody to look, or did.
#[derive(Clone, Debug)]
pub struct Awaiting {
    /// Whose.
    pub learner: LearnerId,
    /// The result that is kept.
    pub result: ResultId,
    /// Of which unit.
    pub unit: String,
    /// Where.
    pub place_code: String,
    /// When it was passed.
    pub kept_at: Timestamp,
    /// How far it has come.
    pub state: LookState,
    /// Who would not credit it.
    pub doubted_by: Option<LearnerId>,
    /// Who decided.
    pub looked_by: Option<LearnerId>,
    pub(super) terms: Waiting,
}

/// What somebody who looked says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookVerdict {
    /// Credit it.
    Credit,
    /// Better not: a second person looks, and decides.
    Doubt,
}

/// What a look came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It is so now.
    Now(LookState),
    /// The same person had said the same before.
    Before(LookState),
}

/// Whether a pass at `place` now is one more than `most` in this hour; it is counted. One statement.
pub(super) async fn is_one_too_many(tx: &Tx, place: &str, most: u32) -> Result<bool, Error> {
    let hour = tx.now.ms() - tx.now.ms().rem_euclid(HOUR_MS);
    Ok(queries::count_up(tx, place, hour).await? > i64::from(most))
}

/// What waits within the areas, the oldest first.
///
/// # Errors
/// What the database answers.
pub async fn list_awaiting(db: &impl ConnectionTrait, areas: &[PlaceCode], page: (u64, u64)) -> Result<Vec<Awaiting>, Error> {
    Ok(queries::list(db, areas, page).await?)
}

/// How many wait within the areas.
///
/// # Errors
/// What the database answers.
pub async fn count_awaiting(db: &impl ConnectionTrait, areas: &[PlaceCode]) -> Result<u64, Error> {
    Ok(queries::count(db, areas).await?)
}

/// One pass that waits, or did.
///
/// # Errors
/// [`Error::NoSuchRequest`] where there is none; what the database answers.
pub async fn get_awaiting(db: &impl ConnectionTrait, learner: LearnerId, result: ResultId) -> Result<Awaiting, Error> {
    queries::find(db, learner, result).await?.ok_or(Error::NoSuchRequest)
}

/// Somebody has looked at a pass that waits, and says what becomes of it. Said twice by the same person it is said once.
///
/// # Errors
/// [`Error::OwnCredit`]; [`Error::Decided`] where somebody decided otherwise meanwhile; what ledger and database refuse.
pub async fn look(
    tx: &Tx,
    (learner, result): (LearnerId, ResultId),
    by: LearnerId,
    verdict: LookVerdict,
    standing: &Standing,
) -> Result<Looked, Error> {
    if by == learner {
        return Err(Error::OwnCredit);
    }
    let unit = get_awaiting(tx, learner, result).await?.unit;
    let series = AwardSeries::new(Asset::LITERACY, &unit, UNIT_LEVEL).ok_or(Error::BadTerms)?;
    let key = Key::new("recognition.look", &result.to_string()).ok_or(Error::BadTerms)?;
    // Whoever decides holds the account: of two at once the second knows of the first.
    let chain = ledger::open(tx, learner, key, Some(&series)).await?;
    let found = get_awaiting(tx, learner, result).await?;
    let said = match (found.state, verdict) {
        (LookState::Credited | LookState::Held, LookVerdict::Credit) | (LookState::Declined, LookVerdict::Doubt) => {
            found.looked_by
        }
        (LookState::Doubted, LookVerdict::Doubt) => found.doubted_by,
        _ => None,
    };
    if said == Some(by) {
        return Ok(Looked::Before(found.state));
    }
    if !found.state.is_open() {
        return Err(Error::Decided);
    }
    let state = match (verdict, found.state) {
        (LookVerdict::Doubt, LookState::Waiting) => LookState::Doubted,
        (LookVerdict::Doubt, _) => LookState::Declined,
        (LookVerdict::Credit, _) => {
            let others = joined::others_of(tx, learner).await?;
            let is_open = matches!(chain.award(), AwardState::Open(_));
            let held_by = if is_open { joined::holder_among(tx, &others, &series).await? } else { None };
            match held_by {
                Some(held_by) => {
                    joined_queries::insert(tx, &found.terms, held_by).await?;
                    LookState::Held
                }
                None => {
                    let words = ("recognition.look", "recognition.credited_looked_at");
                    let is_credited = joined::credit_later(tx, chain, (&found.terms, series), (by, standing), words).await?;
                    if is_credited { LookState::Credited } else { LookState::Held }
                }
            }
        }
    };
    queries::keep_look(tx, (learner, result), state, by).await?;
    if state != LookState::Credited {
        record(tx, &found, by, state).await?;
    }
    Ok(Looked::Now(state))
}

async fn record(tx: &Tx, found: &Awaiting, by: LearnerId, state: LookState) -> Result<(), Error> {
    let id = found.result.to_string();
    let entry = Entry {
        actor: Some(by),
        action: "recognition.look",
        object_kind: "result",
        object_id: &id,
        learner: Some(found.learner),
        place_code: Some(&found.place_code),
        detail: json!({ "unit": found.unit, "state": state.code() }),
    };
    audit::record(tx, &entry).await?;
    Ok(())
}

/// Forgets how many passed in hours that are over for days.
///
/// # Errors
/// What the database answers.
pub async fn forget_tallies(tx: &Tx) -> Result<(), Error> {
    Ok(queries::delete_tallies(tx, tx.now.plus_days(-i64::from(TALLY_DAYS))).await?)
}
