//! One notation for both databases: DDL is written once, with tokens for what differs.
//!
//! | token | SQLite | PostgreSQL |
//! |---|---|---|
//! | `$UUID` | `BLOB` (16 bytes, checked by length) | `UUID` |
//! | `$INT` | `INTEGER` | `BIGINT` |
//! | `$TEXT` | `TEXT` | `TEXT` |
//! | `$CODE` | `TEXT` | `TEXT COLLATE "C"` |
//! | `$BYTES` | `BLOB` | `BYTEA` |
//! | `$STRICT` | `STRICT` | nothing |
//! | `$NOROWID` | `STRICT, WITHOUT ROWID` | nothing |

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

const TOKENS: [(&str, &str, &str); 7] = [
    ("$UUID", "BLOB", "UUID"),
    ("$INT", "INTEGER", "BIGINT"),
    ("$TEXT", "TEXT", "TEXT"),
    ("$CODE", "TEXT", "TEXT COLLATE \"C\""),
    ("$BYTES", "BLOB", "BYTEA"),
    ("$STRICT", "STRICT", ""),
    ("$NOROWID", "STRICT, WITHOUT ROWID", ""),
];

/// Writes `sql` in the words of the database at hand.
#[must_use]
pub fn spell(sql: &str, backend: DbBackend) -> String {
    TOKENS.iter().fold(sql.to_owned(), |text, (token, sqlite, postgres)| {
        text.replace(token, if backend == DbBackend::Sqlite { sqlite } else { postgres })
    })
}

/// Runs statements that both databases understand after spelling; one entry, one statement.
///
/// # Errors
/// What the database answers.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let backend = db.get_database_backend();
    for statement in statements {
        db.execute_unprepared(&spell(statement, backend)).await?;
    }
    Ok(())
}

/// Runs statements that only one of the databases understands.
///
/// # Errors
/// What the database answers.
pub async fn run_only(manager: &SchemaManager<'_>, only: DbBackend, statements: &[&str]) -> Result<(), DbErr> {
    if manager.get_connection().get_database_backend() == only {
        run(manager, statements).await?;
    }
    Ok(())
}

/// Drops tables, the youngest first.
///
/// # Errors
/// What the database answers.
pub async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        manager.get_connection().execute_unprepared(&format!("DROP TABLE IF EXISTS {table}")).await?;
    }
    Ok(())
}
