//! The database: one way to change anything ([`Db::write`]), one way to read ([`Db::read`]).
//!
//! SQLite has one writer on a thread of its own that commits what has queued together (group commit); PostgreSQL has a pool
//! and one transaction per closure, run again on a serialisation failure or deadlock. A closure may therefore run more than once:
//! it has no effect but rows. Nothing slow (mail, password hash, network) happens inside.
//!
//! Nothing here ever keeps in memory what another process would need.

mod copy;
mod key_check;
mod limits;
mod numbers;
mod once;
mod open;
mod pg_tools;
mod postgres;
mod queries;
mod reader;
mod room;
mod scan;
mod sqlite;
mod tx;
mod upkeep;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures_util::FutureExt;
use prometheus::core::Collector;
use sea_orm::{AccessMode, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, IsolationLevel, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use self::numbers::Numbers;
use crate::kernel::{Clock, DataClass, Kept, RequestId, Term};

pub use copy::{CopyFault, copy_into, find_key_check, is_empty, known_steps, list_steps, put_back};
pub use key_check::{KeyFit, check_key, has_key};
pub use once::{Once, OnceKey, forget_keys, remember, what_was_done};
pub use open::{Target, open};
pub use reader::Reader;
pub use room::lacks_room;
pub use scan::{Row, Scan};
pub use tx::Tx;
pub use upkeep::clean_up;

/// What this subject keeps, and for how long.
pub const KEPT: &[Kept] = &[
    Kept::new("idempotency", DataClass::Trail, Term::Days(upkeep::ONCE_DAYS)),
    Kept::new("key_check", DataClass::Impersonal, Term::Permanent),
];

/// How many closures may wait for the writer; one more is answered with [`DbFault::Busy`].
const QUEUE: usize = 2048;

/// What goes wrong below the subjects.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DbFault {
    /// More work waits than can be done soon. Nothing was changed; the caller may come again.
    #[error("the write queue is full")]
    Busy,
    /// The writer has stopped (the server is going down).
    #[error("the writer has stopped")]
    Stopped,
    /// The work panicked. Nothing of it was kept; its neighbours and the writer go on.
    #[error("the work panicked")]
    Panicked,
    /// The database's own answer.
    #[error(transparent)]
    Database(#[from] DbErr),
}

/// Tells errors that another try may mend from those that it will not.
pub trait Retry {
    /// The database error beneath, if that is what it is.
    fn database_error(&self) -> Option<&DbErr>;
}

impl Retry for DbFault {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => Some(error),
            Self::Busy | Self::Stopped | Self::Panicked => None,
        }
    }
}

/// A handle on the database, cloned freely.
#[derive(Clone)]
pub struct Db {
    target: Arc<Target>,
    readers: Reader,
    queue: mpsc::Sender<Box<dyn Job>>,
    clock: Clock,
    statements: Arc<AtomicU64>,
    numbers: Numbers,
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db").field("backend", &self.readers.get_database_backend()).finish_non_exhaustive()
    }
}

impl Db {
    /// The connections to read from. On SQLite they cannot write.
    #[must_use]
    pub const fn read(&self) -> &Reader {
        &self.readers
    }

    /// A view that does not change while it is read; writers go on meanwhile. It is given back by `rollback`.
    ///
    /// # Errors
    /// What the database answers.
    pub async fn consistent_view(&self) -> Result<DatabaseTransaction, DbErr> {
        match self.backend() {
            DbBackend::Postgres => {
                let (isolation, access) = (IsolationLevel::RepeatableRead, AccessMode::ReadOnly);
                self.readers.pool().begin_with_config(Some(isolation), Some(access)).await
            }
            _ => self.readers.pool().begin().await,
        }
    }

    /// Reads whole tables row by row, in one consistent view and on a thread of its own; for work that would be too slow by [`Db::read`].
    ///
    /// # Errors
    /// What the database answers, or what `read` refuses with.
    pub async fn scan<T, F>(&self, read: F) -> Result<T, DbErr>
    where
        F: FnOnce(&mut Scan) -> Result<T, DbErr> + Send + 'static,
        T: Send + 'static,
    {
        let target = Arc::clone(&self.target);
        let reading = tokio::task::spawn_blocking(move || read(&mut Scan::open(&target)?));
        reading.await.unwrap_or_else(|error| Err(DbErr::Custom(error.to_string())))
    }

    /// The clock whose time every transaction carries.
    #[must_use]
    pub const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Which database this is.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.readers.get_database_backend()
    }

    /// How many statements have been sent since the start, by readers and writer.
    #[must_use]
    pub fn statements(&self) -> u64 {
        self.statements.load(Ordering::Relaxed)
    }

    /// What the write path counts, for the page of metrics.
    #[must_use]
    pub fn numbers(&self) -> Vec<Box<dyn Collector>> {
        self.numbers.collectors()
    }

    /// Whether a write would go through now: takes its turn in the queue, writes nothing.
    ///
    /// # Errors
    /// [`DbFault`] where it would not.
    pub async fn ping(&self) -> Result<(), DbFault> {
        self.write(async |tx| Ok(queries::touch_nothing(tx).await?)).await
    }

    /// Runs `work` in a transaction and commits it; the only way to change anything.
    ///
    /// The work may run several times and has no effect but rows. It goes on although its caller has hung up.
    ///
    /// # Errors
    /// What `work` refuses with (then nothing of it is kept); [`DbFault`] where the commit cannot be had.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbFault> + Retry + Send + 'static,
    {
        self.write_for(RequestId::fresh(self.clock.now()), work).await
    }

    /// As [`Db::write`], for the request named.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub async fn write_for<T, E, F>(&self, request: RequestId, work: F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DbFault> + Retry + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Work { work, request, outcome: None, reply: Some(reply) };
        self.numbers.waiting.inc();
        self.queue.try_send(Box::new(job)).map_err(|error| {
            self.numbers.waiting.dec();
            match error {
                mpsc::error::TrySendError::Full(_) => {
                    self.numbers.refused.inc();
                    E::from(DbFault::Busy)
                }
                mpsc::error::TrySendError::Closed(_) => E::from(DbFault::Stopped),
            }
        })?;
        answer.await.unwrap_or_else(|_| Err(E::from(DbFault::Stopped)))
    }
}

/// What one run of a job came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Its rows may be committed.
    Done,
    /// It refused: its rows must go.
    Refused,
    /// The database asks for another try.
    TryAgain,
}

/// A queued closure, with its type hidden.
trait Job: Send {
    fn request(&self) -> RequestId;
    /// Runs it and keeps the outcome.
    fn run<'a>(&'a mut self, tx: &'a Tx) -> futures_util::future::LocalBoxFuture<'a, Verdict>;
    /// Answers the caller: with the outcome kept, or with the fault that took its commit away.
    fn answer(self: Box<Self>, commit: Result<(), DbFault>);
}

struct Work<T, E, F> {
    work: F,
    request: RequestId,
    outcome: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> Job for Work<T, E, F>
where
    F: AsyncFn(&Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DbFault> + Retry + Send + 'static,
{
    fn request(&self) -> RequestId {
        self.request
    }

    fn run<'a>(&'a mut self, tx: &'a Tx) -> futures_util::future::LocalBoxFuture<'a, Verdict> {
        Box::pin(async move {
            // A panic must not take the writer's thread with it: all who write after it would find nobody.
            let work = AssertUnwindSafe((self.work)(tx)).catch_unwind();
            let outcome = work.await.unwrap_or_else(|_| Err(E::from(DbFault::Panicked)));
            let verdict = match &outcome {
                Ok(_) => Verdict::Done,
                Err(error) if error.database_error().is_some_and(postgres::wants_another_try) => Verdict::TryAgain,
                Err(_) => Verdict::Refused,
            };
            self.outcome = Some(outcome);
            verdict
        })
    }

    fn answer(self: Box<Self>, commit: Result<(), DbFault>) {
        let answer = match (self.outcome, commit) {
            (Some(Err(refusal)), _) => Err(refusal),
            (_, Err(fault)) => Err(E::from(fault)),
            (Some(done), Ok(())) => done,
            (None, Ok(())) => Err(E::from(DbFault::Stopped)),
        };
        if let Some(reply) = self.reply {
            // The caller may have hung up; the rows stand all the same.
            drop(reply.send(answer));
        }
    }
}
