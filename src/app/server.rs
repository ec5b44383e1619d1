//! The server: built from the table of routes, started, stopped in good order.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::middleware::{Compress, from_fn};
use actix_web::{App, HttpServer, web};

use super::routes::RouteEntry;
use super::{kept, routes};
use crate::curriculum::Shelves;
use crate::web::{House, KeptTables, finish};

/// Registers everything that a worker serves, and the routes of `more`.
pub fn configure(config: &mut web::ServiceConfig, house: &House, shelves: &Shelves, more: &'static [RouteEntry]) {
    config
        .app_data(web::Data::new(house.clone()))
        .app_data(web::Data::new(shelves.clone()))
        .app_data(web::Data::new(KeptTables(kept::KEPT)));
    routes::register(config, routes::ROUTES.iter().chain(more));
}

/// A server that answers.
#[derive(Debug)]
pub struct Running {
    /// Where.
    pub address: SocketAddr,
    /// Stops it: what is in hand is answered first.
    pub handle: ServerHandle,
    /// Ends when the server has stopped.
    pub done: actix_web::rt::task::JoinHandle<std::io::Result<()>>,
}

/// Starts to serve on `listener`.
///
/// # Errors
/// Where the socket cannot be used.
pub fn serve(house: &House, shelves: &Shelves, listener: TcpListener) -> std::io::Result<Running> {
    let address = listener.local_addr()?;
    let workers = match house.config.workers {
        0 => std::thread::available_parallelism().map_or(2, std::num::NonZero::get),
        workers => workers,
    };
    let seconds = Duration::from_secs(house.config.request_seconds);
    let rooms = Arc::new((house.clone(), shelves.clone()));
    let server = HttpServer::new(move || {
        let rooms = Arc::clone(&rooms);
        App::new()
            .wrap(from_fn(finish))
            .wrap(Compress::default())
            .configure(move |config| configure(config, &rooms.0, &rooms.1, &[]))
    })
    .workers(workers)
    // Without it a compressed page waits ~40 ms for the acknowledgement of its first part.
    .tcp_nodelay(true)
    .client_request_timeout(seconds)
    .keep_alive(Duration::from_secs(30))
    .shutdown_timeout(8)
    .disable_signals()
    .listen(listener)?
    .run();
    let handle = server.handle();
    Ok(Running { address, handle, done: actix_web::rt::spawn(server) })
}
