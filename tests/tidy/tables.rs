//! Each table has one owner.

use std::collections::BTreeMap;

use super::lexer::Kind;
use super::paths::named;
use super::plays;
use super::tree::{Finding, Source, hold, sources};

/// Words after which SQL names a table.
const BEFORE_TABLES: [&str; 5] = ["from", "join", "into", "update", "table"];

/// Tables that a file names: through the mapper, or in SQL of its own.
fn tables_of(source: &Source, tables: &[String]) -> Vec<(String, usize)> {
    let mapped = named(source).into_iter().filter(|path| !path.in_test && !path.is_ours && path.steps[0] == "entity");
    let mut found: Vec<(String, usize)> = mapped
        .filter_map(|path| path.steps.get(1).filter(|table| tables.contains(table)).map(|table| (table.clone(), path.line)))
        .collect();
    for token in source.tokens.iter().filter(|token| token.kind == Kind::Text && !token.in_test && is_sql(&token.text)) {
        let words: Vec<String> = token
            .text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect();
        let pairs = words.iter().zip(words.iter().skip(1));
        let named = pairs.filter(|(before, table)| BEFORE_TABLES.contains(&before.as_str()) && tables.contains(table));
        found.extend(named.map(|(_, table)| (table.clone(), token.line)));
    }
    found
}

fn is_sql(text: &str) -> bool {
    let start = text.trim_start().get(..7).unwrap_or_default().to_uppercase();
    ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|verb| start.starts_with(verb))
}

pub fn shared_tables(sources: &[Source], tables: &[String]) -> Vec<Finding> {
    let mut owners: BTreeMap<String, BTreeMap<String, (String, usize)>> = BTreeMap::new();
    for source in sources {
        let Some(subject) = source.subject() else { continue };
        for (table, line) in tables_of(source, tables) {
            owners.entry(table).or_default().entry(subject.clone()).or_insert((source.path.clone(), line));
        }
    }
    let mut findings = Vec::new();
    for (table, subjects) in owners.iter().filter(|(_, subjects)| subjects.len() > 1) {
        let names: Vec<&str> = subjects.keys().map(String::as_str).collect();
        findings.extend(
            subjects
                .values()
                .map(|(path, line)| Finding::new(path, *line, format!("{table} is named by {}", names.join(" and ")))),
        );
    }
    findings
}

/// SQL written by hand, outside of `queries`. A bare `SELECT 1` asks only whether the database answers.
pub fn stray_sql(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for source in sources.iter().filter(|source| !plays(&source.module(), "queries")) {
        let texts = source.tokens.iter().filter(|token| token.kind == Kind::Text && !token.in_test);
        let stray = texts.filter(|token| {
            is_sql(&token.text) && token.text.to_lowercase().split_whitespace().any(|word| BEFORE_TABLES.contains(&word))
        });
        findings.extend(stray.map(|token| Finding::new(&source.path, token.line, "SQL outside of queries")));
    }
    findings
}

fn tables() -> Vec<String> {
    let files = sources("entity/src").into_iter().filter(|source| source.path != "entity/src/lib.rs");
    files.filter_map(|source| source.path.rsplit('/').next().map(|name| name.trim_end_matches(".rs").to_owned())).collect()
}

#[test]
fn each_table_has_one_owner() {
    hold("each table is named by one subject", shared_tables(&sources("src"), &tables()));
}

#[test]
fn a_table_of_two_owners_is_found() {
    let bad = [
        Source::new("src/ledger/queries.rs", "use entity::{transfer, person};"),
        Source::new("src/identity/queries.rs", "use entity::person;\n#[cfg(test)] mod tests { use entity::transfer; }"),
        Source::new("src/help/queries.rs", "const Q: &str = \"SELECT state FROM transfer t JOIN help_case\";"),
    ];
    let tables = ["transfer", "person", "help_case"].map(str::to_owned);
    let found: Vec<String> = shared_tables(&bad, &tables).iter().map(|found| format!("{} {}", found.path, found.what)).collect();
    let expected = [
        "src/identity/queries.rs person is named by identity and ledger",
        "src/ledger/queries.rs person is named by identity and ledger",
        "src/help/queries.rs transfer is named by help and ledger",
        "src/ledger/queries.rs transfer is named by help and ledger",
    ];
    assert_eq!(found, expected);
}

#[test]
fn sql_stands_only_in_queries() {
    hold("SQL stands only in queries", stray_sql(&sources("src")));
}

#[test]
fn sql_elsewhere_is_found() {
    let bad = [Source::new("src/help/service.rs", "fn f() { run(\"SELECT 1\");\nrun(\"UPDATE help_case SET state = 1\"); }")];
    assert_eq!(stray_sql(&bad).len(), 1);
}
