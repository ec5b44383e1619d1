//! Baked badges (Open Badges 3.0, 5.3): the picture of a kind of certificate with the signed document inside, as PNG and as SVG; and what is taken out of such
//! a picture again.
//!
//! The picture is one drawing of plain shapes, its letters too, so that both files look alike wherever they are opened. It has no seal and names nobody. The
//! document goes in byte by byte; whoever takes it out verifies it as if it had come by itself.

mod drawing;
mod letters;
mod png;
mod raster;
mod svg;
#[cfg(test)]
mod tests;
mod words;

pub(super) use png::{carried as in_png, is_one as is_png};
pub(super) use svg::{carried as in_svg, text_of as as_svg};

/// The words of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadgeWords {
    /// What is certified: 基础学习证书.
    pub title: String,
    /// The course, where it is about a single one; else nothing.
    pub about: String,
    /// Who keeps the credit: 数字素养学分银行.
    pub bank: String,
}

/// The picture cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the picture cannot be written")]
pub struct NotBaked;

/// The picture as PNG, the signed document (JSON or JWT) in it.
///
/// # Errors
/// [`NotBaked`].
pub fn baked_png(words: &BadgeWords, credential: &str) -> Result<Vec<u8>, NotBaked> {
    let picture = raster::png_of(&drawing::drawn(words).ok_or(NotBaked)?).ok_or(NotBaked)?;
    png::baked(&picture, credential).ok_or(NotBaked)
}

/// The picture as SVG, the signed document (JSON) in it.
///
/// # Errors
/// [`NotBaked`].
pub fn baked_svg(words: &BadgeWords, credential: &str) -> Result<String, NotBaked> {
    Ok(svg::baked(&drawing::drawn(words).ok_or(NotBaked)?, words, credential))
}
