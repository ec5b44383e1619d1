//! How long a closing can be undone.

use crate::kernel::Timestamp;

/// Days in which it can be.
pub const UNDO_DAYS: i64 = 30;

/// Until when what was closed at `then` can be opened again.
#[must_use]
pub const fn undone_until(then: Timestamp) -> Timestamp {
    then.plus_days(UNDO_DAYS)
}

/// Whether it still can.
#[must_use]
pub const fn can_be_undone(then: Timestamp, now: Timestamp) -> bool {
    now.ms() <= undone_until(then).ms()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_undone_within_thirty_days_and_not_a_moment_later() {
        let then = Timestamp::from_ms(1_772_413_200_000);
        assert!(can_be_undone(then, then) && can_be_undone(then, then.plus_days(30)));
        assert!(!can_be_undone(then, then.plus_days(30).plus_ms(1)));
    }
}
