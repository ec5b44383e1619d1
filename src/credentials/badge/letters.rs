//! Letters as shapes, in the face of certificates.

use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider, OutlineGlyphCollection};

use super::drawing::{Point, Step};
use crate::credentials::paper::OWN;

/// What stands for the rest of a line that is too long.
const REST: char = '…';

/// The face, opened.
pub(super) struct Face {
    map: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    outlines: OutlineGlyphCollection<'static>,
    em: f32,
}

/// Where a line stands and how large it may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Its middle, on the line that letters stand on.
    pub middle: Point,
    /// The largest and the smallest size.
    pub sizes: (f32, f32),
    /// How wide it may be.
    pub width: f32,
}

impl Face {
    /// The face of certificates; none where it is no font.
    pub fn own() -> Option<Self> {
        let font = FontRef::from_index(OWN, 0).ok()?;
        let (unscaled, place) = (Size::unscaled(), LocationRef::default());
        Some(Self {
            map: font.charmap(),
            metrics: font.glyph_metrics(unscaled, place),
            outlines: font.outline_glyphs(),
            em: f32::from(font.metrics(unscaled, place).units_per_em),
        })
    }

    /// A letter, and how far it takes the pen in parts of the size; what the face has not is its empty box.
    fn letter(&self, letter: char) -> (GlyphId, f32) {
        let id = self.map.map(letter).unwrap_or(GlyphId::NOTDEF);
        (id, self.metrics.advance_width(id).unwrap_or_default() / self.em)
    }

    fn width(&self, text: &str) -> f32 {
        text.chars().map(|letter| self.letter(letter).1).sum()
    }

    /// A line of text around a middle, as large as it may be; where it is too long at the smallest size, its rest is left out.
    pub fn line(&self, text: &str, place: Place) -> Vec<Step> {
        let (most, least) = place.sizes;
        let mut shown = text.to_owned();
        while self.width(&shown) * least > place.width {
            let kept = shown.trim_end_matches(REST).chars().count().saturating_sub(1);
            shown = shown.chars().take(kept).chain([REST]).collect();
            if kept == 0 {
                break;
            }
        }
        let width = self.width(&shown);
        let size = if width > 0.0 { (place.width / width).clamp(least, most) } else { most };
        let mut pen = Pen { at: (place.middle.0 - width * size / 2.0, place.middle.1), steps: Vec::new() };
        for letter in shown.chars() {
            let (id, advance) = self.letter(letter);
            let settings = DrawSettings::unhinted(Size::new(size), LocationRef::default());
            let kept = pen.steps.len();
            let is_drawn = self.outlines.get(id).is_some_and(|outline| outline.draw(settings, &mut pen).is_ok());
            if !is_drawn {
                pen.steps.truncate(kept);
            }
            pen.at.0 += advance * size;
        }
        pen.steps
    }
}

/// Takes a letter down where it stands; fonts count upwards, pictures down.
struct Pen {
    at: Point,
    steps: Vec<Step>,
}

impl Pen {
    fn point(&self, x: f32, y: f32) -> Point {
        (self.at.0 + x, self.at.1 - y)
    }
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Move(self.point(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Line(self.point(x, y)));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.steps.push(Step::Quad(self.point(cx0, cy0), self.point(x, y)));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.steps.push(Step::Cubic(self.point(cx0, cy0), self.point(cx1, cy1), self.point(x, y)));
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}
