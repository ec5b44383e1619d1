//! Whether it was room that the database lacked.

use sea_orm::sqlx;
use sea_orm::{DbErr, RuntimeErr};

/// SQLite's result codes for a full disk and for a file that cannot be written or grown; the low byte of an extended code.
const SQLITE: [u32; 2] = [13, 10];
/// PostgreSQL's class of SQLSTATEs for disk, memory and connections that do not suffice (appendix A, class 53).
const POSTGRES: &str = "53";

/// Whether the error says that there was no room to write. Nothing was kept then, and the same may be tried again later.
#[must_use]
pub fn lacks_room(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error))
    | DbErr::Query(RuntimeErr::SqlxError(error))
    | DbErr::Conn(RuntimeErr::SqlxError(error))) = error
    else {
        return false;
    };
    let sqlx::Error::Database(error) = error.as_ref() else { return false };
    let Some(code) = error.code() else { return false };
    match error.try_downcast_ref::<sqlx::sqlite::SqliteError>() {
        Some(_) => code.parse::<u32>().is_ok_and(|code| SQLITE.contains(&(code & 0xff))),
        None => code.starts_with(POSTGRES),
    }
}
