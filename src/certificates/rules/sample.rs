//! Which lines of a batch somebody looks at before it is agreed to. Pure.

use crate::kernel::digest_of;

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

/// The lines that are looked at, by number: the same for the same seed and the same lines, in their order. Each line has its rank by the seed alone: where
/// others come or go, the next in rank comes or goes.
#[must_use]
pub fn drawn(seed: &[u8; 32], ready: &[i64]) -> Vec<i64> {
    let mut all = ready.to_vec();
    let most = size_of(all.len());
    all.sort_by_cached_key(|number| (digest_of(&[PURPOSE, seed, &number.to_be_bytes()]), *number));
    all.truncate(most);
    all.sort_unstable();
    all
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
        let lines: Vec<i64> = (2..=1_001).collect();
        let back: Vec<i64> = lines.iter().rev().copied().collect();
        let one = drawn(&[7; 32], &lines);
        assert_eq!(one, drawn(&[7; 32], &back));
        assert_ne!(one, drawn(&[8; 32], &lines));
        assert_eq!(one.len(), 32);
        assert!(one.windows(2).all(|pair| pair[0] < pair[1]) && one.iter().all(|number| lines.contains(number)));
        assert_eq!(drawn(&[7; 32], &lines[..4]), lines[..4]);
    }

    #[test]
    fn what_comes_or_goes_moves_one_line_of_the_sample_at_most() {
        let lines: Vec<i64> = (2..=101).collect();
        let before = drawn(&[7; 32], &lines);
        for gone in &lines {
            let rest: Vec<i64> = lines.iter().copied().filter(|number| number != gone).collect();
            let after = drawn(&[7; 32], &rest);
            assert_eq!(after.len(), before.len());
            assert!(before.iter().filter(|number| !after.contains(number)).all(|number| number == gone), "{gone}");
        }
        assert_eq!(with_all(vec![3, 9], &[4, 9]), [3, 4, 9]);
    }

    #[test]
    fn every_line_is_drawn_by_some_seed() {
        let lines: Vec<i64> = (1..=40).collect();
        let mut seen = std::collections::BTreeSet::new();
        for seed in 0..=99 {
            seen.extend(drawn(&[seed; 32], &lines));
        }
        assert_eq!(seen.len(), lines.len());
    }
}
