//! One line of a roll becomes a result to be credited, or what is wrong with it.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::roll::Problem;
use super::rules::{MOST_NUMBER, thousandths};
use super::words::HEADINGS;
use crate::kernel::{CardNumber, Day, LearnerId};
use crate::recognition;
use crate::web::{day_in, text};

/// A column of a roll. All are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Whose result: the number of a card, or a learner's number.
    Who,
    /// The partner's number of it.
    Number,
    /// What it is worth there.
    Value,
    /// The day on which it was passed.
    Day,
}

impl Column {
    /// All of them, in the order of an empty form.
    pub(super) const ALL: [Self; 4] = [Self::Who, Self::Number, Self::Value, Self::Day];

    /// What stands above it in an empty form.
    pub(super) fn heading(self) -> &'static str {
        let of = |(column, words): &(Self, &'static [&'static str])| (*column == self).then(|| words.first().copied());
        HEADINGS.iter().find_map(of).flatten().unwrap_or_default()
    }
}

/// Why a first line does not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WrongHead {
    /// This column is missing.
    Missing(Column),
    /// This column stands there twice.
    Twice(Column),
}

/// Which column stands where. Columns that are not asked for are left alone.
///
/// # Errors
/// [`WrongHead`].
pub fn read_head(cells: &[String]) -> Result<Vec<Option<Column>>, WrongHead> {
    let of = |cell: &String| {
        let plain: String = cell.nfkc().filter(|c| !c.is_whitespace()).collect();
        HEADINGS.iter().find(|(_, words)| words.contains(&plain.as_str())).map(|(column, _)| *column)
    };
    let head: Vec<Option<Column>> = cells.iter().map(of).collect();
    for column in Column::ALL {
        match head.iter().filter(|one| **one == Some(column)).count() {
            1 => {}
            0 => return Err(WrongHead::Missing(column)),
            _ => return Err(WrongHead::Twice(column)),
        }
    }
    Ok(head)
}

/// What a line says, in the form in which it is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Whose: ten digits of a card, or a learner's number; as it is written where it is neither.
    pub who: String,
    /// The partner's number.
    pub number: String,
    /// What it is worth, in thousandths of the partner's unit; nought where it cannot be read.
    pub value: i64,
    /// The day on which it was passed; empty where it cannot be read.
    pub day: String,
    /// What is wrong with it by itself, by its code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong: Option<String>,
}

/// Whose a line is.
pub(super) enum Named {
    Card(CardNumber),
    Learner(LearnerId),
}

impl Said {
    /// Whom it names.
    pub(super) fn named(&self) -> Option<Named> {
        if let Some(card) = CardNumber::parse(&self.who) {
            return Some(Named::Card(card));
        }
        self.who.parse().ok().map(Named::Learner)
    }

    /// What is wrong with it by itself.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.wrong.as_deref().and_then(Problem::from_code)
    }

    /// What of it anybody may see: what it is worth, of nobody.
    pub(super) fn without_person(self) -> Self {
        Self { value: self.value, ..Self::default() }
    }

    /// The day on which it was passed.
    pub(super) fn passed_on(&self) -> Option<Day> {
        Day::parse(&self.day)
    }
}

/// Reads the cells of one line, whose columns the head has named.
pub(super) fn parse(head: &[Option<Column>], cells: &[String], today: Day) -> Said {
    let cell = |wanted: Column| {
        let at = head.iter().position(|column| *column == Some(wanted));
        at.and_then(|at| cells.get(at)).map_or("", |text| text.trim())
    };
    let written = cell(Column::Who);
    let card = text::digits(written).filter(|digits| CardNumber::parse(digits).is_some());
    let who = card.unwrap_or_else(|| written.nfkc().collect::<String>().trim().to_lowercase());
    let number = cell(Column::Number).to_owned();
    let value: String = cell(Column::Value).nfkc().filter(|c| !c.is_whitespace()).collect();
    let (value, day) = (thousandths(&value), day_of(cell(Column::Day), today));
    let said = Said {
        who: who.chars().take(MOST_NUMBER).collect(),
        number: number.chars().take(MOST_NUMBER).collect(),
        value: value.unwrap_or_default(),
        day: day.map(|day| day.to_string()).unwrap_or_default(),
        wrong: None,
    };
    let problem = if said.who.is_empty() {
        Some(Problem::WhoEmpty)
    } else if said.named().is_none() {
        Some(Problem::WhoWrong)
    } else if recognition::normal_number(&number).is_empty() {
        Some(Problem::NumberEmpty)
    } else if number.chars().count() > MOST_NUMBER {
        Some(Problem::NumberLong)
    } else if value.is_none() {
        Some(Problem::ValueWrong)
    } else {
        match day {
            None => Some(Problem::DayWrong),
            Some(day) if day > today => Some(Problem::DayFuture),
            Some(_) => None,
        }
    };
    Said { wrong: problem.map(|problem| problem.code().to_owned()), ..said }
}

/// A day with its year: a list of results is no place for "today".
fn day_of(written: &str, today: Day) -> Option<Day> {
    let plain: String = written.nfkc().collect();
    let run = plain.trim();
    if run.len() == 8 && run.bytes().all(|byte| byte.is_ascii_digit()) {
        return Day::parse(&format!("{}-{}-{}", run.get(..4)?, run.get(4..6)?, run.get(6..)?));
    }
    let has_year = run.get(..4).is_some_and(|year| year.bytes().all(|byte| byte.is_ascii_digit()));
    day_in(run, today).filter(|_| has_year)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(cells: [&str; 4]) -> Said {
        let head = Column::ALL.map(Some);
        parse(&head, &cells.map(str::to_owned), Day::parse("2026-03-02").unwrap())
    }

    fn card() -> String {
        CardNumber::from_body(123).as_str().to_owned()
    }

    #[test]
    fn the_head_names_four_columns_wherever_they_stand() {
        let head = |cells: &[&str]| read_head(&cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>());
        let read = head(&["姓名", " 通过日期 ", "证书编号", "学员 卡号", "学分"]).unwrap();
        assert_eq!(read, [None, Some(Column::Day), Some(Column::Number), Some(Column::Who), Some(Column::Value)]);
        assert_eq!(head(&["学员", "证书编号", "学分"]), Err(WrongHead::Missing(Column::Day)));
        assert_eq!(head(&["学员", "卡号", "证书编号", "学分", "日期"]), Err(WrongHead::Twice(Column::Who)));
        for column in Column::ALL {
            assert!(!column.heading().is_empty());
        }
    }

    #[test]
    fn a_line_is_read_whole_or_what_is_wrong_is_named() {
        let spelt = format!("{} {}-{}", &card()[..3], &card()[3..6], &card()[6..]);
        let good = said([&spelt, "ZJ-2026-1", "１.5", "2026年1月8日"]);
        assert_eq!((good.who.as_str(), good.value, good.day.as_str(), good.wrong), (card().as_str(), 1500, "2026-01-08", None));
        let id = "01980000-0000-7000-8000-000000000000";
        assert!(said([id, "1", "1", "20260108"]).wrong.is_none());
        let cases = [
            (["", "1", "1", "2026-01-08"], Problem::WhoEmpty),
            (["1234567890", "1", "1", "2026-01-08"], Problem::WhoWrong),
            (["王桂英", "1", "1", "2026-01-08"], Problem::WhoWrong),
            ([id, " - ", "1", "2026-01-08"], Problem::NumberEmpty),
            ([id, "\u{13C3}J-2026-1", "1", "2026-01-08"], Problem::NumberEmpty),
            ([id, &"9".repeat(61), "1", "2026-01-08"], Problem::NumberLong),
            ([id, "1", "0", "2026-01-08"], Problem::ValueWrong),
            ([id, "1", "A", "2026-01-08"], Problem::ValueWrong),
            ([id, "1", "1", ""], Problem::DayWrong),
            ([id, "1", "1", "今天"], Problem::DayWrong),
            ([id, "1", "1", "2026-02-30"], Problem::DayWrong),
            ([id, "1", "1", "2026-03-03"], Problem::DayFuture),
        ];
        for (cells, problem) in cases {
            assert_eq!(said(cells).problem(), Some(problem), "{cells:?}");
        }
    }
}
