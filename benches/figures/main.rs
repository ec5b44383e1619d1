//! The figures of `docs/PERFORMANCE.md`, each with its reference in the same run: `scripts/bench`, or
//! `cargo bench --bench figures -- [reading] [desk] [refusals] [saving] [closure] [rush] [enrolment] [recognitions] [certificates] [verify] [hall-box] [opening] [postings] [book] [curriculum] [conversions]`; `long-book` only by name.
//!
//! The servers are processes of their own, started as an operator starts them, but in `enrolment`, `certificates`, `postings` and `hall-box`, which say so; the load
//! comes from this process, on the same cores.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a measurement that cannot be made says so by ending; its figures are printed"
)]

mod against_pgbench;
mod certificates;
mod closure;
mod conversions;
mod county;
mod curriculum;
mod desk;
mod enrolment;
mod hall_box;
mod http;
mod load;
mod long_book;
mod opening;
mod postings;
mod process;
mod reading;
mod recognitions;
mod reference;
mod refusals;
mod rows;
mod rush;
mod saving;
mod sealing;
mod stock;
mod trivial;
mod verify;

use std::path::Path;

/// Transfers in the long book of an ordinary run, and of one that is asked for.
const BOOK: u64 = 1_000_000;
const LONG_BOOK: u64 = 10_000_000;

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
    if let [first, folder, url @ ..] = words.as_slice()
        && first == "audit-book"
    {
        return long_book::audit_book(Path::new(folder), url.first().map(String::as_str)).await;
    }
    if let [first, folder @ ..] = words.as_slice()
        && first == "load-curriculum"
    {
        let figures = curriculum::load_alone(folder.first().map(Path::new));
        println!("{}", figures.map(|figure| figure.to_string()).join(" "));
        return;
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|word| word == name);
    let postgres = std::env::var(POSTGRES).ok();
    println!("| figure | asked | measured | details |\n|---|---|---|---|");
    if wanted("conversions") {
        conversions::measure();
    }
    if wanted("reading") {
        reading::measure().await;
    }
    if wanted("desk") {
        desk::measure().await;
    }
    if wanted("refusals") {
        refusals::measure().await;
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
        if wanted("enrolment") {
            enrolment::measure(engine).await;
        }
        if wanted("recognitions") {
            recognitions::measure(engine).await;
        }
        if wanted("certificates") {
            certificates::measure(engine).await;
        }
        if wanted("verify") {
            verify::measure(engine).await;
        }
    }
    if wanted("hall-box") {
        hall_box::measure().await;
    }
    if wanted("postings") {
        postings::measure().await;
        if let Some(server) = &postgres {
            against_pgbench::measure(server).await;
        }
    }
    if wanted("book") {
        long_book::measure(None, BOOK).await;
        if let Some(server) = &postgres {
            long_book::measure(Some(server), BOOK).await;
        }
    }
    // Half an hour and some 20 GB: only where it is asked for by name.
    if words.iter().any(|word| word == "long-book") {
        long_book::measure(None, LONG_BOOK).await;
    }
    if wanted("curriculum") {
        curriculum::measure().await;
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
