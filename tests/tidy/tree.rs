//! The files of the repository, and what is found wrong in them.

use std::path::Path;

use super::lexer::{Token, tokens};

/// One text file.
#[derive(Clone, Debug)]
pub struct File {
    /// From the repository's root, with `/`.
    pub path: String,
    pub text: String,
}

impl File {
    pub fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }
}

/// One Rust file.
#[derive(Clone, Debug)]
pub struct Source {
    pub path: String,
    pub tokens: Vec<Token>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let mut tokens = tokens(text);
        if path.ends_with("/tests.rs") || path.contains("/tests/") || path.starts_with("tests/") {
            tokens.iter_mut().for_each(|token| token.in_test = true);
        }
        Self { path: path.to_owned(), tokens }
    }

    /// The module's path below the crate: `src/ledger/queries.rs` is `[ledger, queries]`.
    pub fn module(&self) -> Vec<String> {
        let inner = self.path.strip_prefix("src/").unwrap_or(&self.path).trim_end_matches(".rs");
        let inner = inner.trim_end_matches("/mod");
        if matches!(inner, "lib" | "main") { Vec::new() } else { inner.split('/').map(str::to_owned).collect() }
    }

    /// The subject it belongs to: the first step below `src/`; `None` for `lib.rs` and `main.rs`.
    pub fn subject(&self) -> Option<String> {
        if self.path.starts_with("src/") { self.module().first().cloned() } else { None }
    }
}

/// One thing found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
}

impl Finding {
    pub fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

/// All files below `folder` whose name ends in one of `endings`.
pub fn files(folder: &str, endings: &[&str]) -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let walk = walkdir::WalkDir::new(root.join(folder)).sort_by_file_name().into_iter();
    let kept = walk.filter_entry(|entry| !matches!(entry.file_name().to_str(), Some("node_modules" | "target" | ".git")));
    kept.filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file())
        .filter(|entry| endings.iter().any(|ending| entry.path().to_string_lossy().ends_with(ending)))
        .map(|entry| {
            let path = entry.path().strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            File { path, text: std::fs::read_to_string(entry.path()).unwrap() }
        })
        .collect()
}

/// The Rust files below `folder`.
pub fn sources(folder: &str) -> Vec<Source> {
    let mut sources: Vec<Source> = files(folder, &[".rs"]).iter().map(|file| Source::new(&file.path, &file.text)).collect();
    mark_test_modules(&mut sources);
    sources
}

/// `#[cfg(test)] mod name;` makes a file, or a folder of them, part of the tests.
pub fn mark_test_modules(sources: &mut [Source]) {
    let mut homes = Vec::new();
    for source in sources.iter() {
        let folder = source.path.trim_end_matches(".rs").trim_end_matches("/mod").trim_end_matches("/lib");
        let triples = source.tokens.windows(3);
        let modules = triples.filter(|three| three[0].is("mod") && three[0].in_test && three[2].is(";"));
        homes.extend(modules.map(|three| format!("{folder}/{}", three[1].text)));
    }
    let is_test = |path: &str| homes.iter().any(|home| path == format!("{home}.rs") || path.starts_with(&format!("{home}/")));
    for source in sources.iter_mut().filter(|source| is_test(&source.path)) {
        source.tokens.iter_mut().for_each(|token| token.in_test = true);
    }
}

/// The application, the tables and the schema changes: everything that is not a test.
pub fn all_sources() -> Vec<Source> {
    ["src", "entity/src", "migration/src"].into_iter().flat_map(sources).collect()
}

/// Fails with every finding on a line of its own.
#[track_caller]
pub fn hold(rule: &str, mut findings: Vec<Finding>) {
    findings.sort();
    findings.dedup();
    let lines: String = findings.iter().map(|found| format!("\n  {}:{}: {}", found.path, found.line, found.what)).collect();
    assert!(findings.is_empty(), "{} against the rule: {rule}{lines}", findings.len());
}

/// Where and what was found, short enough to compare with.
pub fn short(findings: &[Finding]) -> Vec<(String, usize)> {
    findings.iter().map(|found| (found.path.clone(), found.line)).collect()
}

#[test]
fn modules_of_tests_are_known_as_such() {
    let mut sources = [
        Source::new("src/a/mod.rs", "mod c;\n#[cfg(test)]\nmod b;"),
        Source::new("src/a/b/mod.rs", "mod d;"),
        Source::new("src/a/b/d.rs", "fn f() {}"),
        Source::new("src/a/c.rs", "fn f() {}"),
    ];
    mark_test_modules(&mut sources);
    let tests: Vec<bool> = sources.iter().map(|source| source.tokens.iter().all(|token| token.in_test)).collect();
    assert_eq!(tests, [false, true, true, false]);
}
