//! A file is read in one sitting; a function fits a screen.

use super::lexer::{Kind, after_group};
use super::tree::{File, Finding, Source, all_sources, files, hold, short};

const FILE_LINES: usize = 500;
const FUNCTION_LINES: usize = 70;

/// Files that a program writes and nobody reads.
const MADE: [(&str, &str); 1] = [("scripts/api/requirements.txt", "by pip-compile: versions with their digests")];

pub fn long_files(files: &[File]) -> Vec<Finding> {
    let long = files.iter().map(|file| (file, file.text.lines().count())).filter(|(_, lines)| *lines > FILE_LINES);
    long.map(|(file, lines)| Finding::new(&file.path, lines, format!("{lines} lines, at most {FILE_LINES}"))).collect()
}

/// Functions that are too long. Tests are excepted, and so is the schema's own language in the migrations.
pub fn long_functions(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !source.path.starts_with("migration/src/m20")) {
        let tokens = &source.tokens;
        for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.is("fn") && !token.in_test) {
            let Some(name) = tokens.get(at + 1).filter(|name| name.kind == Kind::Word) else { continue };
            let mut open = at;
            while tokens.get(open).is_some_and(|token| !token.is("{") && !token.is(";")) {
                open = if tokens[open].is("(") || tokens[open].is("[") { after_group(tokens, open) } else { open + 1 };
            }
            if !tokens.get(open).is_some_and(|token| token.is("{")) {
                continue;
            }
            let end = tokens.get(after_group(tokens, open) - 1).map_or(token.line, |token| token.line);
            let lines = end - token.line + 1;
            if lines > FUNCTION_LINES {
                let what = format!("fn {} has {lines} lines, at most {FUNCTION_LINES}", name.text);
                findings.push(Finding::new(&source.path, token.line, what));
            }
        }
    }
    findings
}

#[test]
fn no_file_is_longer_than_500_lines() {
    let endings = [".rs", ".html", ".css", ".js", ".mjs"];
    let folders = ["src", "entity/src", "migration/src", "tests", "templates", "static", "benches"];
    let all: Vec<File> = folders.iter().flat_map(|folder| files(folder, &endings)).chain(files("scripts", &[""])).collect();
    let written: Vec<File> = all.into_iter().filter(|file| !MADE.iter().any(|(path, _)| *path == file.path)).collect();
    hold("a file is read in one sitting", long_files(&written));
}

#[test]
fn a_long_file_is_found() {
    let bad = [File::new("src/a.rs", &"x\n".repeat(500)), File::new("src/b.rs", &"x\n".repeat(501))];
    assert_eq!(short(&long_files(&bad)), [("src/b.rs".to_owned(), 501)]);
}

#[test]
fn no_function_is_longer_than_70_lines() {
    hold("a function fits a screen", long_functions(&all_sources()));
}

#[test]
fn a_long_function_is_found_and_a_long_table_or_test_is_not() {
    let body = "let x = 1;\n".repeat(70);
    let text = format!(
        "const T: &[u8] = &[\n{0}];\nfn f(x: fn()) -> u8 {{\n{1}}}\n#[cfg(test)]\nmod tests {{ fn g() {{ {1} }} }}",
        "1,\n".repeat(90),
        body
    );
    assert_eq!(short(&long_functions(&[Source::new("src/a.rs", &text)])), [("src/a.rs".to_owned(), 93)]);
}
