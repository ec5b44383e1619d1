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

/// 账本封存: what is sealed, who saw it, how to check it.
#[derive(Template)]
#[template(path = "transparency/book.html")]
pub(super) struct BookPage {
    pub page: Page,
    pub newest: Option<Newest>,
    /// The newest first.
    pub keys: Vec<SigningKeyEntry>,
}

impl BookPage {
    fn sealed_words(&self, newest: &Newest) -> String {
        self.page.t2("transparency-sealed", ("count", newest.size), ("when", newest.signed_at.to_minute_text()))
    }

    fn key_words(&self, key: &SigningKeyEntry) -> String {
        self.page.t2("transparency-key-from", ("number", key.from_size + 1), ("when", key.made_at.to_minute_text()))
    }
}

/// One number of the sealed book.
#[derive(Template)]
#[template(path = "transparency/entry.html")]
pub(super) struct EntryPage {
    pub page: Page,
    pub proven: Proven,
    pub witnesses: Vec<String>,
}

impl EntryPage {
    fn title(&self) -> String {
        self.page.t1("transparency-entry-title", "number", self.proven.leaf.seq + 1)
    }

    fn place_words(&self) -> String {
        self.page.t2("transparency-entry-of", ("count", self.proven.size), ("when", self.proven.leaf.sealed_at.to_minute_text()))
    }
}
