//! A database from which rules can be taken away, and in which nothing that is tried stays.

use std::collections::BTreeMap;

use credit_bank::db::Target;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, QueryResult, Statement};

use crate::support::databases::Fresh;

/// Tables all of whose rules are looked at; and those of which only the triggers are.
const TABLES: [&str; 9] = [
    "ledger_transfer",
    "ledger_account",
    "ledger_unsealed",
    "ledger_log",
    "ledger_key",
    "ledger_leaf",
    "ledger_tile",
    "ledger_checkpoint",
    "ledger_witness",
];
const TRIGGERS_ONLY: [&str; 6] = ["result", "correction", "correction_request", "transfer_out", "conversion", "partner_result"];

/// One thing that is tried.
#[derive(Clone, Debug)]
pub enum Do {
    Prepared(Statement),
    Raw(String),
}

/// How a rule is taken away.
#[derive(Clone, Debug)]
enum Removal {
    /// By a statement, in the transaction that tries something.
    Statement(String),
    /// By making the table anew without the part of this number (SQLite, which cannot drop a constraint).
    Part(&'static str, usize),
}

pub struct Bench {
    connection: DatabaseConnection,
    rules: BTreeMap<String, Removal>,
    /// SQLite: the tables, in parts, and what else is made, in order.
    tables: BTreeMap<&'static str, TableText>,
    others: Vec<String>,
    from: Option<String>,
}

impl Bench {
    pub async fn over(fresh: &Fresh) -> Self {
        let mut bench = match &fresh.target {
            Target::Postgres(url) => Self::plain(connect(url).await, None),
            Target::Sqlite(path) => Self::plain(connect("sqlite::memory:").await, Some(path.display().to_string())),
        };
        if bench.from.is_none() {
            bench.read_postgres().await;
        } else {
            bench.read_sqlite(fresh).await;
            bench.connection = bench.made_without(&[]).await;
        }
        bench
    }

    const fn plain(connection: DatabaseConnection, from: Option<String>) -> Self {
        Self { connection, rules: BTreeMap::new(), tables: BTreeMap::new(), others: Vec::new(), from }
    }

    /// The names of all rules there are.
    pub fn rules(&self) -> impl Iterator<Item = &str> {
        self.rules.keys().map(String::as_str)
    }

    /// Why the attempt is refused when the rules named are not there; `None` where it is not.
    pub async fn refusal(&self, gone: &[&str], attempt: &[Do]) -> Option<String> {
        let removals: Vec<&Removal> =
            gone.iter().map(|name| self.rules.get(*name).unwrap_or_else(|| panic!("there is no rule {name}"))).collect();
        let parts: Vec<(&str, usize)> = removals
            .iter()
            .filter_map(|removal| match removal {
                Removal::Part(table, number) => Some((*table, *number)),
                Removal::Statement(_) => None,
            })
            .collect();
        let anew = if parts.is_empty() { None } else { Some(self.made_without(&parts).await) };
        let connection = anew.as_ref().unwrap_or(&self.connection);
        connection.execute_unprepared("BEGIN").await.unwrap();
        let mut outcome = Ok(());
        for removal in removals {
            if let (Ok(()), Removal::Statement(sql)) = (&outcome, removal) {
                outcome = connection.execute_unprepared(sql).await.map(|_| ());
            }
        }
        for one in attempt {
            if outcome.is_ok() {
                outcome = try_it(connection, one).await;
            }
        }
        connection.execute_unprepared("ROLLBACK").await.unwrap();
        outcome.err().map(|error| error.to_string())
    }

    async fn read_postgres(&mut self) {
        let list = |tables: &[&str]| tables.iter().map(|table| format!("'{table}'")).collect::<Vec<_>>().join(", ");
        let (all, both) = (list(&TABLES), list(&[TABLES.as_slice(), &TRIGGERS_ONLY].concat()));
        for (sql, how) in [
            (
                format!(
                    "SELECT conname::text, relname::text FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE relname IN ({all})"
                ),
                "ALTER TABLE {table} DROP CONSTRAINT {name}",
            ),
            (
                format!(
                    "SELECT i.relname::text, t.relname::text FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid \
                     WHERE x.indisunique AND t.relname IN ({all}) AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.oid)"
                ),
                "DROP INDEX {name}",
            ),
            (
                format!(
                    "SELECT tgname::text, relname::text FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT tgisinternal AND relname IN ({both})"
                ),
                "DROP TRIGGER {name} ON {table}",
            ),
        ] {
            for row in rows(&self.connection, sql).await {
                let (name, table) = (text(&row, 0), text(&row, 1));
                let drop = how.replace("{name}", &name).replace("{table}", &table);
                self.rules.insert(name, Removal::Statement(drop));
            }
        }
    }

    async fn read_sqlite(&mut self, fresh: &Fresh) {
        let sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";
        for row in rows(fresh.db.read(), sql.to_owned()).await {
            let (kind, name, table, sql) = (text(&row, 0), text(&row, 1), text(&row, 2), text(&row, 3));
            let known = TABLES.iter().chain(&TRIGGERS_ONLY).find(|known| **known == table).copied();
            let Some(known) = known else { continue };
            if kind == "table" {
                let parts = TableText::of(&sql);
                if TABLES.contains(&known) {
                    self.rules.extend(parts.rules(known).into_iter().map(|(name, at)| (name, Removal::Part(known, at))));
                }
                self.tables.insert(known, parts);
            } else {
                self.others.push(sql.clone());
                let is_rule = kind == "trigger" || (TABLES.contains(&known) && sql.contains("UNIQUE INDEX"));
                if is_rule {
                    self.rules.insert(name.clone(), Removal::Statement(format!("DROP {kind} {name}")));
                }
            }
        }
    }

    /// The same database in memory, without some parts of its tables.
    async fn made_without(&self, gone: &[(&str, usize)]) -> DatabaseConnection {
        let made = connect("sqlite::memory:").await;
        let from = self.from.as_deref().unwrap_or_default();
        let mut script = format!("PRAGMA foreign_keys = OFF; ATTACH 'file:{from}?mode=rw' AS kept; BEGIN;");
        for (name, table) in &self.tables {
            let without: Vec<usize> = gone.iter().filter(|(table, _)| table == name).map(|(_, number)| *number).collect();
            script.push_str(&format!("{}; INSERT INTO {name} SELECT * FROM kept.{name};", table.without(&without)));
        }
        script.push_str(&self.others.join(";\n"));
        script.push_str("; COMMIT; DETACH kept; PRAGMA foreign_keys = ON;");
        made.execute_unprepared(&script).await.unwrap();
        made
    }
}

/// The text of a table, in the parts between its commas.
struct TableText {
    head: String,
    parts: Vec<String>,
    tail: String,
}

impl TableText {
    fn of(sql: &str) -> Self {
        let open = sql.find('(').unwrap();
        let (mut depth, mut begin, mut parts, mut end) = (0, open + 1, Vec::new(), sql.len());
        let mut is_quoted = false;
        for (at, letter) in sql.char_indices().skip_while(|(at, _)| *at < open) {
            match letter {
                '\'' => is_quoted = !is_quoted,
                _ if is_quoted => {}
                '(' => depth += 1,
                ')' if depth == 1 => {
                    parts.push(sql[begin..at].trim().to_owned());
                    end = at;
                    break;
                }
                ')' => depth -= 1,
                ',' if depth == 1 => {
                    parts.push(sql[begin..at].trim().to_owned());
                    begin = at + 1;
                }
                _ => {}
            }
        }
        Self { head: sql[..=open].to_owned(), parts, tail: sql[end..].to_owned() }
    }

    /// The rules in it, under the names that PostgreSQL gives to those that have none, and in which part each stands.
    fn rules(&self, table: &str) -> Vec<(String, usize)> {
        let columns = |part: &str| {
            let (open, close) = (part.find('(').unwrap(), part.find(')').unwrap());
            part[open + 1..close].replace(", ", "_")
        };
        let name = |part: &str| {
            let first = part.split([' ', '(']).next().unwrap_or_default();
            match first {
                "CONSTRAINT" => part.split(' ').nth(1).map(str::to_owned),
                "PRIMARY" => Some(format!("{table}_pkey")),
                "UNIQUE" => Some(format!("{table}_{}_key", columns(part))),
                "FOREIGN" => Some(format!("{table}_{}_fkey", columns(part))),
                "CHECK" => Some(format!("{table}_check")),
                column if part.contains(" CHECK (") => Some(format!("{table}_{column}_check")),
                _ if part.contains(" PRIMARY KEY") => Some(format!("{table}_pkey")),
                _ => None,
            }
        };
        self.parts.iter().enumerate().filter_map(|(at, part)| Some((name(part)?, at))).collect()
    }

    fn without(&self, gone: &[usize]) -> String {
        let is_column =
            |part: &str| part.split(' ').next().is_some_and(|word| word.chars().all(|c| c.is_lowercase() || c == '_'));
        let mut kept = Vec::new();
        let mut tail = self.tail.clone();
        for (at, part) in self.parts.iter().enumerate() {
            if !gone.contains(&at) {
                kept.push(part.clone());
                continue;
            }
            if is_column(part) {
                kept.push(part.split(" CHECK (").next().unwrap_or_default().replace(" PRIMARY KEY", ""));
            }
            if part.contains("PRIMARY KEY") {
                tail = tail.replace("WITHOUT ROWID, ", "").replace(", WITHOUT ROWID", "").replace("WITHOUT ROWID", "");
            }
        }
        format!("{}{}{tail}", self.head, kept.join(",\n"))
    }
}

async fn try_it(connection: &DatabaseConnection, one: &Do) -> Result<(), DbErr> {
    match one {
        Do::Prepared(statement) => connection.execute_raw(statement.clone()).await.map(|_| ()),
        Do::Raw(sql) => connection.execute_unprepared(sql).await.map(|_| ()),
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    Database::connect(options.max_connections(1).sqlx_logging(false).to_owned()).await.unwrap()
}

async fn rows(connection: &impl ConnectionTrait, sql: String) -> Vec<QueryResult> {
    let backend: DbBackend = connection.get_database_backend();
    connection.query_all_raw(Statement::from_string(backend, sql)).await.unwrap()
}

fn text(row: &QueryResult, at: usize) -> String {
    row.try_get_by_index(at).unwrap()
}
