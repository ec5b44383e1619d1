//! `serve --hall`: the same program on a laptop in the hall, for one class, without the bank.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, guard, web};
use clap::Args;

use super::cli::say;
use super::opening::{source_of, told_to_stop};
use super::routes::{self, Access, RouteEntry};
use super::server::Running;
use crate::config::{Config, Keys};
use crate::curriculum::{Shelf, Shelves};
use crate::db::{self, Target};
use crate::files::Files;
use crate::hall::Kit;
use crate::hall_box::{self, BoxRoom};
use crate::kernel::Clock;
use crate::web::metrics::Metrics;
use crate::web::{House, KeptTables, Rooms, finish};

/// What is served.
#[derive(Args, Clone, Debug, Default)]
pub(super) struct Serve {
    /// On a laptop in a hall: serves one class without the bank.
    #[arg(long, requires = "kit")]
    hall: bool,
    /// With `--hall`: the kit that `hall prepare` made in the bank.
    #[arg(long, requires = "hall")]
    kit: Option<PathBuf>,
}

impl Serve {
    /// The kit, where a hall is to be served.
    pub(super) fn kit(&self) -> Option<&Path> {
        self.kit.as_deref().filter(|_| self.hall)
    }
}

macro_rules! page {
    ($path:literal, $handler:path) => {
        RouteEntry {
            method: "GET",
            path: $path,
            access: Access::Public,
            make: || web::route().guard(guard::Any(guard::Get()).or(guard::Head())).to($handler),
        }
    };
}
macro_rules! form {
    ($path:literal, $handler:path) => {
        RouteEntry { method: "POST", path: $path, access: Access::Public, make: || web::post().to($handler) }
    };
}

/// The pages of a box. Whoever may use them is known by its own cookie.
pub const BOX_ROUTES: &[RouteEntry] = &[
    page!("/", hall_box::door),
    form!("/unlock", hall_box::unlock),
    page!("/operator", hall_box::operators),
    form!("/operator", hall_box::operator),
    form!("/lock", hall_box::lock),
    page!("/class", hall_box::class),
    form!("/class", hall_box::doing),
    page!("/enrol", hall_box::enrol_form),
    form!("/enrol", hall_box::enrol),
    page!("/hand-over", hall_box::hand_over),
    form!("/hand-over", hall_box::give_out),
    form!("/learn", hall_box::learn),
    page!("/paper", hall_box::tests),
    form!("/paper/{attempt}/hand-in", hall_box::hand_in),
    page!("/paper/{attempt}/{position:\\d+}", hall_box::question),
    form!("/paper/{attempt}/{position:\\d+}", hall_box::take_answer),
    page!("/exam/{exam}", hall_box::exam),
    form!("/exam/{exam}", hall_box::act_on_exam),
    page!("/exam/{exam}/{position:\\d+}", hall_box::seat),
    form!("/exam/{exam}/{position:\\d+}", hall_box::act_on_seat),
    page!("/sit/{exam}", hall_box::sit),
    form!("/sit/{exam}", hall_box::act_on_sitting),
    page!("/sit/{exam}/{position:\\d+}", hall_box::sit_question),
    form!("/sit/{exam}/{position:\\d+}", hall_box::take_sitting),
    page!("/help", hall_box::later),
    page!("/passbook", hall_box::later),
    page!("/me", hall_box::later),
    page!("/sign-in", hall_box::later),
    page!("/privacy", hall_box::later),
];

/// The bank's own pages that a box shows too: what is taught, static files, text size and language.
const SHARED: [&str; 7] = ["/static/", "/font", "/lang", "/healthz", "/courses", "/glossary", "/search"];

fn is_shared(route: &RouteEntry) -> bool {
    route.access == Access::Public && SHARED.iter().any(|begin| route.path.starts_with(begin))
}

/// Where the rows of a box live: never in a bank's database.
fn target_of(config: &Config) -> Target {
    Target::Sqlite(config.data_dir.join("hall.sqlite"))
}

/// Opens the house of a box: its own database, and keys that are kept nowhere. `file` is the kit, still closed.
///
/// # Errors
/// A sentence for the person at the keyboard.
pub async fn open_box(config: Config, file: String, clock: Clock) -> Result<House, String> {
    if !Kit::is_one(&file) {
        return Err("这不是活动室的包：请用 hall prepare 写出来的那个文件".to_owned());
    }
    if config.data_dir.join("bank.sqlite").exists() {
        return Err(format!("{} 里有一家银行。改法：给活动室另用一个数据目录", config.data_dir.display()));
    }
    std::fs::create_dir_all(&config.data_dir)
        .map_err(|error| format!("数据目录 {} 用不了：{error}", config.data_dir.display()))?;
    let db = db::open(&target_of(&config), clock).await.map_err(|error| format!("数据库打不开：{error}"))?;
    let metrics = Metrics::new().map_err(|error| error.to_string())?;
    metrics.adopt(db.numbers()).map_err(|error| error.to_string())?;
    let files = Files::in_data_dir(&config.data_dir);
    let house = House { db, files, keys: Keys::fresh(), config: Arc::new(config), metrics, rooms: Rooms::default() };
    house.rooms.get::<BoxRoom>().hold(file);
    Ok(house)
}

/// Starts to serve a class on `listener`.
///
/// # Errors
/// Where the socket cannot be used.
pub fn serve_box(house: &House, shelves: &Shelves, listener: TcpListener) -> std::io::Result<Running> {
    let address = listener.local_addr()?;
    let rooms = Arc::new((house.clone(), shelves.clone()));
    let server = HttpServer::new(move || {
        let rooms = Arc::clone(&rooms);
        App::new().wrap(from_fn(finish)).wrap(Compress::default()).configure(move |config| {
            config
                .app_data(web::Data::new(rooms.0.clone()))
                .app_data(web::Data::new(rooms.1.clone()))
                .app_data(web::Data::new(KeptTables(super::kept::KEPT)));
            routes::register(config, BOX_ROUTES.iter().chain(routes::ROUTES.iter().filter(|route| is_shared(route))));
        })
    })
    .workers(2)
    .tcp_nodelay(true)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    Ok(Running { address, handle, done: actix_web::rt::spawn(server) })
}

/// Serves a class until the process is told to stop.
pub(super) async fn run(config: Config, kit: &Path) -> Result<(), String> {
    let file = std::fs::read_to_string(kit).map_err(|error| format!("{} 读不了：{error}", kit.display()))?;
    let listen = config.listen;
    let shelf = Shelf::open(&*source_of(&config)).map_err(|_| "课程读不了".to_owned())?;
    // Nothing of a public address, or of TLS, holds in a hall.
    let house = open_box(Config { public_url: None, production: false, ..config }, file, Clock::system()).await?;
    let told = told_to_stop().map_err(|error| error.to_string())?;
    let listener = TcpListener::bind(listen).map_err(|error| format!("{listen} 用不了：{error}"))?;
    let running = serve_box(&house, &Shelves::new(shelf), listener).map_err(|error| error.to_string())?;
    say(&format!("活动室在 http://{}/ ，先用班的口令打开", running.address));
    told.await;
    running.handle.stop(true).await;
    Ok(())
}
