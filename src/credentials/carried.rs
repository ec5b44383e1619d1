//! What carries a signed document: a picture that it is baked into, or a file of several. It is taken out within bounds, and nothing is verified here.

use super::MOST_ISSUED_BYTES;
use super::{badge, presentation};

/// A longer document is not taken out, in bytes: a JWT is longer than the JSON that it is of.
pub(super) const MOST_TEXT: usize = 2 * MOST_ISSUED_BYTES;

/// Why no one document is taken out of what carries one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotCarried {
    /// It is longer than anything of ours.
    #[error("more than is looked at")]
    TooMuch,
    /// There are two.
    #[error("two documents")]
    Several,
    /// It is not written as it has to be, or does what no picture of a badge does.
    #[error("no badge as the standard has it")]
    Broken,
}

/// The signed document that a file carries: a PNG or an SVG that one is baked into, or a presentation of one. JSON or JWT, as it was put in; none where it
/// carries none, such as a photograph.
///
/// # Errors
/// [`NotCarried`].
pub fn carried_in(file: &[u8]) -> Result<Option<String>, NotCarried> {
    if badge::is_png(file) {
        return badge::in_png(file);
    }
    match badge::as_svg(file) {
        Some(text) => badge::in_svg(text),
        None => presentation::carried(file),
    }
}
