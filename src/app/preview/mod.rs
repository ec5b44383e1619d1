//! `curriculum preview`: an author's folder as learners will see it, on this machine alone.
//!
//! It serves the bank's own pages over a throw-away database, reads the folder again whenever its files have settled after a change, and
//! has the pages load themselves anew. A folder with faults is refused as it would be by a bank: the faults stand on every page, and the
//! last good edition stays below them. Courses that are being drafted are shown as far as they can be read. The files are looked at twice
//! a second rather than waited for: that works on every file system, in containers and over the network too.

mod banner;
mod inject;
mod routes;
mod samples;
mod stand;
mod views;

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use self::stand::Stand;
use super::cli::say;
use super::opening::{open_house, told_to_stop};
use super::server::configure;
use crate::config::Config;
use crate::curriculum::{Embedded, Shelf, Shelves};
use crate::outbox::{Mailbox, Postman};
use crate::web::{House, finish};

pub(super) use samples::SAMPLES;

/// Which folder is shown, and where.
#[derive(Args, Clone, Debug)]
pub(super) struct Preview {
    /// The folder; else the configured one, else `curriculum` in this folder.
    folder: Option<PathBuf>,
    /// The port on this machine.
    #[arg(long, default_value_t = 8090)]
    port: u16,
}

/// Serves the preview until the process is told to stop; nothing of it stays.
pub(super) async fn run(config: &Config, what: Preview) -> Result<(), String> {
    let folder = what.folder.or_else(|| config.curriculum_dir.clone()).unwrap_or_else(|| PathBuf::from("curriculum"));
    if !folder.is_dir() {
        return Err(format!("没有这个文件夹：{}。改法：把课程所在的文件夹写在 preview 后面", folder.display()));
    }
    let throw_away = tempfile::tempdir().map_err(|error| error.to_string())?;
    let house = open_house(settings(what.port, throw_away.path())).await?;
    let told = told_to_stop().map_err(|error| error.to_string())?;
    let mut closed = signal(SignalKind::hangup()).map_err(|error| error.to_string())?;
    let listen = house.config.listen;
    let listener = TcpListener::bind(listen).map_err(|error| format!("{listen} 用不了：{error}。改法：换一个 --port"))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let own = Shelf::open(&Embedded).map_err(|_| "程序自带的课程读不了".to_owned())?;
    let (shelves, stand) = (Shelves::new(own), Stand::new(house.clock().now()));
    let (stop, stopped) = watch::channel(false);
    let following = stand::follow(folder, shelves.clone(), stand.clone(), stopped.clone()).await?;
    let following = actix_web::rt::spawn(following);
    let posting = actix_web::rt::spawn(postman_of(&house)?.run_until(stopped));
    let serving = serve(&house, &shelves, &stand, listener).map_err(|error| error.to_string())?;
    let handle = serving.handle();
    let serving = actix_web::rt::spawn(serving);
    say(&format!("预览在 http://{address}/preview"));
    // Whoever closes the terminal is done, too.
    tokio::select! { () = told => {}, _ = closed.recv() => {} }
    drop(stop);
    handle.stop(false).await;
    drop(futures_util::join!(serving, following, posting));
    Ok(())
}

/// A bank on trial that listens on this machine only, whatever the configuration says.
fn settings(port: u16, throw_away: &Path) -> Config {
    Config { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), data_dir: throw_away.to_owned(), ..Config::default() }
}

/// Codes to sign in with reach the page `/dev/mailbox`.
fn postman_of(house: &House) -> Result<PostmanUntil, String> {
    let mailbox = house.rooms.get::<Mailbox>();
    let postman = Postman::new(house.db.clone(), house.keys.clone(), &house.config, &mailbox);
    postman.map(PostmanUntil).map_err(|error| error.to_string())
}

struct PostmanUntil(Postman);

impl PostmanUntil {
    async fn run_until(self, mut stopped: watch::Receiver<bool>) {
        self.0.run_until(async move { drop(stopped.changed().await) }).await;
    }
}

fn serve(house: &House, shelves: &Shelves, stand: &Stand, listener: TcpListener) -> std::io::Result<actix_web::dev::Server> {
    let rooms = Arc::new((house.clone(), shelves.clone(), stand.clone()));
    let server = HttpServer::new(move || {
        let rooms = Arc::clone(&rooms);
        App::new().wrap(from_fn(finish)).wrap(from_fn(inject::inject)).wrap(Compress::default()).configure(move |config| {
            let (house, shelves, stand) = rooms.as_ref();
            configure(config, house, shelves, routes::ROUTES);
            config.app_data(web::Data::new(stand.clone()));
        })
    });
    Ok(server.workers(1).tcp_nodelay(true).disable_signals().listen(listener)?.run())
}
