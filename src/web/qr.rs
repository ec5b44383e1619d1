//! QR codes as one SVG path.

use qrcodegen::{QrCode, QrCodeEcc};

/// Units of quiet ground around the code, as the standard asks.
const QUIET: i32 = 4;

/// A QR code to be drawn in an SVG of `size` units.
#[derive(Clone, Debug)]
pub struct QrPicture {
    /// The path of its dark parts.
    pub path: String,
    /// Units of the picture's side, its quiet zone included.
    pub size: i32,
}

impl QrPicture {
    /// The picture that reads as `text`; `None` where it is longer than a code can hold. Dark units side by side are one stroke: the path
    /// stays short.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
                if run > 0 {
                    path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
                }
                x += i32::try_from(run).unwrap_or(0) + 1;
            }
        }
        Some(Self { path, size: code.size() + 2 * QUIET })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_stroke_is_the_upper_edge_of_the_first_eye() {
        let picture = QrPicture::of("https://xuefen.example.cn/sign-in/card?card=1234567897").unwrap();
        assert!(picture.path.starts_with("M4 4h7v1h-7z") && picture.size > 30, "{picture:?}");
    }
}
