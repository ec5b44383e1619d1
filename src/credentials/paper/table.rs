//! The table of units: course, day, way, levels.

use std::ops::Range;

use krilla::tagging::{TableHeaderScope, Tag, TagGroup};

use super::fonts::Faces;
use super::pen::{INK, Pen, RULE, SOFT, Side, Style, length};
use super::runs::{Line, set, wrap};
use super::{CannotDraw, Sheet};

/// Points of a letter.
const SIZE: f32 = 12.0;
/// Height of the head, in points.
pub(super) const HEAD: f32 = 22.0;
/// Height of a row of one line, at least and at most.
pub(super) const ROW: Range<f32> = 16.0..24.0;
/// What each further line of a row takes.
const LEADING: f32 = 15.5;
/// Where the columns begin, in parts of the width; the title begins behind the unit's code.
const COLUMNS: [f32; 4] = [0.0, 0.505, 0.675, 0.825];
/// Points of the unit's code.
const CODE: f32 = 34.0;
/// Points between columns.
const APART: f32 = 8.0;

/// The table, its texts broken into lines.
pub(super) struct Table {
    heads: Vec<Line>,
    rows: Vec<Row>,
    width: f32,
}

struct Row {
    code: Line,
    cells: [Vec<Line>; 4],
    lines: usize,
}

/// Where a part of the table is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub left: f32,
    pub top: f32,
    /// Height of a row of one line.
    pub row: f32,
}

impl Table {
    pub fn measure(sheet: &Sheet<'_>, faces: &Faces<'_>) -> Result<Self, CannotDraw> {
        let width = super::layout::WIDTH;
        let heads = sheet.words.heads.iter().map(|head| set(faces, head)).collect::<Result<_, _>>()?;
        let mut rows = Vec::with_capacity(sheet.facts.lines.len());
        for (line, [day, way, levels]) in sheet.facts.lines.iter().zip(&sheet.words.lines) {
            let cell = |text: &str, at: usize| wrap(faces, text, SIZE, room(width, at));
            let cells = [cell(&line.title, 0)?, cell(day, 1)?, cell(way, 2)?, cell(levels, 3)?];
            let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
            rows.push(Row { code: set(faces, &line.unit)?, cells, lines });
        }
        Ok(Self { heads, rows, width })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// How high it is with these rows, of which one of one line is `row` points high.
    pub fn height(&self, rows: Range<usize>, row: f32) -> f32 {
        HEAD + self.rows.get(rows).unwrap_or_default().iter().map(|one| one.height(row)).sum::<f32>()
    }

    /// Draws the head, as a part of the structure.
    pub fn head(&self, pen: &mut Pen<'_, '_>, place: Place) -> TagGroup {
        let mut row = TagGroup::new(Tag::TR);
        for (at, head) in self.heads.iter().enumerate() {
            let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Column));
            pen.line(
                &mut cell,
                head,
                (place.left + begin(self.width, at), stand(place.top, HEAD, SIZE)),
                Side::Start,
                Style::soft(SIZE),
            );
            row.push(cell);
        }
        self.head_rule(pen, place);
        let mut group = TagGroup::new(Tag::THead);
        group.push(row);
        group
    }

    /// Draws the head once more, on a further page: no part of the structure.
    pub fn head_again(&self, pen: &mut Pen<'_, '_>, place: Place) -> Result<(), CannotDraw> {
        for (at, head) in self.heads.iter().enumerate() {
            let at = (place.left + begin(self.width, at), stand(place.top, HEAD, SIZE));
            pen.aside(&head.text, at, Side::Start, Style::soft(SIZE))?;
        }
        self.head_rule(pen, place);
        Ok(())
    }

    /// Draws rows below the head, into `body`.
    pub fn rows(&self, pen: &mut Pen<'_, '_>, place: Place, rows: Range<usize>, body: &mut TagGroup) {
        let mut top = place.top + HEAD;
        for row in self.rows.get(rows).unwrap_or_default() {
            body.push(self.row(pen, row, Place { top, ..place }));
            top += row.height(place.row);
            let (left, right) = (place.left, place.left + self.width);
            pen.ornament(|pen| pen.rule((left, top), (right, top), 0.6, RULE));
        }
    }

    fn row(&self, pen: &mut Pen<'_, '_>, row: &Row, place: Place) -> TagGroup {
        let mut group = TagGroup::new(Tag::TR);
        for (at, lines) in row.cells.iter().enumerate() {
            let y = stand(place.top, place.row, SIZE);
            let x = place.left + begin(self.width, at) + if at == 0 { CODE } else { 0.0 };
            let mut cell = if at == 0 {
                let mut cell = TagGroup::new(Tag::TH(TableHeaderScope::Row));
                pen.line(&mut cell, &row.code, (place.left, y), Side::Start, Style { colour: SOFT, ..Style::plain(SIZE) });
                cell
            } else {
                TagGroup::new(Tag::TD)
            };
            for (below, line) in lines.iter().enumerate() {
                let style = Style { colour: INK, ..Style::plain(SIZE) };
                pen.line(&mut cell, line, (x, y + length(below) * LEADING), Side::Start, style);
            }
            group.push(cell);
        }
        group
    }

    fn head_rule(&self, pen: &mut Pen<'_, '_>, place: Place) {
        let (left, right, below) = (place.left, place.left + self.width, place.top + HEAD);
        pen.ornament(|pen| pen.rule((left, below), (right, below), 1.0, SOFT));
    }
}

impl Row {
    fn height(&self, row: f32) -> f32 {
        row + length(self.lines.saturating_sub(1)) * LEADING
    }
}

/// Where the letters of a line stand that is in the middle of a height: half of a Han character is above 0.38 of its size.
pub(super) fn stand(top: f32, height: f32, size: f32) -> f32 {
    top + height / 2.0 + size * 0.38
}

fn begin(width: f32, column: usize) -> f32 {
    COLUMNS.get(column).copied().unwrap_or(0.0) * width
}

/// How wide the texts of a column may be.
fn room(width: f32, column: usize) -> f32 {
    let end = COLUMNS.get(column + 1).map_or(width, |next| next * width - APART);
    end - begin(width, column) - if column == 0 { CODE } else { 0.0 }
}
