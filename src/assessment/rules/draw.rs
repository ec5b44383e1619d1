//! Which items a test asks: every outcome as evenly as can be, easy and hard, of several kinds, and others than last time.

use std::collections::BTreeMap;

use crate::kernel::{Digest, Seed};

/// An item that may be drawn: of the bank's test items, one that suits the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate<'a> {
    /// The item.
    pub hash: Digest,
    /// The outcome it asks about.
    pub outcome: &'a str,
    /// Single, order, match …
    pub kind: &'a str,
    /// 1 to 5.
    pub difficulty: u8,
}

/// Draws a test of `items` from `bank`; the same seed draws the same. `earlier` are the items of all earlier attempts, once for
/// each time asked.
///
/// One item after the other is taken from the outcome that has fewest so far: so the outcomes differ by one at most, as far as
/// the bank goes, and none is left out. Among outcomes alike, one with fresh items comes first. Within it the item asked least often is taken, then
/// one of a difficulty and of a kind that the test has least. The easier items stand first: a test begins gently.
#[must_use]
pub fn draw(bank: &[Candidate<'_>], seed: Seed, earlier: &[Digest], items: usize) -> Vec<Digest> {
    let mut left = bank.to_vec();
    left.sort_by_key(|item| item.hash);
    left.dedup_by_key(|item| item.hash);
    seed.chance("items").shuffle(&mut left);
    let mut asked = BTreeMap::new();
    earlier.iter().for_each(|hash| *asked.entry(*hash).or_insert(0_usize) += 1);
    let mut taken: Vec<Candidate<'_>> = Vec::new();
    while taken.len() < items {
        // The first of the least: ties are decided by the shuffled order.
        let best = left.iter().enumerate().min_by_key(|(_, item)| cost(item, &taken, &asked));
        let Some(at) = best.map(|(at, _)| at) else { break };
        taken.push(left.remove(at));
    }
    taken.sort_by_key(|item| item.difficulty);
    taken.iter().map(|item| item.hash).collect()
}

/// What taking `item` next would cost, the weightiest first.
fn cost(item: &Candidate<'_>, taken: &[Candidate<'_>], asked: &BTreeMap<Digest, usize>) -> [usize; 4] {
    let alike = |same: fn(&Candidate<'_>, &Candidate<'_>) -> bool| taken.iter().filter(|other| same(item, other)).count();
    let of_outcome = alike(|a, b| a.outcome == b.outcome);
    let times_asked = asked.get(&item.hash).copied().unwrap_or(0);
    [of_outcome, times_asked, alike(|a, b| a.difficulty == b.difficulty), alike(|a, b| a.kind == b.kind)]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::kernel::digest_of;

    const OUTCOMES: [&str; 6] = ["o1", "o2", "o3", "o4", "o5", "o6"];
    const KINDS: [&str; 4] = ["single", "multiple", "truefalse", "order"];

    /// `each` items for each of `outcomes` outcomes, difficulties and kinds in turn.
    fn bank(outcomes: usize, each: usize) -> Vec<Candidate<'static>> {
        let item = |n: usize| Candidate {
            hash: digest_of(&[&n.to_be_bytes()]),
            outcome: OUTCOMES[n % outcomes],
            kind: KINDS[(n / outcomes) % 4],
            difficulty: u8::try_from((n / outcomes) % 5).unwrap() + 1,
        };
        (0..outcomes * each).map(item).collect()
    }

    fn counts(bank: &[Candidate<'_>], drawn: &[Digest]) -> Vec<usize> {
        let of = |outcome: &str| bank.iter().filter(|item| item.outcome == outcome && drawn.contains(&item.hash)).count();
        let asked = OUTCOMES.iter().filter(|outcome| bank.iter().any(|item| item.outcome == **outcome));
        asked.map(|outcome| of(outcome)).collect()
    }

    proptest! {
        #[test]
        fn outcomes_differ_by_one_at_most_and_nothing_is_asked_twice(seed: [u8; 16], outcomes in 2_usize..=6, each in 5_usize..9) {
            let bank = bank(outcomes, each);
            let drawn = draw(&bank, Seed(seed), &[], 10);
            let counts = counts(&bank, &drawn);
            prop_assert_eq!(drawn.iter().collect::<BTreeSet<_>>().len(), 10);
            prop_assert!(counts.iter().max().unwrap() - counts.iter().min().unwrap() <= 1, "{:?}", counts);
            prop_assert!(*counts.iter().min().unwrap() > 0);
        }

        #[test]
        fn the_same_seed_draws_the_same_whatever_the_order_of_the_bank(seed: [u8; 16], turned in 0_usize..30) {
            let bank = bank(5, 6);
            let mut other = bank.clone();
            other.rotate_left(turned);
            prop_assert_eq!(draw(&bank, Seed(seed), &[], 10), draw(&other, Seed(seed), &[], 10));
        }

        #[test]
        fn a_second_try_asks_others_as_long_as_the_bank_allows(seed: [u8; 16], second: [u8; 16], outcomes in 2_usize..=5) {
            // A bank of twice the items of each outcome: nothing needs to be asked again, since 10 / outcomes is whole or rounded.
            let bank = bank(outcomes, 2 * 10_usize.div_ceil(outcomes));
            let first = draw(&bank, Seed(seed), &[], 10);
            let again = draw(&bank, Seed(second), &first, 10);
            prop_assert!(again.iter().all(|hash| !first.contains(hash)));
        }

        #[test]
        fn a_small_bank_repeats_what_was_asked_least(seed: [u8; 16]) {
            let bank = bank(4, 4); // 16 items: six are fresh at the second try, and all six are asked where their outcome has room.
            let first = draw(&bank, Seed(seed), &[], 10);
            let again = draw(&bank, Seed([7; 16]), &first, 10);
            let fresh = again.iter().filter(|hash| !first.contains(hash)).count();
            prop_assert_eq!(again.len(), 10);
            prop_assert_eq!(fresh, 6);
        }

        #[test]
        fn difficulties_are_spread_and_the_easy_ones_come_first(seed: [u8; 16]) {
            let bank = bank(5, 10);
            let drawn = draw(&bank, Seed(seed), &[], 10);
            let of = |hash: &Digest| bank.iter().find(|item| item.hash == *hash).unwrap();
            let difficulties: Vec<u8> = drawn.iter().map(|hash| of(hash).difficulty).collect();
            prop_assert!(difficulties.is_sorted());
            prop_assert_eq!(difficulties.iter().collect::<BTreeSet<_>>().len(), 5);
            prop_assert!(drawn.iter().map(|hash| of(hash).kind).collect::<BTreeSet<_>>().len() >= 3);
        }
    }

    #[test]
    fn a_bank_with_too_few_items_gives_what_it_has() {
        assert_eq!(draw(&bank(2, 2), Seed([1; 16]), &[], 10).len(), 4);
        assert!(draw(&[], Seed([1; 16]), &[], 10).is_empty());
    }

    #[test]
    fn different_seeds_draw_different_tests() {
        let tests: BTreeSet<Vec<Digest>> = (0..20).map(|n| draw(&bank(5, 8), Seed([n; 16]), &[], 10)).collect();
        assert!(tests.len() > 15);
    }
}
