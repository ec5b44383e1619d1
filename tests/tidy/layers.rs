//! What each file of a subject may name.

use super::lexer::Kind;
use super::paths::{Named, named};
use super::plays;
use super::tree::{Finding, Source, hold, short, sources};

/// A part of a subject and what it never names.
struct Part {
    name: &'static str,
    /// Other crates.
    never_crates: &'static [&'static str],
    /// Parts of its own subject.
    never_parts: &'static [&'static str],
}

const PARTS: [Part; 6] = [
    Part {
        name: "rules",
        never_crates: &["sea_orm", "actix_web", "askama", "entity", "migration", "tokio", "rand", "reqwest", "ureq"],
        never_parts: &["queries", "service", "forms", "views", "routes"],
    },
    Part {
        name: "queries",
        never_crates: &["actix_web", "askama", "migration"],
        never_parts: &["service", "forms", "views", "routes"],
    },
    Part {
        name: "service",
        never_crates: &["entity", "actix_web", "askama", "migration"],
        never_parts: &["forms", "views", "routes"],
    },
    Part { name: "forms", never_crates: &["entity", "sea_orm", "migration"], never_parts: &["queries", "routes"] },
    Part { name: "views", never_crates: &["entity", "sea_orm", "migration"], never_parts: &["queries", "routes"] },
    Part { name: "routes", never_crates: &["entity", "migration"], never_parts: &["queries"] },
];

/// Files that are pure like `rules.rs` under another name.
const PURE: [&str; 6] = ["irt", "merkle", "tiles", "note", "canonical", "ways"];

fn parts_of(module: &[String]) -> Vec<&'static Part> {
    let pure = PURE.iter().any(|name| plays(module, name));
    PARTS.iter().filter(|part| plays(module, part.name) || (part.name == "rules" && pure)).collect()
}

pub fn wrong_uses(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| source.subject().is_some()) {
        let module = source.module();
        for part in parts_of(&module) {
            let wrong = named(source).into_iter().filter(|path| !path.in_test && is_wrong(part, &module, path));
            findings
                .extend(wrong.map(|path| Finding::new(&source.path, path.line, format!("{} name {}", part.name, path.text()))));
        }
    }
    findings
}

fn is_wrong(part: &Part, module: &[String], path: &Named) -> bool {
    if !path.is_ours {
        return part.never_crates.contains(&path.steps[0].as_str());
    }
    let own = path.steps.first() == module.first();
    if !own {
        return match part.name {
            "rules" => path.steps.first().is_some_and(|subject| subject != "kernel"),
            "queries" => path.steps.first().is_some_and(|subject| subject == "web"),
            "routes" => module.first().is_some_and(|subject| subject != "app") && plays(&path.steps, "routes"),
            _ => false,
        };
    }
    part.never_parts.iter().any(|never| plays(&path.steps, never) && !plays(module, never))
}

/// Rules neither wait nor look at the clock: time and chance come in as arguments.
pub fn impure(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| parts_of(&source.module()).iter().any(|part| part.name == "rules")) {
        let words = source.tokens.iter().filter(|token| token.kind == Kind::Word && !token.in_test);
        let waiting = words.filter(|token| matches!(token.text.as_str(), "async" | "await" | "Instant" | "SystemTime"));
        findings.extend(waiting.map(|token| Finding::new(&source.path, token.line, format!("rules say `{}`", token.text))));
    }
    findings
}

/// `entity::` outside of `queries`.
pub fn tables_named_elsewhere(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !plays(&source.module(), "queries")) {
        let wrong = named(source).into_iter().filter(|path| !path.in_test && !path.is_ours && path.steps[0] == "entity");
        findings.extend(wrong.map(|path| Finding::new(&source.path, path.line, format!("names {}", path.text()))));
    }
    findings
}

#[test]
fn each_file_of_a_subject_keeps_to_its_part() {
    hold(
        "rules know only the kernel; services no entity, actix, askama; routes, forms and views no entity or queries",
        wrong_uses(&sources("src")),
    );
}

#[test]
fn a_file_that_leaves_its_part_is_found() {
    let bad = [
        Source::new("src/ledger/rules.rs", "use crate::kernel::Credits;\nuse crate::db::Tx;\nuse super::queries;"),
        Source::new("src/ledger/queries.rs", "use sea_orm::Set;\nuse crate::web::Page;"),
        Source::new(
            "src/ledger/service.rs",
            "use super::queries;\nuse askama::Template;\nfn f() { ::entity::person::Entity::find(); }",
        ),
        Source::new("src/ledger/views.rs", "use crate::web::Page;\nuse super::queries::find;"),
        Source::new("src/ledger/routes.rs", "use super::service;\nuse super::queries;\nuse crate::help::routes;"),
        Source::new("src/ledger/routes/entry.rs", "use crate::ledger::queries;\nuse actix_web::web;"),
    ];
    let at = |file: &str, line| (format!("src/ledger/{file}"), line);
    let expected = [
        at("rules.rs", 2),
        at("rules.rs", 3),
        at("queries.rs", 2),
        at("service.rs", 2),
        at("service.rs", 3),
        at("views.rs", 2),
        at("routes.rs", 2),
        at("routes.rs", 3),
        at("routes/entry.rs", 1),
    ];
    assert_eq!(short(&wrong_uses(&bad)), expected);
}

#[test]
fn rules_neither_wait_nor_look_at_the_clock() {
    hold("time and chance come into rules as arguments", impure(&sources("src")));
}

#[test]
fn a_waiting_rule_is_found() {
    let bad = [
        Source::new("src/ledger/rules.rs", "fn f() {}\nasync fn g() {}"),
        Source::new("src/ledger/service.rs", "async fn g() {}"),
    ];
    assert_eq!(short(&impure(&bad)), [("src/ledger/rules.rs".to_owned(), 2)]);
}

#[test]
fn only_queries_name_tables() {
    hold("`entity::` stands only in queries", tables_named_elsewhere(&sources("src")));
}

#[test]
fn a_table_named_outside_of_queries_is_found() {
    let bad = [
        Source::new("src/help/queries/cases.rs", "use entity::help_case;"),
        Source::new("src/help/mod.rs", "use crate::db::Tx;\nuse entity::{help_case, help_number};"),
    ];
    assert_eq!(short(&tables_named_elsewhere(&bad)).len(), 2);
}
