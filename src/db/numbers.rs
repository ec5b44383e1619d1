//! What the write path counts, in Prometheus' words.

use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{Histogram, HistogramOpts, IntCounter, IntGauge};

/// Upper bounds of the buckets: closures in one commit, and seconds of a commit.
const GROUPS: [f64; 8] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0];
const SECONDS: [f64; 10] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0];

/// The counters; clones count together.
#[derive(Clone, Debug)]
pub(super) struct Numbers {
    /// Closures that wait for a writer.
    pub waiting: IntGauge,
    /// Closures refused because too many wait.
    pub refused: IntCounter,
    groups: Histogram,
    seconds: Histogram,
}

impl Numbers {
    pub fn new() -> Result<Self, prometheus::Error> {
        let histogram = |name: &str, help: &str, buckets: &[f64]| {
            Histogram::with_opts(HistogramOpts::new(name, help).buckets(buckets.to_vec()))
        };
        Ok(Self {
            waiting: IntGauge::new("write_queue_length", "Closures that wait for a writer.")?,
            refused: IntCounter::new("write_refused_total", "Closures refused because too many wait.")?,
            groups: histogram("write_group_size", "Closures taken into one commit.", &GROUPS)?,
            seconds: histogram("write_commit_seconds", "Time of one commit with all that ran in it.", &SECONDS)?,
        })
    }

    /// A writer has taken so many closures from the queue.
    pub fn taken(&self, count: usize) {
        self.waiting.sub(i64::try_from(count).unwrap_or(0));
        self.groups.observe(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
    }

    /// What was taken is committed, or was refused.
    pub fn ended(&self, took: Duration) {
        self.seconds.observe(took.as_secs_f64());
    }

    pub fn collectors(&self) -> Vec<Box<dyn Collector>> {
        vec![
            Box::new(self.waiting.clone()),
            Box::new(self.refused.clone()),
            Box::new(self.groups.clone()),
            Box::new(self.seconds.clone()),
        ]
    }
}
