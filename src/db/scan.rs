//! Reading below the object-relational mapper, for work that reads whole tables (the audit): row by row, in one consistent view, with memory
//! that does not grow. SQLite by its own library, PostgreSQL by COPY in its binary form (PostgreSQL's documentation, COPY, "Binary Format").

use futures_util::StreamExt;
use rusqlite::OpenFlags;
use rusqlite::types::ValueRef;
use sea_orm::sqlx::{self, Connection as _};
use sea_orm::{DbErr, RuntimeErr};
use uuid::Uuid;

use super::Target;

/// Page cache of SQLite for a scan, in KiB.
const CACHE_KIB: i32 = 16_384;

/// Messages of PostgreSQL taken over together, as far as they are there.
const AT_ONCE: usize = 256;

/// One consistent view, read statement by statement.
pub struct Scan(View);

enum View {
    Sqlite(rusqlite::Connection),
    Postgres { runtime: tokio::runtime::Runtime, connection: Box<sqlx::PgConnection> },
}

impl std::fmt::Debug for Scan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scan").finish_non_exhaustive()
    }
}

impl Scan {
    /// Opens a view of its own. Blocks, as all of a scan does.
    pub(super) fn open(target: &Target) -> Result<Self, DbErr> {
        match target {
            Target::Sqlite(path) => {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let connection = rusqlite::Connection::open_with_flags(path, flags).map_err(by_sqlite)?;
                let set_up = format!("PRAGMA busy_timeout = 10000; PRAGMA cache_size = -{CACHE_KIB}; BEGIN");
                connection.execute_batch(&set_up).map_err(by_sqlite)?;
                Ok(Self(View::Sqlite(connection)))
            }
            Target::Postgres(url) => {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
                let runtime = runtime.map_err(|error| DbErr::Conn(RuntimeErr::Internal(error.to_string())))?;
                let opened = runtime.block_on(async {
                    let mut connection = sqlx::PgConnection::connect(url).await?;
                    sqlx::query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut connection).await?;
                    Ok::<_, sqlx::Error>(connection)
                });
                Ok(Self(View::Postgres { runtime, connection: Box::new(opened.map_err(by_sqlx)?) }))
            }
        }
    }

    /// Gives every row that `sql` selects to `take`, until it refuses. The columns are integers of 64 bits, texts, bytes and UUIDs.
    ///
    /// # Errors
    /// What the database answers, or what `take` refuses with.
    pub fn each(&mut self, sql: &str, mut take: impl FnMut(&Row<'_>) -> Result<(), DbErr>) -> Result<(), DbErr> {
        match &mut self.0 {
            View::Sqlite(connection) => {
                let mut statement = connection.prepare(sql).map_err(by_sqlite)?;
                let mut rows = statement.query([]).map_err(by_sqlite)?;
                while let Some(row) = rows.next().map_err(by_sqlite)? {
                    take(&Row(Cells::Sqlite(row)))?;
                }
                Ok(())
            }
            View::Postgres { runtime, connection } => {
                let statement = format!("COPY ({sql}) TO STDOUT (FORMAT binary)");
                let stream = runtime.block_on(connection.copy_out_raw(&statement)).map_err(by_sqlx)?;
                let (mut stream, mut copy) = (stream.ready_chunks(AT_ONCE), Copy::default());
                // What `take` does may block: it is not run inside the runtime.
                while let Some(chunks) = runtime.block_on(stream.next()) {
                    for chunk in chunks {
                        copy.take(&chunk.map_err(by_sqlx)?, &mut take)?;
                    }
                }
                Ok(())
            }
        }
    }
}

impl Scan {
    /// These ids as this database writes them, with commas between them: for a list in a statement.
    #[must_use]
    pub fn spelled(&self, ids: &[Uuid]) -> String {
        let spell = |id: &Uuid| match self.0 {
            View::Sqlite(_) => format!("X'{}'", id.simple()),
            View::Postgres { .. } => format!("'{id}'::uuid"),
        };
        ids.iter().map(spell).collect::<Vec<_>>().join(", ")
    }

    /// Gives the first three columns of every row that `sql` selects, as bytes; what is NULL or a number gives none, and so fits nothing.
    ///
    /// # Errors
    /// What the database answers.
    pub fn each_three(&mut self, sql: &str, mut take: impl FnMut([&[u8]; 3])) -> Result<(), DbErr> {
        self.each(sql, |row| {
            take([0, 1, 2].map(|at| row.bytes(at).ok().flatten().unwrap_or_default()));
            Ok(())
        })
    }
}

/// A row being read; its columns count from 0.
#[derive(Debug)]
pub struct Row<'a>(Cells<'a>);

#[derive(Debug)]
enum Cells<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres { bytes: &'a [u8], cells: &'a [Option<(usize, usize)>] },
}

impl<'a> Row<'a> {
    /// The bytes of a column, `None` where it is NULL.
    ///
    /// # Errors
    /// Where there is no such column, or it is a number.
    pub fn bytes(&self, at: usize) -> Result<Option<&'a [u8]>, DbErr> {
        match &self.0 {
            Cells::Sqlite(row) => match row.get_ref(at).map_err(by_sqlite)? {
                ValueRef::Null => Ok(None),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Ok(Some(bytes)),
                ValueRef::Integer(_) | ValueRef::Real(_) => Err(unlike(at, "bytes")),
            },
            Cells::Postgres { bytes, cells } => match cells.get(at) {
                Some(Some((from, to))) => bytes.get(*from..*to).map(Some).ok_or_else(|| unlike(at, "bytes")),
                Some(None) => Ok(None),
                None => Err(unlike(at, "a column")),
            },
        }
    }

    /// The whole number in a column, `None` where it is NULL.
    ///
    /// # Errors
    /// Where there is no such column, or it is something else.
    pub fn int(&self, at: usize) -> Result<Option<i64>, DbErr> {
        match &self.0 {
            Cells::Sqlite(row) => match row.get_ref(at).map_err(by_sqlite)? {
                ValueRef::Null => Ok(None),
                ValueRef::Integer(value) => Ok(Some(value)),
                _ => Err(unlike(at, "a whole number")),
            },
            Cells::Postgres { .. } => match self.bytes(at)? {
                None => Ok(None),
                Some(bytes) => {
                    bytes.try_into().map(|bytes| Some(i64::from_be_bytes(bytes))).map_err(|_| unlike(at, "a whole number"))
                }
            },
        }
    }

    /// The text in a column, `None` where it is NULL.
    ///
    /// # Errors
    /// Where there is no such column, or it is no text.
    pub fn text(&self, at: usize) -> Result<Option<&'a str>, DbErr> {
        let bytes = self.bytes(at)?;
        bytes.map(|bytes| std::str::from_utf8(bytes).map_err(|_| unlike(at, "text"))).transpose()
    }

    /// The UUID in a column, `None` where it is NULL.
    ///
    /// # Errors
    /// Where there is no such column, or it is none.
    pub fn uuid(&self, at: usize) -> Result<Option<Uuid>, DbErr> {
        let bytes = self.bytes(at)?;
        bytes.map(|bytes| Uuid::from_slice(bytes).map_err(|_| unlike(at, "a UUID"))).transpose()
    }
}

/// What has come of a binary copy, and how far it was read.
#[derive(Default)]
struct Copy {
    is_begun: bool,
    rest: Vec<u8>,
    cells: Vec<Option<(usize, usize)>>,
}

impl Copy {
    /// Signature, flags, and the length of an extension, which is none so far.
    const HEAD: usize = 11 + 4 + 4;

    /// Takes what came; the server need not cut it between rows.
    fn take(&mut self, chunk: &[u8], take: &mut impl FnMut(&Row<'_>) -> Result<(), DbErr>) -> Result<(), DbErr> {
        let joined;
        let mut bytes = chunk;
        if !self.rest.is_empty() {
            self.rest.extend_from_slice(chunk);
            joined = std::mem::take(&mut self.rest);
            bytes = &joined;
        }
        if !self.is_begun {
            let Some(behind) = bytes.get(Self::HEAD..) else {
                self.rest = bytes.to_vec();
                return Ok(());
            };
            (self.is_begun, bytes) = (true, behind);
        }
        while let Some(length) = self.cut(bytes) {
            take(&Row(Cells::Postgres { bytes, cells: &self.cells }))?;
            bytes = bytes.get(length..).unwrap_or_default();
        }
        self.rest = bytes.to_vec();
        Ok(())
    }

    /// Finds the cells of the row that `bytes` begin with, and how long it is; `None` where it is not whole, or where the copy ends.
    fn cut(&mut self, bytes: &[u8]) -> Option<usize> {
        let columns = i16::from_be_bytes(*bytes.first_chunk()?);
        let columns = usize::try_from(columns).ok()?;
        self.cells.clear();
        let mut at = 2;
        for _ in 0..columns {
            let length = i32::from_be_bytes(*bytes.get(at..)?.first_chunk()?);
            at += 4;
            let Ok(length) = usize::try_from(length) else {
                self.cells.push(None);
                continue;
            };
            self.cells.push(Some((at, at + length)));
            at += length;
        }
        (at <= bytes.len()).then_some(at)
    }
}

fn unlike(at: usize, what: &str) -> DbErr {
    DbErr::Type(format!("column {at} is not {what}"))
}

#[expect(clippy::needless_pass_by_value, reason = "as map_err takes it")]
fn by_sqlite(error: rusqlite::Error) -> DbErr {
    DbErr::Query(RuntimeErr::Internal(error.to_string()))
}

fn by_sqlx(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(rows: &[&[Option<&[u8]>]]) -> Vec<u8> {
        let mut bytes = [b"PGCOPY\n\xff\r\n\0".as_slice(), &[0; 8]].concat();
        for row in rows {
            bytes.extend(i16::try_from(row.len()).unwrap().to_be_bytes());
            for cell in *row {
                bytes.extend(cell.map_or(-1, |cell| i32::try_from(cell.len()).unwrap()).to_be_bytes());
                bytes.extend(cell.unwrap_or_default());
            }
        }
        bytes.extend((-1_i16).to_be_bytes());
        bytes
    }

    /// However the server cuts it, the same rows come of it.
    #[test]
    fn a_copy_is_read_alike_wherever_it_is_cut() {
        let number = 250_i64.to_be_bytes();
        let rows: [&[Option<&[u8]>]; 3] = [&[Some(&number), None, Some("学分".as_bytes())], &[], &[Some(&[7; 16])]];
        let bytes = copied(&rows);
        for size in 1..=bytes.len() {
            let (mut copy, mut seen) = (Copy::default(), Vec::new());
            for chunk in bytes.chunks(size) {
                let mut take = |row: &Row<'_>| {
                    let Row(Cells::Postgres { cells, .. }) = row else { return Err(unlike(0, "a copy")) };
                    seen.push((0..cells.len()).map(|at| row.bytes(at).unwrap().map(<[u8]>::to_vec)).collect::<Vec<_>>());
                    Ok(())
                };
                copy.take(chunk, &mut take).unwrap();
            }
            let wanted: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(|cell| cell.map(<[u8]>::to_vec)).collect()).collect();
            assert_eq!(seen, wanted, "in pieces of {size}");
        }
    }

    #[test]
    fn a_column_is_read_as_what_it_is_or_not_at_all() {
        let bytes = [250_i64.to_be_bytes().as_slice(), &[255], &[7; 16]].concat();
        let cells = [Some((0, 8)), Some((8, 9)), Some((9, 25)), None];
        let row = Row(Cells::Postgres { bytes: &bytes, cells: &cells });
        assert_eq!((row.int(0).unwrap(), row.int(3).unwrap()), (Some(250), None));
        assert_eq!(row.uuid(2).unwrap(), Some(Uuid::from_bytes([7; 16])));
        assert!(row.int(1).is_err() && row.text(1).is_err() && row.uuid(1).is_err() && row.bytes(4).is_err());
    }
}
