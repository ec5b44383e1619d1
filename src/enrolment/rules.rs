//! How long things last here, and how many there may be.

use crate::kernel::Timestamp;

/// How long an enrolment can be taken back.
const UNDONE_WITHIN_MS: i64 = 86_400_000;
/// Days after which a list that nobody wanted, or that is over, is emptied.
pub const LIST_DAYS: u16 = 30;
/// Lines of a list that are named at once.
pub const MOST_NAMED: u64 = 100;
/// Cards on one page: five sheets.
pub const CARDS_ON_A_PAGE: usize = 40;

/// How long a list that was decided on may take to be staged before it may be broken off.
const LATE_AFTER_MS: i64 = 3_600_000;

/// Whether a list that was decided on `then` should be staged by `now`.
#[must_use]
pub const fn is_late(then: Timestamp, now: Timestamp) -> bool {
    now.ms() - then.ms() > LATE_AFTER_MS
}

/// Whether an enrolment of `then` can still be taken back.
#[must_use]
pub const fn can_be_undone(then: Timestamp, now: Timestamp) -> bool {
    now.ms() - then.ms() <= UNDONE_WITHIN_MS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_enrolment_is_taken_back_within_a_day() {
        let then = Timestamp::from_ms(1_772_413_200_000);
        for (ms, can) in [(0, true), (86_400_000, true), (86_400_001, false)] {
            assert_eq!(can_be_undone(then, then.plus_ms(ms)), can, "{ms}");
        }
    }
}
