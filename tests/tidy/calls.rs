//! Who may call what only one may call.

use super::paths::named;
use super::tree::{Finding, Source, all_sources, hold, short, sources};

/// Reads of the system's clock and chance, by the last two steps of their path.
const CLOCKS: [&str; 6] = ["Utc::now", "Local::now", "SystemTime::now", "Uuid::now_v7", "Uuid::new_v4", "Uuid::now_v6"];

pub fn posts_past_recognition(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        if matches!(source.subject().as_deref(), Some("ledger" | "recognition")) {
            continue;
        }
        let posts = named(source)
            .into_iter()
            .filter(|path| path.is_ours && path.steps.starts_with(&["ledger".to_owned(), "post".to_owned()]));
        findings.extend(posts.map(|path| Finding::new(&source.path, path.line, "only recognition calls ledger::post")));
    }
    findings
}

pub fn clocks_and_chance(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.subject().as_deref() != Some("kernel")) {
        for path in named(source).into_iter().filter(|path| !path.is_ours) {
            let text = path.text();
            let is_clock = CLOCKS.iter().any(|clock| text == *clock || text.ends_with(&format!("::{clock}")));
            let is_chance = matches!(path.steps[0].as_str(), "rand" | "rand_chacha" | "rand_core" | "getrandom")
                || path.steps.iter().any(|step| matches!(step.as_str(), "OsRng" | "SysRng" | "ThreadRng" | "thread_rng"));
            if is_clock || is_chance {
                findings.push(Finding::new(&source.path, path.line, format!("{text}: time and chance come from the kernel")));
            }
        }
    }
    findings
}

#[test]
fn only_recognition_posts_to_the_ledger() {
    hold("only recognition calls ledger::post", posts_past_recognition(&sources("src")));
}

#[test]
fn a_posting_past_recognition_is_found() {
    let bad = [
        Source::new("src/recognition/service.rs", "use crate::ledger;\nfn f() { ledger::post(); }"),
        Source::new("src/assessment/service.rs", "use crate::ledger as book;\nfn f() { book::balance();\nbook::post(); }"),
        Source::new("src/learning/service.rs", "use crate::ledger::{post as enter};"),
    ];
    assert_eq!(
        short(&posts_past_recognition(&bad)),
        [("src/assessment/service.rs".to_owned(), 3), ("src/learning/service.rs".to_owned(), 1)]
    );
}

#[test]
fn the_clock_and_chance_are_read_in_the_kernel_only() {
    hold("time and chance come from the kernel", clocks_and_chance(&all_sources()));
}

#[test]
fn a_clock_or_chance_elsewhere_is_found() {
    let bad = [
        Source::new("src/kernel/clock.rs", "use chrono::Utc;\nfn f() { Utc::now(); }"),
        Source::new("src/help/rules.rs", "use chrono::Utc;\nfn f() { Utc::now(); }"),
        Source::new(
            "src/jobs/runner.rs",
            "fn f() { std::time::SystemTime::now();\nrand::random::<u8>(); std::time::Instant::now(); }",
        ),
    ];
    let at = |path: &str, line| (path.to_owned(), line);
    assert_eq!(
        short(&clocks_and_chance(&bad)),
        [at("src/help/rules.rs", 2), at("src/jobs/runner.rs", 1), at("src/jobs/runner.rs", 2)]
    );
}
