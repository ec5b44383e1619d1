//! How long somebody under 18 has been learning without a pause, as a cookie keeps it: a break is suggested once in a while, kindly,
//! and never counted down to. Pure.

use crate::kernel::Timestamp;

/// The cookie's name.
pub(super) const SITTING_COOKIE: &str = "sitting";
/// After so long a break is suggested.
const BREAK_AFTER_MS: i64 = 45 * 60_000;
/// Whoever was away so long has had one.
const AWAY_MS: i64 = 15 * 60_000;

/// One sitting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sitting {
    /// Since when, without a pause or a word about one.
    since: Timestamp,
    /// When a card was last gone on from.
    last: Timestamp,
    /// Whether the page that comes now suggests a break.
    pub(super) is_break_due: bool,
}

impl Sitting {
    /// The sitting after a card was gone on from `now`. The word about a break is said on one page; then the time begins anew.
    pub(super) fn after(before: Option<Self>, now: Timestamp) -> Self {
        let fresh = Self { since: now, last: now, is_break_due: false };
        let Some(before) = before.filter(|before| !before.is_break_due) else { return fresh };
        let away = now.ms().saturating_sub(before.last.ms());
        if !(0..AWAY_MS).contains(&away) {
            return fresh;
        }
        Self { last: now, is_break_due: now.ms().saturating_sub(before.since.ms()) >= BREAK_AFTER_MS, ..before }
    }

    /// The cookie.
    pub(super) fn to_text(self) -> String {
        format!("{}.{}.{}", self.since.ms(), self.last.ms(), u8::from(self.is_break_due))
    }

    /// The sitting that a cookie tells of.
    pub(super) fn read(cookie: &str) -> Option<Self> {
        let mut parts = cookie.split('.');
        let mut instant = || parts.next()?.parse().ok().map(Timestamp::from_ms);
        let (since, last) = (instant()?, instant()?);
        Some(Self { since, last, is_break_due: parts.next()? == "1" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const NEVER: [i64; 0] = [];

    /// Goes on after each of these minutes; gives the minutes at which a break was suggested.
    fn suggested(minutes: &[i64]) -> Vec<i64> {
        let mut sitting = None;
        let mut due = Vec::new();
        for minute in minutes {
            let next = Sitting::after(sitting, Timestamp::from_ms(minute * MINUTE));
            assert_eq!(Sitting::read(&next.to_text()), Some(next));
            due.extend(next.is_break_due.then_some(*minute));
            sitting = Some(next);
        }
        due
    }

    #[test]
    fn a_break_is_suggested_after_45_minutes_without_a_pause_and_not_again_at_once() {
        let steadily: Vec<i64> = (0..=100).step_by(5).collect();
        assert_eq!(suggested(&steadily), [45, 95]);
        assert_eq!(suggested(&[0, 10, 20, 30, 44]), NEVER);
        assert_eq!(suggested(&[0, 14, 28, 42, 57, 71, 85]), NEVER, "a pause begins the time anew");
        assert_eq!(suggested(&[0, 14, 28, 42, 50]), [50]);
        assert_eq!(suggested(&[60, 10, 20]), NEVER, "a clock that was put back");
    }

    #[test]
    fn a_cookie_of_somebody_elses_making_is_none() {
        for cookie in ["", "1", "1.2", "x.2.1", "1.x.1"] {
            assert_eq!(Sitting::read(cookie), None, "{cookie}");
        }
    }
}
