//! A certificate as a sheet of paper: one PDF that claims PDF/A-3a and PDF/UA-1, with the signed document attached; and what is found again in such
//! a file, or in a picture of a printed one.
//!
//! The same facts and words are the same file, byte by byte: no clock, no chance. Words come in; there are none here.

mod file;
mod fonts;
mod foot;
mod found;
mod layout;
mod pen;
mod points;
mod runs;
#[cfg(test)]
pub(super) mod samples;
mod scan;
mod table;
#[cfg(test)]
mod tests;

use super::facts::Facts;
use super::paper_code::Symbol;

pub use file::draw;
pub(super) use fonts::OWN;
pub use fonts::{BadFont, Fonts};
pub use found::{NotOne, credentials_in};
pub use points::{Purse, TooBusy, codes_among};
pub use scan::{NoPicture, codes_in};

/// The drawing's own version: a file that was drawn by another one may differ.
pub const DRAWING: u8 = 1;

/// All that a sheet is made of.
#[derive(Clone, Copy, Debug)]
pub struct Sheet<'a> {
    /// What is certified.
    pub facts: &'a Facts,
    /// The words around it.
    pub words: &'a SheetWords,
    /// The picture of the agency's seal (PNG), where there is one.
    pub seal: Option<&'a [u8]>,
    /// The code.
    pub symbol: &'a Symbol,
    /// The signed document, as it is attached.
    pub credential: &'a str,
    /// The receipts of its lines, as they are attached.
    pub receipts: &'a str,
}

/// The words of a sheet, in one language, their blanks filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetWords {
    /// The language's tag: `zh-CN`.
    pub lang: String,
    /// Who keeps the credit: 数字素养学分银行.
    pub bank: String,
    /// What the person has done, after their name.
    pub sentence: String,
    /// Figures with what they count: (1.75, 学分).
    pub figures: Vec<(String, String)>,
    /// The levels, a sentence each.
    pub levels: Vec<String>,
    /// Heads of the table: course, day, way, levels.
    pub heads: [String; 4],
    /// Day, way and levels of each line, in the order of the facts' lines.
    pub lines: Vec<[String; 3]>,
    /// Instead of the table, where it has a page of its own.
    pub overleaf: String,
    /// The heading of that page.
    pub courses: String,
    /// The agency's unified social credit code: what it is, and the code.
    pub credit_code: [String; 2],
    /// The day on which this version was made.
    pub day: String,
    /// Which version it is, where it is not the first.
    pub version: Option<String>,
    /// What the picture of the seal is, for whoever does not see it.
    pub seal: String,
    /// The small line below it: 印章图样；数字签名用于防伪核验.
    pub seal_note: String,
    /// What the QR code is, for whoever does not see it.
    pub code_picture: String,
    /// What the number is.
    pub number: String,
    /// What the long code is.
    pub code: String,
    /// How it is verified.
    pub scan: String,
    /// Whom to ring where something is wrong.
    pub mistakes: String,
    /// What the attached document is.
    pub credential: String,
    /// What the attached receipts are.
    pub receipts: String,
}

/// Why there is no sheet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotDraw {
    /// No font has this character.
    #[error("no font has {0:?}")]
    Missing(char),
    /// There are not as many lines of words as of facts.
    #[error("words of other facts")]
    Words,
    /// There are so many words that a page does not hold them.
    #[error("more words than a page holds")]
    Full,
    /// The picture of the seal is none.
    #[error("the seal is no picture")]
    Seal,
    /// What was drawn is not what it claims to be.
    #[error("not conforming: {0}")]
    Refused(String),
}
