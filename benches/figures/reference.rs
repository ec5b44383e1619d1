//! The reference: bare actix-web with a fixed answer, behind the same middleware as the bank's pages and compressed alike.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpResponse, HttpServer};
use credit_bank::config::{Config, Keys};
use credit_bank::db::{self, Target};
use credit_bank::files::Files;
use credit_bank::kernel::Clock;
use credit_bank::web::metrics::Metrics;
use credit_bank::web::{House, Rooms, finish};

/// Serves the file `page` at `/` until the process is stopped; what the middleware needs lives in `data`.
pub async fn serve(page: &Path, data: &Path) {
    let page = Bytes::from(std::fs::read(page).unwrap());
    let house = House {
        db: db::open(&Target::Sqlite(data.join("bank.sqlite")), Clock::system()).await.unwrap(),
        files: Files::in_data_dir(data),
        keys: Keys::open(data).unwrap(),
        config: Arc::new(Config::default()),
        metrics: Metrics::new().unwrap(),
        rooms: Rooms::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    println!("http://{}/", listener.local_addr().unwrap());
    let server = HttpServer::new(move || {
        App::new()
            .wrap(from_fn(finish))
            .wrap(Compress::default())
            .app_data(Data::new(house.clone()))
            .app_data(Data::new(page.clone()))
            .route("/", web::get().to(fixed))
    });
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    server.workers(workers).tcp_nodelay(true).listen(listener).unwrap().run().await.unwrap();
}

async fn fixed(page: Data<Bytes>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page.get_ref().clone())
}
