//! The runner: leases what is due, hands it to its handler, keeps the outcome.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;

use super::queries::{self, Leased};
use super::rules;
use crate::db::{Db, DbFault};
use crate::kernel::Timestamp;

/// How long a runner may work on one job before another may take it up.
const LEASE_MS: i64 = 10 * 60_000;
/// How long a runner rests when nothing is due.
const REST: Duration = Duration::from_secs(5);
/// The kept error is cut after so many characters.
const ERROR_CHARS: usize = 500;

/// What becomes of a job that went well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It is done and goes.
    Done,
    /// It comes again then.
    At(Timestamp),
}

/// Does the work of one kind of job; must be safe to run twice. An error says why, without personal data.
pub type Handler = Arc<dyn Fn(Db, Value) -> BoxFuture<'static, Result<Next, String>> + Send + Sync>;

/// Does jobs.
#[derive(Clone)]
pub struct Runner {
    db: Db,
    handlers: HashMap<&'static str, Handler>,
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
        Self { db, handlers: HashMap::new() }
    }

    /// This runner, knowing one kind more.
    #[must_use]
    pub fn with(mut self, kind: &'static str, handler: Handler) -> Self {
        self.handlers.insert(kind, handler);
        self
    }

    /// Does all that is due now; says how many jobs it has begun.
    ///
    /// # Errors
    /// [`DbFault`] where the table cannot be reached. A job that fails is no error here: it is kept with its job.
    pub async fn run_due(&self) -> Result<usize, DbFault> {
        let mut begun = 0;
        while let Some(leased) = self.db.write(async |tx| Ok::<_, DbFault>(queries::lease_one(tx, LEASE_MS).await?)).await? {
            begun += 1;
            self.run_one(leased).await?;
        }
        Ok(begun)
    }

    /// Does jobs until `stop` is ready; a job begun is finished.
    pub async fn run_until(&self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop.fuse());
        loop {
            if let Err(error) = self.run_due().await {
                tracing::error!(%error, "the jobs cannot be reached");
            }
            let mut rest = std::pin::pin!(tokio::time::sleep(REST).fuse());
            futures_util::select! { () = stop => return, () = rest => {} }
        }
    }

    async fn run_one(&self, leased: Leased) -> Result<(), DbFault> {
        let outcome = match (self.handlers.get(leased.kind.as_str()), serde_json::from_str(&leased.payload)) {
            (Some(handler), Ok(payload)) => handler(self.db.clone(), payload).await,
            (None, _) => Err("no handler knows this kind".to_owned()),
            (_, Err(error)) => Err(error.to_string()),
        };
        if let Err(error) = &outcome {
            tracing::warn!(job = %leased.id, kind = %leased.kind, attempts = leased.attempts, %error, "job {} failed", leased.id);
        }
        let outcome = outcome.map_err(|error| error.chars().take(ERROR_CHARS).collect::<String>());
        self.db
            .write(async move |tx| {
                match &outcome {
                    Ok(Next::Done) => queries::delete_job(tx, &leased).await?,
                    Ok(Next::At(when)) => queries::put_back(tx, &leased, *when, None).await?,
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
