//! The page that keeps working without a network, and what a page of a certificate tells its script.

use askama::Template;

use crate::credentials::{Facts, Source};
use crate::kernel::Digest;
use crate::web::{Filled, Page};

/// Words that the script chooses from by level and way.
const WORDS: [&str; 11] = [
    "offline-identity-0",
    "offline-identity-1",
    "offline-identity-2",
    "offline-identity-3",
    "offline-supervision-0",
    "offline-supervision-1",
    "offline-supervision-2",
    "offline-supervision-3",
    "offline-way-online",
    "offline-way-supervised",
    "offline-way-outside",
];

/// 没有网也能核验证书. All that it may come to say stands in it; its script shows what holds.
#[derive(Template)]
#[template(path = "certificates/offline.html")]
pub(super) struct OfflinePage {
    pub page: Page,
    /// Nothing of it is ever sent.
    pub form: Filled,
    /// Where the bank is; empty where that is not set.
    pub host: String,
}

impl OfflinePage {
    /// A day with its blanks left for the script.
    fn day_words(&self) -> String {
        self.page.lang().fill("day-words", &[("year", "%y"), ("month", "%m"), ("day", "%d")])
    }

    /// Name for the script, words.
    fn levels(&self) -> Vec<(String, String)> {
        WORDS.iter().map(|key| (key.trim_start_matches("offline-").to_owned(), self.page.t(key))).collect()
    }
}

/// What the page of a certificate (`/v/{code}`) says of it, for its script to hold the paper against: attributes `data-…` of these names in
/// `templates/certificates/compare.html`. What is empty is not compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OnPaper {
    /// The long code, 24 characters; never empty.
    pub code: String,
    /// Twelve digits.
    pub number: String,
    /// The kind's number on paper.
    pub kind: String,
    /// The version that is shown.
    pub version: String,
    /// The day on which this version was made, `2026-11-27`.
    pub day: String,
    /// The name, whole or masked: `*` stands for any characters.
    pub name: String,
    /// 0 to 3.
    pub identity: String,
    /// 0 to 3.
    pub supervision: String,
    /// `online outside supervised`, those that are there.
    pub ways: String,
    /// Milli-credits.
    pub credits: String,
    /// Standard class hours.
    pub hours: String,
    /// Codes of units, the lowest first, a space between.
    pub units: String,
    /// First eight bytes of the SHA-256 of the document, in hex.
    pub document: String,
    /// List and position, a space between.
    pub status: String,
}

impl OnPaper {
    /// All that a certificate's newest version says, with its name as the page shows it.
    pub(super) fn of(facts: &Facts, document: &Digest, name: &str) -> Self {
        let mut units: Vec<&str> = facts.lines.iter().map(|line| line.unit.as_str()).collect();
        units.sort_unstable();
        let mut ways: Vec<&str> = facts.lines.iter().map(|line| line.source).map(Source::code).collect();
        ways.sort_unstable();
        ways.dedup();
        Self {
            code: facts.code.to_text(),
            number: facts.number.as_str().to_owned(),
            kind: facts.kind.paper_code.to_string(),
            version: facts.version.to_string(),
            day: facts.signed_at.day().to_string(),
            name: name.to_owned(),
            identity: facts.identity.to_string(),
            supervision: facts.supervision.to_string(),
            ways: ways.join(" "),
            credits: facts.credits.milli().to_string(),
            hours: facts.class_hours.to_string(),
            units: units.join(" "),
            document: document.to_string().chars().take(16).collect(),
            status: format!("{} {}", facts.place.list, facts.place.position),
        }
    }
}
