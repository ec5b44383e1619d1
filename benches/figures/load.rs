//! Many at once, and how long each waited.

use std::future::Future;
use std::time::{Duration, Instant};

use futures_util::future::join_all;

/// What a load came to.
#[derive(Debug)]
pub struct Outcome {
    pub per_second: f64,
    pub errors: usize,
    waits: Vec<Duration>,
}

impl Outcome {
    /// What callers have seen, put together.
    pub fn of(seen: impl IntoIterator<Item = Seen>, took: Duration) -> Self {
        let (mut waits, mut errors) = (Vec::new(), 0);
        for one in seen {
            waits.extend(one.waits);
            errors += one.errors;
        }
        waits.sort_unstable();
        #[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a rate")]
        let per_second = waits.len() as f64 / took.as_secs_f64();
        Self { per_second, errors, waits }
    }

    /// The wait that `share` (0 to 1) of all did not exceed.
    pub fn quantile(&self, share: f64) -> Duration {
        let last = self.waits.len().saturating_sub(1);
        #[expect(
            clippy::as_conversions,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "a rank"
        )]
        let rank = (last as f64 * share).round() as usize;
        self.waits.get(rank).copied().unwrap_or_default()
    }

    pub fn count(&self) -> usize {
        self.waits.len()
    }
}

/// What one caller has seen: the wait for each answer, and how many were not the right ones.
#[derive(Debug, Default)]
pub struct Seen {
    pub waits: Vec<Duration>,
    pub errors: usize,
}

impl Seen {
    /// Does `work` and keeps how long it took; `false` from it is an error.
    pub async fn time(&mut self, work: impl Future<Output = bool>) {
        let begun = Instant::now();
        let is_right = work.await;
        self.waits.push(begun.elapsed());
        self.errors += usize::from(!is_right);
    }
}

/// Runs all callers at once and puts together what they have seen.
pub async fn all_at_once<F: Future<Output = Seen>>(callers: impl IntoIterator<Item = F>) -> Outcome {
    let begun = Instant::now();
    let seen = join_all(callers).await;
    Outcome::of(seen, begun.elapsed())
}
