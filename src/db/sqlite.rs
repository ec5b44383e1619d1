//! The one writer of a SQLite file: group commit on a thread of its own.
//!
//! It takes what has queued, runs all closures in one transaction, commits once and then answers all.
//! If one refuses, everything is rolled back and each runs again in its own SAVEPOINT, so that only the guilty fails;
//! likewise each in a transaction of its own when the common commit fails.

use std::sync::Arc;
use std::time::Instant;

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::mpsc;

use super::numbers::Numbers;
use super::{DbFault, Job, Tx, Verdict};
use crate::kernel::Clock;

/// Closures in one commit. More would make the first wait for the last.
const GROUP: usize = 128;

type Jobs = Vec<Box<dyn Job>>;

/// Starts the writer's thread; it ends when every [`super::Db`] handle is gone.
pub(super) fn start(
    connection: DatabaseConnection,
    mut jobs: mpsc::Receiver<Box<dyn Job>>,
    clock: Clock,
    numbers: Numbers,
) -> Result<(), DbErr> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| DbErr::Conn(RuntimeErr::Internal(error.to_string())))?;
    std::thread::Builder::new()
        .name("writer".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                let writer = Writer { connection, clock };
                let mut group = Vec::with_capacity(GROUP);
                while jobs.recv_many(&mut group, GROUP).await > 0 {
                    let began = Instant::now();
                    numbers.taken(group.len());
                    writer.commit_group(std::mem::take(&mut group)).await;
                    numbers.ended(began.elapsed());
                }
            });
        })
        .map_err(|error| DbErr::Conn(RuntimeErr::Internal(error.to_string())))?;
    Ok(())
}

struct Writer {
    connection: DatabaseConnection,
    clock: Clock,
}

impl Writer {
    async fn commit_group(&self, mut jobs: Jobs) {
        let alone = jobs.len() == 1;
        match self.try_together(&mut jobs).await {
            Ok(true) => answer_all(jobs, &Ok(())),
            Ok(false) if alone => answer_all(jobs, &Ok(())),
            Ok(false) => self.commit_with_savepoints(jobs).await,
            Err(fault) => {
                self.renew().await;
                if alone { answer_all(jobs, &Err(fault)) } else { self.commit_one_by_one(jobs).await }
            }
        }
    }

    /// Runs all in one transaction. `Ok(true)`: committed. `Ok(false)`: one refused, all was rolled back.
    async fn try_together(&self, jobs: &mut Jobs) -> Result<bool, DbFault> {
        let transaction = Arc::new(self.begin().await?);
        for job in jobs.iter_mut() {
            let tx = Tx::new(Arc::clone(&transaction), self.clock.now(), job.request());
            if job.run(&tx).await != Verdict::Done {
                drop(tx);
                finish(transaction, End::Rollback).await?;
                return Ok(false);
            }
        }
        finish(transaction, End::Commit).await?;
        Ok(true)
    }

    /// Runs each in a SAVEPOINT of one transaction; whoever refuses takes only its own rows back.
    async fn commit_with_savepoints(&self, mut jobs: Jobs) {
        match self.try_with_savepoints(&mut jobs).await {
            Ok(()) => answer_all(jobs, &Ok(())),
            Err(_) => {
                self.renew().await;
                self.commit_one_by_one(jobs).await;
            }
        }
    }

    async fn try_with_savepoints(&self, jobs: &mut Jobs) -> Result<(), DbFault> {
        let transaction = self.begin().await?;
        for job in jobs.iter_mut() {
            let savepoint = Arc::new(transaction.begin().await?);
            let tx = Tx::new(Arc::clone(&savepoint), self.clock.now(), job.request());
            let verdict = job.run(&tx).await;
            drop(tx);
            finish(savepoint, if verdict == Verdict::Done { End::Commit } else { End::Rollback }).await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn commit_one_by_one(&self, jobs: Jobs) {
        for job in jobs {
            let mut one = vec![job];
            let commit = self.try_together(&mut one).await.map(|_| ());
            if commit.is_err() {
                self.renew().await;
            }
            answer_all(one, &commit);
        }
    }

    async fn begin(&self) -> Result<DatabaseTransaction, DbFault> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.connection.begin_with_options(options).await?)
    }

    /// Gives the connection up for a fresh one, after a transaction that could not be begun or ended. What a full disk refuses, SQLite
    /// rolls back by itself, while the connection goes on believing that its transaction stands: the next one would be begun inside it,
    /// and what is committed there would never reach the file.
    async fn renew(&self) {
        let closed = match self.connection.get_sqlite_connection_pool().acquire().await {
            Ok(connection) => connection.close().await,
            Err(error) => Err(error),
        };
        if let Err(error) = closed {
            tracing::error!(%error, "the writer's connection cannot be renewed");
        }
    }
}

#[derive(Clone, Copy)]
pub(super) enum End {
    Commit,
    Rollback,
}

/// Ends a transaction that closures have seen; they have all let go of it by now.
pub(super) async fn finish(transaction: Arc<DatabaseTransaction>, end: End) -> Result<(), DbFault> {
    let Ok(transaction) = Arc::try_unwrap(transaction) else {
        return Err(DbFault::Database(DbErr::Custom("a closure kept its transaction".to_owned())));
    };
    match end {
        End::Commit => transaction.commit().await?,
        End::Rollback => transaction.rollback().await?,
    }
    Ok(())
}

fn answer_all(jobs: Jobs, commit: &Result<(), DbFault>) {
    for job in jobs {
        job.answer(commit.clone());
    }
}
