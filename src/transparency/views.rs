//! The pages about the sealed book, as typed values.

use askama::Template;

use crate::kernel::Timestamp;
use crate::ledger::seal::{Proven, SigningKeyEntry, Witnessed};
use crate::web::Page;

/// Who has witnessed a checkpoint, and when, in words.
pub(super) fn witness_words(page: &Page, witnesses: &[Witnessed]) -> Vec<String> {
    let words = |one: &Witnessed| page.t2("transparency-witnessed", ("who", &one.name), ("when", one.seen_at.to_minute_text()));
    witnesses.iter().map(words).collect()
}

/// What the newest checkpoint says.
pub(super) struct Newest {
    pub size: u64,
    pub signed_at: Timestamp,
    pub root: String,
    pub witnesses: Vec<String>,
}

/// A key that signs, or has signed.
pub(super) struct KeyLine {
    pub from_size: u64,
    pub made_at: Timestamp,
    pub verifier: String,
}

impl From<SigningKeyEntry> for KeyLine {
    fn from(key: SigningKeyEntry) -> Self {
        Self { from_size: key.from_size, made_at: key.made_at, verifier: key.verifier.to_text() }
    }
}

/// 账本封存: what is sealed, who saw it, how to check it.
#[derive(Template)]
#[template(path = "transparency/book.html")]
pub(super) struct BookPage {
    pub page: Page,
    pub newest: Option<Newest>,
    /// The newest first.
    pub keys: Vec<KeyLine>,
}

impl BookPage {
    fn sealed_words(&self, newest: &Newest) -> String {
        self.page.t2("transparency-sealed", ("count", newest.size), ("when", newest.signed_at.to_minute_text()))
    }

    fn key_words(&self, key: &KeyLine) -> String {
        self.page.t2("transparency-key-from", ("number", key.from_size + 1), ("when", key.made_at.to_minute_text()))
    }
}

/// One number of the sealed book.
#[derive(Template)]
#[template(path = "transparency/entry.html")]
pub(super) struct EntryPage {
    pub page: Page,
    /// Counted from 1.
    pub number: u64,
    pub sealed_at: Timestamp,
    /// How many the book held at the checkpoint.
    pub count: u64,
    pub mark: String,
    pub witnesses: Vec<String>,
}

impl EntryPage {
    pub(super) fn of(page: Page, proven: &Proven) -> Self {
        let (number, sealed_at) = (proven.leaf.seq + 1, proven.leaf.sealed_at);
        let witnesses = witness_words(&page, &proven.witnesses);
        Self { page, number, sealed_at, count: proven.size, mark: proven.leaf.hash.to_string(), witnesses }
    }

    fn title(&self) -> String {
        self.page.t1("transparency-entry-title", "number", self.number)
    }

    fn place_words(&self) -> String {
        self.page.t2("transparency-entry-of", ("count", self.count), ("when", self.sealed_at.to_minute_text()))
    }
}
