//! A fresh database for each test, on either engine.

use std::sync::atomic::{AtomicU32, Ordering};

use credit_bank::db::{self, Db, Target};
use credit_bank::kernel::{Clock, Timestamp};
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use tokio::sync::OnceCell;

/// Monday, 2026-03-02, 09:00 in Shanghai: where the clock of every test starts.
pub const START: Timestamp = Timestamp::from_ms(1_772_413_200_000);

/// The engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A fresh database with all changes applied, and the clock it shows.
pub struct Fresh {
    pub db: Db,
    pub clock: Clock,
    pub target: Target,
    /// The SQLite file lives here; gone with the test.
    pub folder: tempfile::TempDir,
    /// The PostgreSQL database; gone with the test too.
    pub scratch: Option<Scratch>,
}

/// A PostgreSQL database of one test. It is dropped with this, whoever is still connected.
pub struct Scratch {
    server: String,
    name: String,
}

impl Scratch {
    /// Where it is.
    pub fn url(&self) -> String {
        format!("{}/{}", self.server, self.name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let (server, sql) = (self.server.clone(), format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
        // A thread of its own: a test's runtime is ending, and nothing can wait in it any more.
        let drop_it = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(run_on_server(&server, &sql));
        };
        drop(std::thread::spawn(drop_it).join());
    }
}

async fn run_on_server(server: &str, sql: &str) {
    let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
    admin.execute_unprepared(sql).await.unwrap();
    admin.close().await.unwrap();
}

/// Opens a fresh database; `None` where no PostgreSQL server is named in `CREDIT_BANK_TEST_POSTGRES` (`postgres://user@host:port`).
pub async fn fresh(engine: Engine) -> Option<Fresh> {
    let folder = tempfile::tempdir().unwrap();
    let scratch = match engine {
        Engine::Sqlite => None,
        Engine::Postgres => Some(copied_postgres().await?),
    };
    let target = match &scratch {
        Some(scratch) => Target::Postgres(scratch.url()),
        None => Target::Sqlite(folder.path().join("bank.sqlite")),
    };
    let clock = Clock::standing_at(START);
    let db = db::open(&target, clock.clone()).await.unwrap();
    Some(Fresh { db, clock, target, folder, scratch })
}

/// A name that no database has yet.
fn next_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("t_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Makes an empty PostgreSQL database of its own for one test.
pub async fn fresh_postgres() -> Option<Scratch> {
    let server = std::env::var("CREDIT_BANK_TEST_POSTGRES").ok()?;
    let name = next_name();
    run_on_server(&server, &format!("CREATE DATABASE {name}")).await;
    Some(Scratch { server, name })
}

/// Makes a PostgreSQL database for one test in which all changes are applied already: a copy of one that is made once for each build of the
/// tests. Applying them anew for every test was a quarter of the whole run.
async fn copied_postgres() -> Option<Scratch> {
    static MODEL: OnceCell<String> = OnceCell::const_new();
    let server = std::env::var("CREDIT_BANK_TEST_POSTGRES").ok()?;
    let model = MODEL.get_or_init(|| model_postgres(&server)).await;
    let name = next_name();
    run_on_server(&server, &format!("CREATE DATABASE {name} TEMPLATE {model}")).await;
    Some(Scratch { server, name })
}

/// The database that others are copied from, by the build of the tests; another process of the same build may have made it.
async fn model_postgres(server: &str) -> String {
    let build = std::env::current_exe().unwrap().metadata().unwrap();
    let made = build.modified().unwrap().duration_since(std::time::UNIX_EPOCH).unwrap();
    let model = format!("model_{}_{}", made.as_millis(), build.len());
    let admin = Database::connect(format!("{server}/postgres")).await.unwrap();
    let is_there = format!("SELECT datname FROM pg_database WHERE datname = '{model}'");
    let is_there = Statement::from_string(DbBackend::Postgres, is_there);
    if admin.query_one_raw(is_there).await.unwrap().is_none() {
        let draft = fresh_postgres().await.unwrap();
        let connection = Database::connect(draft.url()).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        connection.close().await.unwrap();
        // Where another process was faster, theirs is the same, and the draft goes.
        drop(admin.execute_unprepared(&format!("ALTER DATABASE {} RENAME TO {model}", draft.name)).await);
    }
    admin.close().await.unwrap();
    model
}

/// Writes each test twice: once for SQLite, once for PostgreSQL. A test is `async fn name(fresh: Fresh)`.
#[macro_export]
macro_rules! on_both {
    ($($(#[$attribute:meta])* async fn $name:ident($fresh:ident: Fresh) $body:block)*) => {
        $(async fn $name($fresh: $crate::support::databases::Fresh) $body)*
        mod sqlite {
            $($(#[$attribute])* #[actix_web::test] async fn $name() {
                super::$name($crate::support::databases::fresh($crate::support::databases::Engine::Sqlite).await.unwrap()).await;
            })*
        }
        mod postgres {
            $($(#[$attribute])* #[actix_web::test] async fn $name() {
                if let Some(fresh) = $crate::support::databases::fresh($crate::support::databases::Engine::Postgres).await {
                    super::$name(fresh).await;
                }
            })*
        }
    };
}
