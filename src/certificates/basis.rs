//! What a certificate rests on: of each unit that counts the award and the pass that speaks for it.

#[cfg(test)]
mod tests;

use serde_json::{Value, json};

use super::levels::{best_of, least_of};
use crate::credentials::Source;
use crate::curriculum::model::CertificateRule;
use crate::curriculum::{CourseCode, Shelf};
use crate::kernel::{Credits, Day, Digest, IdentityLevel, LearnerId, Permille, ResultId, TransferId, digest_of};
use crate::learning::Missing;
use crate::ledger::Code;
use crate::recognition::{Citation, EntryState, HourKind, LearningResult, Passbook, PassbookEntry, SupervisionLevel};

/// One unit that is cited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its code.
    pub unit: String,
    /// The account in whose chain the award stands.
    pub account: LearnerId,
    /// The award.
    pub award: TransferId,
    /// The pass that speaks for it.
    pub result: ResultId,
    /// How it was passed.
    pub source: Source,
    /// Digest of the evidence.
    pub evidence: Digest,
    /// Share of the points reached; what was passed elsewhere says nothing by it.
    pub score: Permille,
    /// What was known of the person.
    pub identity: IdentityLevel,
    /// How it was supervised.
    pub supervision: SupervisionLevel,
    /// What it credited.
    pub credits: Credits,
    /// Standard class hours that were counted for it.
    pub class_hours: i64,
    /// On which day it was passed.
    pub passed: Day,
}

impl Line {
    /// The award that is cited.
    #[must_use]
    pub const fn citation(&self) -> Citation {
        Citation { account: self.account, award: self.award }
    }

    /// The score in whole percent, cut; none where it was passed elsewhere.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        u8::try_from(self.score.value() / 10).ok().filter(|_| self.source != Source::Outside)
    }

    fn told(&self) -> Value {
        json!([
            self.unit,
            self.account,
            self.award,
            self.result,
            self.source.code(),
            self.evidence.to_string(),
            self.score.value(),
            self.identity.value(),
            self.supervision.value(),
            self.credits.milli(),
            self.class_hours,
            self.passed.to_string(),
        ])
    }
}

/// All that a version rests on, on the day of issue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basis {
    /// The name.
    pub name: String,
    /// What is cited, by code.
    pub lines: Vec<Line>,
    /// What is known of the person.
    pub identity: IdentityLevel,
    /// The least supervision of what must be supervised.
    pub supervision: SupervisionLevel,
    /// What all lines credited.
    pub credits: Credits,
    /// Standard class hours of all lines.
    pub class_hours: i64,
    /// Digest of the curriculum's edition.
    pub edition: String,
    /// Its version.
    pub rule_version: String,
}

impl Basis {
    /// What somebody is shown before they issue, and what is asked again in the commit that issues.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let lines: Vec<Value> = self.lines.iter().map(Line::told).collect();
        let said = json!([self.name, lines, self.identity.value(), self.supervision.value(), self.edition, self.rule_version]);
        digest_of(&[said.to_string().as_bytes()])
    }

    /// The awards that are cited.
    #[must_use]
    pub fn citations(&self) -> Vec<Citation> {
        self.lines.iter().map(Line::citation).collect()
    }

    /// Codes of the units, with a space between.
    #[must_use]
    pub fn units(&self) -> String {
        let units: Vec<&str> = self.lines.iter().map(|line| line.unit.as_str()).collect();
        units.join(" ")
    }
}

/// What a certificate by `rule` would rest on; none where something is missing.
#[must_use]
pub fn basis_of(
    shelf: &Shelf,
    rule: &CertificateRule,
    (book, missing): (&Passbook, &Missing),
    (identity, name): (IdentityLevel, &str),
) -> Option<Basis> {
    if !missing.is_nothing() || missing.counted.is_empty() {
        return None;
    }
    let mut lines = missing.counted.iter().map(|code| line_of(shelf, book, *code)).collect::<Option<Vec<Line>>>()?;
    lines.sort_by(|one, other| one.unit.cmp(&other.unit));
    Some(Basis {
        name: name.to_owned(),
        identity,
        supervision: least_of(lines.iter().map(|line| (line.unit.as_str(), line.supervision)), &rule.must),
        credits: lines.iter().fold(Credits::ZERO, |sum, line| sum.plus(line.credits)),
        class_hours: lines.iter().map(|line| line.class_hours).sum(),
        edition: shelf.digest().to_string(),
        rule_version: shelf.edition().manifest.version.clone(),
        lines,
    })
}

/// The award of a unit that stands and counts, with the pass that speaks for it best.
fn line_of(shelf: &Shelf, book: &Passbook, code: CourseCode) -> Option<Line> {
    let unit = code.to_string();
    let is_its = |entry: &&PassbookEntry| {
        let is_award = matches!(entry.code, Code::Issue | Code::ConvertIn);
        is_award && entry.state == EntryState::Stands && entry.unit.as_deref() == Some(unit.as_str())
    };
    let entry = book.entries.iter().find(is_its)?;
    let result = best_of(book.results_for(entry))?;
    Some(Line {
        account: entry.account,
        award: entry.transfer,
        result: result.id,
        source: source_of(entry, result),
        evidence: result.evidence,
        score: result.score,
        identity: result.identity_level,
        supervision: result.supervision_level,
        credits: entry.amount,
        class_hours: hours_of(shelf, book, &unit),
        passed: result.passed_day.unwrap_or_else(|| result.passed_at.day()),
        unit,
    })
}

fn source_of(entry: &PassbookEntry, result: &LearningResult) -> Source {
    if entry.code == Code::ConvertIn && result.attempt.is_none() {
        Source::Outside
    } else if result.supervision_level >= SupervisionLevel::SUPERVISED {
        Source::Supervised
    } else {
        Source::Online
    }
}

/// Standard class hours that were counted for a unit, cut to whole ones.
fn hours_of(shelf: &Shelf, book: &Passbook, unit: &str) -> i64 {
    let counted = book.counted.iter().filter(|hours| hours.kind == HourKind::Standard && hours.unit == unit);
    let minutes: i64 = counted.map(|hours| hours.minutes).sum();
    minutes / shelf.credit_rule().minutes_per_class_hour.max(1)
}
