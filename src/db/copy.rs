//! Copies of a whole database, made while others write, and put back into an empty place. Nothing here makes or changes a schema.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use migration::{Migrator, MigratorTrait};
use sea_orm::{
    AccessMode, ConnectOptions, ConnectionTrait, Database, DatabaseTransaction, DbErr, IsolationLevel, TransactionTrait,
};

use super::open::Target;
use super::{pg_tools, queries};

/// Why no copy was made, or none was put back.
#[derive(Debug, thiserror::Error)]
pub enum CopyFault {
    /// There is no database to copy.
    #[error("there is no database at {0}")]
    Nothing(PathBuf),
    /// A tool of PostgreSQL is not installed.
    #[error("{0} is not installed")]
    NoTool(&'static str),
    /// A tool of PostgreSQL did not do it.
    #[error("{tool}: {why}")]
    Tool {
        /// Which.
        tool: &'static str,
        /// What it said.
        why: String,
    },
    /// The database's answer.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The disk's answer.
    #[error(transparent)]
    Disk(#[from] std::io::Error),
}

/// Copies the database into the file `to`, by its own means and while others write; gives a view of the very state that was copied.
///
/// # Errors
/// [`CopyFault`]; what is in `to` by then is no whole copy.
pub async fn copy_into(target: &Target, to: &Path) -> Result<DatabaseTransaction, CopyFault> {
    let view = match target {
        Target::Sqlite(path) => {
            if !path.is_file() {
                return Err(CopyFault::Nothing(path.clone()));
            }
            let file = to.to_str().ok_or_else(|| std::io::Error::from(std::io::ErrorKind::InvalidFilename))?;
            let live = Database::connect(plain_sqlite(path, "rw")).await?;
            queries::vacuum_into(&live, file).await?;
            live.close().await?;
            look_into(to).await?
        }
        Target::Postgres(url) => {
            let mut options = ConnectOptions::new(url);
            options.max_connections(1).sqlx_logging(false);
            let live = Database::connect(options).await?;
            let view = live.begin_with_config(Some(IsolationLevel::RepeatableRead), Some(AccessMode::ReadOnly)).await?;
            let snapshot = format!("--snapshot={}", queries::export_snapshot(&view).await?);
            let file = format!("--file={}", to.display());
            pg_tools::run("pg_dump", url, &["--format=custom", "--no-owner", "--no-privileges", &snapshot, &file])?;
            view
        }
    };
    File::open(to)?.sync_all()?;
    Ok(view)
}

/// A view of a SQLite file that nobody writes to; nothing of it is changed, and nothing is left beside it.
async fn look_into(path: &Path) -> Result<DatabaseTransaction, CopyFault> {
    Ok(Database::connect(plain_sqlite(path, "ro&immutable=1")).await?.begin().await?)
}

/// One connection, with no setting that would change the file.
fn plain_sqlite(path: &Path, mode: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode={mode}", path.display()));
    options.max_connections(1).sqlx_logging(false).map_sqlx_sqlite_opts(|sqlite| sqlite.pragma("busy_timeout", "10000"));
    options
}

/// Whether nothing is there yet: no file of the database, or not one table.
///
/// # Errors
/// [`CopyFault`].
pub async fn is_empty(target: &Target) -> Result<bool, CopyFault> {
    match target {
        Target::Sqlite(path) => Ok(!["", "-wal", "-shm"].iter().any(|end| beside(path, end).exists())),
        Target::Postgres(url) => {
            let connection = connect(url).await?;
            let tables = queries::count_tables(&connection).await?;
            connection.close().await?;
            Ok(tables == 0)
        }
    }
}

/// Puts a copy back into an empty place, whole or not at all.
///
/// # Errors
/// [`CopyFault`]; then the place is as empty as before.
pub async fn put_back(target: &Target, from: &Path) -> Result<(), CopyFault> {
    match target {
        Target::Sqlite(path) => {
            let part = beside(path, ".part");
            fs::copy(from, &part)?;
            File::open(&part)?.sync_all()?;
            fs::rename(&part, path)?;
            let folder = path.parent().unwrap_or_else(|| Path::new("."));
            File::open(folder)?.sync_all()?;
            Ok(())
        }
        Target::Postgres(url) => {
            let from = from.display().to_string();
            let whole = ["--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", from.as_str()];
            pg_tools::run("pg_restore", url, &whole)?;
            // A database that was just filled knows nothing of its own sizes, and would read everything the long way.
            let connection = connect(url).await?;
            connection.execute_unprepared("ANALYZE").await?;
            connection.close().await?;
            Ok(())
        }
    }
}

async fn connect(url: &str) -> Result<sea_orm::DatabaseConnection, DbErr> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Database::connect(options).await
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// The steps that have brought the schema where it is, the first first.
///
/// # Errors
/// What the database answers.
pub async fn list_steps(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    queries::list_steps(db).await
}

/// The steps of the schema that this program knows, the first first.
#[must_use]
pub fn known_steps() -> Vec<String> {
    Migrator::migrations().iter().map(|step| step.name().to_owned()).collect()
}

/// The value by which the database knows its key, where it has met one.
///
/// # Errors
/// What the database answers.
pub async fn find_key_check(db: &impl ConnectionTrait) -> Result<Option<Vec<u8>>, DbErr> {
    queries::find_key_check(db).await
}
