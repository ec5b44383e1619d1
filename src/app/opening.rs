//! From configuration to a site that answers, and back: open the house, put up the curriculum, start the workers, stop in good order.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;

use super::cli::say;
use super::server::serve;
use super::{demo, metrics_server, nightly};
use crate::agencies;
use crate::applications;
use crate::certificates;
use crate::classes;
use crate::closing;
use crate::config::{Config, Keys, key_path, keys_folder};
use crate::curriculum::{self, Embedded, Folder, Shelves, Source};
use crate::db::{self, Db, KeyFit, Target};
use crate::enrolment;
use crate::files::Files;
use crate::hall;
use crate::help;
use crate::identity;
use crate::jobs::{self, Runner};
use crate::kernel::Clock;
use crate::ledger::seal::{self, Alarm, Refusal, Sealer, Signer};
use crate::outbox::{Mailbox, Postman};
use crate::plans;
use crate::recognition;
use crate::rolls;
use crate::signals;
use crate::transfers;
use crate::web::metrics::Metrics;
use crate::web::{House, Rooms};
use crate::webhooks::{self, Courier};

/// Faults of the curriculum that are said one by one where the bank does not start.
const MOST_FAULTS: usize = 200;
/// The process ends in ten seconds, whatever still waits.
const LAST_WAIT: Duration = Duration::from_millis(9_500);

/// Opens database and keys, and holds the one against the other.
pub(super) async fn open_house(config: Config) -> Result<House, String> {
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| format!("数据目录 {} 用不了：{error}", config.data_dir.display()))?;
    let found = Keys::find(&config.data_dir).map_err(|error| error.to_string())?;
    let db = db::open(&target_of(&config), Clock::system()).await.map_err(|error| format!("数据库打不开：{error}"))?;
    let keys = fitting_keys(&db, &config.data_dir, found).await?;
    let metrics = Metrics::new().map_err(|error| error.to_string())?;
    metrics.adopt(db.numbers()).map_err(|error| error.to_string())?;
    let files = Files::in_data_dir(&config.data_dir);
    Ok(House { db, files, keys, config: Arc::new(config), metrics, rooms: Rooms::default() })
}

/// Where the rows live.
pub(super) fn target_of(config: &Config) -> Target {
    match &config.database_url {
        Some(url) => Target::Postgres(url.clone()),
        None => Target::Sqlite(config.data_dir.join("bank.sqlite")),
    }
}

/// The key that this database was opened with first. A new one is made only for a database that has met none: with another key nothing in
/// it that is sealed could be read, and what is written under it would be lost with the next right start.
async fn fitting_keys(db: &Db, data_dir: &Path, found: Option<Keys>) -> Result<Keys, String> {
    let path = key_path(data_dir);
    let strange = |what: &str| {
        let path = path.display();
        format!("{what}。改法：把这个数据库原来的 bank.key（在备份或保险柜里）放到 {path}；或者换一个空的数据库")
    };
    let keys = match found {
        Some(keys) => keys,
        None if db::has_key(db).await.map_err(|error| error.to_string())? => {
            return Err(strange("这个数据库已经有自己的 bank.key，这个数据目录里却没有"));
        }
        None => Keys::open(data_dir).map_err(|error| error.to_string())?,
    };
    match db::check_key(db, keys.check()).await.map_err(|error| error.to_string())? {
        KeyFit::Fits => Ok(keys),
        KeyFit::Strange => Err(strange("这个数据库是用另一把 bank.key 开的，这一把打不开它")),
    }
}

/// The files of the curriculum: the configured folder, or those inside the binary.
pub(super) fn source_of(config: &Config) -> Box<dyn Source> {
    match &config.curriculum_dir {
        Some(folder) => Box::new(Folder::new(folder)),
        None => Box::new(Embedded),
    }
}

/// Puts up the curriculum: of a folder with faults the last good edition, and where there is none, the bank does not start.
pub(super) async fn put_up_curriculum(house: &House) -> Result<Shelves, String> {
    let shelves = curriculum::open(house).await.map_err(|error| match error {
        curriculum::Error::Faults(faults) => {
            let list: Vec<String> = faults.iter().take(MOST_FAULTS).map(ToString::to_string).collect();
            format!("课程有 {} 处毛病，改好再开：\n{}", faults.len(), list.join("\n"))
        }
        error => error.to_string(),
    })?;
    let faults = shelves.last().map_or(0, |last| last.outcome.faults().len());
    if faults > 0 {
        say(&format!("课程文件夹有 {faults} 处毛病（日志里一处一行），先用上一次好的那一版"));
    }
    Ok(shelves)
}

/// Serves the site until the process is told to stop.
pub(super) async fn serve_until_told(config: Config, with_samples: bool) -> Result<(), String> {
    let config = if with_samples { demo::addressed(config) } else { config };
    let listen = config.listen;
    for warning in config.warnings() {
        tracing::warn!("{warning}");
    }
    let house = open_house(config).await?;
    refuse_samples_in_production(&house).await?;
    let shelves = put_up_curriculum(&house).await?;
    identity::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    recognition::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    help::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    classes::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    plans::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    applications::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    certificates::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    enrolment::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    signals::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    rolls::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    transfers::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    hall::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    closing::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    webhooks::schedule_upkeep(&house.db).await.map_err(|error| error.to_string())?;
    certificates::schedule_following(&house.db).await.map_err(|error| error.to_string())?;
    certificates::schedule_batches(&house.db).await.map_err(|error| error.to_string())?;
    nightly::schedule_nightly(&house.db).await.map_err(|error| error.to_string())?;
    show_last_audit(&house).await?;
    if with_samples {
        demo::settle(&house, &shelves.now()).await?;
    }
    let signer = open_log(&house).await?;
    let told = told_to_stop().map_err(|error| error.to_string())?;
    let hangup = signal(SignalKind::hangup()).map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(listen).map_err(|error| format!("{listen} 用不了：{error}"))?;
    let running = serve(&house, &shelves, listener).map_err(|error| error.to_string())?;
    say(&format!("网站在 http://{}/", running.address));
    say_first_link(&house, &running.address.to_string()).await?;
    let (stop, stopped) = watch::channel(false);
    let mut workers = start_workers(&house, &shelves, signer, &stopped)?;
    workers.push(actix_web::rt::spawn(renew_when_told(house.clone(), shelves, hangup, stopped)));
    told.await;
    say("正在停下，手上的事先办完");
    // All are told at once; what they wait for themselves is shorter than this.
    drop(stop);
    let all = async {
        running.handle.stop(true).await;
        for worker in workers {
            drop(worker.await);
        }
    };
    if tokio::time::timeout(LAST_WAIT, all).await.is_err() {
        tracing::warn!("not all ended in time: what was begun and not committed is done again after the next start");
    }
    Ok(())
}

/// Opens the sealed log and its signer. What the signer remembers may show that the database was put back: the bank serves all the same,
/// seals nothing, and is not ready.
async fn open_log(house: &House) -> Result<Signer, String> {
    let signer = seal::open_log(&house.db, &keys_folder(&house.config.data_dir), &house.config.log_origin()).await;
    signer.map_err(|refusal| match refusal {
        Refusal::File { path, why } => {
            format!("账本的封存密钥 {} 用不了（{why}）。改法：把这本账原来的密钥（在备份或保险柜里）放回去", path.display())
        }
        Refusal::NotAKey(path) | Refusal::StrangeKey(path) => {
            format!("{} 不是这本账的封存密钥。改法：把原来的（在备份或保险柜里）放回去", path.display())
        }
        other => format!("账本的封存用不了：{other}"),
    })
}

/// What the last audit found, for the metrics of a process that has not run one yet.
async fn show_last_audit(house: &House) -> Result<(), String> {
    let finding = jobs::find_finding(house.db.read(), nightly::LEDGER).await.map_err(|error| error.to_string())?;
    if let Some(finding) = finding {
        house.metrics.ledger_audited(u64::try_from(finding.differences).unwrap_or(0), finding.looked_at.ms());
    }
    Ok(())
}

/// The runner of all jobs of the house.
#[must_use]
pub fn runner_of(house: &House) -> Runner {
    let runner = Runner::new(house.db.clone()).counting(house.metrics.clone());
    let runner = recognition::with_upkeep(help::with_upkeep(identity::with_upkeep(webhooks::with_upkeep(runner))));
    let runner = enrolment::with_upkeep(runner, &house.keys, &identity::sender_of(house));
    let runner = signals::with_upkeep(closing::with_upkeep(applications::with_upkeep(runner), &house.keys));
    let runner = certificates::with_upkeep(runner, house);
    let runner = transfers::with_upkeep(rolls::with_upkeep(runner, &house.keys), &house.keys);
    nightly::with_nightly(plans::with_upkeep(classes::with_upkeep(runner, house), house), house)
}

/// Who tells programs of what happens.
#[must_use]
pub fn courier_of(house: &House) -> Courier {
    Courier::of(house, agencies::answering(&house.db))
}

/// Jobs, letters, webhooks and metrics, each until `stopped` changes or its sender is gone.
fn start_workers(
    house: &House,
    shelves: &Shelves,
    signer: Signer,
    stopped: &watch::Receiver<bool>,
) -> Result<Vec<tokio::task::JoinHandle<()>>, String> {
    let told = |mut stopped: watch::Receiver<bool>| async move { drop(stopped.changed().await) };
    let mailbox = house.rooms.get::<Mailbox>();
    let postman =
        Postman::new(house.db.clone(), house.keys.clone(), &house.config, &mailbox).map_err(|error| error.to_string())?;
    let (postman, runner) = (postman.counting(house.metrics.clone()), hall::with_upkeep(runner_of(house), house, shelves));
    let runner = certificates::with_batches(certificates::with_following(runner, house, shelves), house, shelves);
    let mut sealer = Sealer::new(house.db.clone(), keys_folder(&house.config.data_dir), signer, house.rooms.get::<Alarm>());
    let courier = courier_of(house);
    let (for_postman, for_runner, for_sealer) = (told(stopped.clone()), told(stopped.clone()), told(stopped.clone()));
    let for_courier = told(stopped.clone());
    let mut workers = vec![
        actix_web::rt::spawn(async move { courier.run_until(for_courier).await }),
        actix_web::rt::spawn(async move { postman.run_until(for_postman).await }),
        actix_web::rt::spawn(async move { runner.run_until(for_runner).await }),
        actix_web::rt::spawn(async move { sealer.run_until(for_sealer).await }),
    ];
    if let Some(listen) = house.config.metrics_listen {
        let metrics = metrics_server::serve(house.metrics.clone(), listen, told(stopped.clone()));
        workers.push(actix_web::rt::spawn(metrics.map_err(|error| format!("{listen} 用不了：{error}"))?));
    }
    Ok(workers)
}

/// Reads the folder of the curriculum again at each SIGHUP, until `stopped`. What comes of it stands in the log and on the desk.
async fn renew_when_told(house: House, shelves: Shelves, mut hangup: Signal, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = hangup.recv() => match curriculum::renew(&house, &shelves, None).await {
                Ok(outcome) => tracing::info!(outcome = outcome.code(), "the folder of the curriculum was read again"),
                Err(error) => tracing::error!(%error, "the folder of the curriculum could not be taken up"),
            },
            _ = stopped.changed() => return,
        }
    }
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

/// Ready once the process is told to stop; heard from the call on, also before anybody waits for it.
pub(super) fn told_to_stop() -> std::io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} }
    })
}
