//! Writing to PostgreSQL: one transaction per closure, several at once, run again where the database asks for it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sea_orm::sqlx;
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, TransactionTrait};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::LocalSet;

use super::numbers::Numbers;
use super::sqlite::{End, finish};
use super::{DbFault, Job, Tx, Verdict};
use crate::kernel::Clock;

/// How often a closure runs in all before its caller is told to come again.
const TRIES: u32 = 8;

/// Starts the writers' thread; it ends when every [`super::Db`] handle is gone and what it began is done.
pub(super) fn start(
    connection: DatabaseConnection,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    (clock, numbers): (Clock, Numbers),
    at_once: usize,
) -> Result<(), DbErr> {
    let internal = |error: std::io::Error| DbErr::Conn(RuntimeErr::Internal(error.to_string()));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(internal)?;
    std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            let local = LocalSet::new();
            let writer = Rc::new(Writer { connection, clock });
            let places = Arc::new(Semaphore::new(at_once));
            local.spawn_local(async move {
                while let Some(job) = jobs.recv().await {
                    let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
                    numbers.taken(1);
                    let (writer, numbers, began) = (Rc::clone(&writer), numbers.clone(), Instant::now());
                    tokio::task::spawn_local(async move {
                        writer.commit(job).await;
                        numbers.ended(began.elapsed());
                        drop(place);
                    });
                }
            });
            runtime.block_on(local);
        })
        .map_err(internal)?;
    Ok(())
}

struct Writer {
    connection: DatabaseConnection,
    clock: Clock,
}

impl Writer {
    async fn commit(&self, mut job: Box<dyn Job>) {
        for tried in 1..=TRIES {
            let outcome = self.try_once(&mut job).await;
            let again = match &outcome {
                Ok(verdict) => *verdict == Verdict::TryAgain,
                Err(DbFault::Database(error)) => wants_another_try(error),
                Err(_) => false,
            };
            if !again || tried == TRIES {
                job.answer(outcome.map(|_| ()));
                return;
            }
            tokio::time::sleep(Duration::from_millis(u64::from(tried * tried))).await;
        }
    }

    async fn try_once(&self, job: &mut Box<dyn Job>) -> Result<Verdict, DbFault> {
        let transaction = Arc::new(self.connection.begin().await?);
        let tx = Tx::new(Arc::clone(&transaction), self.clock.now(), job.request());
        let verdict = job.run(&tx).await;
        drop(tx);
        finish(transaction, if verdict == Verdict::Done { End::Commit } else { End::Rollback }).await?;
        Ok(verdict)
    }
}

/// Whether the SQLSTATE is a serialisation failure or a deadlock (PostgreSQL, appendix A, class 40), or whether the same form was
/// sent twice at once: the second run of the later one then finds what the first has done.
pub(super) fn wants_another_try(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let sqlx::Error::Database(error) = error.as_ref() else { return false };
    match error.code().as_deref() {
        Some("40001" | "40P01") => true,
        Some("23505") => error.constraint() == Some("idempotency_pkey"),
        _ => false,
    }
}
