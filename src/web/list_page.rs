//! Long lists, page by page.

/// The last page of a list that an address may name; no list is longer, and a larger number would not fit a database.
const MOST_PAGES: u64 = 10_000;

/// One page of a list, fifty rows on each.
pub type ListPage = PageOf<50>;

/// One page of a list, so many rows on each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageOf<const ROWS: u64>(u64);

impl<const ROWS: u64> PageOf<ROWS> {
    /// The page that an address asks for; the first where it names none.
    #[must_use]
    pub fn asked(number: u64) -> Self {
        Self(number.clamp(1, MOST_PAGES))
    }

    /// How many pages a list of so many rows has; an empty one has one.
    #[must_use]
    pub fn pages(total: u64) -> u64 {
        total.div_ceil(ROWS).max(1)
    }

    /// The same page where a list of so many rows reaches that far, else its last one.
    #[must_use]
    pub fn within(self, total: u64) -> Self {
        Self(self.0.min(Self::pages(total)))
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// How many rows stand before it, and how many on it at most.
    #[must_use]
    pub const fn part(self) -> (u64, u64) {
        ((self.0 - 1) * ROWS, ROWS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_an_address_asks_for_a_page_that_there_is_is_shown() {
        for (asked, total, number, pages, skipped) in [
            (0, 0, 1, 1, 0),
            (1, 50, 1, 1, 0),
            (2, 50, 1, 1, 0),
            (2, 51, 2, 2, 50),
            (7, 120, 3, 3, 100),
            (u64::MAX, 120, 3, 3, 100),
        ] {
            let shown = ListPage::asked(asked).within(total);
            assert_eq!(
                (shown.number(), ListPage::pages(total), shown.part()),
                (number, pages, (skipped, 50)),
                "{asked} of {total}"
            );
        }
        assert_eq!(ListPage::asked(u64::MAX).part(), ((MOST_PAGES - 1) * 50, 50), "it fits a database");
    }
}
