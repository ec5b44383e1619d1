//! Codes in a picture: a photograph or a scan of a printed certificate.

use std::cmp::Ordering;
use std::io::Cursor;
use std::rc::Rc;

use image::imageops::FilterType;
use image::{DynamicImage, ImageFormat, ImageReader, Limits};

use super::points::{Purse, TooBusy, codes_among};
use crate::credentials::paper_code::parts_of;

/// A picture of more points is refused before it is unpacked: telephones take pictures of 12 and of 16 million.
const MOST_POINTS: u64 = 17_000_000;
/// Bytes that a picture may have once it is unpacked. A JPEG that was sent in passes has its coefficients beside it while it is unpacked, two bytes a point
/// and colour: 102 MB of three colours, 136 MB of four. With the points and the file, which is held twice, that is the most a picture takes: some 220 MB.
const MOST_MEMORY: u64 = 80 * 1024 * 1024;
/// The longer side of what is kept of a picture once it is unpacked: what follows takes memory by its points.
const KEPT: u32 = 4000;
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
    /// It has too many points, or so much in it that looks like codes that it is not looked at to the end.
    #[error("too many points")]
    TooLarge,
}

/// The texts of all codes that are seen in a picture. Those that are addresses of certificates come first.
///
/// # Errors
/// [`NoPicture`].
pub fn codes_in(picture: &[u8]) -> Result<Vec<String>, NoPicture> {
    codes_within(picture, &Rc::default())
}

/// The same, paid from this purse.
pub(super) fn codes_within(picture: &[u8], purse: &Rc<Purse>) -> Result<Vec<String>, NoPicture> {
    let picture = unpacked(picture)?;
    let (mut seen, mut is_whole): (Vec<String>, bool) = (Vec::new(), true);
    for side in sides_of(picture.width().max(picture.height())) {
        let texts = match codes_at(&picture, side, purse) {
            Ok(texts) => texts,
            Err(TooBusy::Patterns) => return Err(NoPicture::TooLarge),
            // Nothing is left for another size.
            Err(TooBusy::Work) => {
                is_whole = false;
                break;
            }
        };
        for text in texts {
            if !seen.contains(&text) {
                seen.push(text);
            }
        }
        if seen.iter().any(|text| is_ours(text)) {
            break;
        }
    }
    if seen.is_empty() && !is_whole {
        return Err(NoPicture::TooLarge);
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
    let grey = DynamicImage::ImageLuma8(picture.decode().map_err(|_| NoPicture::Kind)?.into_luma8());
    Ok(if width.max(height) > KEPT { grey.thumbnail(KEPT, KEPT) } else { grey })
}

/// What the codes say that are seen when the picture is drawn with a longer side of `side`. It is shrunk point by point: the finer ways to shrink take four
/// floating-point numbers for each point between, more memory than all else here.
fn codes_at(picture: &DynamicImage, side: u32, purse: &Rc<Purse>) -> Result<Vec<String>, TooBusy> {
    let longer = picture.width().max(picture.height());
    let drawn = match longer.cmp(&side) {
        Ordering::Equal => picture.to_luma8(),
        Ordering::Greater => picture.thumbnail(side, side).into_luma8(),
        Ordering::Less => picture.resize(side, side, FilterType::CatmullRom).into_luma8(),
    };
    codes_among(drawn, purse)
}
