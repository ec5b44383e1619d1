//! Rules in files: the same fields as in the form, held to the same check (docs/CONVERSION-RULES.md).

use std::collections::BTreeMap;

use serde::Deserialize;
use uuid::Uuid;

use super::error::test_words;
use super::forms::{Choosable, terms};
use super::rule::{Rule, Terms};
use super::service::{gaining_among, words_of, worth_of};
use crate::curriculum::Shelf;
use crate::i18n::Lang;
use crate::kernel::{Day, Id, OrganisationId, digest_of};
use crate::web::Fields;

/// A rule as a file has it. Amounts are texts: a point in a number would be a float.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    direction: String,
    partner: String,
    unit: String,
    title: String,
    numerator: i64,
    denominator: i64,
    step: String,
    identity: i64,
    supervision: i64,
    evidence: String,
    from: String,
    #[serde(default)]
    until: String,
    deciders: i64,
    #[serde(default)]
    most: String,
    promised_days: i64,
    #[serde(default)]
    tests: Vec<WrittenTest>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTest {
    value: String,
    expects: String,
}

/// In a file a partner is a name: the same name, the same partner.
fn partner_of(name: &str) -> OrganisationId {
    let digest = digest_of(&[b"partner in a file", name.as_bytes()]);
    OrganisationId::from_uuid(digest.bytes().first_chunk::<16>().map_or_else(Uuid::nil, |bytes| Uuid::from_bytes(*bytes)))
}

fn fields_of(written: &Written, partner: OrganisationId) -> Fields {
    let tests: Vec<String> = written.tests.iter().map(|test| format!("{} = {}", test.value, test.expects)).collect();
    let pairs = [
        ("direction", written.direction.clone()),
        ("partner", partner.to_string()),
        ("unit", written.unit.clone()),
        ("title", written.title.clone()),
        ("numerator", written.numerator.to_string()),
        ("denominator", written.denominator.to_string()),
        ("step", written.step.clone()),
        ("identity", written.identity.to_string()),
        ("supervision", written.supervision.to_string()),
        ("evidence", written.evidence.clone()),
        ("from", written.from.clone()),
        ("until", written.until.clone()),
        ("deciders", written.deciders.to_string()),
        ("most", written.most.clone()),
        ("promised_days", written.promised_days.to_string()),
        ("tests", tests.join("\n")),
    ];
    let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Fields::from_pairs(&pairs)
}

/// What one file says, or what is wrong with it, line by line.
fn read(text: &str, shelf: &Shelf, lang: Lang) -> Result<(Terms, String), Vec<String>> {
    let written: Written = toml::from_str(text).map_err(|error| vec![error.to_string().trim_end().to_owned()])?;
    let partner = partner_of(&written.partner);
    let units: Vec<String> = shelf.courses().iter().map(|course| course.code.to_string()).collect();
    // A file may say what has begun already.
    let today = Day::parse(&written.from).ok_or_else(|| vec![format!("from: {}", lang.t("conversions-from-wrong"))])?;
    let may = Choosable { partners: &[partner], units: &units, today };
    let said = |field: &str, words: String| format!("{field}: {words}");
    let terms = terms(&fields_of(&written, partner), may)
        .map_err(|errors| errors.iter().map(|error| said(error.field, error.message.say(lang))).collect::<Vec<_>>())?;
    let worth = worth_of(shelf, &terms.unit).map_err(|_| vec![said("unit", lang.t("conversions-unit-choose"))])?;
    let failed: Vec<String> = terms.failed(worth).iter().map(|failed| said("tests", test_words(failed).say(lang))).collect();
    if failed.is_empty() { Ok((terms, written.partner)) } else { Err(failed) }
}

/// Faults of rule files, given by name and text: those of each, and ways round that gain among all of them together. None: they are sound.
#[must_use]
pub fn check_files(files: &[(String, String)], shelf: &Shelf, lang: Lang) -> Vec<String> {
    let mut faults = Vec::new();
    let mut rules: Vec<Rule> = Vec::new();
    let mut names: BTreeMap<u128, &str> = BTreeMap::new();
    for ((name, text), number) in files.iter().zip(1_u128..) {
        match read(text, shelf, lang) {
            Ok((terms, partner)) => {
                rules.push(Rule::draft_of(Id::from_uuid(Uuid::from_u128(number)), partner, terms));
                names.insert(number, name);
            }
            Err(wrong) => faults.extend(wrong.into_iter().map(|words| format!("{name}: {words}"))),
        }
    }
    if let Some(way) = gaining_among(&rules) {
        let named = |rule: &&Rule| format!("{}: {}", names.get(&rule.id.uuid().as_u128()).unwrap_or(&""), words_of(rule));
        let way: Vec<String> = way.iter().map(named).collect();
        faults.push(lang.fill("conversions-gaining-way", &[("rules", way.join(" → ").as_str())]));
    }
    faults
}
