//! How often somebody may verify, and when an answer leaves. Pure.

use std::time::Duration;

use crate::kernel::Timestamp;

const TEN_MINUTES_MS: i64 = 600_000;
/// Answers to number and name leave at multiples of this.
const GRID_MS: u64 = 400;

/// A stretch of time in which is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::certificates) struct Span {
    /// `2026-11-27`, or `2026-11-27T10:4`.
    pub name: String,
    /// When it is over.
    pub until: Timestamp,
}

impl Span {
    /// The day of `now` in Shanghai.
    pub fn day(now: Timestamp) -> Self {
        Self { name: now.day().to_string(), until: now.day().plus_days(1).start() }
    }

    /// The ten minutes of `now`.
    pub fn ten_minutes(now: Timestamp) -> Self {
        let text = now.to_minute_text().replace(' ', "T");
        let name = text.get(..15).unwrap_or(&text).to_owned();
        Self { name, until: Timestamp::from_ms(now.ms() - now.ms().rem_euclid(TEN_MINUTES_MS) + TEN_MINUTES_MS) }
    }

    /// Seconds to wait until it is over, at least one.
    pub fn wait(&self, now: Timestamp) -> u32 {
        let seconds = (self.until.ms() - now.ms()).max(0) / 1000 + 1;
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::certificates) enum Way {
    /// Number and name.
    Number,
    /// Long codes that check but are not there.
    Code,
    /// Files.
    File,
    /// What a program asked wrongly.
    Program,
}

impl Way {
    /// The word under which it is counted.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Code => "code",
            Self::File => "file",
            Self::Program => "program",
        }
    }

    /// How often in ten minutes, and how often in a day; none: however often.
    pub const fn most(self) -> (Option<i64>, Option<i64>) {
        match self {
            Self::Number => (Some(10), Some(60)),
            Self::Code => (Some(30), None),
            Self::File => (Some(10), None),
            Self::Program => (None, Some(200)),
        }
    }
}

/// Wrong names for one number in a day, whoever asks.
pub(in crate::certificates) const WRONG_A_NUMBER: i64 = 20;

/// After how long an answer leaves whose making took `took`: at the next point of a grid, so that what it came to cannot be told by the time.
#[must_use]
pub fn leaves_after(took: Duration) -> Duration {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX - GRID_MS);
    Duration::from_millis((ms / GRID_MS + 1) * GRID_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Day;

    #[test]
    fn a_span_is_named_by_its_beginning_in_shanghai_and_ends_with_it() {
        let at = Day::parse("2026-11-27").unwrap().start().plus_minutes(10 * 60 + 47);
        let (ten, day) = (Span::ten_minutes(at), Span::day(at));
        assert_eq!((ten.name.as_str(), ten.until.to_minute_text().as_str()), ("2026-11-27T10:4", "2026-11-27 10:50"));
        assert_eq!((day.name.as_str(), day.until.to_minute_text().as_str()), ("2026-11-27", "2026-11-28 00:00"));
        assert_eq!((ten.wait(at), ten.wait(ten.until), Span::ten_minutes(ten.until).name.as_str()), (181, 1, "2026-11-27T10:5"));
    }

    #[test]
    fn an_answer_leaves_at_the_next_point_of_the_grid() {
        let cases = [(0, 400), (1, 400), (399, 400), (400, 800), (799, 800), (5_000, 5_200)];
        for (took, leaves) in cases {
            assert_eq!(leaves_after(Duration::from_millis(took)), Duration::from_millis(leaves), "{took}");
        }
    }
}
