//! The picture of a seal (印章图样) as it is sent: what it is told by its content, unpacked whole within bounds, and written anew, so that nothing
//! hides in it or behind it. Slow, so never within a transaction.

use std::io::Cursor;
use std::sync::Arc;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageEncoder, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

/// Bytes that may be sent.
pub(super) const MOST_BYTES: usize = 512 * 1024;
/// The shortest and the longest side.
const SIDES: std::ops::RangeInclusive<u32> = 200..=1200;
/// How much longer one side may be than the other: a quarter.
const MOST_PERMILLE: u32 = 1250;
/// Bytes that unpacking may take: 1200 × 1200 points of 8 bytes, and as much again.
const MOST_MEMORY: u64 = 24 * 1024 * 1024;

/// A picture that may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    pub bytes: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// Why something is no picture of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoPicture {
    /// Nothing was sent.
    Empty,
    /// It has too many bytes.
    TooHeavy,
    /// It is no picture of the one kind that is taken, or cannot be unpacked.
    Kind,
    /// A side is too short or too long.
    Size(u32, u32),
    /// It is far from square.
    Shape(u32, u32),
}

/// One picture is unpacked at a time: a second waits.
#[derive(Clone, Debug)]
pub(super) struct Press(Arc<Semaphore>);

impl Default for Press {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

impl Press {
    /// Checks a picture, on a thread that may take its time.
    pub(super) async fn check(&self, bytes: Vec<u8>) -> Result<Picture, NoPicture> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(|_| NoPicture::Kind)?;
        let work = move || {
            let held = place;
            let checked = check(&bytes);
            drop(held);
            checked
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(Err(NoPicture::Kind))
    }
}

fn check(bytes: &[u8]) -> Result<Picture, NoPicture> {
    if bytes.is_empty() {
        return Err(NoPicture::Empty);
    }
    if bytes.len() > MOST_BYTES {
        return Err(NoPicture::TooHeavy);
    }
    if !image::guess_format(bytes).is_ok_and(|format| format == ImageFormat::Png) {
        return Err(NoPicture::Kind);
    }
    let reader = || ImageReader::with_format(Cursor::new(bytes), ImageFormat::Png);
    // The head alone says how large it is: nothing is unpacked that is too large.
    let (width, height) = reader().into_dimensions().map_err(|_| NoPicture::Kind)?;
    if !SIDES.contains(&width) || !SIDES.contains(&height) {
        return Err(NoPicture::Size(width, height));
    }
    if width.max(height) * 1000 > width.min(height) * MOST_PERMILLE {
        return Err(NoPicture::Shape(width, height));
    }
    let mut picture = reader();
    let mut limits = Limits::default();
    limits.max_image_width = Some(*SIDES.end());
    limits.max_image_height = Some(*SIDES.end());
    limits.max_alloc = Some(MOST_MEMORY);
    picture.limits(limits);
    let picture = DynamicImage::ImageRgba8(picture.decode().map_err(|_| NoPicture::Kind)?.into_rgba8());
    let mut anew = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut anew, CompressionType::Best, FilterType::Adaptive);
    let written = encoder.write_image(picture.as_bytes(), width, height, image::ExtendedColorType::Rgba8);
    written.map_err(|_| NoPicture::Kind)?;
    Ok(Picture { bytes: anew, width, height })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(width, height, |x, y| image::Rgb([160, u8::from(x % 7 == y % 7) * 90, 29]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    /// A head that claims a size, with nothing behind it.
    fn claimed(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = drawn(200, 200, ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let check = crc32(&bytes[12..29]);
        bytes[29..33].copy_from_slice(&check.to_be_bytes());
        bytes
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
        };
        !bytes.iter().fold(u32::MAX, step)
    }

    #[test]
    fn a_png_of_a_fitting_size_is_taken_and_written_anew() {
        let mut bytes = drawn(300, 320, ImageFormat::Png);
        let clean = check(&bytes).unwrap();
        assert_eq!((clean.width, clean.height), (300, 320));
        bytes.extend_from_slice(b"<script>alert(1)</script>");
        let behind = check(&bytes).unwrap();
        assert_eq!(behind, clean, "what hangs behind it is gone");
        assert_eq!(check(&clean.bytes).unwrap().bytes, clean.bytes, "the same picture is the same file");
    }

    #[test]
    fn whatever_is_no_picture_of_a_seal_is_refused_by_its_content() {
        let png = drawn(300, 300, ImageFormat::Png);
        let cases: [(&str, Vec<u8>, NoPicture); 11] = [
            ("nothing", Vec::new(), NoPicture::Empty),
            ("a page named png", b"<html><script>alert(1)</script></html>".to_vec(), NoPicture::Kind),
            ("svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(), NoPicture::Kind),
            ("jpeg", drawn(300, 300, ImageFormat::Jpeg), NoPicture::Kind),
            ("cut off", png[..png.len() / 2].to_vec(), NoPicture::Kind),
            ("the head alone", png[..33].to_vec(), NoPicture::Kind),
            ("too heavy", [png.as_slice(), &vec![0; MOST_BYTES]].concat(), NoPicture::TooHeavy),
            ("too small", drawn(199, 300, ImageFormat::Png), NoPicture::Size(199, 300)),
            ("2.5 thousand million points", claimed(50_000, 50_000), NoPicture::Size(50_000, 50_000)),
            ("a strip", drawn(200, 251, ImageFormat::Png), NoPicture::Shape(200, 251)),
            ("more claimed than there is", claimed(1_200, 1_200), NoPicture::Kind),
        ];
        for (what, bytes, expected) in cases {
            assert_eq!(check(&bytes), Err(expected), "{what}");
        }
    }
}
