//! Pages: what stands where. Measured first, so that spare room is shared out between the parts and nothing is ever cut.

use std::ops::Range;

use krilla::tagging::{Tag, TagGroup, TagKind};

use super::fonts::Faces;
use super::foot::{Foot, Footer};
use super::pen::{AREAS, GILT, Pen, RED, RULE, SOFT, Side, Style, length};
use super::runs::{self, Line, set, wrap};
use super::table::{Place, ROW, Table, stand};
use super::{CannotDraw, Sheet, file};

/// A4 upright, in points.
pub(super) const PAGE: (f32, f32) = (595.276, 841.89);
/// Where text begins and how wide it may be.
pub(super) const LEFT: f32 = 60.0;
pub(super) const WIDTH: f32 = PAGE.0 - 2.0 * LEFT;
const MIDDLE: f32 = PAGE.0 / 2.0;
/// From the page's edge to the frame.
const EDGE: f32 = 26.0;
/// The first and the last point of what stands within the frame.
const TOP: f32 = 57.0;
const BOTTOM: f32 = PAGE.1 - 44.0;
/// Where further pages begin their table, and end it.
const FURTHER: (f32, f32) = (136.0, PAGE.1 - 66.0);

const TITLE: f32 = 36.0;
const NAME: f32 = 32.0;
const SENTENCE: f32 = 14.0;
const LEVEL: f32 = 12.5;

/// Parts of the first page from top to bottom: least points before it, and its share of what is spare.
const GAPS: [(f32, f32); 10] = [
    (0.0, 1.0),  // bank
    (6.0, 1.0),  // title
    (8.0, 1.0),  // ornament
    (10.0, 2.5), // name
    (6.0, 1.5),  // sentence
    (8.0, 2.0),  // figures
    (6.0, 1.0),  // levels
    (6.0, 2.0),  // table
    (12.0, 3.0), // foot
    (8.0, 1.5),  // footer
];

/// The first page, measured.
pub(super) struct First<'a> {
    sheet: &'a Sheet<'a>,
    table: &'a Table,
    title: (Line, f32),
    name: (Vec<Line>, f32),
    sentence: Vec<Line>,
    levels: Vec<Line>,
    overleaf: Vec<Line>,
    foot: Foot,
    footer: Footer,
    /// Whether the table stands here, and how high its rows are.
    row: Option<f32>,
    /// Points before each part.
    gaps: [f32; 10],
}

impl<'a> First<'a> {
    pub fn measure(sheet: &'a Sheet<'a>, faces: &Faces<'_>, table: &'a Table) -> Result<Self, CannotDraw> {
        let words = sheet.words;
        let title = set(faces, &sheet.facts.kind.title)?;
        let title_size = TITLE.min(TITLE * WIDTH / title_style(TITLE).width(&title).max(1.0));
        let mut levels = Vec::new();
        for level in &words.levels {
            levels.extend(wrap(faces, level, LEVEL, WIDTH)?);
        }
        let mut first = Self {
            sheet,
            table,
            title: (title, title_size),
            name: runs::name(faces, &sheet.facts.name, NAME, WIDTH - 20.0)?,
            sentence: wrap(faces, &words.sentence, SENTENCE, WIDTH - 20.0)?,
            levels,
            overleaf: wrap(faces, &words.overleaf, SENTENCE, WIDTH - 20.0)?,
            foot: Foot::measure(sheet, faces)?,
            footer: Footer::measure(sheet, faces)?,
            row: Some(ROW.start),
            gaps: GAPS.map(|(least, _)| least),
        };
        first.share()?;
        Ok(first)
    }

    /// Whether the table of units stands on this page.
    pub const fn holds_table(&self) -> bool {
        self.row.is_some()
    }

    /// Gives rows and gaps what is spare; moves the table to a page of its own where it does not fit.
    fn share(&mut self) -> Result<(), CannotDraw> {
        let mut spare = self.spare();
        if spare < 0.0 {
            self.row = None;
            spare = self.spare();
        }
        if spare < 0.0 {
            return Err(CannotDraw::Full);
        }
        if let Some(row) = self.row.as_mut() {
            let more = (spare / 2.0 / length(self.table.len().max(1))).min(ROW.end - ROW.start);
            *row += more;
            spare -= more * length(self.table.len());
        }
        let shares: f32 = GAPS.iter().map(|(_, share)| share).sum();
        for (gap, (_, share)) in self.gaps.iter_mut().zip(GAPS) {
            *gap += spare * share / shares;
        }
        Ok(())
    }

    fn spare(&self) -> f32 {
        BOTTOM - TOP - self.heights().iter().sum::<f32>() - self.gaps.iter().sum::<f32>()
    }

    fn heights(&self) -> [f32; 10] {
        let table = match self.row {
            Some(row) => self.table.height(0..self.table.len(), row),
            None => length(self.overleaf.len()) * 22.0,
        };
        [
            16.0,
            self.title.1 * 1.1,
            8.0,
            length(self.name.0.len()) * self.name.1 * 1.2 + 8.0,
            length(self.sentence.len()) * SENTENCE * 1.55,
            44.0,
            length(self.levels.len()) * 19.0,
            table,
            self.foot.height,
            self.footer.height,
        ]
    }

    /// Draws it, and adds its structure in the order in which it is read; rows of the table go into `body`.
    pub fn draw(
        &self,
        pen: &mut Pen<'_, '_>,
        page: (usize, usize),
        groups: &mut Vec<TagGroup>,
        body: &mut TagGroup,
    ) -> Result<(), CannotDraw> {
        frame(pen, page)?;
        let mut tops = [TOP; 10];
        let mut y = TOP;
        for ((top, gap), height) in tops.iter_mut().zip(self.gaps).zip(self.heights()) {
            *top = y + gap;
            y = *top + height;
        }
        let [bank, title, ornament, name, sentence, figures, levels, table, foot, footer] = tops;
        let (words, facts) = (self.sheet.words, self.sheet.facts);
        let mut small = Style::soft(14.0);
        small.apart = 0.12;
        groups.push(pen.text(Tag::P, &words.bank, (MIDDLE, stand(bank, 16.0, 14.0)), Side::Middle, small)?);
        let (line, size) = &self.title;
        let mut group = TagGroup::new(Tag::Hn(file::level(1), Some(facts.kind.title.clone())));
        pen.line(&mut group, line, (MIDDLE, stand(title, size * 1.1, *size)), Side::Middle, title_style(*size));
        groups.push(group);
        areas(pen, ornament + 4.0);
        groups.push(self.name(pen, name));
        groups.push(centred(pen, Tag::P, &self.sentence, sentence, (Style::plain(SENTENCE), SENTENCE * 1.55)));
        self.figures(pen, figures, groups)?;
        groups.push(centred(pen, Tag::P, &self.levels, levels, (Style::plain(LEVEL), 19.0)));
        match self.row {
            Some(row) => {
                let place = Place { left: LEFT, top: table, row };
                let mut whole = TagGroup::new(Tag::Table);
                whole.push(self.table.head(pen, place));
                self.table.rows(pen, place, 0..self.table.len(), body);
                groups.push(whole);
            }
            None => groups.push(centred(pen, Tag::P, &self.overleaf, table, (Style::plain(SENTENCE), 22.0))),
        }
        self.foot.agency(pen, self.sheet, foot, groups)?;
        groups.push(self.footer.code(pen, footer));
        self.foot.code(pen, self.sheet, foot, groups);
        groups.extend(self.footer.rest(pen, footer));
        Ok(())
    }

    /// The name, and the line that it stands on.
    fn name(&self, pen: &mut Pen<'_, '_>, top: f32) -> TagGroup {
        let (lines, size) = &self.name;
        let style = Style { heavy: 0.012, apart: if lines.len() == 1 { 0.04 } else { 0.0 }, ..Style::plain(*size) };
        let group = pen.lines(Tag::P, lines, (MIDDLE, stand(top, size * 1.2, *size)), Side::Middle, (style, size * 1.2));
        let below = top + length(lines.len()) * size * 1.2 + 6.0;
        let half = lines.iter().fold(120.0_f32, |half, line| half.max(style.width(line) / 2.0 + 12.0));
        pen.ornament(|pen| pen.rule((MIDDLE - half, below), (MIDDLE + half, below), 0.8, RULE));
        group
    }

    /// Figures side by side, what each counts below it.
    fn figures(&self, pen: &mut Pen<'_, '_>, top: f32, groups: &mut Vec<TagGroup>) -> Result<(), CannotDraw> {
        let figures = &self.sheet.words.figures;
        let wide = (WIDTH / length(figures.len().max(1))).min(130.0);
        let left = MIDDLE - wide * length(figures.len()) / 2.0;
        for (at, (figure, what)) in figures.iter().enumerate() {
            let x = left + wide * (length(at) + 0.5);
            let mut group = TagGroup::new(Tag::P);
            let style = Style { heavy: 0.014, ..Style::plain(20.0) };
            pen.line(&mut group, &set(pen.faces, figure)?, (x, stand(top, 24.0, 20.0)), Side::Middle, style);
            pen.line(&mut group, &set(pen.faces, what)?, (x, stand(top + 25.0, 18.0, 12.0)), Side::Middle, Style::soft(12.0));
            groups.push(group);
            if at > 0 {
                let x = left + wide * length(at);
                pen.ornament(|pen| pen.rule((x, top + 6.0), (x, top + 38.0), 0.6, RULE));
            }
        }
        Ok(())
    }
}

/// Which rows stand on which further page.
pub(super) fn parts_of(table: &Table) -> Vec<Range<usize>> {
    let (mut parts, mut from) = (Vec::new(), 0);
    for to in 1..=table.len() {
        let is_full = table.height(from..to, ROW.end) > FURTHER.1 - FURTHER.0;
        if is_full && to - 1 > from {
            parts.push(from..to - 1);
            from = to - 1;
        }
    }
    parts.push(from..table.len());
    parts
}

/// A further page: a part of the table, and whose it is.
pub(super) fn further(
    pen: &mut Pen<'_, '_>,
    sheet: &Sheet<'_>,
    table: &Table,
    rows: Range<usize>,
    page: (usize, usize),
    groups: &mut Vec<TagGroup>,
    body: &mut TagGroup,
) -> Result<(), CannotDraw> {
    frame(pen, page)?;
    let facts = sheet.facts;
    let place = Place { left: LEFT, top: FURTHER.0, row: ROW.end };
    let style = Style { colour: RED, heavy: 0.016, apart: 0.08, ..Style::plain(20.0) };
    let (at, whose) = ((LEFT, 92.0), format!("{} · {}", facts.kind.title, facts.number.spaced()));
    if rows.start == 0 {
        groups.push(pen.text(
            Tag::Hn(file::level(2), Some(sheet.words.courses.clone())),
            &sheet.words.courses,
            at,
            Side::Start,
            style,
        )?);
        groups.push(pen.text(Tag::P, &whose, (LEFT, 116.0), Side::Start, Style::soft(12.5))?);
        let mut whole = TagGroup::new(Tag::Table);
        whole.push(table.head(pen, place));
        groups.push(whole);
    } else {
        pen.aside(&sheet.words.courses, at, Side::Start, style)?;
        pen.aside(&whose, (LEFT, 116.0), Side::Start, Style::soft(12.5))?;
        table.head_again(pen, place)?;
    }
    table.rows(pen, place, rows, body);
    Ok(())
}

/// Puts the rows into the one table there is.
pub(super) fn close_table(groups: &mut [TagGroup], body: TagGroup) {
    if let Some(table) = groups.iter_mut().find(|group| matches!(group.tag, TagKind::Table(_))) {
        table.push(body);
    }
}

/// Lines around the middle of the page.
fn centred(pen: &mut Pen<'_, '_>, tag: impl Into<TagKind>, lines: &[Line], top: f32, (style, leading): (Style, f32)) -> TagGroup {
    pen.lines(tag, lines, (MIDDLE, stand(top, leading, style.size)), Side::Middle, (style, leading))
}

/// The frame: the learner card's edge with its bar above, the passbook's line within; and which page of how many, where there are more.
fn frame(pen: &mut Pen<'_, '_>, (page, pages): (usize, usize)) -> Result<(), CannotDraw> {
    let (right, bottom) = (PAGE.0 - EDGE, PAGE.1 - EDGE);
    pen.ornament(|pen| {
        pen.bar((EDGE, EDGE, right, EDGE + 11.0), 8.0, RED);
        pen.frame((EDGE, EDGE, right, bottom), 8.0, (1.6, RED));
        pen.frame((EDGE + 6.0, EDGE + 17.0, right - 6.0, bottom - 6.0), 4.0, (0.7, GILT));
    });
    if pages > 1 {
        let style = Style { colour: SOFT, ..Style::plain(11.0) };
        pen.aside(&format!("{page} / {pages}"), (PAGE.0 - LEFT, EDGE + 36.0), Side::End, style)?;
    }
    Ok(())
}

/// The seven areas of the curriculum between two pairs of lines.
fn areas(pen: &mut Pen<'_, '_>, y: f32) {
    pen.ornament(|pen| {
        for (at, colour) in AREAS.into_iter().enumerate() {
            pen.dot((MIDDLE + (length(at) - 3.0) * 15.0, y), 3.0, colour);
        }
        for (from, to) in [(-160.0, -62.0), (62.0, 160.0)] {
            pen.rule((MIDDLE + from, y - 1.3), (MIDDLE + to, y - 1.3), 0.8, RED);
            pen.rule((MIDDLE + from, y + 1.3), (MIDDLE + to, y + 1.3), 0.8, RED);
        }
    });
}

const fn title_style(size: f32) -> Style {
    Style { size, colour: RED, apart: 0.16, heavy: 0.022 }
}
