//! A refresher (再来一遍) as it is kept: three questions of a course that was passed a week or a month ago, and what was said to them.

use super::rules::{Kind, Taken};
use crate::assessment::Given;
use crate::curriculum::CourseCode;
use crate::kernel::{Digest, Seed, Timestamp};

/// Which one: a course, and whether the week's or the month's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefresherKey {
    /// The course.
    pub course: CourseCode,
    /// Which of its two.
    pub kind: Kind,
}

/// A refresher that was begun or put away.
#[derive(Clone, Debug)]
pub struct Refresher {
    /// Which.
    pub key: RefresherKey,
    /// By which questions were drawn and choices are shuffled.
    pub seed: Seed,
    /// The questions; none where it was put away unseen.
    pub items: Vec<Digest>,
    /// What was answered, in their order.
    pub given: Vec<Option<Given>>,
    /// When it was begun, or put away unseen.
    pub begun_at: Timestamp,
    /// When the last question was answered.
    pub done_at: Option<Timestamp>,
    /// When it was put away.
    pub put_away_at: Option<Timestamp>,
}

impl Refresher {
    /// As far as it says what is offered next.
    pub(super) fn taken(&self) -> Taken<CourseCode> {
        let closed = self.done_at.or(self.put_away_at).map(Timestamp::day);
        Taken { course: self.key.course, kind: self.key.kind, closed }
    }

    /// The question at `position`, from 1.
    #[must_use]
    pub fn item_at(&self, position: usize) -> Option<&Digest> {
        self.items.get(position.checked_sub(1)?)
    }

    /// What was answered at `position`.
    #[must_use]
    pub fn given_at(&self, position: usize) -> Option<&Given> {
        self.given.get(position.checked_sub(1)?)?.as_ref()
    }

    /// The first question without an answer; the first of all where each has one.
    #[must_use]
    pub fn first_open(&self) -> usize {
        (1..=self.items.len()).find(|position| self.given_at(*position).is_none()).unwrap_or(1)
    }
}
