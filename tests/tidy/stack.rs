//! Who may use whom.

use super::paths::{Named, named};
use super::step_of;
use super::tree::{Finding, Source, hold, short, sources};

const DOWNWARD: &str = "a subject uses only those on a lower step of the stack";
const FACE: &str = "a subject is used by what its mod.rs shows, never by its inner modules";

/// Rooms that may be named by themselves: small ones of the mechanics, the reader of lists, what samples of views are made of, the curriculum's plain types
/// and pure rules, and the sealed log, which has a face of its own; paper and status lists, whose words are those of certificates over again.
const OPEN_ROOMS: [(&str, &str); 11] = [
    ("web", "assets"),
    ("web", "metrics"),
    ("web", "samples"),
    ("web", "sheet"),
    ("web", "text"),
    ("curriculum", "model"),
    ("curriculum", "rules"),
    ("ledger", "seal"),
    ("credentials", "paper"),
    ("credentials", "paper_code"),
    ("credentials", "status"),
];

/// The paths of each file that lead into another subject of this crate.
fn outward(sources: &[Source]) -> Vec<(&Source, String, Named)> {
    let subjects: Vec<String> = sources.iter().filter_map(Source::subject).collect();
    let of_file = |source| -> Vec<(&Source, String, Named)> {
        let Some(own) = Source::subject(source) else { return Vec::new() };
        let leads_out =
            |path: &Named| path.is_ours && path.steps.first().is_some_and(|first| *first != own && subjects.contains(first));
        named(source).into_iter().filter(leads_out).map(|path| (source, own.clone(), path)).collect()
    };
    sources.iter().flat_map(of_file).collect()
}

pub fn upward_uses(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources {
        if let Some(subject) = source.subject().filter(|subject| step_of(subject).is_none()) {
            findings.push(Finding::new(&source.path, 1, format!("{subject} has no step in the stack")));
        }
    }
    for (source, own, path) in outward(sources) {
        if step_of(&path.steps[0]) >= step_of(&own) {
            findings.push(Finding::new(&source.path, path.line, format!("{own} uses {}", path.text())));
        }
    }
    for source in sources.iter().filter(|source| source.path == "src/main.rs") {
        let paths = named(source).into_iter().filter(|path| path.steps[0] == "credit_bank" && path.steps.len() > 1);
        let not_app = paths.filter(|path| path.steps[1] != "app");
        findings.extend(not_app.map(|path| Finding::new(&source.path, path.line, format!("the binary uses {}", path.text()))));
    }
    findings
}

pub fn climbing(sources: &[Source]) -> Vec<Finding> {
    let climbs = |source: &Source| -> Vec<Finding> {
        let paths = named(source).into_iter().filter(|path| path.climbs);
        paths.map(|path| Finding::new(&source.path, path.line, format!("write crate::{}", path.steps.join("::")))).collect()
    };
    sources.iter().flat_map(climbs).collect()
}

pub fn inner_uses(sources: &[Source]) -> Vec<Finding> {
    let is_file = |subject: &str, room: &str| {
        let (file, folder) = (format!("src/{subject}/{room}.rs"), format!("src/{subject}/{room}/mod.rs"));
        sources.iter().any(|source| source.path == file || source.path == folder)
    };
    let is_open = |subject: &str, room: &str| OPEN_ROOMS.contains(&(subject, room));
    let mut findings = Vec::new();
    // Once for each file and room; the rest goes with it.
    let mut named = std::collections::BTreeSet::new();
    for (source, _, path) in outward(sources) {
        let [subject, room, ..] = path.steps.as_slice() else { continue };
        if is_file(subject, room)
            && !is_open(subject, room)
            && path.steps.len() > 2
            && named.insert((source.path.clone(), subject.clone(), room.clone()))
        {
            findings.push(Finding::new(&source.path, path.line, format!("names the inner module {}", path.text())));
        }
    }
    for source in sources.iter().filter(|source| source.module().len() == 1 && source.path.ends_with("/mod.rs")) {
        let subject = source.module()[0].clone();
        for at in 0..source.tokens.len().saturating_sub(4) {
            let words: Vec<&str> = source.tokens[at..].iter().take(8).map(|token| token.text.as_str()).collect();
            let room = match words.as_slice() {
                ["pub", "mod", room, ";" | "{", ..] | ["pub", "(", "crate", ")", "mod", room, ";" | "{", ..] => room,
                _ => continue,
            };
            if !is_open(&subject, room) {
                findings.push(Finding::new(&source.path, source.tokens[at].line, format!("shows its inner module {room}")));
            }
        }
    }
    findings
}

#[test]
fn every_use_goes_downward() {
    hold(DOWNWARD, upward_uses(&sources("src")));
}

#[test]
fn an_upward_use_a_neighbour_and_a_stranger_are_found() {
    let bad = [
        Source::new("src/ledger/service.rs", "use crate::db::Tx;\nuse crate::{recognition::Rule, help};"),
        Source::new("src/recognition/mod.rs", "use crate::ledger;\nfn f() { crate::app::run(); }"),
        Source::new("src/help/mod.rs", ""),
        Source::new("src/db/mod.rs", ""),
        Source::new("src/app/mod.rs", ""),
        Source::new("src/gossip/mod.rs", ""),
        Source::new("src/main.rs", "use credit_bank::app::run;\nuse credit_bank::db::open;"),
    ];
    let at = |path: &str, line| (path.to_owned(), line);
    let mut found = short(&upward_uses(&bad));
    found.sort();
    let expected = [
        at("src/gossip/mod.rs", 1),
        at("src/ledger/service.rs", 2),
        at("src/ledger/service.rs", 2),
        at("src/main.rs", 2),
        at("src/recognition/mod.rs", 2),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_path_into_another_subject_begins_with_crate() {
    hold("what lies outside a subject is named from the crate's root", climbing(&sources("src")));
}

#[test]
fn climbing_out_of_a_subject_is_found() {
    let bad = [Source::new("src/ledger/service.rs", "use super::rules;\nuse super::super::db::Tx;")];
    assert_eq!(short(&climbing(&bad)), [("src/ledger/service.rs".to_owned(), 2)]);
}

#[test]
fn a_subject_is_used_by_its_face_only() {
    hold(FACE, inner_uses(&sources("src")));
}

#[test]
fn naming_or_showing_an_inner_module_is_found() {
    let bad = [
        Source::new("src/places/mod.rs", "mod queries;\npub mod rules;\npub use queries::find;"),
        Source::new("src/places/queries.rs", ""),
        Source::new("src/places/rules.rs", ""),
        Source::new("src/identity/service.rs", "use crate::places::find;\nuse crate::places::queries::find_all;"),
    ];
    assert_eq!(short(&inner_uses(&bad)), [("src/identity/service.rs".to_owned(), 2), ("src/places/mod.rs".to_owned(), 2)]);
}

/// What gives credit knows nothing of acts on behalf: no path into them, no table, no word.
pub fn credit_for_acts(sources: &[Source]) -> Vec<Finding> {
    let gives = |source: &&Source| {
        source.subject().is_some_and(|subject| ["ledger", "recognition", "assessment", "learning"].contains(&subject.as_str()))
    };
    let speaks = |token: &&super::lexer::Token| token.text.contains("helping") || token.text.contains("act_on_behalf");
    sources
        .iter()
        .filter(gives)
        .flat_map(|source| {
            let found = source.tokens.iter().filter(speaks);
            found.map(|token| Finding::new(&source.path, token.line, "credit knows of acts on behalf")).collect::<Vec<_>>()
        })
        .collect()
}

#[test]
fn what_gives_credit_knows_nothing_of_acts_on_behalf() {
    hold("acts on behalf are worth nothing", credit_for_acts(&sources("src")));
}

#[test]
fn credit_that_looks_at_acts_on_behalf_is_found() {
    let bad = [
        Source::new("src/recognition/service.rs", "use crate::helping::list_acts;"),
        Source::new("src/passbook/routes.rs", "use crate::helping::list_acts;"),
    ];
    assert_eq!(short(&credit_for_acts(&bad)), [("src/recognition/service.rs".to_owned(), 1)]);
}
