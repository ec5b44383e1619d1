//! The paths that a file names: `use` trees spread out, imported names followed to where they come from.

use std::collections::HashMap;

use super::lexer::{Kind, Token, after_group};
use super::tree::Source;

/// One path that is named.
#[derive(Clone, Debug)]
pub struct Named {
    /// From the crate's root where `is_ours`, else from the name of the other crate.
    pub steps: Vec<String>,
    /// Whether it leads into this crate.
    pub is_ours: bool,
    /// Whether it was written by climbing with `super` above its own subject.
    pub climbs: bool,
    pub line: usize,
    pub in_test: bool,
}

impl Named {
    pub fn text(&self) -> String {
        format!("{}{}", if self.is_ours { "crate::" } else { "" }, self.steps.join("::"))
    }
}

struct Written {
    steps: Vec<String>,
    /// The name it is known by afterwards, if it stands in a `use`.
    known_as: Option<String>,
    module: Vec<String>,
    line: usize,
    in_test: bool,
}

/// Every path in `source`, followed to its origin.
pub fn named(source: &Source) -> Vec<Named> {
    let home = source.module();
    let written = written(&source.tokens);
    let mut known: HashMap<String, Vec<String>> = HashMap::new();
    for (at, token) in source.tokens.iter().enumerate() {
        // `mod queries;` makes `queries::…` a path of this module's own.
        let next = |ahead: usize| source.tokens.get(at + ahead);
        if token.is("mod") && next(2).is_some_and(|token| token.is(";")) {
            let name = next(1).map(|token| token.text.clone()).unwrap_or_default();
            known.insert(name.clone(), vec!["self".to_owned(), name]);
        }
    }
    for path in &written {
        if let Some(name) = &path.known_as {
            known.insert(name.clone(), path.steps.clone());
        }
    }
    written.iter().map(|path| follow(path, &known, &home)).collect()
}

fn follow(path: &Written, known: &HashMap<String, Vec<String>>, home: &[String]) -> Named {
    let mut steps = path.steps.clone();
    if path.known_as.is_none()
        && let Some(origin) = steps.first().and_then(|first| known.get(first))
    {
        steps.splice(0..1, origin.iter().cloned());
    }
    let mut here: Vec<String> = home.iter().chain(&path.module).cloned().collect();
    let first = steps.first().cloned().unwrap_or_default();
    let is_ours = matches!(first.as_str(), "crate" | "self" | "super");
    let mut climbs = false;
    if is_ours {
        if first == "crate" {
            here.clear();
        }
        let ups = steps.iter().take_while(|step| step.as_str() == "super" || step.as_str() == "self").collect::<Vec<_>>();
        for _ in ups.iter().filter(|step| step.as_str() == "super") {
            here.pop();
        }
        climbs = first != "crate" && here.is_empty() && !home.is_empty();
        let skip = if first == "crate" { 1 } else { ups.len() };
        steps = here.into_iter().chain(steps.into_iter().skip(skip)).collect();
    }
    Named { steps, is_ours, climbs, line: path.line, in_test: path.in_test }
}

fn written(tokens: &[Token]) -> Vec<Written> {
    let mut found = Vec::new();
    let mut modules: Vec<(String, usize)> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        modules.retain(|(_, end)| at < *end);
        let module: Vec<String> = modules.iter().map(|(name, _)| name.clone()).collect();
        let token = &tokens[at];
        if token.is("mod") && tokens.get(at + 2).is_some_and(|token| token.is("{")) {
            modules.push((tokens[at + 1].text.clone(), after_group(tokens, at + 2)));
            at += 3;
        } else if token.is("use") {
            at = tree(tokens, at + 1, &[], &module, true, &mut found);
        } else if token.kind == Kind::Word && !comes_after(tokens, at, ".") {
            at = tree(tokens, at, &[], &module, false, &mut found);
        } else {
            at += 1;
        }
    }
    found
}

fn comes_after(tokens: &[Token], at: usize, sign: &str) -> bool {
    at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|token| token.is(sign))
}

fn is_double_colon(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.is(":")) && tokens.get(at + 1).is_some_and(|token| token.is(":"))
}

/// Reads one path or `use` tree at `at` and gives the index after it.
fn tree(tokens: &[Token], mut at: usize, before: &[String], module: &[String], in_use: bool, found: &mut Vec<Written>) -> usize {
    let start = at;
    let mut steps = before.to_vec();
    if is_double_colon(tokens, at) {
        at += 2;
    }
    while let Some(token) = tokens.get(at) {
        if in_use && token.is("{") {
            let end = after_group(tokens, at);
            at += 1;
            while at + 1 < end {
                at = if tokens[at].is(",") { at + 1 } else { tree(tokens, at, &steps, module, true, found).max(at + 1) };
            }
            return end;
        }
        if token.kind != Kind::Word && !(in_use && token.is("*")) {
            break;
        }
        steps.push(token.text.clone());
        at += 1;
        if !is_double_colon(tokens, at) {
            break;
        }
        at += 2;
    }
    if steps.len() > 1 && steps.last().is_some_and(|last| last == "self") {
        steps.pop();
    }
    let mut known_as = in_use.then(|| steps.last().cloned().unwrap_or_default());
    if in_use && tokens.get(at).is_some_and(|token| token.is("as")) {
        known_as = tokens.get(at + 1).map(|token| token.text.clone());
        at += 2;
    }
    if let Some(token) = tokens.get(start).filter(|_| !steps.is_empty() && (in_use || steps.len() > 1)) {
        found.push(Written { steps, known_as, module: module.to_vec(), line: token.line, in_test: token.in_test });
    }
    at.max(start + 1)
}

#[test]
fn paths_are_followed_through_use_trees_names_and_climbing() {
    let source = Source::new(
        "src/learning/service/done.rs",
        "use crate::{db::Tx, ledger as book, places::{self, Place}};\nuse super::super::queries;\nmod inner { fn f() { super::g(); \
         crate::web::html(); } }\nfn f(tx: &Tx) { book::post(tx); queries::find(); sea_orm::Set(1); x.crate_of(); }\nuse super::super::super::audit;",
    );
    let texts: Vec<String> =
        named(&source).iter().map(|path| format!("{}{}", path.text(), if path.climbs { "!" } else { "" })).collect();
    let expected = [
        "crate::db::Tx",
        "crate::ledger",
        "crate::places",
        "crate::places::Place",
        "crate::learning::queries",
        "crate::learning::service::done::g",
        "crate::web::html",
        "crate::ledger::post",
        "crate::learning::queries::find",
        "sea_orm::Set",
        "crate::audit!",
    ];
    assert_eq!(texts, expected);
}
