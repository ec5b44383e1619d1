//! Prometheus reads the counters on a port of their own, so that the public site does not show them.

use std::future::Future;
use std::net::SocketAddr;

use actix_web::{App, HttpResponse, HttpServer, web};

use crate::web::metrics::Metrics;

/// Serves `/metrics` on `listen` until `stop` is ready.
///
/// # Errors
/// Where the address cannot be used.
pub(super) fn serve(
    metrics: Metrics,
    listen: SocketAddr,
    stop: impl Future<Output = ()> + 'static,
) -> std::io::Result<impl Future<Output = ()>> {
    let server =
        HttpServer::new(move || App::new().app_data(web::Data::new(metrics.clone())).route("/metrics", web::get().to(show)))
            .workers(1)
            .disable_signals()
            .bind(listen)?
            .run();
    Ok(async move {
        let handle = server.handle();
        let task = actix_web::rt::spawn(server);
        stop.await;
        handle.stop(true).await;
        drop(task.await);
    })
}

async fn show(metrics: web::Data<Metrics>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(metrics.text())
}
