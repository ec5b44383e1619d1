//! How often one may ask: an address, or a client, in a minute. Kept in this process only; a restart forgets it.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::AppError;
use crate::kernel::ClientId;

/// A client may ask so many times more often than an address that nobody answers for.
const CLIENTS_SHARE: u32 = 10;
/// Counts kept at once; above that, those that have rested go.
const MOST_COUNTS: usize = 50_000;

/// The counts of this process.
#[derive(Clone, Debug, Default)]
pub(super) struct Limits {
    addresses: Counts<IpAddr>,
    clients: Counts<ClientId>,
}

type Counts<K> = Arc<OnceLock<DefaultKeyedRateLimiter<K>>>;

impl Limits {
    /// Takes one from what `address` may ask; without an address all share one.
    pub fn take_address(&self, per_minute: u32, address: Option<IpAddr>) -> Result<(), AppError> {
        take(&self.addresses, per_minute, &network(address))
    }

    /// Takes one from what a client may ask.
    pub fn take_client(&self, per_minute: u32, client: ClientId) -> Result<(), AppError> {
        take(&self.clients, per_minute.saturating_mul(CLIENTS_SHARE), &client)
    }
}

fn take<K: Clone + Eq + Hash>(counts: &Counts<K>, per_minute: u32, key: &K) -> Result<(), AppError> {
    let quota = || Quota::per_minute(NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN));
    let limiter = counts.get_or_init(|| RateLimiter::keyed(quota()));
    if limiter.len() > MOST_COUNTS {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|wait| {
        let seconds = wait.wait_time_from(DefaultClock::default().now()).as_secs();
        AppError::TooMany(u32::try_from(seconds).unwrap_or(u32::MAX).saturating_add(1))
    })
}

/// Of IPv6 the network's 64 bits count: one house has them all.
fn network(address: Option<IpAddr>) -> IpAddr {
    match address.map(|address| address.to_canonical()) {
        Some(IpAddr::V6(v6)) => {
            let [a, b, c, d, ..] = v6.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        Some(v4) => v4,
        None => Ipv6Addr::UNSPECIFIED.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Timestamp;

    #[test]
    fn who_asks_too_often_waits_and_the_next_house_does_not() {
        let limits = Limits::default();
        let ask = |address: &str| limits.take_address(3, address.parse().ok());
        assert!((0..3).all(|_| ask("2001:db8:1:2::1").is_ok()));
        match ask("2001:db8:1:2:ffff::9") {
            Err(AppError::TooMany(seconds)) => assert!((1..=21).contains(&seconds), "{seconds}"),
            other => panic!("{other:?}"),
        }
        assert!(ask("2001:db8:1:3::1").is_ok() && ask("10.0.0.1").is_ok());
        let client = ClientId::fresh(Timestamp::from_ms(0));
        assert!((0..30).all(|_| limits.take_client(3, client).is_ok()) && limits.take_client(3, client).is_err());
    }
}
