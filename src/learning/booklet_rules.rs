//! How much paper texts take: lines of square characters, things that stay whole, and pages that they fill. Points, 72 to an inch.

/// What fits on a page of A4 between its margins: 297 mm less 38 mm.
const PAGE: usize = 734;
/// A line of plain text.
pub(super) const LINE: usize = 26;

/// Something that is never cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// What is kept free between it and what stands above it; at the head of a page nothing.
    pub above: usize,
    /// How high it is.
    pub points: usize,
    /// Whether it stands on one page with what follows it.
    pub leads: bool,
}

impl Whole {
    /// Something of this height under a gap.
    pub(super) const fn of(above: usize, points: usize) -> Self {
        Self { above, points, leads: false }
    }

    /// A heading.
    pub(super) const fn heading(above: usize, points: usize) -> Self {
        Self { above, points, leads: true }
    }

    /// Both as one, the other below.
    pub(super) const fn with(self, other: Self) -> Self {
        Self { above: self.above, points: self.points + other.above + other.points, leads: other.leads }
    }
}

/// The lines of a paragraph where a line holds `most` characters of full width. What is ASCII is about half as wide, and of two marks
/// that stand side by side browsers close up the gap.
pub(super) fn lines(text: &str, most: usize) -> usize {
    let (mut halves, mut before) = (0_usize, ' ');
    for c in text.chars() {
        let closes_up = ends(before) && (ends(c) || begins(c)) || begins(before) && begins(c);
        halves += if c.is_ascii() || closes_up { 1 } else { 2 };
        before = c;
    }
    halves.div_ceil(most * 2).max(1)
}

/// Full stop, commas, closing brackets and quotation marks.
const fn ends(c: char) -> bool {
    matches!(
        c,
        '\u{3001}' | '\u{3002}' | '\u{ff0c}' | '\u{ff1b}' | '\u{ff1a}' | '\u{300b}' | '\u{300d}' | '\u{300f}' | '\u{ff09}'
    )
}

/// Opening brackets and quotation marks.
const fn begins(c: char) -> bool {
    matches!(c, '\u{300a}' | '\u{300c}' | '\u{300e}' | '\u{ff08}')
}

/// The pages of sections that each begin a page.
pub(super) fn pages(sections: &[Vec<Whole>]) -> usize {
    sections.iter().map(|section| pages_of(section)).sum()
}

fn pages_of(section: &[Whole]) -> usize {
    let (mut count, mut filled) = (1, 0);
    let mut waiting: Option<Whole> = None;
    for whole in section {
        let block = waiting.take().map_or(*whole, |heading| heading.with(*whole));
        if block.leads {
            waiting = Some(block);
        } else if filled > 0 && filled + block.above + block.points > PAGE {
            count += 1;
            filled = block.points;
        } else {
            filled += if filled > 0 { block.above + block.points } else { block.points };
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_lines_are_counted_and_nothing_is_a_line_too() {
        for (text, expected) in
            [("", 1), ("一二三", 1), ("一二三四", 2), ("ab一二", 1), ("abc一二", 2), ("一\u{300d}\u{3002}\u{300c}", 1)]
        {
            assert_eq!(lines(text, 3), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_goes_to_the_next_page_whole_and_a_heading_with_it() {
        let half = Whole::of(0, PAGE / 2);
        assert_eq!(pages(&[vec![half, half]]), 1);
        assert_eq!(pages(&[vec![half, Whole::of(1, PAGE / 2)]]), 2);
        assert_eq!(pages(&[vec![Whole::of(9, PAGE), Whole::of(9, PAGE)]]), 2, "nothing is kept free at the head of a page");
        assert_eq!(pages(&[vec![half, Whole::of(0, PAGE / 2 - 20), Whole::heading(0, 20), Whole::of(0, 1)]]), 2);
        assert_eq!(pages(&[vec![half, Whole::of(0, PAGE / 2 - 20), Whole::heading(0, 19), Whole::of(0, 1)]]), 1);
        assert_eq!(pages(&[vec![], vec![half]]), 2, "a section begins a page");
    }
}
