//! What somebody shows of a certificate, for how long, and by which link. Pure.

use crate::kernel::{Chance, Digest, digest_of};

/// For how many days somebody may show something.
pub const SHARE_DAYS: [u32; 4] = [1, 7, 30, 90];
/// Characters of a link's token: 130 bits.
const LENGTH: usize = 26;
/// Small letters and digits without i, l, o and u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Parts of a certificate, to whoever has the link.
    Certificate,
    /// The statement (对账单), to one program.
    Statement,
}

impl What {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Certificate => "certificate",
            Self::Statement => "statement",
        }
    }

    /// What `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Certificate, Self::Statement].into_iter().find(|what| what.code() == code)
    }
}

/// A part of a certificate that somebody may show; kind and standing are always seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The day of issue.
    Day,
    /// The agency.
    Agency,
    /// What was known of the person, and how it was supervised.
    Levels,
    /// Hours and credits.
    Amounts,
}

impl Part {
    /// All of them, in the order of pages.
    pub const ALL: [Self; 4] = [Self::Day, Self::Agency, Self::Levels, Self::Amounts];

    /// The code in tables and forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Agency => "agency",
            Self::Levels => "levels",
            Self::Amounts => "amounts",
        }
    }
}

/// What is ticked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shows {
    /// Whether the name is shown whole; else masked.
    pub whole_name: bool,
    /// Parts, in the order of [`Part::ALL`].
    pub parts: Vec<Part>,
    /// Codes of units, the lowest first.
    pub units: Vec<String>,
}

impl Shows {
    /// As the table has it: codes with a space between.
    #[must_use]
    pub fn to_text(&self) -> String {
        let name = if self.whole_name { "name" } else { "masked" };
        let parts = self.parts.iter().map(|part| part.code());
        std::iter::once(name).chain(parts).chain(self.units.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
    }

    /// What such a text says; what is no part is a unit.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let words: Vec<&str> = text.split(' ').filter(|word| !word.is_empty()).collect();
        let is_part = |word: &str| word == "name" || word == "masked" || Part::ALL.iter().any(|part| part.code() == word);
        let mut units: Vec<String> = words.iter().filter(|word| !is_part(word)).map(|word| (*word).to_owned()).collect();
        units.sort();
        units.dedup();
        Self {
            whole_name: words.contains(&"name"),
            parts: Part::ALL.into_iter().filter(|part| words.contains(&part.code())).collect(),
            units,
        }
    }

    /// Whether this part is shown.
    #[must_use]
    pub fn has(&self, part: Part) -> bool {
        self.parts.contains(&part)
    }
}

/// What leads to something that is shown: 26 characters by chance.
#[derive(Clone, PartialEq, Eq)]
pub struct ShareToken(String);

impl ShareToken {
    /// A fresh one.
    #[must_use]
    pub fn fresh() -> Self {
        let bytes = Chance::secret::<LENGTH>();
        Self(bytes.iter().map(|byte| character(byte & 31)).collect())
    }

    /// The token written in `text`; capitals are small letters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let small = text.to_ascii_lowercase();
        let is_one = small.len() == LENGTH && small.bytes().all(|byte| ALPHABET.contains(&byte));
        is_one.then_some(Self(small))
    }

    /// As it stands in the link.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Under which it is found.
    #[must_use]
    pub fn hash(&self) -> Digest {
        digest_of(&[b"share", self.0.as_bytes()])
    }
}

/// Never shows it.
impl std::fmt::Debug for ShareToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShareToken")
    }
}

fn character(value: u8) -> char {
    ALPHABET.get(usize::from(value)).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_ticked_survives_its_text() {
        let units = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let cases = [
            Shows { whole_name: true, parts: Part::ALL.to_vec(), units: units(&["T01", "T19"]) },
            Shows { whole_name: false, parts: vec![Part::Amounts], units: units(&[]) },
            Shows::default(),
        ];
        for shows in cases {
            assert_eq!(Shows::read(&shows.to_text()), shows);
        }
        assert_eq!(Shows::default().to_text(), "masked");
        assert_eq!(Shows::read("").to_text(), "masked");
    }

    #[test]
    fn a_token_is_26_characters_that_nobody_mistakes() {
        let token = ShareToken::fresh();
        assert_eq!(ShareToken::parse(&token.as_str().to_uppercase()).unwrap(), token);
        assert_ne!(ShareToken::fresh().hash(), token.hash());
        for text in ["", "0123456789abcdefghjkmnpqrs0", "0123456789abcdefghijkmnpqr", "0123456789abcdefghjkmnpq/s"] {
            assert_eq!(ShareToken::parse(text), None, "{text}");
        }
        assert_eq!(format!("{token:?}"), "ShareToken");
    }
}
