//! Codes in a picture: a photograph or a scan of a printed certificate.

use std::io::Cursor;

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use crate::credentials::paper_code::parts_of;

/// A picture of more points is refused before it is unpacked.
const MOST_POINTS: u64 = 12_000_000;
/// Bytes that unpacking may take.
const MOST_MEMORY: u64 = 80 * 1024 * 1024;
/// The longer side at which codes are looked for in a large picture, one after the other: a blurred one is often found when it is smaller.
const SIDES: [u32; 3] = [2400, 1500, 900];
/// A picture whose longer side is below this is looked at enlarged as well: on a screen's picture of a page a module has two points.
const SMALL: u32 = 1800;
/// None is enlarged beyond this.
const LARGEST: u32 = 4200;

/// Why a picture gives nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPicture {
    /// It is no PNG or JPEG that can be unpacked.
    #[error("no picture")]
    Kind,
    /// It has too many points.
    #[error("too many points")]
    TooLarge,
}

/// The texts of all codes that are seen in a picture. Those that are addresses of certificates come first.
///
/// # Errors
/// [`NoPicture`].
pub fn codes_in(picture: &[u8]) -> Result<Vec<String>, NoPicture> {
    let picture = unpacked(picture)?;
    let mut seen: Vec<String> = Vec::new();
    for side in sides_of(picture.width().max(picture.height())) {
        for text in codes_at(&picture, side) {
            if !seen.contains(&text) {
                seen.push(text);
            }
        }
        if seen.iter().any(|text| is_ours(text)) {
            break;
        }
    }
    seen.sort_by_key(|text| !is_ours(text));
    Ok(seen)
}

/// The longer sides at which a picture is looked at, whose own is `longer`.
fn sides_of(longer: u32) -> Vec<u32> {
    if longer < SMALL {
        let enlarged = [longer, longer * 2, longer * 3 / 2, longer * 3, longer * 4];
        return enlarged.into_iter().filter(|side| *side <= LARGEST).collect();
    }
    let smaller = SIDES.into_iter().filter(|side| *side < longer);
    let (first, rest): (Vec<u32>, Vec<u32>) = smaller.partition(|side| *side == 2400);
    first.into_iter().chain([longer]).chain(rest).collect()
}

fn is_ours(text: &str) -> bool {
    parts_of(text).is_ok()
}

fn unpacked(bytes: &[u8]) -> Result<DynamicImage, NoPicture> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| NoPicture::Kind);
    let mut picture = reader()?;
    if !matches!(picture.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(NoPicture::Kind);
    }
    // The head alone says how large it is.
    let (width, height) = reader()?.into_dimensions().map_err(|_| NoPicture::Kind)?;
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(NoPicture::TooLarge);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    picture.limits(limits);
    Ok(DynamicImage::ImageLuma8(picture.decode().map_err(|_| NoPicture::Kind)?.into_luma8()))
}

/// What the codes say that are seen when the picture is drawn with a longer side of `side`.
fn codes_at(picture: &DynamicImage, side: u32) -> Vec<String> {
    let longer = picture.width().max(picture.height());
    let other = (longer != side).then(|| {
        let filter = if longer > side { FilterType::Triangle } else { FilterType::CatmullRom };
        picture.resize(side, side, filter)
    });
    let Some(drawn) = other.as_ref().unwrap_or(picture).as_luma8() else { return Vec::new() };
    let size = |length: u32| usize::try_from(length).unwrap_or(0);
    let (points, width) = (drawn.as_raw(), size(drawn.width()));
    let point = |x: usize, y: usize| points.get(y * width + x).copied().unwrap_or(255);
    let mut seen = rqrr::PreparedImage::prepare_from_greyscale(width, size(drawn.height()), point);
    seen.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
}
