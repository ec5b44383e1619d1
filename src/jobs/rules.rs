//! How long a job rests after a failure.

/// Seconds until the next try after `attempts` failed ones: 10 s, 20 s, 40 s … at most an hour.
#[must_use]
pub fn pause_seconds(attempts: i64) -> i64 {
    let doublings = u32::try_from(attempts.clamp(1, 10) - 1).unwrap_or(0);
    (10 * 2_i64.pow(doublings)).min(3_600)
}

#[cfg(test)]
mod tests {
    use super::pause_seconds;

    #[test]
    fn pauses_grow_and_stay_below_an_hour() {
        let cases = [(0, 10), (1, 10), (2, 20), (5, 160), (9, 2_560), (10, 3_600), (1_000, 3_600)];
        for (attempts, seconds) in cases {
            assert_eq!(pause_seconds(attempts), seconds, "{attempts}");
        }
    }
}
