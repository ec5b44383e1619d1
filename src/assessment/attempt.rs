//! An attempt at a unit test, and the answers kept with it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::rules::Given;
use super::standing::most_missed;
use crate::kernel::{AttemptId, Digest, LearnerId, Permille, Seed, Timestamp};

/// How far an attempt has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Answers are taken.
    Open,
    /// Handed in, enough was right.
    Passed,
    /// Handed in, not enough was right yet.
    Failed,
    /// Ended without being handed in.
    Ended,
}

impl State {
    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Ended => "ended",
        }
    }

    pub(super) fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Passed, Self::Failed, Self::Ended].into_iter().find(|state| state.code() == code)
    }
}

/// A question that was not right, and where it is taught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missed {
    /// The item's id.
    pub item: String,
    /// The outcome it asks about.
    pub outcome: String,
    /// The lesson that teaches it.
    pub lesson: String,
}

/// One attempt.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// Whose.
    pub learner: LearnerId,
    /// Which.
    pub id: AttemptId,
    /// The unit's code.
    pub unit: String,
    /// The learner's how-manieth at this unit, from 1.
    pub number: i64,
    /// Digest of the edition it was drawn from.
    pub edition: String,
    /// By which items were drawn and choices are shuffled.
    pub seed: Seed,
    /// The items in the order asked.
    pub items: Vec<Digest>,
    /// How far it has come.
    pub state: State,
    /// The share that was right, once handed in.
    pub score: Option<Permille>,
    /// What was not right, once handed in.
    pub missed: Vec<Missed>,
    /// Who lent a hand when it was begun or handed in.
    pub helper: Option<LearnerId>,
    /// When it was begun.
    pub started_at: Timestamp,
    /// When it was handed in.
    pub finished_at: Option<Timestamp>,
}

impl Attempt {
    /// Whether answers are taken.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.state == State::Open
    }

    /// The item asked at `position`, from 1.
    #[must_use]
    pub fn item_at(&self, position: usize) -> Option<&Digest> {
        self.items.get(position.checked_sub(1)?)
    }

    /// The lessons that teach what was not right, with how often; the most needed first.
    #[must_use]
    pub fn lessons_missed(&self) -> Vec<(String, usize)> {
        most_missed(&self.missed)
    }
}

/// An answer that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was given.
    pub given: Given,
    /// Who lent a hand.
    pub helper: Option<LearnerId>,
    /// When it was kept.
    pub saved_at: Timestamp,
}

/// An attempt with its answers by position.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// The attempt.
    pub attempt: Attempt,
    /// The answers, by position from 1.
    pub answers: BTreeMap<usize, Answer>,
}

impl Sheet {
    /// What was answered at `position`.
    #[must_use]
    pub fn given(&self, position: usize) -> Option<&Given> {
        self.answers.get(&position).map(|answer| &answer.given)
    }

    /// The first question without an answer.
    #[must_use]
    pub fn first_open(&self) -> Option<usize> {
        self.open_positions().next()
    }

    /// The questions without an answer.
    pub fn open_positions(&self) -> impl Iterator<Item = usize> {
        (1..=self.attempt.items.len()).filter(|position| !self.answers.contains_key(position))
    }

    /// Whoever lent a hand: at the beginning, at the end, or with any answer.
    #[must_use]
    pub fn helper(&self) -> Option<LearnerId> {
        self.attempt.helper.or_else(|| self.answers.values().find_map(|answer| answer.helper))
    }
}
