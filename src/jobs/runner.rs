//! The runner: leases what is due, hands it to its handler, keeps the outcome.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared, pending};
use serde_json::{Value, json};

use super::queries::{self, Leased};
use super::rules;
use crate::db::{Db, DbFault};
use crate::kernel::Timestamp;
use crate::web::metrics::Metrics;

/// How long a lease lasts before another runner may take the job up, and how often it is renewed while the job runs.
const LEASE_MS: i64 = 10 * 60_000;
const RENEWED_EVERY: Duration = Duration::from_secs(120);
/// How long a runner rests when nothing is due.
const REST: Duration = Duration::from_secs(5);
/// How long a job that runs is waited for once the runner is told to stop; then it is given back, to be begun anew.
const LAST_WAIT: Duration = Duration::from_secs(5);
/// The kept error is cut after so many characters.
const ERROR_CHARS: usize = 500;

/// What becomes of a job that went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done and goes.
    Done,
    /// It comes again then.
    At(Timestamp),
    /// It comes again then, and its payload says since when it has to look: `since_ms`.
    Since {
        /// When it comes again.
        at: Timestamp,
        /// Since when it has to look.
        since: Timestamp,
    },
}

/// Does the work of one kind of job; must be safe to run twice. An error says why, without personal data.
pub type Handler = Arc<dyn Fn(Db, Value) -> BoxFuture<'static, Result<Next, String>> + Send + Sync>;

/// Does jobs.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    handlers: HashMap<&'static str, Handler>,
    metrics: Option<Metrics>,
}

impl std::fmt::Debug for Runner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("kinds", &self.handlers.keys()).finish_non_exhaustive()
    }
}

impl Runner {
    /// A runner that knows no kind yet.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self { db, handlers: HashMap::new(), metrics: None }
    }

    /// This runner, knowing one kind more.
    #[must_use]
    pub fn with(mut self, kind: &'static str, handler: Handler) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// This runner, counting what becomes of its jobs.
    #[must_use]
    pub fn counting(mut self, metrics: Metrics) -> Self {
        self.metrics = Some(metrics);
        self
    }

    /// Does all that is due now; says how many jobs it has begun.
    ///
    /// # Errors
    /// [`DbFault`] where the table cannot be reached. A job that fails is no error here: it is kept with its job.
    pub async fn run_due(&self) -> Result<usize, DbFault> {
        self.run_due_until(&pending().shared()).await
    }

    /// Does jobs until `stop` is ready. The one that runs then is waited for a little, else given back.
    pub async fn run_until(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        while stop.peek().is_none() {
            if let Err(error) = self.run_due_until(&stop).await {
                tracing::error!(%error, "the jobs cannot be reached");
            }
            tokio::select! { () = stop.clone() => {}, () = tokio::time::sleep(REST) => {} }
        }
    }

    async fn run_due_until<S: Future<Output = ()>>(&self, stop: &Shared<S>) -> Result<usize, DbFault> {
        let mut begun = 0;
        while stop.peek().is_none() {
            let leased = self.db.write(async |tx| Ok::<_, DbFault>(queries::lease_one(tx, LEASE_MS).await?)).await?;
            let Some(leased) = leased else { break };
            begun += 1;
            self.run_one(leased, stop).await?;
        }
        Ok(begun)
    }

    async fn run_one<S: Future<Output = ()>>(&self, mut leased: Leased, stop: &Shared<S>) -> Result<(), DbFault> {
        let (kind, payload) = (leased.kind.clone(), leased.payload.clone());
        let outcome = {
            let mut work = std::pin::pin!(self.work(&kind, &payload));
            let stopped = async {
                stop.clone().await;
                tokio::time::sleep(LAST_WAIT).await;
            };
            let mut stopped = std::pin::pin!(stopped);
            loop {
                tokio::select! {
                    outcome = &mut work => break Some(outcome),
                    () = &mut stopped => break None,
                    () = tokio::time::sleep(RENEWED_EVERY) => match self.renewed(&leased).await? {
                        Some(until) => leased.leased_until = until,
                        // Another runner has it: this one's work would be for nothing.
                        None => return Ok(()),
                    },
                }
            }
        };
        match outcome {
            Some(outcome) => self.keep(leased, outcome).await,
            None => self.db.write(async move |tx| Ok(queries::put_back(tx, &leased, tx.now, None).await?)).await,
        }
    }

    async fn work(&self, kind: &str, payload: &str) -> Result<Next, String> {
        match (self.handlers.get(kind), serde_json::from_str(payload)) {
            (Some(handler), Ok(payload)) => handler(self.db.clone(), payload).await,
            (None, _) => Err("no handler knows this kind".to_owned()),
            (_, Err(error)) => Err(error.to_string()),
        }
    }

    async fn renewed(&self, leased: &Leased) -> Result<Option<Timestamp>, DbFault> {
        let leased = leased.clone();
        self.db.write(async move |tx| Ok::<_, DbFault>(queries::renew(tx, &leased, LEASE_MS).await?)).await
    }

    async fn keep(&self, leased: Leased, outcome: Result<Next, String>) -> Result<(), DbFault> {
        if let (Some(metrics), Some((kind, _))) = (&self.metrics, self.handlers.get_key_value(leased.kind.as_str())) {
            metrics.job_ended(kind, if outcome.is_ok() { "done" } else { "failed" });
        }
        if let Err(error) = &outcome {
            tracing::warn!(job = %leased.id, kind = %leased.kind, attempts = leased.attempts, %error, "job {} failed", leased.id);
        }
        let outcome = outcome.map_err(|error| error.chars().take(ERROR_CHARS).collect::<String>());
        self.db
            .write(async move |tx| {
                match &outcome {
                    Ok(Next::Done) => queries::delete_job(tx, &leased).await?,
                    Ok(Next::At(when)) => queries::put_back(tx, &leased, *when, None).await?,
                    Ok(Next::Since { at, since }) => {
                        queries::keep_payload(tx, &leased, &json!({ "since_ms": since.ms() })).await?;
                        queries::put_back(tx, &leased, *at, None).await?;
                    }
                    Err(error) => {
                        let again = tx.now.plus_ms(rules::pause_seconds(leased.attempts).saturating_mul(1_000));
                        queries::put_back(tx, &leased, again, Some(error.clone())).await?;
                    }
                }
                Ok(())
            })
            .await
    }
}
