//! Pictures, written anew from their points: nothing hides in one or behind it, nor where it was taken.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};

use super::NoEvidence;

/// A picture of more points than 24 million is refused by its head.
const MOST_POINTS: u64 = 24_000_000;
/// Bytes that unpacking may take.
const MOST_MEMORY: u64 = 112 * 1024 * 1024;
/// The longer side of what is kept: small print is still read.
const SIDE: u32 = 2400;
const QUALITY: u8 = 80;

/// The picture as it is kept.
pub(super) fn anew(bytes: &[u8]) -> Result<Vec<u8>, NoEvidence> {
    let format = image::guess_format(bytes).map_err(|_| NoEvidence::Kind)?;
    if !matches!(format, ImageFormat::Jpeg | ImageFormat::Png) {
        return Err(NoEvidence::Kind);
    }
    let reader = || ImageReader::with_format(Cursor::new(bytes), format);
    // The head alone says how large it is: nothing is unpacked that is too large.
    let (width, height) = reader().into_dimensions().map_err(|_| NoEvidence::Kind)?;
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(NoEvidence::TooLarge);
    }
    let mut picture = reader();
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    picture.limits(limits);
    let mut decoder = picture.into_decoder().map_err(|_| NoEvidence::Kind)?;
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(NoEvidence::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| NoEvidence::Kind)?;
    if width.max(height) > SIDE {
        picture = picture.resize(SIDE, SIDE, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    let mut anew = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut anew, QUALITY).encode_image(&picture.into_rgb8());
    written.map(|()| anew).map_err(|_| NoEvidence::Kind)
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

    /// A head that claims a size, with little behind it.
    fn claimed(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = drawn(20, 20, ImageFormat::Png);
        bytes[16..20].copy_from_slice(&width.to_be_bytes());
        bytes[20..24].copy_from_slice(&height.to_be_bytes());
        let step = |crc: u32, byte: &u8| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
        };
        let check = !bytes[12..29].iter().fold(u32::MAX, step);
        bytes[29..33].copy_from_slice(&check.to_be_bytes());
        bytes
    }

    #[test]
    fn a_picture_is_written_anew_and_what_hangs_behind_it_is_gone() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png] {
            let bytes = drawn(300, 200, format);
            let clean = anew(&bytes).unwrap();
            let behind = [bytes.as_slice(), b"<script>alert(1)</script>"].concat();
            assert_eq!(anew(&behind).unwrap(), clean, "{format:?}");
            assert!(!clean.windows(8).any(|part| part == b"<script>"), "{format:?}");
            assert_eq!(image::guess_format(&clean).unwrap(), ImageFormat::Jpeg);
        }
        let large = anew(&drawn(3000, 100, ImageFormat::Png)).unwrap();
        assert_eq!(image::load_from_memory(&large).unwrap().width(), SIDE);
    }

    #[test]
    fn what_is_too_large_is_refused_by_its_head_and_what_is_broken_by_its_content() {
        let png = drawn(300, 300, ImageFormat::Png);
        let cases: [(&str, Vec<u8>, NoEvidence); 6] = [
            ("2.5 thousand million points", claimed(50_000, 50_000), NoEvidence::TooLarge),
            ("more claimed than there is", claimed(4_000, 3_000), NoEvidence::Kind),
            ("cut off", png[..png.len() / 2].to_vec(), NoEvidence::Kind),
            ("the head alone", png[..33].to_vec(), NoEvidence::Kind),
            ("another kind", b"GIF89a\x01\0\x01\0".to_vec(), NoEvidence::Kind),
            (
                "a kind whose reader has no bounds",
                b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0".to_vec(),
                NoEvidence::Kind,
            ),
        ];
        for (what, bytes, expected) in cases {
            let begun = std::time::Instant::now();
            assert_eq!(anew(&bytes), Err(expected), "{what}");
            assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{what}");
        }
    }
}
