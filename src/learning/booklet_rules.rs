//! How much paper texts take: lines of square characters, things that stay whole, and pages that they fill. Points, 72 to an inch.

/// What fits on a page of A4 between its margins: 297 mm less 38 mm.
const PAGE: usize = 734;
/// A line of plain text.
pub(super) const LINE: usize = 26;

/// Something that is never cut in two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Whole {
    /// How high it is.
    pub points: usize,
    /// Whether it stands on one page with what follows it.
    pub leads: bool,
}

impl Whole {
    /// Something of this height.
    pub(super) const fn of(points: usize) -> Self {
        Self { points, leads: false }
    }

    /// A heading of this height.
    pub(super) const fn heading(points: usize) -> Self {
        Self { points, leads: true }
    }
}

/// The lines of a paragraph where a line holds `most` characters of full width. What is ASCII is about half as wide.
pub(super) fn lines(text: &str, most: usize) -> usize {
    let halves: usize = text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
    halves.div_ceil(most * 2).max(1)
}

/// The pages of sections that each begin a page.
pub(super) fn pages(sections: &[Vec<Whole>]) -> usize {
    sections.iter().map(|section| pages_of(section)).sum()
}

fn pages_of(section: &[Whole]) -> usize {
    let (mut count, mut filled, mut waiting) = (1, 0, 0);
    for whole in section {
        waiting += whole.points;
        if whole.leads {
            continue;
        }
        if filled > 0 && filled + waiting > PAGE {
            count += 1;
            filled = 0;
        }
        filled += waiting;
        waiting = 0;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_lines_are_counted_and_nothing_is_a_line_too() {
        for (text, expected) in [("", 1), ("一二三", 1), ("一二三四", 2), ("ab一二", 1), ("abc一二", 2)] {
            assert_eq!(lines(text, 3), expected, "{text}");
        }
    }

    #[test]
    fn what_does_not_fit_goes_to_the_next_page_whole_and_a_heading_with_it() {
        let half = Whole::of(PAGE / 2);
        assert_eq!(pages(&[vec![half, half]]), 1);
        assert_eq!(pages(&[vec![half, Whole::of(PAGE / 2 + 1)]]), 2);
        assert_eq!(pages(&[vec![half, Whole::of(PAGE / 2 - 20), Whole::heading(20), Whole::of(1)]]), 2);
        assert_eq!(pages(&[vec![], vec![half]]), 2, "a section begins a page");
        assert_eq!(pages(&[vec![Whole::of(PAGE * 2)]]), 1, "what is higher than a page is cut after all, and is not foreseen");
    }
}
