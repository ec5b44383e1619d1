//! What people type about themselves, turned into types that cannot be wrong.

mod birth_year;
mod document_number;
mod login;
mod name_sound;
mod person_name;
mod phone;
mod pictures;
mod pin;

pub use birth_year::{BirthYear, Born, Majority, is_minor, latest_year_alone, parse_born};
pub use document_number::DocumentNumber;
pub use login::Login;
pub(super) use name_sound::sounds;
pub use person_name::PersonName;
pub use phone::Phone;
pub use pictures::{PICTURES, Pictures};
pub use pin::Pin;

use unicode_normalization::UnicodeNormalization;

/// Why something typed cannot be taken: the id of the message that says how to write it, and a figure that the message may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Wrong {
    /// The message's id in the catalogue.
    pub message: &'static str,
    /// For example how many digits stand there now.
    pub count: Option<i64>,
}

impl Wrong {
    /// Wrong in a way that needs no figure.
    #[must_use]
    pub const fn new(message: &'static str) -> Self {
        Self { message, count: None }
    }

    /// Wrong, with a count of what stands there now.
    #[must_use]
    pub fn counted(message: &'static str, count: usize) -> Self {
        Self { message, count: i64::try_from(count).ok() }
    }
}

/// What was typed in compatibility form (full-width digits become plain ones), without spaces, hyphens, dots and brackets between.
pub(super) fn without_separators(raw: &str) -> String {
    raw.nfkc()
        .filter(|c| !c.is_whitespace())
        .filter(|c| !matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '.' | '·' | '(' | ')' | '_' | '/'))
        .collect()
}

/// Whether all of `text` are ASCII digits and there is one.
pub(in crate::identity) fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

impl From<Wrong> for crate::i18n::Message {
    fn from(wrong: Wrong) -> Self {
        let message = Self::of(wrong.message);
        match wrong.count {
            Some(count) => message.with("count", count),
            None => message,
        }
    }
}
