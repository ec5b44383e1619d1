//! How often one may ask: an address, or a client, in a minute. Kept in this process only; a restart forgets it.

use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Arc, OnceLock};

use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::error::AppError;
use crate::kernel::ClientId;
use crate::web::Allowance;

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

type Counts<K> = Arc<OnceLock<DefaultKeyedRateLimiter<K, StateInformationMiddleware>>>;

/// What asking came to: whether one may, and what the answer says of how often still.
#[derive(Debug)]
pub(super) struct Taken {
    /// An error where one has to wait.
    pub outcome: Result<(), AppError>,
    /// How often one may, and how often still.
    pub allowance: Allowance,
}

impl Limits {
    /// Takes one from what `address` may ask; without an address all share one.
    pub fn take_address(&self, per_minute: u32, address: Option<IpAddr>) -> Taken {
        take(&self.addresses, per_minute, &network(address))
    }

    /// Takes one from what a client may ask.
    pub fn take_client(&self, per_minute: u32, client: ClientId) -> Taken {
        take(&self.clients, per_minute.saturating_mul(CLIENTS_SHARE), &client)
    }
}

fn take<K: Clone + Eq + Hash>(counts: &Counts<K>, per_minute: u32, key: &K) -> Taken {
    let most = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
    let new = || RateLimiter::keyed(Quota::per_minute(most)).with_middleware::<StateInformationMiddleware>();
    let limiter = counts.get_or_init(new);
    if limiter.len() > MOST_COUNTS {
        limiter.retain_recent();
    }
    let per_minute = most.get();
    let (outcome, left) = match limiter.check_key(key) {
        Ok(state) => (Ok(()), state.remaining_burst_capacity()),
        Err(wait) => {
            let seconds = wait.wait_time_from(DefaultClock::default().now()).as_secs();
            (Err(AppError::TooMany(u32::try_from(seconds).unwrap_or(u32::MAX).saturating_add(1))), 0)
        }
    };
    let used = u64::from(per_minute.saturating_sub(left));
    let whole_in = u32::try_from((used * 60).div_ceil(u64::from(per_minute))).unwrap_or(60);
    Taken { outcome, allowance: Allowance { per_minute, left, whole_in } }
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
        let ask = |address: &str| limits.take_address(3, address.parse().ok()).outcome;
        assert!((0..3).all(|_| ask("2001:db8:1:2::1").is_ok()));
        match ask("2001:db8:1:2:ffff::9") {
            Err(AppError::TooMany(seconds)) => assert!((1..=21).contains(&seconds), "{seconds}"),
            other => panic!("{other:?}"),
        }
        assert!(ask("2001:db8:1:3::1").is_ok() && ask("10.0.0.1").is_ok());
        let client = ClientId::fresh(Timestamp::from_ms(0));
        let first = limits.take_client(3, client).allowance;
        assert_eq!(first, Allowance { per_minute: 30, left: 29, whole_in: 2 });
        assert!((1..30).all(|_| limits.take_client(3, client).outcome.is_ok()));
        let over = limits.take_client(3, client);
        assert!(over.outcome.is_err());
        assert_eq!((over.allowance.left, over.allowance.whole_in), (0, 60));
    }
}
