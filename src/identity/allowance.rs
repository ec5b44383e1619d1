//! What one address may ask in an hour: generous, since a whole village hall stands behind one. Kept in this process only;
//! a restart forgets it, and no account depends on it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::secrets::Origin;
use crate::config::Keys;
use crate::kernel::Timestamp;

const HOUR_MS: i64 = 3_600_000;
/// Texts asked for and wrong tries from one address in an hour.
const PER_HOUR: u32 = 300;
/// Addresses counted at once; a crowd beyond that shares the count of a new hour.
const ADDRESSES: usize = 100_000;

/// The counts of this hour.
#[derive(Clone, Debug, Default)]
pub struct Allowance {
    counts: Arc<Mutex<(i64, HashMap<String, u32>)>>,
}

impl Allowance {
    /// Takes one from what the address has left; seconds to wait where nothing is.
    ///
    /// # Errors
    /// The seconds until the hour is over.
    pub fn take(&self, keys: &Keys, origin: &Origin, now: Timestamp) -> Result<(), u32> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = now.ms().div_euclid(HOUR_MS);
        if counts.0 != hour || counts.1.len() >= ADDRESSES {
            *counts = (hour, HashMap::new());
        }
        let count = counts.1.entry(origin.source(keys, false)).or_insert(0);
        if *count >= PER_HOUR {
            let left = (HOUR_MS - now.ms().rem_euclid(HOUR_MS)) / 1_000 + 1;
            return Err(u32::try_from(left).unwrap_or(1));
        }
        *count += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hall_of_three_hundred_gets_in_and_the_next_house_is_not_concerned() {
        let (keys, allowance) = (Keys::fresh(), Allowance::default());
        let at = |address: &str| Origin { address: Some(address.parse().unwrap()), ..Origin::default() };
        let now = Timestamp::from_ms(1_772_413_200_000);
        assert!((0..300).all(|_| allowance.take(&keys, &at("10.0.0.1"), now).is_ok()));
        assert_eq!(allowance.take(&keys, &at("10.0.0.1"), now), Err(3_601));
        assert!(allowance.take(&keys, &at("10.0.0.2"), now).is_ok());
        assert!(allowance.take(&keys, &at("10.0.0.1"), now.plus_minutes(60)).is_ok());
    }
}
