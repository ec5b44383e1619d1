//! Comparing two multitudes of rows that come in different orders, with memory that does not grow. Pure.
//!
//! A sum of keyed digests (MSet-Add-Hash of Clarke, Devadas, van Dijk, Gassend and Suh, "Incremental Multiset Hash Functions", 2003), with
//! SHA-256 and four sums of 64 bits: whoever does not know the key cannot make other rows that come to the same sum.

use sha2::{Digest as _, Sha256};

/// What two bags have in common that are to be compared; fresh for each comparison and shown to nobody.
pub type BagKey = [u8; 32];

/// The sum of what was put in.
#[derive(Clone, Debug)]
pub struct Bag {
    begun: Sha256,
    sums: [u64; 4],
    count: u64,
}

impl Bag {
    /// An empty bag.
    #[must_use]
    pub fn new(key: &BagKey) -> Self {
        Self { begun: Sha256::new_with_prefix(key), sums: [0; 4], count: 0 }
    }

    /// Puts a row in, each part preceded by its length (8 bytes, big endian).
    pub fn add(&mut self, parts: &[&[u8]]) {
        let mut hasher = self.begun.clone();
        for part in parts {
            hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(part);
        }
        let digest: [u8; 32] = hasher.finalize().into();
        let (words, _) = digest.as_chunks::<8>();
        for (sum, word) in self.sums.iter_mut().zip(words) {
            *sum = sum.wrapping_add(u64::from_be_bytes(*word));
        }
        self.count += 1;
    }

    /// How many rows are in it.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Whether the same rows are in both, each as often. Both were made with one key.
    #[must_use]
    pub fn holds_the_same(&self, other: &Self) -> bool {
        (self.sums, self.count) == (other.sums, other.count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bag(rows: &[u8]) -> Bag {
        let mut bag = Bag::new(&[7; 32]);
        rows.iter().for_each(|row| bag.add(&[&[*row]]));
        bag
    }

    proptest! {
        #[test]
        fn bags_hold_the_same_where_the_rows_are_the_same_whatever_their_order(
            rows in prop::collection::vec(0_u8..5, 0..8), other in prop::collection::vec(0_u8..5, 0..8),
        ) {
            let sorted = |rows: &[u8]| {
                let mut rows = rows.to_vec();
                rows.sort_unstable();
                rows
            };
            prop_assert_eq!(bag(&rows).holds_the_same(&bag(&other)), sorted(&rows) == sorted(&other));
            prop_assert!(bag(&rows).holds_the_same(&bag(&sorted(&rows))));
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other_and_another_key_gives_another_sum() {
        let of = |key: u8, parts: &[&[u8]]| {
            let mut bag = Bag::new(&[key; 32]);
            bag.add(parts);
            bag
        };
        assert!(!of(1, &[b"ab", b"c"]).holds_the_same(&of(1, &[b"a", b"bc"])));
        assert!(!of(1, &[b"a"]).holds_the_same(&of(2, &[b"a"])));
    }
}
