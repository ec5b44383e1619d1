//! The command line: `serve` (default), `migrate`, `config check`, and what the subjects add.

use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use super::server::serve;
use crate::config::{Config, Keys};
use crate::curriculum::{self, Embedded, Shelf};
use crate::db::{self, Target};
use crate::kernel::Clock;
use crate::web::metrics::Metrics;
use crate::web::{House, Rooms};

/// 数字素养学分银行.
#[derive(Debug, Parser)]
#[command(name = "credit-bank", version, about)]
pub struct Cli {
    /// Configuration file (default: credit-bank.toml, if it stands here).
    #[arg(long, global = true)]
    config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    command: Option<Command>,
    /// Adds a believable county of sample people; never in production.
    #[arg(long)]
    demo: bool,
}

#[derive(Clone, Debug, Subcommand)]
enum Command {
    /// Migrates, loads the curriculum and serves the site.
    Serve,
    /// Brings the database's schema up to date and ends.
    Migrate,
    /// Checks the configuration and ends.
    ConfigCheck,
}

/// Does what the command line says; the error is printed by `main`.
///
/// # Errors
/// A sentence for the person at the keyboard.
pub async fn run(cli: Cli) -> Result<(), String> {
    let config = Config::read(cli.config.as_deref()).map_err(|error| error.to_string())?;
    if cli.demo && config.production {
        return Err("正式运行时不能有示例人物：去掉 --demo".to_owned());
    }
    match cli.command.unwrap_or(Command::Serve) {
        Command::ConfigCheck => {
            say("配置没有问题");
            Ok(())
        }
        Command::Migrate => {
            open_house(config).await?;
            say("数据库已是最新");
            Ok(())
        }
        Command::Serve => serve_until_told(config).await,
    }
}

async fn open_house(config: Config) -> Result<House, String> {
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| format!("数据目录 {} 用不了：{error}", config.data_dir.display()))?;
    let keys = Keys::open(&config.data_dir).map_err(|error| error.to_string())?;
    let target = match &config.database_url {
        Some(url) => Target::Postgres(url.clone()),
        None => Target::Sqlite(config.data_dir.join("bank.sqlite")),
    };
    let db = db::open(&target, Clock::system()).await.map_err(|error| format!("数据库打不开：{error}"))?;
    let metrics = Metrics::new().map_err(|error| error.to_string())?;
    Ok(House { db, keys, config: Arc::new(config), metrics, rooms: Rooms::default() })
}

/// Reads and checks the curriculum in the binary, and keeps it in the database.
async fn put_up_curriculum(house: &House) -> Result<Shelf, String> {
    let words = |faults: Vec<curriculum::Fault>| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let shelf = Shelf::open(&Embedded).map_err(words)?;
    let kept = curriculum::keep(&house.db, shelf.edition(), &house.config.organisation_name).await;
    kept.map(|_| shelf).map_err(|error| error.to_string())
}

async fn serve_until_told(config: Config) -> Result<(), String> {
    let listen = config.listen;
    let house = open_house(config).await?;
    let shelf = put_up_curriculum(&house).await?;
    let listener = TcpListener::bind(listen).map_err(|error| format!("{listen} 用不了：{error}"))?;
    let running = serve(&house, &shelf, listener).map_err(|error| error.to_string())?;
    say(&format!("网站在 http://{}/", running.address));
    wait_for_signal().await;
    say("正在停下，手上的事先办完");
    running.handle.stop(true).await;
    Ok(())
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        std::future::pending::<()>().await;
        return;
    };
    tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
}

#[expect(clippy::print_stdout, reason = "the person at the keyboard reads it")]
fn say(words: &str) {
    println!("{words}");
}
