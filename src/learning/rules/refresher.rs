//! 再来一遍: a week and a month after a course was passed, three of its questions are worth another thought. When, and which. Pure.

use std::collections::BTreeSet;

use crate::kernel::{Day, Digest, Seed, Timestamp};

/// How many questions one has: two minutes.
pub const REFRESHER_ITEMS: usize = 3;
/// The second one waits so long after the first was done or put away, so that who comes seldom is not asked twice in a visit.
const BETWEEN_DAYS: i64 = 7;
/// After so long none is offered any more: then a course is better gone through again.
const LAST_DAY: i64 = 180;

/// Which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A week after.
    Week,
    /// A month after.
    Month,
}

impl Kind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Week, Self::Month];

    /// The code in tables and addresses.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// The kind of a code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The day after the pass from which it is offered.
    const fn first_day(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
        }
    }
}

/// A course that was passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Passed<C> {
    /// Which.
    pub course: C,
    /// On which day.
    pub on: Day,
}

/// A refresher that was begun or put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken<C> {
    /// Of which course.
    pub course: C,
    /// Which of the two.
    pub kind: Kind,
    /// On which day it was done or put away; `None` while it is in the middle.
    pub closed: Option<Day>,
}

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer<C> {
    /// Of which course.
    pub course: C,
    /// Which of the two.
    pub kind: Kind,
    /// How many days ago the course was passed.
    pub days: i64,
    /// Whether it was begun.
    pub is_begun: bool,
}

/// Whether the refresher `kind` of a course may be begun today: its day has come and is not long gone, it was not closed, and the other one
/// not just before.
#[must_use]
pub fn is_due<C: Copy + Eq>(passed: Passed<C>, kind: Kind, taken: &[Taken<C>], today: Day) -> bool {
    let closed = |kind: Kind| {
        let mut rows = taken.iter().filter(|row| row.course == passed.course && row.kind == kind);
        rows.find_map(|row| row.closed)
    };
    let is_time = (kind.first_day()..=LAST_DAY).contains(&today.days_since(passed.on));
    let is_its_turn = match kind {
        Kind::Week => true,
        Kind::Month => closed(Kind::Week).is_some_and(|week| today.days_since(week) >= BETWEEN_DAYS),
    };
    is_time && is_its_turn && closed(kind).is_none()
}

/// The one that is offered today: of those that are due the one that has been due longest. Nothing on a day on which one was done or put
/// away: once is enough.
#[must_use]
pub fn offer<C: Copy + Ord>(passed: &[Passed<C>], taken: &[Taken<C>], today: Day) -> Option<Offer<C>> {
    if taken.iter().any(|row| row.closed.is_some_and(|closed| closed >= today)) {
        return None;
    }
    let all = passed.iter().flat_map(|passed| Kind::ALL.map(|kind| (*passed, kind)));
    let due = all.filter(|(passed, kind)| is_due(*passed, *kind, taken, today));
    let oldest = due.min_by_key(|(passed, kind)| (kind.first_day() - today.days_since(passed.on), passed.course));
    oldest.map(|(passed, kind)| Offer {
        course: passed.course,
        kind,
        days: today.days_since(passed.on),
        is_begun: taken.iter().any(|row| row.course == passed.course && row.kind == kind),
    })
}

/// A question that may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question<'a> {
    /// The item.
    pub hash: Digest,
    /// The outcome it asks about.
    pub outcome: &'a str,
    /// When the lesson that teaches it was last read; `None` where it never was.
    pub read_at: Option<Timestamp>,
}

/// Draws a refresher of `count` questions out of `bank`; the same seed draws the same. Never what stood in the `earlier` one, while there is
/// anything else; each of another outcome, as far as there are some; what the test missed first, then what was read longest ago.
#[must_use]
pub fn draw(bank: &[Question<'_>], seed: Seed, missed: &BTreeSet<&str>, earlier: &[Digest], count: usize) -> Vec<Digest> {
    let mut left = bank.to_vec();
    left.sort_by_key(|question| question.hash);
    left.dedup_by_key(|question| question.hash);
    seed.chance("refresher").shuffle(&mut left);
    let mut taken: Vec<Question<'_>> = Vec::new();
    while taken.len() < count {
        let cost = |question: &Question<'_>| {
            let of_outcome = taken.iter().filter(|other| other.outcome == question.outcome).count();
            (earlier.contains(&question.hash), of_outcome, !missed.contains(question.outcome), question.read_at)
        };
        // The first of the least: ties are decided by the shuffled order.
        let best = left.iter().enumerate().min_by_key(|(_, question)| cost(question)).map(|(at, _)| at);
        let Some(at) = best else { break };
        taken.push(left.remove(at));
    }
    taken.iter().map(|question| question.hash).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::kernel::digest_of;

    fn day(number: u32) -> Day {
        Day::parse("2026-03-01").unwrap().plus_days(number)
    }

    fn offered(passed: &[(u8, u32)], taken: &[(u8, Kind, Option<u32>)], today: u32) -> Option<(u8, Kind)> {
        let passed: Vec<_> = passed.iter().map(|(course, on)| Passed { course: *course, on: day(*on) }).collect();
        let taken: Vec<_> =
            taken.iter().map(|(course, kind, closed)| Taken { course: *course, kind: *kind, closed: closed.map(day) }).collect();
        offer(&passed, &taken, day(today)).map(|offer| (offer.course, offer.kind))
    }

    #[test]
    fn one_is_offered_from_the_seventh_day_and_another_from_the_thirtieth() {
        use Kind::{Month, Week};
        let week = (1, Week);
        let cases = [
            (vec![], 6, None),
            (vec![], 7, Some(week)),
            (vec![], 100, Some(week)),
            (vec![], 180, Some(week)),
            (vec![], 181, None),
            (vec![(1, Week, None)], 9, Some(week)),
            (vec![(1, Week, Some(8))], 8, None),
            (vec![(1, Week, Some(8))], 29, None),
            (vec![(1, Week, Some(8))], 30, Some((1, Month))),
            (vec![(1, Week, Some(30))], 30, None),
            (vec![(1, Week, Some(30))], 36, None),
            (vec![(1, Week, Some(30))], 37, Some((1, Month))),
            (vec![(1, Week, Some(8)), (1, Month, Some(31))], 60, None),
        ];
        for (taken, today, expected) in cases {
            assert_eq!(offered(&[(1, 0)], &taken, today), expected, "{taken:?} on day {today}");
        }
    }

    #[test]
    fn one_at_a_time_the_one_that_is_due_longest_and_no_second_on_the_same_day() {
        use Kind::{Month, Week};
        assert_eq!(offered(&[(2, 10), (1, 0), (3, 3)], &[], 17), Some((1, Week)));
        assert_eq!(offered(&[(1, 0), (2, 10)], &[(1, Week, Some(17))], 17), None);
        assert_eq!(offered(&[(1, 0), (2, 10)], &[(1, Week, Some(17))], 18), Some((2, Week)));
        // Course 1 is due for its month since day 30, course 2 for its week since day 17.
        assert_eq!(offered(&[(1, 0), (2, 10)], &[(1, Week, Some(8))], 31), Some((2, Week)));
        assert_eq!(offered(&[(1, 0), (2, 28)], &[(1, Week, Some(8))], 36), Some((1, Month)));
    }

    #[test]
    fn a_kind_is_read_back_from_its_code() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
        }
        assert_eq!(Kind::from_code("year"), None);
    }

    const OUTCOMES: [&str; 5] = ["o1", "o2", "o3", "o4", "o5"];

    /// Four questions to each outcome; the lesson of the n-th outcome was read at n.
    fn bank() -> Vec<Question<'static>> {
        let question = |n: usize| Question {
            hash: digest_of(&[&n.to_be_bytes()]),
            outcome: OUTCOMES[n % 5],
            read_at: Some(Timestamp::from_ms(i64::try_from(n % 5).unwrap())),
        };
        (0..20).map(question).collect()
    }

    fn outcomes(drawn: &[Digest]) -> Vec<&'static str> {
        drawn.iter().map(|hash| bank().iter().find(|question| question.hash == *hash).unwrap().outcome).collect()
    }

    proptest! {
        #[test]
        fn what_was_missed_comes_first_then_what_was_read_longest_ago(seed: [u8; 16]) {
            let drawn = |missed: &[&str], earlier: &[Digest]| draw(&bank(), Seed(seed), &missed.iter().copied().collect(), earlier, 3);
            prop_assert_eq!(outcomes(&drawn(&[], &[])), ["o1", "o2", "o3"]);
            prop_assert_eq!(outcomes(&drawn(&["o4"], &[])), ["o4", "o1", "o2"]);
            let many = outcomes(&drawn(&["o2", "o3", "o4", "o5"], &[]));
            prop_assert_eq!(many, ["o2", "o3", "o4"]);
        }

        #[test]
        fn the_second_asks_nothing_that_the_first_asked(seed: [u8; 16], second: [u8; 16], missed in 0_usize..5) {
            let missed = [OUTCOMES[missed]].into();
            let first = draw(&bank(), Seed(seed), &missed, &[], 3);
            let again = draw(&bank(), Seed(second), &missed, &first, 3);
            prop_assert_eq!(draw(&bank(), Seed(seed), &missed, &[], 3), first.clone());
            prop_assert!(again.len() == 3 && again.iter().all(|hash| !first.contains(hash)));
        }
    }

    #[test]
    fn a_small_bank_gives_what_it_has() {
        let few = &bank()[..2];
        let all: Vec<Digest> = few.iter().map(|question| question.hash).collect();
        assert_eq!(draw(few, Seed([1; 16]), &BTreeSet::new(), &all, 3).len(), 2);
        assert!(draw(&[], Seed([1; 16]), &BTreeSet::new(), &[], 3).is_empty());
    }
}
