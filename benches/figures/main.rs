//! The figures of `docs/PERFORMANCE.md`, each with its reference in the same run: `scripts/bench`, or
//! `cargo bench --bench figures -- [reading] [saving] [closure] [rush] [opening]`.
//!
//! The servers are processes of their own, started as an operator starts them; the load comes from this process, on the same cores.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot be made says so by ending; its figures are printed"
)]

mod closure;
mod http;
mod load;
mod opening;
mod process;
mod reading;
mod reference;
mod rows;
mod rush;
mod saving;
mod stock;
mod trivial;

use std::path::Path;

/// Names the PostgreSQL server, as `postgres://user@host:port`; without it only SQLite is measured.
const POSTGRES: &str = "CREDIT_BANK_TEST_POSTGRES";

#[actix_web::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [first, page, data] = words.as_slice()
        && first == "serve-reference"
    {
        return reference::serve(Path::new(page), Path::new(data)).await;
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let postgres = std::env::var(POSTGRES).ok();
    println!("| figure | asked | measured | details |\n|---|---|---|---|");
    if wanted("reading") {
        reading::measure().await;
    }
    let engines = [None].into_iter().chain(postgres.as_deref().map(Some));
    for engine in engines {
        if wanted("saving") {
            saving::measure(engine).await;
        }
        if wanted("closure") {
            closure::measure(engine).await;
        }
        if wanted("rush") {
            rush::measure(engine).await;
        }
    }
    if wanted("opening") {
        opening::measure().await;
    }
}

/// One line of the table.
fn show(figure: &str, asked: &str, measured: &str, details: &str) {
    println!("| {figure} | {asked} | {measured} | {details} |");
}

/// What the engine is called.
const fn name_of(engine: Option<&str>) -> &'static str {
    match engine {
        Some(_) => "PostgreSQL",
        None => "SQLite",
    }
}
