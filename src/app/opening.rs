//! From configuration to a site that answers, and back: open the house, put up the curriculum, start the workers, stop in good order.

use std::net::TcpListener;
use std::sync::Arc;

use tokio::sync::watch;

use super::cli::say;
use super::server::serve;
use super::{demo, metrics_server};
use crate::config::{Config, Keys};
use crate::curriculum::{self, Embedded, Folder, Shelf, Source};
use crate::db::{self, Target};
use crate::help;
use crate::identity;
use crate::jobs::Runner;
use crate::kernel::Clock;
use crate::outbox::{Mailbox, Postman};
use crate::web::metrics::Metrics;
use crate::web::{House, Rooms};

/// Opens database and keys.
pub(super) async fn open_house(config: Config) -> Result<House, String> {
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

/// The files of the curriculum: the configured folder, or those inside the binary.
pub(super) fn source_of(config: &Config) -> Box<dyn Source> {
    match &config.curriculum_dir {
        Some(folder) => Box::new(Folder::new(folder)),
        None => Box::new(Embedded),
    }
}

/// Reads and checks the curriculum, and keeps the edition in the database. A single fault stops the start.
async fn put_up_curriculum(house: &House) -> Result<Shelf, String> {
    let words = |faults: Vec<curriculum::Fault>| {
        let list: Vec<String> = faults.iter().map(ToString::to_string).collect();
        format!("课程有 {} 处毛病，改好再开：\n{}", list.len(), list.join("\n"))
    };
    let shelf = Shelf::open(source_of(&house.config).as_ref()).map_err(words)?;
    let kept = curriculum::keep(&house.db, shelf.edition(), &house.config.organisation_name).await;
    kept.map(|_| shelf).map_err(|error| error.to_string())
}

/// Serves the site until the process is told to stop.
pub(super) async fn serve_until_told(config: Config, with_samples: bool) -> Result<(), String> {
    let listen = config.listen;
    let house = open_house(config).await?;
    refuse_samples_in_production(&house).await?;
    let shelf = put_up_curriculum(&house).await?;
    identity::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    help::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    if with_samples {
        demo::settle(&house, &shelf).await?;
    }
    let listener = TcpListener::bind(listen).map_err(|error| format!("{listen} 用不了：{error}"))?;
    let running = serve(&house, &shelf, listener).map_err(|error| error.to_string())?;
    say(&format!("网站在 http://{}/", running.address));
    say_first_link(&house, &running.address.to_string()).await?;
    let (stop, stopped) = watch::channel(false);
    let workers = start_workers(&house, &stopped)?;
    wait_for_signal().await;
    say("正在停下，手上的事先办完");
    running.handle.stop(true).await;
    drop(stop);
    for worker in workers {
        drop(worker.await);
    }
    Ok(())
}

/// Jobs, letters and metrics, each until `stopped` changes or its sender is gone.
fn start_workers(house: &House, stopped: &watch::Receiver<bool>) -> Result<Vec<tokio::task::JoinHandle<()>>, String> {
    let told = |mut stopped: watch::Receiver<bool>| async move { drop(stopped.changed().await) };
    let mailbox = house.rooms.get::<Mailbox>();
    let postman =
        Postman::new(house.db.clone(), house.keys.clone(), &house.config, &mailbox).map_err(|error| error.to_string())?;
    let runner = help::with_upkeep(identity::with_upkeep(Runner::new(house.db.clone())));
    let (for_postman, for_runner) = (told(stopped.clone()), told(stopped.clone()));
    let mut workers = vec![
        actix_web::rt::spawn(async move { postman.run_until(for_postman).await }),
        actix_web::rt::spawn(async move { runner.run_until(for_runner).await }),
    ];
    if let Some(listen) = house.config.metrics_listen {
        let metrics = metrics_server::serve(house.metrics.clone(), listen, told(stopped.clone()));
        workers.push(actix_web::rt::spawn(metrics.map_err(|error| format!("{listen} 用不了：{error}"))?));
    }
    Ok(workers)
}

/// The first administrator's one-time link, where nobody administers the bank yet.
async fn say_first_link(house: &House, address: &str) -> Result<(), String> {
    let keys = house.keys.clone();
    let link = house.db.write(async move |tx| identity::first_administrator(tx, &keys).await).await;
    if let Some(link) = link.map_err(|error| error.to_string())? {
        let base = house.config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        say(&format!("第一位管理员请打开这个网址，设好口令（7 天内有效，只能用一次）：{base}{}", link.path()));
    }
    Ok(())
}

/// Sample people cannot exist in production.
async fn refuse_samples_in_production(house: &House) -> Result<(), String> {
    let has_samples = identity::has_samples(house.db.read()).await.map_err(|error| error.to_string())?;
    if house.config.production && has_samples {
        return Err("这个数据库里有示例人物，不能正式运行。请换一个空的数据目录或数据库".to_owned());
    }
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
