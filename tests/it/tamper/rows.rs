//! The hands of somebody who owns the SQLite file: a connection on which nothing refuses anything.

use std::path::Path;

use credit_bank::db::Target;
use credit_bank::kernel::{Chance, LearnerId, TransferId};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use uuid::Uuid;

use crate::support::databases::Fresh;

/// Tables that are changed, the more often the more often they are named; and the columns of their keys.
const TABLES: [(&str, &[&str]); 9] = [
    ("ledger_transfer", &["learner_id", "id"]),
    ("ledger_transfer", &["learner_id", "id"]),
    ("ledger_transfer", &["learner_id", "id"]),
    ("ledger_transfer", &["learner_id", "id"]),
    ("ledger_leaf", &["log_id", "seq"]),
    ("ledger_tile", &["log_id", "level", "tile"]),
    ("ledger_checkpoint", &["log_id", "size"]),
    ("result", &["learner_id", "id"]),
    ("ledger_account", &["learner_id", "asset"]),
];

/// What says nothing that anybody relies on, so that nothing can be held against it: times that no signature covers (their order is
/// kept), and whether an account is closed, which no transfer says.
const SAYS_NOTHING: [(&str, &str); 3] =
    [("ledger_leaf", "sealed_at_ms"), ("ledger_checkpoint", "signed_at_ms"), ("ledger_account", "closed")];

/// What a transfer is found by: changed, it is another's.
const IDENTITY: [&str; 4] = ["learner_id", "id", "version", "asset"];

/// A value as the file holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Cell {
    Null,
    Int(i64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Cell {
    fn literal(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Text(bytes) => format!("CAST(x'{}' AS TEXT)", hex::encode(bytes)),
            Self::Blob(bytes) => format!("x'{}'", hex::encode(bytes)),
        }
    }

    /// The same with one byte changed; `None` where there is none.
    fn spoilt(&self, chance: &mut Chance) -> Option<Self> {
        let by = u8::try_from(1 + chance.below(255)).unwrap();
        let change = |bytes: &[u8], chance: &mut Chance| {
            let mut bytes = bytes.to_vec();
            let at = chance.below(bytes.len());
            *bytes.get_mut(at)? ^= by;
            Some(bytes)
        };
        Some(match self {
            Self::Null => return None,
            Self::Int(number) => Self::Int(i64::from_be_bytes(change(&number.to_be_bytes(), chance)?.try_into().unwrap())),
            Self::Text(bytes) => Self::Text(change(bytes, chance)?),
            Self::Blob(bytes) => Self::Blob(change(bytes, chance)?),
        })
    }
}

/// The rows of one table as they were.
struct Rows {
    table: &'static str,
    key: &'static [&'static str],
    columns: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

/// One byte of one row.
#[derive(Clone, Debug)]
pub struct Change {
    table: usize,
    row: usize,
    column: String,
    /// The condition by which the row is found now.
    key_now: String,
    transfer: Option<(LearnerId, TransferId)>,
}

impl Change {
    /// Whether it is the hash itself that was changed.
    pub fn is_of_the_hash(&self) -> bool {
        self.column.ends_with(".leaf_hash")
    }

    /// Whose transfer was changed and which, under the ids that it bears now.
    pub const fn transfer(&self) -> Option<(LearnerId, TransferId)> {
        self.transfer
    }
}

pub struct Owner {
    connection: DatabaseConnection,
    tables: Vec<Rows>,
}

impl Owner {
    /// Takes all triggers away and looks at every row.
    pub async fn of(fresh: &Fresh) -> Self {
        let Target::Sqlite(path) = &fresh.target else { panic!("somebody who owns a file") };
        let mut options = ConnectOptions::new(format!("sqlite://{}", path.display()));
        let connection = Database::connect(options.max_connections(1).sqlx_logging(false).to_owned()).await.unwrap();
        let run = async |sql: &str| connection.execute_unprepared(sql).await.unwrap();
        run("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; PRAGMA synchronous = OFF").await;
        for row in all(&connection, "SELECT name FROM sqlite_schema WHERE type = 'trigger'").await {
            run(&format!("DROP TRIGGER {}", row.try_get_by_index::<String>(0).unwrap())).await;
        }
        let mut tables = Vec::new();
        for (table, key) in TABLES {
            tables.push(read(&connection, table, key).await);
        }
        Self { connection, tables }
    }

    /// Changes one byte anywhere; `None` where there is nothing to change, or a key is taken.
    pub async fn change_a_byte(&self, chance: &mut Chance) -> Option<Change> {
        let table = chance.below(self.tables.len());
        self.change_in(table, chance, |_| true).await
    }

    /// Changes one byte of what a transfer says, not of what it is found by.
    pub async fn change_what_a_transfer_says(&self, chance: &mut Chance) -> Option<Change> {
        self.change_in(0, chance, |column| !IDENTITY.contains(&column) && column != "leaf_hash").await
    }

    async fn change_in(&self, table: usize, chance: &mut Chance, may: impl Fn(&str) -> bool) -> Option<Change> {
        let rows = &self.tables[table];
        let (row, at) = (chance.below(rows.rows.len()), chance.below(rows.columns.len()));
        let (cells, column) = (&rows.rows[row], &rows.columns[at]);
        if SAYS_NOTHING.contains(&(rows.table, column)) || !may(column) {
            return None;
        }
        let mut now = cells.clone();
        now[at] = cells[at].spoilt(chance)?;
        let sql = format!("UPDATE {} SET {column} = {} WHERE {}", rows.table, now[at].literal(), rows.key_of(cells));
        self.connection.execute_unprepared(&sql).await.ok()?;
        let id = |at: usize| match &now[at] {
            Cell::Blob(bytes) => Uuid::from_slice(bytes).unwrap(),
            other => panic!("{other:?} is no id"),
        };
        let transfer = rows.table == "ledger_transfer";
        let transfer = transfer.then(|| (LearnerId::from_uuid(id(0)), TransferId::from_uuid(id(1))));
        Some(Change { table, row, column: format!("{}.{column}", rows.table), key_now: rows.key_of(&now), transfer })
    }

    /// Gives the changed transfer another leaf hash.
    pub async fn set_leaf(&self, change: &Change, leaf: Vec<u8>) {
        let sql = format!("UPDATE ledger_transfer SET leaf_hash = {} WHERE {}", Cell::Blob(leaf).literal(), change.key_now);
        self.connection.execute_unprepared(&sql).await.unwrap();
    }

    /// Puts the row back as it was.
    pub async fn put_back(&self, change: &Change) {
        let rows = &self.tables[change.table];
        let cells: Vec<String> = rows.rows[change.row].iter().map(Cell::literal).collect();
        let table = rows.table;
        let sql = format!(
            "BEGIN; DELETE FROM {table} WHERE {}; INSERT INTO {table} ({}) VALUES ({}); COMMIT",
            change.key_now,
            rows.columns.join(", "),
            cells.join(", ")
        );
        self.connection.execute_unprepared(&sql).await.unwrap();
    }

    /// Does something to be taken back.
    pub async fn tries(&self, sql: &str) {
        // Swapping goes by way of values that are free.
        self.connection.execute_unprepared("DROP INDEX IF EXISTS ledger_one_leaf").await.unwrap();
        if let Err(error) = self.connection.execute_unprepared(sql).await {
            assert!(error.to_string().contains("UNIQUE"), "{sql}: {error}");
            self.by_way_of(sql).await;
        }
    }

    /// The same for swaps, which meet themselves halfway: the unique keys are given up with the table that has them.
    async fn by_way_of(&self, sql: &str) {
        let table = sql.split(' ').nth(1).unwrap();
        let anew = format!(
            "BEGIN; CREATE TABLE loose AS SELECT * FROM {table}; DELETE FROM {table}; {}; INSERT INTO {table} SELECT * FROM loose; \
             DROP TABLE loose; COMMIT",
            sql.replace(table, "loose")
        );
        self.connection.execute_unprepared(&anew).await.unwrap();
    }

    /// Everything as it was.
    pub async fn takes_back(&self) {
        let mut script = "BEGIN;".to_owned();
        for rows in self.tables.iter().skip(3) {
            script.push_str(&format!("DELETE FROM {};", rows.table));
            for cells in &rows.rows {
                let cells: Vec<String> = cells.iter().map(Cell::literal).collect();
                let columns = rows.columns.join(", ");
                script.push_str(&format!("INSERT INTO {} ({columns}) VALUES ({});", rows.table, cells.join(", ")));
            }
        }
        self.connection.execute_unprepared(&(script + "COMMIT")).await.unwrap();
    }
}

impl Rows {
    /// The condition by which this row is found.
    fn key_of(&self, cells: &[Cell]) -> String {
        let is = |column: &&&str| {
            let at = self.columns.iter().position(|name| name == *column).unwrap();
            format!("{column} = {}", cells[at].literal())
        };
        self.key.iter().map(|column| is(&column)).collect::<Vec<_>>().join(" AND ")
    }
}

async fn all(connection: &DatabaseConnection, sql: &str) -> Vec<sea_orm::QueryResult> {
    let backend = connection.get_database_backend();
    connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap()
}

async fn read(connection: &DatabaseConnection, table: &'static str, key: &'static [&'static str]) -> Rows {
    let columns: Vec<String> = all(connection, &format!("SELECT name FROM pragma_table_info('{table}')"))
        .await
        .iter()
        .map(|row| row.try_get_by_index(0).unwrap())
        .collect();
    let cell = |column: &String| {
        format!(
            "typeof({column}) || ':' || CASE typeof({column}) WHEN 'integer' THEN CAST({column} AS TEXT) ELSE hex({column}) END"
        )
    };
    let cells = columns.iter().map(|column| format!("coalesce({}, 'null:')", cell(column))).collect::<Vec<_>>().join(", ");
    let parse = |text: String| {
        let (kind, value) = text.split_once(':').unwrap();
        match kind {
            "integer" => Cell::Int(value.parse().unwrap()),
            "text" => Cell::Text(hex::decode(value).unwrap()),
            "blob" => Cell::Blob(hex::decode(value).unwrap()),
            _ => Cell::Null,
        }
    };
    let rows = all(connection, &format!("SELECT {cells} FROM {table}")).await;
    let rows = rows.iter().map(|row| (0..columns.len()).map(|at| parse(row.try_get_by_index(at).unwrap())).collect()).collect();
    Rows { table, key, columns, rows }
}

/// Copies the database as it stands.
pub async fn copy_to(fresh: &Fresh, file: &Path) {
    let Target::Sqlite(path) = &fresh.target else { panic!("somebody who owns a file") };
    let connection = Database::connect(format!("sqlite://{}", path.display())).await.unwrap();
    connection.execute_unprepared(&format!("VACUUM INTO '{}'", file.display())).await.unwrap();
    connection.close().await.unwrap();
}

/// A bank with the same keys, in a folder of its own, over this file.
pub async fn over_file(fresh: &Fresh, file: &Path) -> Fresh {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.sqlite");
    std::fs::copy(file, &path).unwrap();
    let copy_keys = format!("cp -r {}/keys {}", fresh.folder.path().display(), folder.path().display());
    assert!(std::process::Command::new("sh").args(["-c", &copy_keys]).status().unwrap().success());
    let (target, clock) = (Target::Sqlite(path), fresh.clock.clone());
    let db = credit_bank::db::open(&target, clock.clone()).await.unwrap();
    Fresh { db, clock, target, folder, scratch: None }
}
