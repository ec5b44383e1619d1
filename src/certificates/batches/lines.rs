//! One line of a batch, as somebody writes it.

use unicode_normalization::UnicodeNormalization;

use super::batch::{BatchColumn, BatchProblem, BatchSaid};
use super::words::HEADINGS;
use crate::kernel::CardNumber;
use crate::web::text;

/// Characters of a cell that are kept.
const MOST_CELL: usize = 60;

impl BatchColumn {
    /// All of them, in the order of an empty form.
    pub(in crate::certificates) const ALL: [Self; 2] = [Self::Who, Self::Name];

    /// What stands above it in an empty form.
    pub(in crate::certificates) fn heading(self) -> &'static str {
        let of = |(column, words): &(Self, &'static [&'static str])| (*column == self).then(|| words.first().copied());
        HEADINGS.iter().find_map(of).flatten().unwrap_or_default()
    }
}

/// Why a first line does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongHead {
    /// This column is missing.
    Missing(BatchColumn),
    /// This column stands there twice.
    Twice(BatchColumn),
}

/// Which column stands where. Columns that are not asked for are left alone.
///
/// # Errors
/// [`WrongHead`].
pub fn read_batch_head(cells: &[String]) -> Result<Vec<Option<BatchColumn>>, WrongHead> {
    let of = |cell: &String| {
        let plain: String = cell.nfkc().filter(|c| !c.is_whitespace()).collect();
        HEADINGS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(column, _)| *column)
    };
    let head: Vec<Option<BatchColumn>> = cells.iter().map(of).collect();
    for column in BatchColumn::ALL {
        match head.iter().filter(|one| **one == Some(column)).count() {
            1 => {}
            0 if column == BatchColumn::Name => {}
            0 => return Err(WrongHead::Missing(column)),
            _ => return Err(WrongHead::Twice(column)),
        }
    }
    Ok(head)
}

/// Reads the cells of one line, whose columns the head has named.
#[must_use]
pub fn read_batch_line(head: &[Option<BatchColumn>], cells: &[String]) -> BatchSaid {
    let cell = |wanted: BatchColumn| {
        let at = head.iter().position(|column| *column == Some(wanted));
        at.and_then(|at| cells.get(at)).map_or("", |text| text.trim())
    };
    said_of(cell(BatchColumn::Who), cell(BatchColumn::Name))
}

/// What these words say, as a program or a list writes them.
#[must_use]
pub fn said_of(written: &str, name: &str) -> BatchSaid {
    let card = text::digits(written).filter(|digits| CardNumber::parse(digits).is_some());
    let who = card.unwrap_or_else(|| written.nfkc().collect::<String>().trim().to_lowercase());
    let said = BatchSaid {
        who: who.chars().take(MOST_CELL).collect(),
        name: name.trim().chars().take(MOST_CELL).collect(),
        ..BatchSaid::default()
    };
    let problem = if said.who.is_empty() {
        Some(BatchProblem::WhoEmpty)
    } else if said.named().is_none() {
        Some(BatchProblem::WhoWrong)
    } else {
        None
    };
    BatchSaid { wrong: problem.map(|problem| problem.code().to_owned()), ..said }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(cells: &[&str]) -> Result<Vec<Option<BatchColumn>>, WrongHead> {
        read_batch_head(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_head_names_whom_and_may_name_how_they_are_called() {
        assert_eq!(head(&["序号", " 姓 名 ", "学员 卡号"]).unwrap(), [None, Some(BatchColumn::Name), Some(BatchColumn::Who)]);
        assert_eq!(head(&["学员"]).unwrap(), [Some(BatchColumn::Who)]);
        assert_eq!(head(&["姓名"]), Err(WrongHead::Missing(BatchColumn::Who)));
        assert_eq!(head(&["学员", "卡号"]), Err(WrongHead::Twice(BatchColumn::Who)));
        for column in BatchColumn::ALL {
            assert!(!column.heading().is_empty());
        }
    }

    #[test]
    fn a_line_is_read_whole_or_what_is_wrong_is_named() {
        let card = CardNumber::from_body(123).as_str().to_owned();
        let spelt = format!("{} {}-{}", &card[..3], &card[3..6], &card[6..]);
        let read = |who: &str, name: &str| read_batch_line(&BatchColumn::ALL.map(Some), &[who.to_owned(), name.to_owned()]);
        let good = read(&spelt, " 王桂英 ");
        assert_eq!((good.who.as_str(), good.name.as_str(), good.wrong.as_deref()), (card.as_str(), "王桂英", None));
        assert!(read("01980000-0000-7000-8000-000000000000", "").wrong.is_none());
        for (who, problem) in
            [(" ", BatchProblem::WhoEmpty), ("1234567890", BatchProblem::WhoWrong), ("王桂英", BatchProblem::WhoWrong)]
        {
            assert_eq!(read(who, "").problem(), Some(problem), "{who}");
        }
        assert_eq!(read_batch_line(&[None], &[]).problem(), Some(BatchProblem::WhoEmpty));
    }
}
