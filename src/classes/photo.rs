//! Photographs: of a learner card, whose code is read, for telephones whose browser gives no camera; of the paper sheet, of which a copy is
//! made. Slow, so never within a transaction.

use std::io::Cursor;
use std::rc::Rc;
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use crate::credentials::paper::{Purse, TooBusy, codes_among};
use crate::kernel::CardNumber;

/// A photograph of more points than 24 million is refused before it is unpacked.
const MOST_POINTS: u64 = 24_000_000;
/// Bytes that unpacking may take.
const MOST_MEMORY: u64 = 112 * 1024 * 1024;
/// The longer side that codes are looked for at first, then a smaller one: a blurred code is often found there.
const SIDES: [u32; 2] = [1600, 800];

/// The longer side of the copy of a sheet: handwriting is still read.
const SIDE_OF_COPY: u32 = 2000;
const QUALITY: u8 = 75;

/// Why a photograph gives no card number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no photograph that can be unpacked.
    NoPicture,
    /// It has too many points, or far more that looks like codes than a card has.
    TooLarge,
    /// No code is seen in it.
    NoCode,
    /// The code is of another house.
    OtherHouse,
    /// The code holds no card number that can be.
    NoCard,
}

impl Unreadable {
    /// The key of its words.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::NoPicture => "classes-photo-no-picture",
            Self::TooLarge => "classes-photo-too-large",
            Self::NoCode => "classes-photo-no-code",
            Self::OtherHouse => "classes-photo-other-house",
            Self::NoCard => "classes-photo-no-card",
        }
    }

    /// The key of its words where the photograph was to be of a paper sheet.
    #[must_use]
    pub const fn sheet_key(self) -> &'static str {
        match self {
            Self::TooLarge => "classes-sheet-photo-too-large",
            _ => "classes-sheet-photo-no-picture",
        }
    }
}

/// One photograph is unpacked at a time: a second waits.
#[derive(Clone, Debug)]
pub(super) struct Darkroom(pub Arc<Semaphore>);

impl Default for Darkroom {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(1)))
    }
}

/// The number of the card whose code is seen in a photograph. `site` is this house's own address.
///
/// # Errors
/// [`Unreadable`].
pub fn card_in(bytes: &[u8], site: &str) -> Result<CardNumber, Unreadable> {
    let picture = unpacked(bytes)?;
    let (mut texts, purse) = (Vec::new(), Rc::default());
    for side in SIDES {
        match codes_in(&picture, side, &purse) {
            Ok(found) if found.is_empty() => {}
            Ok(found) => {
                texts = found;
                break;
            }
            // One purse pays for both sizes: where it is empty, nothing is left for the smaller one.
            Err(TooBusy::Patterns | TooBusy::Work) => return Err(Unreadable::TooLarge),
        }
    }
    let read: Vec<_> = texts.iter().map(|text| card_of(text, site)).collect();
    let first = read.iter().find(|card| card.is_ok()).or_else(|| read.first());
    first.cloned().unwrap_or(Err(Unreadable::NoCode))
}

/// The photograph before it is unpacked: a JPEG or PNG of not too many points.
fn checked(bytes: &[u8]) -> Result<ImageReader<Cursor<&[u8]>>, Unreadable> {
    let reader = || ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|_| Unreadable::NoPicture);
    let mut picture = reader()?;
    if !matches!(picture.format(), Some(ImageFormat::Jpeg | ImageFormat::Png)) {
        return Err(Unreadable::NoPicture);
    }
    let (width, height) = reader()?.into_dimensions().map_err(|_| Unreadable::NoPicture)?;
    if u64::from(width) * u64::from(height) > MOST_POINTS {
        return Err(Unreadable::TooLarge);
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    picture.limits(limits);
    Ok(picture)
}

fn unpacked(bytes: &[u8]) -> Result<image::GrayImage, Unreadable> {
    Ok(checked(bytes)?.decode().map_err(|_| Unreadable::NoPicture)?.into_luma8())
}

/// A copy of a photograph, upright and not larger than one can read: nothing but what is seen in it, not where it was taken.
///
/// # Errors
/// [`Unreadable::NoPicture`], [`Unreadable::TooLarge`].
pub fn copy_of(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    let mut decoder = checked(bytes)?.into_decoder().map_err(|_| Unreadable::NoPicture)?;
    if decoder.total_bytes() > MOST_MEMORY {
        return Err(Unreadable::TooLarge);
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| Unreadable::NoPicture)?;
    if picture.width().max(picture.height()) > SIDE_OF_COPY {
        picture = picture.resize(SIDE_OF_COPY, SIDE_OF_COPY, FilterType::Triangle);
    }
    picture.apply_orientation(orientation);
    let mut copy = Vec::new();
    let written = JpegEncoder::new_with_quality(&mut copy, QUALITY).encode_image(&picture.into_rgb8());
    written.map(|()| copy).map_err(|_| Unreadable::NoPicture)
}

/// What the codes say that are seen when the picture is drawn with a longer side of `side`.
fn codes_in(picture: &image::GrayImage, side: u32, purse: &Rc<Purse>) -> Result<Vec<String>, TooBusy> {
    let longer = picture.width().max(picture.height());
    let drawn = if longer > side {
        let fit = |length: u32| (length * side / longer).max(1);
        image::imageops::resize(picture, fit(picture.width()), fit(picture.height()), FilterType::Triangle)
    } else {
        picture.clone()
    };
    codes_among(drawn, purse)
}

/// The card number that a code says: bare, or in an address of this house.
fn card_of(text: &str, site: &str) -> Result<CardNumber, Unreadable> {
    let text = text.trim();
    let plain = |digits: &str| CardNumber::parse(digits).ok_or(Unreadable::NoCard);
    let Some((_, address)) = text.split_once("://") else { return plain(text) };
    let own = site.split_once("://").map_or(site, |(_, host)| host);
    let path = address.strip_prefix(own).filter(|path| path.starts_with('/')).ok_or(Unreadable::OtherHouse)?;
    // Cards from before carry the address of the door.
    let digits = path.strip_prefix("/c/").or_else(|| path.strip_prefix("/sign-in/card?card="));
    plain(digits.ok_or(Unreadable::NoCard)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_a_card_only_as_an_address_of_this_house_or_bare() {
        let card = CardNumber::from_body(123_456_789);
        let number = card.as_str();
        let site = "https://xuefen.example.cn";
        let cases = [
            (format!("{site}/c/{number}"), Ok(card.clone())),
            (format!("http://xuefen.example.cn/sign-in/card?card={number}"), Ok(card.clone())),
            (number.to_owned(), Ok(card.clone())),
            (format!("https://evil.example.cn/c/{number}"), Err(Unreadable::OtherHouse)),
            (format!("https://xuefen.example.cn.evil.cn/c/{number}"), Err(Unreadable::OtherHouse)),
            (format!("{site}/courses/T19"), Err(Unreadable::NoCard)),
            (format!("{site}/c/1234567890"), Err(Unreadable::NoCard)),
            ("祝您健康".to_owned(), Err(Unreadable::NoCard)),
        ];
        for (text, expected) in cases {
            assert_eq!(card_of(&text, site), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_photograph_is_said_to_be_none() {
        assert_eq!(card_in(b"GIF89a", "http://bank.test"), Err(Unreadable::NoPicture));
        assert_eq!(card_in(b"", "http://bank.test"), Err(Unreadable::NoPicture));
        assert_eq!(card_in(b"\xff\xd8\xff\xe0 broken", "http://bank.test"), Err(Unreadable::NoPicture));
    }
}
