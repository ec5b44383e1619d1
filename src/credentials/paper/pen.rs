//! The pen: lines of text, frames, pictures; each belongs to a part of the document's structure or is said to be an ornament.

use image::imageops::FilterType;
use image::{ImageFormat, ImageReader, Limits};
use krilla::color::rgb;
use krilla::geom::{Path, PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, SpanTag, TagGroup, TagKind};
use krilla::text::{GlyphId, KrillaGlyph};

use super::CannotDraw;
use super::fonts::Faces;
use super::runs::{Line, set};
use crate::credentials::paper_code::Symbol;

/// Black as ink is, on every page of the bank.
pub(super) const INK: [u8; 3] = [0x1C, 0x1B, 0x19];
/// What is beside the matter.
pub(super) const SOFT: [u8; 3] = [0x4A, 0x47, 0x40];
/// The passbook's cover, and seals.
pub(super) const RED: [u8; 3] = [0xA1, 0x26, 0x1D];
/// Ruled lines.
pub(super) const RULE: [u8; 3] = [0xBF, 0xB4, 0x9F];
/// The line within the frame, as on the passbook's cover.
pub(super) const GILT: [u8; 3] = [0xC9, 0xA2, 0x55];
/// The seven areas of the curriculum, in their order.
pub(super) const AREAS: [[u8; 3]; 7] = [
    [0x8F, 0xB8, 0xA8],
    [0xD9, 0xA7, 0x66],
    [0x9D, 0xB4, 0xD6],
    [0xC7, 0x9A, 0xB0],
    [0xB5, 0xB7, 0x6A],
    [0xD9, 0x8F, 0x76],
    [0xA7, 0x9C, 0xCB],
];

/// A picture of more bytes is drawn smaller.
const HEAVY_SEAL_BYTES: usize = 40 * 1024;
/// So many points wide, then.
const SEAL_POINTS: u32 = 300;
/// No seal is larger (`agencies` takes none above 1200).
const MOST_SEAL_POINTS: u32 = 2400;

/// How a line is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// In points.
    pub size: f32,
    pub colour: [u8; 3],
    /// What stands between characters, in parts of the size.
    pub apart: f32,
    /// How much heavier than the font, in parts of the size.
    pub heavy: f32,
}

impl Style {
    pub const fn plain(size: f32) -> Self {
        Self { size, colour: INK, apart: 0.0, heavy: 0.0 }
    }

    pub const fn soft(size: f32) -> Self {
        Self { size, colour: SOFT, apart: 0.0, heavy: 0.0 }
    }

    /// How wide a line is in it.
    pub fn width(self, line: &Line) -> f32 {
        let count: u16 =
            line.runs.iter().map(|run| u16::try_from(run.glyphs.len()).unwrap_or(u16::MAX)).fold(0, u16::saturating_add);
        (line.width + self.apart * f32::from(count.saturating_sub(1))) * self.size
    }
}

/// Where on a line its text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Start,
    Middle,
    End,
}

/// A pen on a page.
pub(super) struct Pen<'a, 's> {
    pub surface: &'a mut Surface<'s>,
    pub faces: &'a Faces<'a>,
}

impl Pen<'_, '_> {
    /// A line whose letters stand on `y`, from, around or up to `x`; as a part of `group`.
    pub fn line(&mut self, group: &mut TagGroup, line: &Line, (x, y): (f32, f32), side: Side, style: Style) {
        let id = self.surface.start_tagged(ContentTag::Span(SpanTag::empty()));
        group.push(id);
        self.letters(line, (x, y), side, style);
        self.surface.end_tagged();
    }

    /// A line that says nothing new: a page's number, the repeated head of a table.
    pub fn aside(&mut self, text: &str, at: (f32, f32), side: Side, style: Style) -> Result<(), CannotDraw> {
        let line = set(self.faces, text)?;
        self.ornament(|pen| pen.letters(&line, at, side, style));
        Ok(())
    }

    /// A text in one line, as a group of its own.
    pub fn text(
        &mut self,
        tag: impl Into<TagKind>,
        text: &str,
        at: (f32, f32),
        side: Side,
        style: Style,
    ) -> Result<TagGroup, CannotDraw> {
        let mut group = TagGroup::new(tag);
        let line = set(self.faces, text)?;
        self.line(&mut group, &line, at, side, style);
        Ok(group)
    }

    /// Lines one below the other, the first standing on `y`, `leading` points apart, as a group.
    pub fn lines(
        &mut self,
        tag: impl Into<TagKind>,
        lines: &[Line],
        (x, y): (f32, f32),
        side: Side,
        (style, leading): (Style, f32),
    ) -> TagGroup {
        let (mut group, mut y) = (TagGroup::new(tag), y);
        for line in lines {
            self.line(&mut group, line, (x, y), side, style);
            y += leading;
        }
        group
    }

    /// Whatever is drawn in `draw` belongs to nothing.
    pub fn ornament(&mut self, draw: impl FnOnce(&mut Self)) {
        self.surface.start_tagged(ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)));
        draw(self);
        self.surface.end_tagged();
    }

    /// A straight line, level or upright; within an ornament.
    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: [u8; 3]) {
        let mut path = PathBuilder::new();
        path.move_to(from.0, from.1);
        path.line_to(to.0, to.1);
        self.stroke(path.finish(), width, colour);
    }

    /// A frame with round corners; within an ornament.
    pub fn frame(&mut self, (left, top, right, bottom): (f32, f32, f32, f32), round: f32, (width, colour): (f32, [u8; 3])) {
        self.stroke(rounded(left, top, right, bottom, (round, round)), width, colour);
    }

    /// A bar whose upper corners are round; within an ornament.
    pub fn bar(&mut self, (left, top, right, bottom): (f32, f32, f32, f32), round: f32, colour: [u8; 3]) {
        self.fill(rounded(left, top, right, bottom, (round, 0.0)), colour);
    }

    /// A dot; within an ornament.
    pub fn dot(&mut self, (x, y): (f32, f32), radius: f32, colour: [u8; 3]) {
        self.fill(rounded(x - radius, y - radius, x + radius, y + radius, (radius, radius)), colour);
    }

    /// A QR code with its upper left module at `at`, `side` points wide: one path, so that no seam shows between modules.
    pub fn code(&mut self, alt: &str, symbol: &Symbol, (left, top): (f32, f32), side: f32) -> TagGroup {
        let module = side / length(symbol.modules.len());
        let mut path = PathBuilder::new();
        for (y, row) in symbol.modules.iter().enumerate() {
            for (from, to) in dark(row) {
                let (x, y) = (left + length(from) * module, top + length(y) * module);
                if let Some(rect) = Rect::from_xywh(x, y, length(to - from) * module, module) {
                    path.push_rect(rect);
                }
            }
        }
        self.figure(alt, |pen| pen.fill(path.finish(), [0, 0, 0]))
    }

    /// A picture in a square of `side` points around `middle`, turned by nothing, in its own shape.
    pub fn picture(&mut self, alt: &str, picture: &Image, (x, y): (f32, f32), side: f32) -> TagGroup {
        let (width, height) = picture.size();
        let scale = side / points(width.max(height));
        let (width, height) = (points(width) * scale, points(height) * scale);
        let place = Transform::from_translate(x - width / 2.0, y - height / 2.0);
        self.figure(alt, |pen| {
            if let Some(size) = Size::from_wh(width, height) {
                pen.surface.push_transform(&place);
                pen.surface.draw_image(picture.clone(), size);
                pen.surface.pop();
            }
        })
    }

    fn figure(&mut self, alt: &str, draw: impl FnOnce(&mut Self)) -> TagGroup {
        let id = self.surface.start_tagged(ContentTag::Other);
        draw(self);
        self.surface.end_tagged();
        let mut group = TagGroup::new(krilla::tagging::Tag::Figure(Some(alt.to_owned())));
        group.push(id);
        group
    }

    fn letters(&mut self, line: &Line, (x, y): (f32, f32), side: Side, style: Style) {
        let mut x = match side {
            Side::Start => x,
            Side::Middle => x - style.width(line) / 2.0,
            Side::End => x - style.width(line),
        };
        self.surface.set_fill(Some(fill_of(style.colour)));
        self.surface.set_stroke((style.heavy > 0.0).then(|| stroke_of(style.heavy * style.size, style.colour)));
        for run in &line.runs {
            let Some(font) = self.faces.font(run.face).cloned() else { continue };
            let (mut from, start) = (0, x);
            let glyphs: Vec<KrillaGlyph> = run
                .glyphs
                .iter()
                .map(|(id, advance, bytes)| {
                    let (advance, range) = (advance + style.apart, from..from + bytes);
                    from += bytes;
                    x += advance * style.size;
                    KrillaGlyph::new(GlyphId::new(*id), advance, 0.0, 0.0, 0.0, range, None)
                })
                .collect();
            self.surface.draw_glyphs(Point::from_xy(start, y), &glyphs, font, &run.text, style.size, false);
        }
        self.surface.set_stroke(None);
    }

    fn stroke(&mut self, path: Option<Path>, width: f32, colour: [u8; 3]) {
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke_of(width, colour)));
        if let Some(path) = path {
            self.surface.draw_path(&path);
        }
        self.surface.set_stroke(None);
    }

    fn fill(&mut self, path: Option<Path>, colour: [u8; 3]) {
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(fill_of(colour)));
        if let Some(path) = path {
            self.surface.draw_path(&path);
        }
    }
}

/// The picture of a seal, not heavier than a sheet can bear.
///
/// # Errors
/// [`CannotDraw::Seal`].
pub(super) fn seal_of(bytes: &[u8]) -> Result<Image, CannotDraw> {
    let mut reader = ImageReader::with_format(std::io::Cursor::new(bytes), ImageFormat::Png);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MOST_SEAL_POINTS);
    limits.max_image_height = Some(MOST_SEAL_POINTS);
    reader.limits(limits);
    let mut picture = reader.decode().map_err(|_| CannotDraw::Seal)?;
    if bytes.len() > HEAVY_SEAL_BYTES && picture.width() > SEAL_POINTS {
        picture = picture.resize(SEAL_POINTS, u32::MAX, FilterType::Triangle);
    }
    let picture = picture.into_rgba8();
    let (width, height) = picture.dimensions();
    Ok(Image::from_rgba8(picture.into_raw(), width, height))
}

/// The stretches of dark modules in a row: from, and to before which.
fn dark(row: &[bool]) -> Vec<(usize, usize)> {
    let mut stretches: Vec<(usize, usize)> = Vec::new();
    for (at, _) in row.iter().enumerate().filter(|(_, is_dark)| **is_dark) {
        match stretches.last_mut().filter(|(_, to)| *to == at) {
            Some((_, to)) => *to = at + 1,
            None => stretches.push((at, at + 1)),
        }
    }
    stretches
}

/// A rectangle whose upper and lower corners are round by so much.
fn rounded(left: f32, top: f32, right: f32, bottom: f32, (upper, lower): (f32, f32)) -> Option<Path> {
    // How far the handles of a quarter of a circle reach: 4/3·(√2 − 1).
    const HANDLE: f32 = 1.0 - 0.552_284_8;
    let mut path = PathBuilder::new();
    path.move_to(left + upper, top);
    path.line_to(right - upper, top);
    path.cubic_to(right - upper * HANDLE, top, right, top + upper * HANDLE, right, top + upper);
    path.line_to(right, bottom - lower);
    path.cubic_to(right, bottom - lower * HANDLE, right - lower * HANDLE, bottom, right - lower, bottom);
    path.line_to(left + lower, bottom);
    path.cubic_to(left + lower * HANDLE, bottom, left, bottom - lower * HANDLE, left, bottom - lower);
    path.line_to(left, top + upper);
    path.cubic_to(left, top + upper * HANDLE, left + upper * HANDLE, top, left + upper, top);
    path.close();
    path.finish()
}

fn fill_of([red, green, blue]: [u8; 3]) -> Fill {
    Fill { paint: rgb::Color::new(red, green, blue).into(), opacity: NormalizedF32::ONE, rule: FillRule::NonZero }
}

fn stroke_of(width: f32, [red, green, blue]: [u8; 3]) -> Stroke {
    Stroke { paint: rgb::Color::new(red, green, blue).into(), width, ..Stroke::default() }
}

/// A small count as a number of points.
pub(super) fn length(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}

fn points(count: u32) -> f32 {
    u16::try_from(count).map_or(f32::from(u16::MAX), f32::from)
}
