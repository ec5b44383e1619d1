//! When a letter goes: pauses after failures, the quiet of the night, the turn of the day.

use crate::kernel::Timestamp;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Shanghai is eight hours ahead of UTC all the year.
const SHANGHAI_MS: i64 = 8 * HOUR_MS;
/// Reminders go from this hour on, and before that one.
const MORNING: u32 = 8;
const NIGHT: u32 = 22;

/// When the day of `now` began in Shanghai.
#[must_use]
pub const fn start_of_day(now: Timestamp) -> Timestamp {
    let local = now.ms() + SHANGHAI_MS;
    Timestamp::from_ms(local - local.rem_euclid(DAY_MS) - SHANGHAI_MS)
}

/// The next eight o'clock in the morning after `now`.
#[must_use]
pub const fn next_morning(now: Timestamp) -> Timestamp {
    let morning = start_of_day(now).plus_ms(8 * HOUR_MS);
    if morning.ms() > now.ms() { morning } else { morning.plus_ms(DAY_MS) }
}

/// The first moment from `now` on at which a letter may go.
#[must_use]
pub fn first_moment(now: Timestamp, at_night: bool) -> Timestamp {
    if at_night || (MORNING..NIGHT).contains(&now.hour()) { now } else { next_morning(now) }
}

/// Seconds until the next try after `attempts` failed ones: 5, 15, 45 … at most an hour.
#[must_use]
pub fn pause_seconds(attempts: i64) -> i64 {
    let threefolds = u32::try_from(attempts.clamp(1, 8) - 1).unwrap_or(0);
    (5 * 3_i64.pow(threefolds)).min(3_600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Day;

    /// 2026-03-02 00:00 in Shanghai.
    const MIDNIGHT: i64 = 1_772_380_800_000;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_ms(MIDNIGHT + hour * HOUR_MS)
    }

    #[test]
    fn the_day_begins_at_midnight_in_shanghai() {
        assert_eq!(at(0).day(), Day::parse("2026-03-02").unwrap());
        for hour in [0, 7, 23] {
            assert_eq!(start_of_day(at(hour)), at(0), "{hour}");
        }
    }

    #[test]
    fn reminders_wait_for_the_morning_and_codes_do_not() {
        let cases = [(7, 8), (8, 8), (21, 21), (22, 32), (23, 32), (3, 8)];
        for (hour, goes) in cases {
            assert_eq!(first_moment(at(hour), false), at(goes), "{hour}");
            assert_eq!(first_moment(at(hour), true), at(hour), "{hour}");
        }
    }

    #[test]
    fn pauses_grow_up_to_an_hour() {
        for (attempts, seconds) in [(1, 5), (2, 15), (3, 45), (7, 3_600), (99, 3_600)] {
            assert_eq!(pause_seconds(attempts), seconds);
        }
    }
}
