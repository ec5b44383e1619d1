//! Reading. A page asks a dozen times, and on SQLite an answer costs less than sqlx's pool does, which asks each connection that comes back
//! whether it still answers, on that connection's own thread. So the connections that read a SQLite file are kept here.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sqlx::query::Query;
use sea_orm::sqlx::{self, AssertSqlSafe, Sqlite, SqliteConnection, SqlitePool};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::limits::written_out;

/// The connections to read from.
#[derive(Clone)]
pub struct Reader {
    pool: DatabaseConnection,
    kept: Option<Arc<Kept>>,
    statements: Arc<AtomicU64>,
}

/// Connections to a SQLite file that are used again and again. One that failed, or whose reader went away meanwhile, is closed, and the next
/// reader opens another.
struct Kept {
    pool: SqlitePool,
    turns: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Reader {
    /// Reads through `pool`, on SQLite by at most `at_once` connections of its own.
    pub(super) fn new(pool: DatabaseConnection, at_once: u32, statements: Arc<AtomicU64>) -> Self {
        let kept = (pool.get_database_backend() == DbBackend::Sqlite).then(|| {
            let turns = Semaphore::new(usize::try_from(at_once).unwrap_or(1));
            Arc::new(Kept { pool: pool.get_sqlite_connection_pool().clone(), turns, idle: Mutex::default() })
        });
        Self { pool, kept, statements }
    }

    /// The pool behind it, for a view that stands still.
    pub(super) const fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// What is asked without the pool, which counts by itself.
    fn count(&self) {
        self.statements.fetch_add(1, Ordering::Relaxed);
    }
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reader").field("backend", &self.get_database_backend()).finish_non_exhaustive()
    }
}

impl Kept {
    async fn lend(&self) -> Result<(SemaphorePermit<'_>, SqliteConnection), DbErr> {
        let turn = self.turns.acquire().await.map_err(|error| DbErr::Custom(error.to_string()))?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.pool.acquire().await.map_err(failed)?.detach(),
        };
        Ok((turn, connection))
    }

    fn take_back(&self, connection: SqliteConnection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

fn failed(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

fn query(statement: Statement) -> Query<'static, Sqlite, SqlxValues> {
    let Statement { sql, values, .. } = written_out(statement);
    sqlx::query_with(AssertSqlSafe(sql), SqlxValues(values.unwrap_or_else(|| Values(Vec::new()))))
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.pool.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.pool.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let Some(kept) = &self.kept else { return self.pool.query_one_raw(statement).await };
        self.count();
        let (_turn, mut connection) = kept.lend().await?;
        let row = query(statement).fetch_optional(&mut connection).await.map_err(failed)?;
        kept.take_back(connection);
        Ok(row.map(QueryResult::from))
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let Some(kept) = &self.kept else { return self.pool.query_all_raw(statement).await };
        self.count();
        let (_turn, mut connection) = kept.lend().await?;
        let rows = query(statement).fetch_all(&mut connection).await.map_err(failed)?;
        kept.take_back(connection);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}
