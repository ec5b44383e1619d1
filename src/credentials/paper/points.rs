//! Codes among the points of a picture, within bounds of work that whoever hands in the picture cannot move.
//!
//! The reader tries each corner pattern with each pair of others, on a copy of the picture each time: a small picture full of patterns would hold it for
//! hours, and nobody could stop it. So the points are lent to it by the piece: each one that it reads or writes, each copy, and each pattern that it
//! marks is paid for, and where the purse is empty its work is unwound. A page of many codes, a photograph, the picture of a screen pay a small part.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;

use image::{GenericImage, GenericImageView, GrayImage, Luma};

#[cfg(panic = "abort")]
compile_error!("the reader of codes is stopped by unwinding: with `panic = \"abort\"` any picture could end the process");

/// Corner patterns in a picture: eighty codes have them.
const MOST_PATTERNS: u32 = 240;
/// Points that are read, written or copied for a picture at all its sizes together: those of the largest ones thirty times over, and a few seconds at most.
const MOST_WORK: u64 = 1_000_000_000;
/// So many points are copied while one is read.
const COPIED: u64 = 8;
/// What the reader writes on the ring of a corner pattern; nothing else is marked so (`PixelColor::CapStone` of rqrr 0.11).
const PATTERN: u8 = 2;

/// Why a picture is not read to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooBusy {
    /// It has more corner patterns than a page of codes.
    #[error("too many corner patterns")]
    Patterns,
    /// Reading it takes too long; at no other size is anything left to be spent.
    #[error("too much work")]
    Work,
}

/// What is left to be spent on a picture: one for all the sizes at which it is looked at.
#[derive(Debug)]
pub struct Purse {
    work: Cell<u64>,
    /// At the size at which it is looked at just now.
    patterns: Cell<u32>,
}

impl Default for Purse {
    fn default() -> Self {
        Self { work: Cell::new(MOST_WORK), patterns: Cell::new(MOST_PATTERNS) }
    }
}

impl Purse {
    fn pay(&self, work: u64) {
        match self.work.get().checked_sub(work) {
            Some(left) => self.work.set(left),
            None => unwind(TooBusy::Work),
        }
    }

    fn mark(&self) {
        match self.patterns.get().checked_sub(1) {
            Some(left) => self.patterns.set(left),
            None => unwind(TooBusy::Patterns),
        }
    }
}

/// Ends the reader's work; [`codes_among`] catches it. It is no fault: nothing is said of it anywhere.
fn unwind(why: TooBusy) -> ! {
    resume_unwind(Box::new(why))
}

/// The points of a picture, lent for what they cost.
#[derive(Debug)]
struct Points {
    width: u32,
    height: u32,
    points: Vec<Luma<u8>>,
    /// What stands for a point beyond the picture.
    beyond: Luma<u8>,
    /// What was written last.
    last: u8,
    purse: Rc<Purse>,
}

impl Points {
    fn place(&self, x: u32, y: u32) -> usize {
        usize::try_from(u64::from(y) * u64::from(self.width) + u64::from(x)).unwrap_or(usize::MAX)
    }
}

impl Clone for Points {
    fn clone(&self) -> Self {
        self.purse.pay(u64::try_from(self.points.len()).unwrap_or(u64::MAX) / COPIED);
        Self {
            width: self.width,
            height: self.height,
            points: self.points.clone(),
            beyond: self.beyond,
            last: self.last,
            purse: Rc::clone(&self.purse),
        }
    }
}

impl GenericImageView for Points {
    type Pixel = Luma<u8>;

    fn dimensions(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    fn get_pixel(&self, x: u32, y: u32) -> Luma<u8> {
        self.purse.pay(1);
        self.points.get(self.place(x, y)).copied().unwrap_or(self.beyond)
    }
}

impl GenericImage for Points {
    fn get_pixel_mut(&mut self, x: u32, y: u32) -> &mut Luma<u8> {
        self.purse.pay(1);
        let place = self.place(x, y);
        self.points.get_mut(place).unwrap_or(&mut self.beyond)
    }

    fn put_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.purse.pay(1);
        let Luma([value]) = pixel;
        // A ring is marked point by point, and what was marked just before it otherwise: so one change is one pattern.
        if value == PATTERN && self.last != PATTERN {
            self.purse.mark();
        }
        self.last = value;
        let place = self.place(x, y);
        if let Some(point) = self.points.get_mut(place) {
            *point = pixel;
        }
    }

    fn blend_pixel(&mut self, x: u32, y: u32, pixel: Luma<u8>) {
        self.put_pixel(x, y, pixel);
    }
}

/// The texts of all codes that are seen in a picture as it is, paid from the picture's purse. Slow: not within a transaction, nor where others wait.
///
/// # Errors
/// [`TooBusy`].
pub fn codes_among(picture: GrayImage, purse: &Rc<Purse>) -> Result<Vec<String>, TooBusy> {
    let (width, height) = picture.dimensions();
    purse.patterns.set(MOST_PATTERNS);
    let purse = Rc::clone(purse);
    let points = picture.into_raw().into_iter().map(|point| Luma([point])).collect();
    let points = Points { width, height, points, beyond: Luma([0]), last: 0, purse };
    let read = move || -> Vec<String> {
        let mut seen = rqrr::PreparedImage::prepare(points);
        seen.detect_grids().iter().filter_map(|grid| grid.decode().ok()).map(|(_, text)| text).collect()
    };
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(texts) => Ok(texts),
        Err(why) => match why.downcast::<TooBusy>() {
            Ok(why) => Err(*why),
            Err(fault) => resume_unwind(fault),
        },
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use qrcodegen::{QrCode, QrCodeEcc};

    use super::*;
    use crate::credentials::paper::scan::codes_within;
    use crate::credentials::paper::{NoPicture, codes_in};

    /// So many corner patterns in each of so many rows, of modules of two points, three modules between.
    fn field(count: u32) -> GrayImage {
        let is_dark = |x: u32, y: u32| {
            let (x, y) = (x / 2 % 10, y / 2 % 10);
            let is_in = |from: u32, to: u32| (from..=to).contains(&x) && (from..=to).contains(&y);
            is_in(1, 7) && !is_in(2, 6) || is_in(3, 5)
        };
        GrayImage::from_fn(count * 20, count * 20, |x, y| Luma([if is_dark(x, y) { 0 } else { 255 }]))
    }

    fn png(picture: &GrayImage) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn a_picture_full_of_corner_patterns_is_put_away_at_once() {
        let full = field(50);
        assert_eq!(codes_among(full.clone(), &Rc::default()), Err(TooBusy::Patterns));
        assert_eq!(codes_in(&png(&full)), Err(NoPicture::TooLarge));
        assert_eq!(codes_among(field(3), &Rc::default()), Ok(Vec::new()), "a few are only looked at");
    }

    #[test]
    fn all_sizes_of_a_picture_are_paid_from_one_purse() {
        let with = |work: u64| Rc::new(Purse { work: Cell::new(work), patterns: Cell::new(0) });
        let spent = |purse: &Purse| MOST_WORK - purse.work.get();
        let (once, whole, picture) = (with(MOST_WORK), with(MOST_WORK), field(3));
        assert_eq!(codes_among(picture.clone(), &once), Ok(Vec::new()));
        assert_eq!(codes_within(&png(&picture), &whole), Ok(Vec::new()));
        let (once, whole) = (spent(&once), spent(&whole));
        assert!(once > 0 && whole > 5 * once, "it is enlarged up to four times: {once} {whole}");
        // Each size by itself would be within it.
        let purse = with(whole - 1);
        assert_eq!(codes_within(&png(&picture), &purse), Err(NoPicture::TooLarge));
        assert!(purse.work.get() < once, "{}", purse.work.get());
    }

    #[test]
    fn a_page_of_several_codes_is_read_whole() {
        let texts: Vec<String> = (0..6).map(|number| format!("https://xuefen.example.cn/c/123456789{number}")).collect();
        let mut page = GrayImage::from_pixel(1_200, 1_200, Luma([250]));
        for (text, corner) in texts.iter().zip((0..).map(|number: u32| 30 + number * 190)) {
            let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
            let side = u32::try_from(code.size()).unwrap() * 4;
            for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
                let module = |at: u32| i32::try_from(at / 4).unwrap();
                if code.get_module(module(x), module(y)) {
                    page.put_pixel(corner + x, corner + y, Luma([20]));
                }
            }
        }
        let mut read = codes_among(page, &Rc::default()).unwrap();
        read.sort();
        assert_eq!(read, texts);
    }
}
