//! One line of a list becomes somebody to be enrolled, or is told what is wrong with it: column by column, each with a way to mend it.

use serde::{Deserialize, Serialize};

use super::columns::Column;
use super::words::{DATE_MARKS, FONTS, GROUPS, NO_PHONE};
use crate::identity::{BirthYear, DocumentNumber, Majority, PersonName, Phone, Wrong, parse_born};
use crate::kernel::{Day, Group};

/// Something to be said of a line. It never holds what stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// In which column.
    #[serde(rename = "c")]
    pub column: String,
    /// The message's key.
    #[serde(rename = "k")]
    pub key: String,
    /// A figure that the message names: how many digits stand there, which other line.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// Somebody registered who may be the same person, by id.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
}

impl Problem {
    /// What is wrong in a column.
    #[must_use]
    pub fn at(column: Column, key: &str, number: Option<i64>) -> Self {
        Self { column: column.code().to_owned(), key: key.to_owned(), number, who: None }
    }

    fn of(column: Column, wrong: Wrong) -> Self {
        Self::at(column, wrong.message, wrong.count)
    }
}

/// What a line says of somebody, in the form in which it is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The name.
    pub name: String,
    /// The year of birth; only this of the day is kept.
    pub year: i64,
    /// The phone.
    pub phone: Option<String>,
    /// The code of the place where they live; empty until it was looked up.
    pub place: String,
    /// The reading list.
    pub group: Option<Group>,
    /// The text size.
    pub font: String,
    /// The identity number.
    pub document: Option<String>,
}

/// A line as it was read: what it says, where the place's name stands, and what is wrong.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What is right of it.
    pub said: Said,
    /// The place as it is written there; empty: the list's own.
    pub place_written: String,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// Reads the cells of one line, whose columns the head has named.
#[must_use]
pub fn parse(head: &[Option<Column>], cells: &[String], today: Day) -> Parsed {
    let cell = |wanted: Column| {
        let at = head.iter().position(|column| *column == Some(wanted));
        at.and_then(|at| cells.get(at)).map_or("", |text| text.trim())
    };
    let mut parsed = Parsed { said: Said { font: "normal".to_owned(), ..Said::default() }, ..Parsed::default() };
    let problems = &mut parsed.problems;
    match PersonName::parse(cell(Column::Name)) {
        Ok(name) => parsed.said.name = name.as_str().to_owned(),
        Err(wrong) => problems.push(Problem::of(Column::Name, wrong)),
    }
    match birth(cell(Column::Birth), today) {
        Ok(year) => parsed.said.year = year.value(),
        Err(problem) => problems.push(problem),
    }
    match cell(Column::Phone) {
        none if none.is_empty() || NO_PHONE.contains(&none) => {}
        typed => match Phone::parse(typed) {
            Ok(phone) => parsed.said.phone = Some(phone.as_str().to_owned()),
            Err(wrong) => problems.push(Problem::of(Column::Phone, wrong)),
        },
    }
    match cell(Column::Group) {
        "" => {}
        word => match GROUPS.iter().find(|(name, _)| *name == word) {
            Some((_, group)) => parsed.said.group = Some(*group),
            None => problems.push(Problem::at(Column::Group, "enrolment-row-group", None)),
        },
    }
    match cell(Column::Font) {
        "" => {}
        word => match FONTS.iter().find(|(name, _)| *name == word) {
            Some((_, font)) => parsed.said.font = (*font).to_owned(),
            None => problems.push(Problem::at(Column::Font, "enrolment-row-font", None)),
        },
    }
    match cell(Column::Document) {
        "" => {}
        typed => match document(typed, parsed.said.year, today) {
            Ok(number) => parsed.said.document = Some(number.as_str().to_owned()),
            Err(problem) => problems.push(problem),
        },
    }
    parsed.place_written = cell(Column::Place).to_owned();
    parsed
}

/// The year in `1951`, `1951-3-8`, `1951年3月8日`, `19510308`. Of the day only the year is kept.
fn birth(written: &str, today: Day) -> Result<BirthYear, Problem> {
    let wrong = |wrong: Wrong| Problem::of(Column::Birth, wrong);
    let mut parts: Vec<&str> = written.split(DATE_MARKS).map(str::trim).filter(|part| !part.is_empty()).collect();
    let is_run = written.len() == 8 && written.bytes().all(|byte| byte.is_ascii_digit());
    if is_run && let (Some(year), Some(month), Some(day)) = (written.get(..4), written.get(4..6), written.get(6..)) {
        parts = vec![year, month, day];
    }
    let (year, month, day) = match parts.as_slice() {
        [] => ("", "", ""),
        [year] => (*year, "", ""),
        [year, _] => (*year, "", ""),
        [year, month, day, ..] => (*year, *month, *day),
    };
    let born = parse_born(year, month, day, today).map_err(wrong)?;
    let written_day = Day::parse(&format!("{year}-{month:0>2}-{day:0>2}"));
    if written_day.is_some_and(|day| day > today) {
        return Err(Problem::at(Column::Birth, "enrolment-row-future", None));
    }
    match born.majority {
        Majority::MayRegister => Ok(born.year),
        Majority::NeedsGuardian => Err(Problem::at(Column::Birth, "enrolment-row-child", None)),
        Majority::DependsOnDay => Err(Problem::at(Column::Birth, "enrolment-row-needs-day", None)),
    }
}

/// The identity number, whose year of birth is that of the line.
fn document(written: &str, year: i64, today: Day) -> Result<DocumentNumber, Problem> {
    let number = DocumentNumber::parse(written, today).map_err(|wrong| Problem::of(Column::Document, wrong))?;
    let says = number.as_str().get(6..10).and_then(|year| year.parse::<i64>().ok());
    if year != 0 && says != Some(year) {
        return Err(Problem::at(Column::Document, "enrolment-row-document-year", None));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::parse("2026-03-02").unwrap()
    }

    fn line(pairs: &[(Column, &str)]) -> Parsed {
        let head: Vec<_> = pairs.iter().map(|(column, _)| Some(*column)).collect();
        let cells: Vec<_> = pairs.iter().map(|(_, text)| (*text).to_owned()).collect();
        parse(&head, &cells, today())
    }

    fn wrong(pairs: &[(Column, &str)]) -> Vec<(String, String)> {
        line(pairs).problems.into_iter().map(|problem| (problem.column, problem.key)).collect()
    }

    #[test]
    fn a_year_is_read_out_of_every_way_of_writing_a_day() {
        for written in ["1951", "1951年", "1951-03-08", "1951/3/8", "1951.3.8", "1951年3月8日", "19510308", "1951-3", "１９５１"]
        {
            assert_eq!(line(&[(Column::Name, "王桂英"), (Column::Birth, written)]).said.year, 1951, "{written}");
        }
    }

    #[test]
    fn what_cannot_be_is_named_with_its_column() {
        let cases = [
            ("", "identity-year-empty"),
            ("51", "identity-year-four-digits"),
            ("1886", "identity-year-too-early"),
            ("2027", "identity-year-too-late"),
            ("2026-12-31", "enrolment-row-future"),
            ("1951-2-30", "identity-birthday-impossible"),
            ("2018", "enrolment-row-child"),
            ("2012", "enrolment-row-needs-day"),
            ("王", "identity-year-four-digits"),
        ];
        for (written, key) in cases {
            let expected = [("birth".to_owned(), key.to_owned())];
            assert_eq!(wrong(&[(Column::Name, "王桂英"), (Column::Birth, written)]), expected, "{written}");
        }
        assert!(wrong(&[(Column::Name, "小明"), (Column::Birth, "2012-3-2")]).is_empty(), "14 today");
    }

    #[test]
    fn a_line_names_everything_that_is_wrong_with_it_at_once() {
        let found = wrong(&[
            (Column::Name, "=HYPERLINK(\"x\")"),
            (Column::Birth, "1951"),
            (Column::Phone, "138"),
            (Column::Group, "神仙"),
            (Column::Font, "巨大"),
            (Column::Document, "110105194912310021"),
        ]);
        let keys: Vec<&str> = found.iter().map(|(_, key)| key.as_str()).collect();
        let expected = [
            "identity-name-characters",
            "identity-phone-length",
            "enrolment-row-group",
            "enrolment-row-font",
            "identity-document-wrong",
        ];
        assert_eq!(keys, expected);
    }

    #[test]
    fn a_document_says_the_same_year_as_its_line() {
        let number = "11010519491231002X";
        assert!(wrong(&[(Column::Name, "王桂英"), (Column::Birth, "1949"), (Column::Document, number)]).is_empty());
        let other = wrong(&[(Column::Name, "王桂英"), (Column::Birth, "1951"), (Column::Document, number)]);
        assert_eq!(other, [("document".to_owned(), "enrolment-row-document-year".to_owned())]);
    }

    #[test]
    fn who_has_no_phone_is_written_so_in_many_ways() {
        for written in ["", "无", "没有", "-", "/"] {
            let parsed = line(&[(Column::Name, "王桂英"), (Column::Birth, "1951"), (Column::Phone, written)]);
            assert!(parsed.problems.is_empty() && parsed.said.phone.is_none(), "{written}");
        }
    }

    #[test]
    fn what_is_said_of_a_line_holds_nothing_of_it() {
        let parsed = line(&[(Column::Name, "王桂英!"), (Column::Birth, "x"), (Column::Phone, "12345")]);
        let kept = serde_json::to_string(&parsed.problems).unwrap();
        assert!(!kept.contains("王桂英") && !kept.contains("12345"), "{kept}");
    }
}
