//! Chance: fresh secrets from the system, and repeatable draws from a kept seed.

use rand::rngs::SysRng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng, TryRng};
use rand_chacha::ChaCha12Rng;

use super::Digest;

/// A kept seed: the same seed gives the same draws, on every machine and in every release (ChaCha12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seed(pub [u8; 16]);

impl Seed {
    /// The seed that a column holds; `None` if it is not 16 bytes.
    #[must_use]
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The seed that `digest` begins with: the same whenever and wherever it is asked for.
    #[must_use]
    pub fn of(digest: &Digest) -> Self {
        let mut seed = [0; 16];
        seed.iter_mut().zip(digest.bytes()).for_each(|(to, from)| *to = *from);
        Self(seed)
    }

    /// Draws for one purpose: different purposes under one seed are independent.
    #[must_use]
    pub fn chance(&self, purpose: &str) -> Chance {
        let digest = super::digest_of(&[&self.0, purpose.as_bytes()]);
        Chance(ChaCha12Rng::from_seed(*digest.bytes()))
    }
}

/// Repeatable draws.
#[derive(Debug)]
pub struct Chance(ChaCha12Rng);

impl Chance {
    /// A whole number from `0` to `below - 1`; 0 where `below` is 0.
    pub fn below(&mut self, below: usize) -> usize {
        if below == 0 { 0 } else { self.0.random_range(0..below) }
    }

    /// Puts `things` in an order by chance.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        things.shuffle(&mut self.0);
    }

    /// One of `things`, or `None` of none.
    pub fn pick<'a, T>(&mut self, things: &'a [T]) -> Option<&'a T> {
        let at = self.below(things.len());
        things.get(at)
    }
}

/// Fresh secrets from the operating system.
impl Chance {
    /// `N` unguessable bytes.
    ///
    /// # Panics
    /// Where the operating system gives no randomness: nothing safe can be done without it.
    #[must_use]
    #[expect(clippy::expect_used, reason = "without the system's randomness nothing may go on")]
    pub fn secret<const N: usize>() -> [u8; N] {
        let mut bytes = [0; N];
        SysRng.try_fill_bytes(&mut bytes).expect("the operating system gives randomness");
        bytes
    }

    /// A fresh seed.
    #[must_use]
    pub fn fresh_seed() -> Seed {
        Seed(Self::secret())
    }

    /// An unguessable number of `digits` decimal digits (at most 9), with leading noughts.
    #[must_use]
    pub fn secret_digits(digits: u32) -> String {
        let mut rng = ChaCha12Rng::from_seed(Self::secret());
        let width = usize::try_from(digits.min(9)).unwrap_or(9);
        let number = rng.next_u64();
        let number = number % 10_u64.pow(digits.min(9));
        format!("{number:0width$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_seed_draws_the_same_again_and_purposes_differ() {
        let draw = |purpose: &str| {
            let mut things: Vec<u8> = (0..50).collect();
            Seed([9; 16]).chance(purpose).shuffle(&mut things);
            things
        };
        assert_eq!(draw("items"), draw("items"));
        assert_ne!(draw("items"), draw("options"));
    }

    #[test]
    fn the_order_drawn_from_a_seed_never_changes_between_releases() {
        let mut things: Vec<u8> = (0..8).collect();
        Seed([1; 16]).chance("items").shuffle(&mut things);
        assert_eq!(things, KEPT);
    }
    const KEPT: [u8; 8] = [1, 6, 0, 4, 3, 5, 7, 2];

    #[test]
    fn the_seed_of_a_digest_is_what_it_begins_with() {
        let digest = Digest::from_array(std::array::from_fn(|at| u8::try_from(at).unwrap()));
        assert_eq!(Seed::of(&digest), Seed([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]));
    }

    #[test]
    fn codes_have_as_many_digits_as_asked_for() {
        for _ in 0..200 {
            let code = Chance::secret_digits(6);
            assert!(code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()), "{code}");
        }
    }
}
