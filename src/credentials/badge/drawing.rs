//! What a badge looks like: shapes one above the other in a square, in the colours of the house.

use super::BadgeWords;
use super::letters::{Face, Place};
use super::words::SIGN;

/// The side of the square.
pub(super) const SIDE: u16 = 600;

/// How far the handles of a quarter of a circle reach, in parts of its radius.
const QUARTER: f32 = 0.552_284_8;

/// Right and down.
pub(super) type Point = (f32, f32);

/// Red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Colour(pub [u8; 3]);

/// The colours of static/app.css.
pub(super) const PAPER: Colour = Colour([0xff, 0xfd, 0xf8]);
pub(super) const COVER: Colour = Colour([0xa1, 0x26, 0x1d]);
pub(super) const GILT: Colour = Colour([0xf6, 0xdf, 0xa8]);
pub(super) const INK: Colour = Colour([0x1c, 0x1b, 0x19]);
pub(super) const SOFT: Colour = Colour([0x4a, 0x47, 0x40]);
pub(super) const RULE: Colour = Colour([0xd9, 0xd1, 0xc1]);

impl Colour {
    /// `#A1261D`.
    pub fn hex(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02X}{green:02X}{blue:02X}")
    }
}

/// One step of an outline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    /// Begins anew here.
    Move(Point),
    /// Straight to here.
    Line(Point),
    /// In a curve with one handle.
    Quad(Point, Point),
    /// In a curve with two handles.
    Cubic(Point, Point, Point),
    /// Back to where it began.
    Close,
}

/// An outline that is filled; what it goes round twice in opposite ways is not.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    pub colour: Colour,
    pub steps: Vec<Step>,
}

/// The shapes of a badge, the lowest first; none where the face cannot be opened.
pub(super) fn drawn(words: &BadgeWords) -> Option<Vec<Shape>> {
    let (face, side) = (Face::own()?, f32::from(SIDE));
    let shape = |colour, steps| Shape { colour, steps };
    let line = |colour, text: &str, middle, sizes, width| shape(colour, face.line(text, Place { middle, sizes, width }));
    let tail = |way: f32| {
        let corners = [(14.0, 236.0), (74.0, 236.0), (98.0, 340.0), (62.0, 322.0), (36.0, 352.0)];
        polygon(&corners.map(|(right, down)| (300.0 + way * right, down)))
    };
    let mut shapes = vec![
        shape(PAPER, rounded((0.0, 0.0), (side, side), 0.0)),
        shape(COVER, rounded((18.0, 18.0), (582.0, 582.0), 46.0)),
        shape(PAPER, rounded((36.0, 36.0), (564.0, 564.0), 30.0)),
        shape(COVER, tail(1.0)),
        shape(COVER, tail(-1.0)),
        shape(GILT, circle((300.0, 176.0), 108.0)),
        shape(COVER, circle((300.0, 176.0), 98.0)),
        line(GILT, SIGN, (300.0, 220.0), (124.0, 124.0), 124.0),
        line(INK, &words.title, (300.0, 430.0), (66.0, 22.0), 484.0),
        line(SOFT, &words.about, (300.0, 482.0), (32.0, 16.0), 470.0),
        shape(RULE, rounded((200.0, 504.0), (400.0, 507.0), 0.0)),
        line(SOFT, &words.bank, (300.0, 542.0), (24.0, 14.0), 440.0),
    ];
    shapes.retain(|shape| !shape.steps.is_empty());
    Some(shapes)
}

fn polygon(corners: &[Point]) -> Vec<Step> {
    let step = |(at, corner): (usize, &Point)| if at == 0 { Step::Move(*corner) } else { Step::Line(*corner) };
    corners.iter().enumerate().map(step).chain([Step::Close]).collect()
}

/// A rectangle whose corners are quarters of a circle.
fn rounded((left, top): Point, (right, bottom): Point, radius: f32) -> Vec<Step> {
    if radius <= 0.0 {
        return polygon(&[(left, top), (right, top), (right, bottom), (left, bottom)]);
    }
    let handle = radius * (1.0 - QUARTER);
    vec![
        Step::Move((left + radius, top)),
        Step::Line((right - radius, top)),
        Step::Cubic((right - handle, top), (right, top + handle), (right, top + radius)),
        Step::Line((right, bottom - radius)),
        Step::Cubic((right, bottom - handle), (right - handle, bottom), (right - radius, bottom)),
        Step::Line((left + radius, bottom)),
        Step::Cubic((left + handle, bottom), (left, bottom - handle), (left, bottom - radius)),
        Step::Line((left, top + radius)),
        Step::Cubic((left, top + handle), (left + handle, top), (left + radius, top)),
        Step::Close,
    ]
}

fn circle((right, down): Point, radius: f32) -> Vec<Step> {
    rounded((right - radius, down - radius), (right + radius, down + radius), radius)
}
