//! How far a candidate of a supervised session has come on a box, and until when they answer. Pure.

use serde::{Deserialize, Serialize};

use crate::kernel::{LearnerId, Timestamp};

/// What a box keeps of a candidate.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// Whether they have come.
    pub has_come: bool,
    /// Which document was seen: the code.
    pub sight: Option<String>,
    /// Who of the two has declared.
    pub declared: Vec<LearnerId>,
    /// Whether they may begin, or go on; beginning uses it up.
    pub is_allowed: bool,
    /// Who let them begin last.
    pub allowed_by: Option<LearnerId>,
    /// The keys of all forms that did.
    pub allowed_once: Vec<String>,
    /// The hash of the secret of the device that answers are taken from.
    pub device: Option<String>,
    /// When they began.
    pub begun_at: Option<i64>,
    /// When it was handed in.
    pub handed_at: Option<i64>,
    /// How many were right, of how many, in a test by word or by hand.
    pub by_hand: Option<(i64, i64)>,
}

/// How far somebody has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// They have not come.
    Away,
    /// They are there.
    Came,
    /// A document was seen.
    Seen,
    /// They may begin, or go on.
    Ready,
    /// They answer, or did until their device stopped.
    Answering,
    /// It is in.
    Done,
}

impl Step {
    /// All of them, in the order in which pages show them.
    pub const ALL: [Self; 6] = [Self::Away, Self::Came, Self::Seen, Self::Ready, Self::Answering, Self::Done];

    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Away => "box-exam-away",
            Self::Came => "box-exam-came",
            Self::Seen => "box-exam-seen",
            Self::Ready => "box-exam-ready",
            Self::Answering => "box-exam-answering",
            Self::Done => "box-exam-done",
        }
    }
}

impl Seat {
    /// Whether they have begun, and it is not in.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.begun_at.is_some() && self.handed_at.is_none()
    }

    /// How far they have come.
    #[must_use]
    pub const fn step(&self) -> Step {
        if self.handed_at.is_some() {
            Step::Done
        } else if self.is_allowed {
            Step::Ready
        } else if self.begun_at.is_some() {
            Step::Answering
        } else if self.sight.is_some() {
            Step::Seen
        } else if self.has_come {
            Step::Came
        } else {
            Step::Away
        }
    }

    /// Whether answers are taken from whoever holds this.
    #[must_use]
    pub fn is_here(&self, held: Option<&str>) -> bool {
        self.handed_at.is_none() && self.device.is_some() && self.device.as_deref() == held
    }
}

/// When a session is, and how much time one has in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    /// From when.
    pub starts_at: Timestamp,
    /// Until when.
    pub ends_at: Timestamp,
    /// Minutes from beginning on.
    pub minutes: i64,
    /// Minutes that they have more than the others.
    pub extra: i64,
}

impl Hours {
    /// Until when somebody answers who began then: never longer than the session goes for them.
    #[must_use]
    pub fn end(&self, begun_at: i64) -> Timestamp {
        let own = Timestamp::from_ms(begun_at).plus_minutes(self.minutes);
        own.min(self.ends_at).plus_minutes(self.extra)
    }

    /// Whether the time of a candidate is over.
    #[must_use]
    pub fn is_over(&self, seat: &Seat, now: Timestamp) -> bool {
        now > seat.begun_at.map_or_else(|| self.ends_at.plus_minutes(self.extra), |at| self.end(at))
    }

    /// The minutes that are left to somebody who began then, begun ones counted.
    #[must_use]
    pub fn left(&self, begun_at: i64, now: Timestamp) -> i64 {
        (self.end(begun_at).ms() - now.ms()).max(0).saturating_add(59_999) / 60_000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_is_that_of_the_session_and_what_one_has_more() {
        let from = Timestamp::from_ms(1_790_000_000_000);
        let hours = |extra| Hours { starts_at: from, ends_at: from.plus_minutes(90), minutes: 90, extra };
        for (begun, extra, end) in [(0, 0, 90), (30, 0, 90), (30, 20, 110), (-30, 0, 60)] {
            let begun = from.plus_minutes(begun).ms();
            assert_eq!(hours(extra).end(begun), from.plus_minutes(end), "{begun} {extra}");
        }
        assert_eq!(hours(0).left(from.ms(), from.plus_minutes(89).plus_ms(1)), 1);
        let seat = Seat { begun_at: Some(from.ms()), ..Seat::default() };
        assert!(!hours(0).is_over(&seat, from.plus_minutes(90)) && hours(0).is_over(&seat, from.plus_minutes(91)));
    }

    #[test]
    fn a_fresh_allowance_makes_ready_again() {
        let mut seat = Seat { has_come: true, ..Seat::default() };
        assert_eq!(seat.step(), Step::Came);
        seat = Seat { begun_at: Some(1), device: Some("a".to_owned()), ..seat };
        assert!(seat.step() == Step::Answering && seat.is_here(Some("a")) && !seat.is_here(Some("b")) && !seat.is_here(None));
        seat = Seat { is_allowed: true, device: None, ..seat };
        assert!(seat.step() == Step::Ready && !seat.is_here(Some("a")) && !seat.is_here(None));
        assert_eq!(Seat { handed_at: Some(2), ..seat }.step(), Step::Done);
    }
}
