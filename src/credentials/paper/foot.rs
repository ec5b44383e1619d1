//! The foot of the first page: the code, how it is verified, and who stands for it.

use krilla::tagging::{Tag, TagGroup};

use super::fonts::Faces;
use super::layout::{LEFT, WIDTH};
use super::pen::{self, Pen, RULE, Side, Style, length};
use super::runs::{Line, set, wrap};
use super::table::stand;
use super::{CannotDraw, Sheet};

/// The code's side: 36.3 mm, and its quiet zone beyond that.
const CODE: f32 = 103.0;
/// Where the words beside the code begin, and how wide they may be.
const WORDS: (f32, f32) = (LEFT + CODE + 13.0, 168.5);
/// Around which point and how wide the agency stands.
const AGENCY: (f32, f32) = (LEFT + WIDTH - AGENCY_WIDTH / 2.0, AGENCY_WIDTH);
const AGENCY_WIDTH: f32 = 182.0;
/// The room of the seal: 36 mm, and a little around it.
const SEAL: f32 = 108.0;
/// The footer's lines.
const SMALL: Style = Style::soft(12.0);
const LEADING: f32 = 17.0;
/// Points between two texts in one line.
const BETWEEN: f32 = 26.0;

/// The foot, measured.
pub(super) struct Foot {
    /// In points.
    pub height: f32,
    words: Vec<Vec<Part>>,
    agency: Vec<Part>,
    note: Vec<Part>,
    /// Height of the agency's column.
    right: f32,
}

/// The last lines of the first page: what the certificate is not, the agency's code, whom to ring.
pub(super) struct Footer {
    /// In points.
    pub height: f32,
    not: Vec<Line>,
    code: Line,
    mistakes: Vec<Line>,
}

/// A line with its style and the room it takes.
struct Part {
    line: Line,
    style: Style,
    leading: f32,
}

impl Foot {
    pub fn measure(sheet: &Sheet<'_>, faces: &Faces<'_>) -> Result<Self, CannotDraw> {
        let (words, facts) = (sheet.words, sheet.facts);
        let one = |text: &str, style: Style, leading: f32| Ok::<_, CannotDraw>(Part { line: set(faces, text)?, style, leading });
        let many = |text: &str, style: Style, leading: f32, width: f32| {
            let lines = wrap(faces, text, style.size, width)?;
            Ok::<_, CannotDraw>(lines.into_iter().map(|line| Part { line, style, leading }).collect::<Vec<_>>())
        };
        let (soft, plain) = (Style::soft(12.0), Style::plain(12.5));
        let dashed = facts.code.dashed();
        let (first, second) = dashed.split_at_checked(14).unwrap_or((&dashed, ""));
        let beside = vec![
            vec![
                one(&words.number, soft, 15.0)?,
                one(&facts.number.spaced(), Style { heavy: 0.012, ..Style::plain(14.0) }, 20.0)?,
            ],
            vec![one(&words.code, soft, 15.5)?, one(first, plain, 15.5)?, one(second, plain, 20.0)?],
            many(&words.scan, soft, 15.5, WORDS.1)?,
        ];
        let mut agency = many(&facts.agency.name, Style { heavy: 0.012, ..Style::plain(14.0) }, 19.0, AGENCY.1)?;
        agency.push(one(&words.day, Style::plain(13.5), 19.0)?);
        if let Some(version) = &words.version {
            agency.extend(many(version, soft, 16.0, AGENCY.1)?);
        }
        let note = if sheet.seal.is_some() { many(&words.seal_note, soft, 16.0, AGENCY.1)? } else { Vec::new() };
        let seal = if sheet.seal.is_some() { SEAL } else { 0.0 };
        let right = height_of(&agency).max(seal) + height_of(&note);
        let height = height_of(beside.iter().flatten()).max(CODE).max(right);
        Ok(Self { height, words: beside, agency, note, right })
    }

    /// Draws the agency, its day and its seal. The seal lies below the letters, as it is pressed over them; it is read after them.
    pub fn agency(
        &self,
        pen: &mut Pen<'_, '_>,
        sheet: &Sheet<'_>,
        top: f32,
        groups: &mut Vec<TagGroup>,
    ) -> Result<(), CannotDraw> {
        let right = top + (self.height - self.right) / 2.0;
        let above = self.right - height_of(&self.note);
        let seal = match sheet.seal {
            Some(bytes) => {
                Some(pen.picture(&sheet.words.seal, &pen::seal_of(bytes)?, (AGENCY.0, right + above / 2.0), SEAL - 6.0))
            }
            None => None,
        };
        let mut group = TagGroup::new(Tag::P);
        down(pen, &mut group, &self.agency, (AGENCY.0, right + (above - height_of(&self.agency)) / 2.0), Side::Middle);
        groups.push(group);
        groups.extend(seal);
        if !self.note.is_empty() {
            let mut group = TagGroup::new(Tag::P);
            down(pen, &mut group, &self.note, (AGENCY.0, right + above), Side::Middle);
            groups.push(group);
        }
        Ok(())
    }

    /// Draws the code, and beside it what it is and how it is verified.
    pub fn code(&self, pen: &mut Pen<'_, '_>, sheet: &Sheet<'_>, top: f32, groups: &mut Vec<TagGroup>) {
        let code_top = top + (self.height - CODE) / 2.0;
        groups.push(pen.code(&sheet.words.code_picture, sheet.symbol, (LEFT, code_top), CODE));
        let mut y = top + ((self.height - height_of(self.words.iter().flatten())) / 2.0).max(0.0);
        for parts in &self.words {
            let mut group = TagGroup::new(Tag::P);
            y = down(pen, &mut group, parts, (WORDS.0, y), Side::Start);
            groups.push(group);
        }
    }
}

impl Footer {
    pub fn measure(sheet: &Sheet<'_>, faces: &Faces<'_>) -> Result<Self, CannotDraw> {
        let words = sheet.words;
        let not = wrap(faces, &sheet.facts.kind.footer, SMALL.size, WIDTH)?;
        let code = set(faces, &words.credit_code.join(" "))?;
        let mistakes = wrap(faces, &words.mistakes, SMALL.size, WIDTH)?;
        let lines = not.len() + 1 + if stand_together(&code, &mistakes) { 0 } else { mistakes.len() };
        Ok(Self { height: 8.0 + length(lines) * LEADING, not, code, mistakes })
    }

    /// Where the code stands, and whom to ring.
    fn places(&self, top: f32) -> [(f32, f32, Side); 2] {
        let y = stand(top + 8.0, LEADING, SMALL.size) + length(self.not.len()) * LEADING;
        let middle = LEFT + WIDTH / 2.0;
        let Some(last) = self.mistakes.first().filter(|_| stand_together(&self.code, &self.mistakes)) else {
            return [(middle, y, Side::Middle), (middle, y + LEADING, Side::Middle)];
        };
        let left = middle - (SMALL.width(&self.code) + BETWEEN + SMALL.width(last)) / 2.0;
        [(left, y, Side::Start), (left + SMALL.width(&self.code) + BETWEEN, y, Side::Start)]
    }

    /// Draws the agency's code, which is read with the agency.
    pub fn code(&self, pen: &mut Pen<'_, '_>, top: f32) -> TagGroup {
        let [(x, y, side), _] = self.places(top);
        pen.lines(Tag::P, std::slice::from_ref(&self.code), (x, y), side, (SMALL, LEADING))
    }

    /// Draws what is read last: what the certificate is not, and whom to ring.
    pub fn rest(&self, pen: &mut Pen<'_, '_>, top: f32) -> [TagGroup; 2] {
        pen.ornament(|pen| pen.rule((LEFT, top), (LEFT + WIDTH, top), 0.6, RULE));
        let at = (LEFT + WIDTH / 2.0, stand(top + 8.0, LEADING, SMALL.size));
        let not = pen.lines(Tag::P, &self.not, at, Side::Middle, (SMALL, LEADING));
        let [_, (x, y, side)] = self.places(top);
        [not, pen.lines(Tag::P, &self.mistakes, (x, y), side, (SMALL, LEADING))]
    }
}

/// Whether the code and whom to ring stand in one line.
fn stand_together(code: &Line, mistakes: &[Line]) -> bool {
    matches!(mistakes, [one] if SMALL.width(code) + BETWEEN + SMALL.width(one) <= WIDTH)
}

/// Lines one below the other; where the next one begins.
fn down(pen: &mut Pen<'_, '_>, group: &mut TagGroup, parts: &[Part], (x, top): (f32, f32), side: Side) -> f32 {
    let mut y = top;
    for part in parts {
        pen.line(group, &part.line, (x, y + part.style.size * 0.92), side, part.style);
        y += part.leading;
    }
    y
}

fn height_of<'a>(parts: impl IntoIterator<Item = &'a Part>) -> f32 {
    parts.into_iter().map(|part| part.leading).sum()
}
