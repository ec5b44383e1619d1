//! Which lines of a batch somebody looks at before it is agreed to. Pure.

use crate::kernel::{LearnerId, digest_of};

/// Lines that are looked at, however few there are.
const LEAST: usize = 10;
/// What the seed draws.
const PURPOSE: &[u8] = b"certificate-batch-sample";

/// How many of `ready` lines are looked at: the square root of them, made whole upwards, and at least ten; all where there are fewer.
#[must_use]
pub fn size_of(ready: usize) -> usize {
    let root = ready.isqrt();
    let root = if root * root < ready { root + 1 } else { root };
    root.max(LEAST).min(ready)
}

/// The lines that are looked at, by number, in their order: of the same people by the same seed the same, on whichever line they stand. Each person has
/// their rank by the seed alone: by the same seed, where others come or go, the next in rank comes or goes.
#[must_use]
pub fn drawn(seed: &[u8; 32], ready: &[(LearnerId, i64)]) -> Vec<i64> {
    let mut all = ready.to_vec();
    all.sort_by_cached_key(|(learner, number)| (digest_of(&[PURPOSE, seed, learner.uuid().as_bytes()]), *number));
    let mut drawn: Vec<i64> = all.into_iter().take(size_of(ready.len())).map(|(_, number)| number).collect();
    drawn.sort_unstable();
    drawn
}

/// The lines that are looked at, with others that are whatever was drawn, in their order.
#[must_use]
pub fn with_all(mut drawn: Vec<i64>, others: &[i64]) -> Vec<i64> {
    drawn.extend_from_slice(others);
    drawn.sort_unstable();
    drawn.dedup();
    drawn
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// Somebody on each of these lines.
    fn people(lines: impl Iterator<Item = i64>) -> Vec<(LearnerId, i64)> {
        let person = |line: i64| LearnerId::from_uuid(Uuid::from_u128(u128::try_from(line).unwrap()));
        lines.map(|line| (person(line), line)).collect()
    }

    #[test]
    fn ten_or_the_root_and_all_where_there_are_fewer() {
        let cases = [
            (0, 0),
            (1, 1),
            (9, 9),
            (10, 10),
            (11, 10),
            (100, 10),
            (101, 11),
            (121, 11),
            (122, 12),
            (2_000, 45),
            (10_000, 100),
            (10_001, 101),
        ];
        for (ready, size) in cases {
            assert_eq!(size_of(ready), size, "{ready}");
        }
    }

    #[test]
    fn the_same_seed_draws_the_same_lines_however_they_come_and_another_one_others() {
        let lines = people(2..=1_001);
        let back: Vec<(LearnerId, i64)> = lines.iter().rev().copied().collect();
        let one = drawn(&[7; 32], &lines);
        assert_eq!(one, drawn(&[7; 32], &back));
        assert_ne!(one, drawn(&[8; 32], &lines));
        assert_eq!(one.len(), 32);
        assert!(one.windows(2).all(|pair| pair[0] < pair[1]) && one.iter().all(|number| (2..=1_001).contains(number)));
        assert_eq!(drawn(&[7; 32], &lines[..4]), [2, 3, 4, 5]);
    }

    #[test]
    fn whoever_is_looked_at_is_so_on_every_line() {
        let before = drawn(&[7; 32], &people(2..=101));
        let moved: Vec<(LearnerId, i64)> = people(2..=101).into_iter().map(|(learner, line)| (learner, 200 - line)).collect();
        let mut back: Vec<i64> = drawn(&[7; 32], &moved).into_iter().map(|line| 200 - line).collect();
        back.sort_unstable();
        assert_eq!(back, before);
    }

    #[test]
    fn what_comes_or_goes_moves_one_line_of_the_sample_at_most() {
        let lines = people(2..=101);
        let before = drawn(&[7; 32], &lines);
        for (_, gone) in &lines {
            let rest: Vec<(LearnerId, i64)> = lines.iter().copied().filter(|(_, number)| number != gone).collect();
            let after = drawn(&[7; 32], &rest);
            assert_eq!(after.len(), before.len());
            assert!(before.iter().filter(|number| !after.contains(number)).all(|number| number == gone), "{gone}");
        }
        assert_eq!(with_all(vec![3, 9], &[4, 9]), [3, 4, 9]);
    }

    #[test]
    fn every_line_is_drawn_by_some_seed() {
        let lines = people(1..=40);
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..=99 {
            seen.extend(drawn(&[seed; 32], &lines));
        }
        assert_eq!(seen.len(), lines.len());
    }
}
