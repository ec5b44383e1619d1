//! The transaction that a closure works in.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement};

use super::limits::written_out;
use crate::kernel::{RequestId, Timestamp};

/// The write transaction, with the instant and the request it belongs to. Only [`super::Db::write`] makes one.
pub struct Tx {
    inner: Arc<DatabaseTransaction>,
    /// When the closure began; the same for all its rows.
    pub now: Timestamp,
    /// The request that asked for it.
    pub request: RequestId,
}

impl Tx {
    pub(super) const fn new(inner: Arc<DatabaseTransaction>, now: Timestamp, request: RequestId) -> Self {
        Self { inner, now, request }
    }
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("now", &self.now).field("request", &self.request).finish_non_exhaustive()
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.inner.execute_raw(written_out(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.inner.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.inner.query_one_raw(written_out(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.inner.query_all_raw(written_out(statement)).await
    }
}
