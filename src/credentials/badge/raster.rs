//! The drawing as points. Each point is looked at in sixteen places: as many as a shape covers, as much of its colour the point has.

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use super::drawing::{Colour, PAPER, Point, SIDE, Shape, Step};

/// Places of a point, in each of both directions.
const PLACES: u16 = 4;
/// All places of a point.
const ALL: u16 = PLACES * PLACES;
/// Places of a row.
const COLUMNS: u16 = SIDE * PLACES;
/// Straight pieces that a curve is cut into.
const PIECES: u8 = 10;

/// The drawing as PNG, one point for each unit.
pub(super) fn png_of(shapes: &[Shape]) -> Option<Vec<u8>> {
    let side = usize::from(SIDE);
    let mut points = vec![PAPER.0; side * side];
    for shape in shapes {
        fill(&mut points, shape);
    }
    let mut bytes = Vec::new();
    let written =
        PngEncoder::new(&mut bytes).write_image(points.as_flattened(), u32::from(SIDE), u32::from(SIDE), ExtendedColorType::Rgb8);
    written.is_ok().then_some(bytes)
}

/// A straight piece of an outline.
#[derive(Clone, Copy, Debug)]
struct Edge {
    upper: Point,
    lower: Point,
    /// Whether it goes down or up.
    turn: i32,
}

impl Edge {
    fn new(from: Point, to: Point) -> Self {
        if from.1 < to.1 { Self { upper: from, lower: to, turn: 1 } } else { Self { upper: to, lower: from, turn: -1 } }
    }

    /// Where a level line crosses it, if it does.
    fn crossed(&self, down: f32) -> Option<(f32, i32)> {
        let is_within = self.upper.1 <= down && down < self.lower.1;
        is_within.then(|| {
            let part = (down - self.upper.1) / (self.lower.1 - self.upper.1);
            (self.upper.0 + part * (self.lower.0 - self.upper.0), self.turn)
        })
    }
}

/// The straight pieces of an outline; each of its parts is closed.
fn edges_of(steps: &[Step]) -> Vec<Edge> {
    let mut edges = Vec::new();
    let (mut begun, mut at): (Point, Point) = ((0.0, 0.0), (0.0, 0.0));
    for step in steps {
        let before = at;
        match *step {
            Step::Move(to) => {
                edges.push(Edge::new(before, begun));
                (begun, at) = (to, to);
            }
            Step::Line(to) => {
                edges.push(Edge::new(before, to));
                at = to;
            }
            Step::Quad(handle, to) => {
                cut(&mut edges, before, |part| between(between(before, handle, part), between(handle, to, part), part));
                at = to;
            }
            Step::Cubic(first, second, to) => {
                cut(&mut edges, before, |part| {
                    let middle = between(first, second, part);
                    let (one, other) = (between(before, first, part), between(second, to, part));
                    between(between(one, middle, part), between(middle, other, part), part)
                });
                at = to;
            }
            Step::Close => {
                edges.push(Edge::new(before, begun));
                at = begun;
            }
        }
    }
    edges.push(Edge::new(at, begun));
    edges.retain(|edge| edge.upper.1 < edge.lower.1);
    edges
}

/// Cuts a curve into straight pieces; `at` says where it is after a part of its way.
fn cut(edges: &mut Vec<Edge>, from: Point, at: impl Fn(f32) -> Point) {
    let mut begun = from;
    for piece in 1..=PIECES {
        let to = at(f32::from(piece) / f32::from(PIECES));
        edges.push(Edge::new(begun, to));
        begun = to;
    }
}

fn between(from: Point, to: Point, part: f32) -> Point {
    (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1))
}

fn fill(points: &mut [[u8; 3]], shape: &Shape) {
    let edges = edges_of(&shape.steps);
    let top = edges.iter().map(|edge| edge.upper.1).fold(f32::INFINITY, f32::min);
    let bottom = edges.iter().map(|edge| edge.lower.1).fold(f32::NEG_INFINITY, f32::max);
    let mut counts = vec![0_u16; usize::from(SIDE)];
    for (row, own) in (0..SIDE).zip(points.chunks_exact_mut(usize::from(SIDE))) {
        let mut lines =
            (0..PLACES).map(|place| middle_of(row * PLACES + place)).filter(|down| top <= *down && *down < bottom).peekable();
        if lines.peek().is_none() {
            continue;
        }
        counts.fill(0);
        lines.for_each(|down| count(&mut counts, &edges, down));
        let covered = own.iter_mut().zip(&counts).filter(|(_, covered)| **covered > 0);
        covered.for_each(|(point, covered)| mix(point, shape.colour, *covered));
    }
}

/// Counts the places of a level line that lie within the outline.
fn count(counts: &mut [u16], edges: &[Edge], down: f32) {
    let mut crossings: Vec<(f32, i32)> = edges.iter().filter_map(|edge| edge.crossed(down)).collect();
    crossings.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut round = 0;
    for pair in crossings.windows(2) {
        if let [(from, turn), (to, _)] = pair {
            round += turn;
            if round != 0 {
                cover(counts, (column_at(*from), column_at(*to)));
            }
        }
    }
}

fn cover(counts: &mut [u16], (from, to): (u16, u16)) {
    let first = from / PLACES;
    for (at, own) in (first..to.div_ceil(PLACES)).zip(counts.iter_mut().skip(usize::from(first))) {
        let (begin, end) = (from.max(at * PLACES), to.min((at + 1) * PLACES));
        *own += end.saturating_sub(begin);
    }
}

/// The middle of a place, in units.
fn middle_of(place: u16) -> f32 {
    (f32::from(place) + 0.5) / f32::from(PLACES)
}

/// The first place whose middle does not lie before `right`.
fn column_at(right: f32) -> u16 {
    let (mut low, mut high) = (0, COLUMNS);
    while low < high {
        let middle = u16::midpoint(low, high);
        if middle_of(middle) < right { low = middle + 1 } else { high = middle }
    }
    low
}

fn mix(point: &mut [u8; 3], colour: Colour, covered: u16) {
    let covered = covered.min(ALL);
    for (own, new) in point.iter_mut().zip(colour.0) {
        let mixed = (u16::from(*own) * (ALL - covered) + u16::from(new) * covered + ALL / 2) / ALL;
        *own = u8::try_from(mixed).unwrap_or(u8::MAX);
    }
}
