//! Opening the database: connections, pragmas, migrations, the writer.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr};
use tokio::sync::mpsc;

use super::numbers::Numbers;
use super::{Db, QUEUE, Reader, postgres, sqlite};
use crate::kernel::Clock;

/// Readers of the SQLite file beside its one writer.
const SQLITE_READERS: u32 = 4;
/// Page cache in KiB: the writer's and each reader's. As many readers are kept as may be open for views that stand still: 8 + 8 × 2 = 24 MiB at the
/// most.
const WRITER_CACHE_KIB: i32 = 8192;
const READER_CACHE_KIB: i32 = 2048;
/// Connections to PostgreSQL for writing, and for reading.
const POSTGRES_WRITERS: u32 = 12;
const POSTGRES_READERS: u32 = 8;
/// Key of the advisory lock under which one process at a time migrates a PostgreSQL database ("credbank" in ASCII).
const MIGRATION_LOCK: i64 = 0x6372_6564_6261_6E6B;

/// Where the rows live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A SQLite file, made if missing.
    Sqlite(PathBuf),
    /// A PostgreSQL database by its URL.
    Postgres(String),
}

/// Opens the database, brings its schema up to date and starts the writer.
///
/// # Errors
/// What the database answers: unreachable, not writable, a migration that fails.
pub async fn open(target: &Target, clock: Clock) -> Result<Db, DbErr> {
    let statements = Arc::new(AtomicU64::new(0));
    let (queue, jobs) = mpsc::channel(QUEUE);
    let numbers = Numbers::new().map_err(|error| DbErr::Custom(error.to_string()))?;
    let (mut pool, at_once) = match target {
        Target::Sqlite(path) => {
            let mut writer = connect(sqlite_options(path, 1, WRITER_CACHE_KIB, Use::Writing)).await?;
            Migrator::up(&writer, None).await?;
            count(&mut writer, &statements);
            sqlite::start(writer, jobs, clock.clone(), numbers.clone())?;
            (connect(sqlite_options(path, SQLITE_READERS, READER_CACHE_KIB, Use::Reading)).await?, SQLITE_READERS)
        }
        Target::Postgres(url) => {
            let mut writers = connect(postgres_options(url, POSTGRES_WRITERS)).await?;
            migrate_postgres(url).await?;
            count(&mut writers, &statements);
            let at_once = usize::try_from(POSTGRES_WRITERS).unwrap_or(1);
            postgres::start(writers, jobs, (clock.clone(), numbers.clone()), at_once)?;
            (connect(postgres_options(url, POSTGRES_READERS)).await?, POSTGRES_READERS)
        }
    };
    count(&mut pool, &statements);
    let readers = Reader::new(pool, at_once, Arc::clone(&statements));
    Ok(Db { target: Arc::new(target.clone()), readers, queue, clock, statements, numbers })
}

async fn connect(options: ConnectOptions) -> Result<DatabaseConnection, DbErr> {
    Database::connect(options).await
}

fn count(connection: &mut DatabaseConnection, statements: &Arc<AtomicU64>) {
    let statements = Arc::clone(statements);
    connection.set_metric_callback(move |_| {
        statements.fetch_add(1, Ordering::Relaxed);
    });
}

/// What a connection to a SQLite file is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    Writing,
    /// Opened when one is needed: those of [`Reader`] leave the pool, and few want a view that stands still.
    Reading,
}

fn sqlite_options(path: &std::path::Path, connections: u32, cache_kib: i32, for_what: Use) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", path.display()));
    options
        .max_connections(connections)
        .min_connections(if for_what == Use::Writing { connections } else { 0 })
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .pragma("busy_timeout", "10000")
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("foreign_keys", "ON")
                .pragma("recursive_triggers", "ON")
                .pragma("cache_size", format!("-{cache_kib}"))
                .pragma("temp_store", "MEMORY")
                .pragma("query_only", if for_what == Use::Reading { "ON" } else { "OFF" })
        });
    options
}

fn postgres_options(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(10))
        .connect_timeout(Duration::from_secs(10));
    options
}

/// Two processes may start at once: the advisory lock lets one migrate while the other waits, on a connection of its own.
async fn migrate_postgres(url: &str) -> Result<(), DbErr> {
    let connection = connect(postgres_options(url, 1)).await?;
    connection.execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})")).await?;
    let migrated = Migrator::up(&connection, None).await;
    connection.execute_unprepared(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})")).await?;
    connection.close().await?;
    migrated
}
