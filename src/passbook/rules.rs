//! How amounts are shown: 格, and hours out of minutes.

use crate::kernel::{Cells, Credits, Day, TransferId};

/// How far the next whole credit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TowardsCredit {
    /// Full 格 of those that are drawn, as many as make a credit: all just when a credit is whole.
    pub full: i64,
    /// 格 still missing.
    pub missing: i64,
    /// The whole credits that there will be then.
    pub credits: i64,
}

/// How far the next whole credit is from `total`.
#[must_use]
pub const fn towards_credit(total: Credits, cells: Cells) -> TowardsCredit {
    let (held, all) = (cells.full(total), cells.per_credit());
    let full = if held > 0 && held % all == 0 { all } else { held % all };
    TowardsCredit { full, missing: all - held % all, credits: held / all + 1 }
}

/// 学时 out of minutes, to a tenth rounded down: `4`, `2.5`.
#[must_use]
pub fn class_hours(minutes: i64, minutes_per_hour: i64) -> String {
    let tenths = minutes.max(0).saturating_mul(10) / minutes_per_hour.max(1);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => whole.to_string(),
        (whole, rest) => format!("{whole}.{rest}"),
    }
}

/// The number of a printed sheet: the day it was made, and four digits of the newest line in the book then.
#[must_use]
pub fn sheet_number(made: Day, newest: Option<TransferId>) -> String {
    let (year, month, day) = made.parts();
    let digits = newest.map_or(0, |transfer| transfer.uuid().as_u128() % 10_000);
    format!("{year:04}\u{a0}{month:02}{day:02}\u{a0}{digits:04}")
}

/// The part of a list that stands on page `number` of pages of `most`, and how many pages there are.
#[must_use]
pub fn page_of<T>(list: &[T], number: usize, most: usize) -> (&[T], usize) {
    let pages = list.len().div_ceil(most.max(1)).max(1);
    let at = number.clamp(1, pages) - 1;
    (list.chunks(most.max(1)).nth(at).unwrap_or_default(), pages)
}

/// A list cut into printed sheets, of which the first holds fewer rows than the others; an empty list is one empty sheet.
#[must_use]
pub fn sheets<T>(list: &[T], first: usize, rest: usize) -> Vec<&[T]> {
    let (head, tail) = list.split_at_checked(first).unwrap_or((list, &[]));
    std::iter::once(head).chain(tail.chunks(rest.max(1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milli(milli: i64) -> Credits {
        Credits::from_milli(milli).unwrap()
    }

    #[test]
    fn four_cells_lead_to_a_credit() {
        let quarters = Cells::new(1000, 4).unwrap();
        // Milli-credits; full cells, missing cells, credits then.
        let cases =
            [(0, 0, 4, 1), (250, 1, 3, 1), (750, 3, 1, 1), (1000, 4, 4, 2), (1250, 1, 3, 2), (1100, 4, 4, 2), (5750, 3, 1, 6)];
        for (total, full, missing, credits) in cases {
            assert_eq!(towards_credit(milli(total), quarters), TowardsCredit { full, missing, credits }, "{total}");
        }
    }

    #[test]
    fn a_long_list_is_cut_into_pages_and_a_page_beyond_the_last_is_the_last() {
        let list: Vec<u32> = (1..=7).collect();
        assert_eq!(page_of(&list, 1, 3), (&[1, 2, 3][..], 3));
        assert_eq!((page_of(&list, 3, 3), page_of(&list, 9, 3)), ((&[7][..], 3), (&[7][..], 3)));
        assert_eq!(page_of(&list, 0, 3).0, [1, 2, 3]);
        assert_eq!(page_of::<u32>(&[], 1, 3), (&[][..], 1));
    }

    #[test]
    fn every_row_stands_on_one_sheet_and_there_is_always_a_first() {
        for rows in 0..40_usize {
            let list: Vec<usize> = (0..rows).collect();
            let cut = sheets(&list, 6, 9);
            assert_eq!(cut.concat(), list);
            assert_eq!(cut.len(), 1 + rows.saturating_sub(6).div_ceil(9), "{rows}");
        }
    }

    #[test]
    fn a_sheet_is_numbered_by_its_day_and_the_newest_line() {
        let day = Day::parse("2026-08-06").unwrap();
        assert_eq!(sheet_number(day, None), "2026\u{a0}0806\u{a0}0000");
        let transfer = TransferId::from_uuid(uuid::Uuid::from_u128(9_120_417));
        assert_eq!(sheet_number(day, Some(transfer)), "2026\u{a0}0806\u{a0}0417");
    }

    #[test]
    fn hours_are_shown_to_a_tenth() {
        let cases = [(180, 45, "4"), (0, 45, "0"), (112, 45, "2.4"), (113, 45, "2.5"), (90, 0, "90"), (-1, 45, "0")];
        for (minutes, per_hour, text) in cases {
            assert_eq!(class_hours(minutes, per_hour), text, "{minutes}");
        }
    }
}
