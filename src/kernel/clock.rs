//! Instants in UTC milliseconds, calendar days in Asia/Shanghai, and the clock that gives them.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Timelike, Utc, Weekday};

/// Mainland China keeps one time zone, UTC+8, without summer time since 1991.
const SHANGHAI_SECONDS: i32 = 8 * 3600;

/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The instant `ms` milliseconds after the epoch.
    #[must_use]
    pub const fn from_ms(ms: i64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch: the form in every `…_at_ms` column.
    #[must_use]
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// This instant and `ms` milliseconds more (less, if negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This instant and `minutes` more.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        self.plus_ms(minutes.saturating_mul(60_000))
    }

    /// This instant and `days` of 24 hours more.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_ms(days.saturating_mul(86_400_000))
    }

    /// This instant `years` of 365.25 days earlier: for terms, where a day more or less does not matter.
    #[must_use]
    pub fn minus_years(self, years: u16) -> Self {
        self.plus_days(-(i64::from(years) * 1_461 / 4))
    }

    /// The calendar day in Shanghai.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.local().date_naive())
    }

    /// The hour of the day in Shanghai, 0 to 23.
    #[must_use]
    pub fn hour(self) -> u32 {
        self.local().hour()
    }

    /// `9:05` in Shanghai, as people write it.
    #[must_use]
    pub fn to_clock_text(self) -> String {
        self.local().format("%-H:%M").to_string()
    }

    /// `2026-11-22 09:05` in Shanghai.
    #[must_use]
    pub fn to_minute_text(self) -> String {
        self.local().format("%Y-%m-%d %H:%M").to_string()
    }

    /// `2026-11-22T01:05:00.000Z`: RFC 3339, in UTC, for programs.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        let utc = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MIN_UTC);
        utc.to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    fn local(self) -> DateTime<FixedOffset> {
        let utc = DateTime::<Utc>::from_timestamp_millis(self.0).unwrap_or(DateTime::<Utc>::MIN_UTC);
        match FixedOffset::east_opt(SHANGHAI_SECONDS) {
            Some(offset) => utc.with_timezone(&offset),
            None => utc.fixed_offset(),
        }
    }
}

/// A calendar day in Asia/Shanghai; written `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(NaiveDate);

impl Day {
    /// The day written `YYYY-MM-DD`, if it is one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().map(Self)
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Year, month (1 to 12) and day of the month.
    #[must_use]
    pub fn parts(self) -> (i32, u32, u32) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The day `days` later.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Self {
        Self(self.0.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX))
    }

    /// Monday 1 … Sunday 7.
    #[must_use]
    pub fn weekday(self) -> u32 {
        self.0.weekday().number_from_monday()
    }

    /// The day `days` earlier.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        Self(self.0.checked_sub_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MIN))
    }

    /// Whether it is a Saturday or a Sunday.
    #[must_use]
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Sat | Weekday::Sun)
    }

    /// The first instant of the day.
    #[must_use]
    pub fn start(self) -> Timestamp {
        let midnight = self.0.and_time(NaiveTime::MIN).and_utc().timestamp_millis();
        Timestamp(midnight.saturating_sub(i64::from(SHANGHAI_SECONDS) * 1000))
    }

    /// Whole days from `earlier` to this one; negative where it lies after.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d"))
    }
}

/// The clock of the whole house. Cloned freely; all clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    /// `i64::MIN` where the system's clock is shown; else the instant that a test has set.
    set_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self { set_ms: Arc::new(AtomicI64::new(i64::MIN)) }
    }

    /// A clock that stands at `now` until it is turned.
    #[must_use]
    pub fn standing_at(now: Timestamp) -> Self {
        Self { set_ms: Arc::new(AtomicI64::new(now.ms())) }
    }

    /// Turns a standing clock forward by `ms`.
    pub fn turn_ms(&self, ms: i64) {
        self.set_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match self.set_ms.load(Ordering::SeqCst) {
            i64::MIN => Timestamp(system_ms()),
            ms => Timestamp(ms),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
fn system_ms() -> i64 {
    Utc::now().timestamp_millis()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_turns_at_midnight_in_shanghai() {
        let cases = [
            (1_790_006_399_000, "2026-09-21"), // 2026-09-21T15:59:59Z
            (1_790_006_400_000, "2026-09-22"), // 2026-09-21T16:00:00Z
        ];
        for (ms, day) in cases {
            assert_eq!(Timestamp::from_ms(ms).day().to_string(), day);
        }
    }

    #[test]
    fn programs_read_an_instant_in_utc() {
        assert_eq!(Timestamp::from_ms(1_790_006_400_007).to_rfc3339(), "2026-09-21T16:00:00.007Z");
    }

    #[test]
    fn a_standing_clock_moves_only_when_turned() {
        let clock = Clock::standing_at(Timestamp::from_ms(1_000));
        let other = clock.clone();
        clock.turn_ms(500);
        assert_eq!(other.now(), Timestamp::from_ms(1_500));
    }

    #[test]
    fn a_day_begins_at_midnight_in_shanghai_and_knows_its_neighbours() {
        let friday = Day::parse("2026-11-20").unwrap();
        assert_eq!(friday.start().to_minute_text(), "2026-11-20 00:00");
        assert_eq!(
            (friday.is_weekend(), friday.plus_days(1).is_weekend(), friday.plus_days(3).is_weekend()),
            (false, true, false)
        );
        assert_eq!((friday.weekday(), friday.plus_days(2).weekday(), friday.plus_days(3).weekday()), (5, 7, 1));
        assert_eq!(friday.start().plus_minutes(9 * 60 + 5).to_clock_text(), "9:05");
        assert_eq!(friday.plus_days(12).minus_days(12), friday);
        assert_eq!(friday.plus_days(12).to_string(), "2026-12-02");
        assert_eq!(friday.plus_days(12).days_since(friday), 12);
    }

    #[test]
    fn a_day_is_read_back_from_its_text_and_nonsense_is_refused() {
        assert_eq!(Day::parse("2026-02-28").map(|d| d.parts()), Some((2026, 2, 28)));
        assert_eq!(Day::parse("2026-02-30"), None);
    }
}
