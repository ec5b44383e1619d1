//! Personal data has a clock: every table of the schema says of what kind it is and how long its rows are kept.

use std::collections::BTreeMap;

use super::tree::{Finding, files, hold};

/// The tables that the migrations make, with the file that makes them.
fn made() -> BTreeMap<String, String> {
    let mut tables = BTreeMap::new();
    for file in files("migration/src", &[".rs"]) {
        for (at, _) in file.text.match_indices("CREATE TABLE ") {
            let name: String = file.text[at + 13..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            tables.insert(name, file.path.clone());
        }
    }
    tables
}

/// Tables that stand in no list or in several, and names in lists that are no tables.
pub fn unlisted(made: &BTreeMap<String, String>, listed: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (table, path) in made {
        let count = listed.iter().filter(|name| **name == table).count();
        if count != 1 {
            findings.push(Finding::new(path, 1, format!("{table} stands in {count} lists of KEPT")));
        }
    }
    let strange = listed.iter().filter(|name| !made.contains_key(**name));
    findings.extend(strange.map(|name| Finding::new("src/app/kept.rs", 1, format!("{name} is no table"))));
    findings
}

fn listed() -> Vec<&'static str> {
    credit_bank::app::KEPT.iter().flat_map(|list| list.iter()).map(|kept| kept.table).collect()
}

#[test]
fn every_table_has_a_term_in_exactly_one_list() {
    let made = made();
    assert!(made.len() > 40, "{made:?}");
    hold("each table stands in one list of what is kept and how long", unlisted(&made, &listed()));
}

#[test]
fn the_operator_finds_every_table_and_its_term_in_the_handbook() {
    let [handbook] = &files("docs", &["OPERATIONS.md"])[..] else { panic!("one handbook") };
    let silent = listed().into_iter().filter(|table| !handbook.text.contains(&format!("`{table}`")));
    let findings = silent.map(|table| Finding::new(&handbook.path, 1, format!("says nothing of {table}")));
    hold("docs/OPERATIONS.md names every table", findings.collect());
}

#[test]
fn a_table_without_a_term_is_found() {
    let made: BTreeMap<String, String> = ["a", "b", "c"].map(|table| (table.to_owned(), "m.rs".to_owned())).into();
    let found: Vec<String> = unlisted(&made, &["a", "b", "b", "d"]).into_iter().map(|found| found.what).collect();
    assert_eq!(found, ["b stands in 2 lists of KEPT", "c stands in 0 lists of KEPT", "d is no table"]);
}
