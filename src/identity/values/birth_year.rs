//! The year of birth, and whether somebody is old enough to come alone.
//!
//! Only the year is kept. Month and day are asked, and forgotten at once, of those who turn 14 this year.

use super::{Wrong, are_digits, without_separators};
use crate::kernel::Day;

/// A year of birth, from 1900 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct BirthYear(i64);

/// Whether somebody may register without a guardian (个人信息保护法 art. 31: from 14 on).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Majority {
    /// 14 or older.
    MayRegister,
    /// Under 14: comes with a guardian to a service point.
    NeedsGuardian,
    /// Turns 14 this year: only month and day can tell.
    DependsOnDay,
}

/// What was typed about the birth, checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Born {
    /// The year, which is kept.
    pub year: BirthYear,
    /// What follows from year, month and day.
    pub majority: Majority,
}

/// What people write behind the figures: nian, yue, ri.
const YEAR: char = '\u{5e74}';
const MONTH: char = '\u{6708}';
const DAY: char = '\u{65e5}';
/// At this age one registers alone.
const ALONE_FROM: i64 = 14;
/// At this age one is grown up (民法典 art. 17).
const GROWN_UP_FROM: i64 = 18;

impl BirthYear {
    /// The year in what was typed: `1951`, `１９５１`, `1951 年`.
    ///
    /// # Errors
    /// [`Wrong`] that says what to write.
    pub fn parse(raw: &str, today: Day) -> Result<Self, Wrong> {
        let typed = without_separators(raw);
        let digits = typed.trim_end_matches(YEAR);
        if digits.is_empty() {
            return Err(Wrong::new("identity-year-empty"));
        }
        if !are_digits(digits) || digits.len() != 4 {
            return Err(Wrong::new("identity-year-four-digits"));
        }
        let year = digits.parse::<i64>().map_err(|_| Wrong::new("identity-year-four-digits"))?;
        if year < 1900 {
            return Err(Wrong::new("identity-year-too-early"));
        }
        if year > i64::from(today.year()) {
            return Err(Wrong::new("identity-year-too-late"));
        }
        Ok(Self(year))
    }

    /// The year that a column holds.
    #[must_use]
    pub fn from_value(year: i64) -> Option<Self> {
        (1900..=2200).contains(&year).then_some(Self(year))
    }

    /// The column's value.
    #[must_use]
    pub const fn value(self) -> i64 {
        self.0
    }

    /// Whether the year alone says if one may register.
    #[must_use]
    pub fn majority(self, today: Day) -> Majority {
        match i64::from(today.year()) - self.0 {
            years if years > ALONE_FROM => Majority::MayRegister,
            years if years < ALONE_FROM => Majority::NeedsGuardian,
            _ => Majority::DependsOnDay,
        }
    }
}

/// The latest year of birth with which somebody may register without a guardian, whatever the day.
#[must_use]
pub fn latest_year_alone(today: Day) -> i64 {
    i64::from(today.year()) - ALONE_FROM - 1
}

/// Whether somebody born in `birth_year` is, or may still be, under 18.
#[must_use]
pub fn is_minor(birth_year: i64, today: Day) -> bool {
    i64::from(today.year()) - birth_year <= GROWN_UP_FROM
}

/// Checks year, and month and day where they were given.
///
/// # Errors
/// [`Wrong`] that says what to write.
pub fn parse_born(year: &str, month: &str, day: &str, today: Day) -> Result<Born, Wrong> {
    let year = BirthYear::parse(year, today)?;
    let majority = match (year.majority(today), parse_month_and_day(year, month, day)?) {
        (Majority::DependsOnDay, Some((month, day))) => {
            let (_, this_month, this_day) = today.parts();
            let had_birthday = (month, day) <= (this_month, this_day);
            if had_birthday { Majority::MayRegister } else { Majority::NeedsGuardian }
        }
        (known, _) => known,
    };
    Ok(Born { year, majority })
}

/// Both, or nothing where either is empty.
fn parse_month_and_day(year: BirthYear, month: &str, day: &str) -> Result<Option<(u32, u32)>, Wrong> {
    let part = |raw: &str, unit: char| without_separators(raw).trim_end_matches(unit).to_owned();
    let (month, day) = (part(month, MONTH), part(day, DAY));
    if month.is_empty() || day.is_empty() {
        return Ok(None);
    }
    let written = format!("{:04}-{month:0>2}-{day:0>2}", year.value());
    match Day::parse(&written).filter(|_| are_digits(&month) && are_digits(&day)) {
        Some(date) => {
            let (_, month, day) = date.parts();
            Ok(Some((month, day)))
        }
        None => Err(Wrong::new("identity-birthday-impossible")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::parse("2026-03-02").unwrap()
    }

    #[test]
    fn usual_ways_of_writing_a_year_are_understood_and_others_refused() {
        for typed in ["1951", "１９５１", " 1951 年", "19 51"] {
            assert_eq!(BirthYear::parse(typed, today()).unwrap().value(), 1951, "{typed}");
        }
        let cases = [
            ("", "identity-year-empty"),
            ("年", "identity-year-empty"),
            ("51", "identity-year-four-digits"),
            ("民国四十年", "identity-year-four-digits"),
            ("1899", "identity-year-too-early"),
            ("2027", "identity-year-too-late"),
        ];
        for (typed, message) in cases {
            assert_eq!(BirthYear::parse(typed, today()).unwrap_err().message, message, "{typed}");
        }
    }

    #[test]
    fn only_those_who_turn_14_this_year_are_asked_for_the_day() {
        let cases = [
            (("2011", "", ""), Majority::MayRegister),
            (("2013", "", ""), Majority::NeedsGuardian),
            (("2026", "", ""), Majority::NeedsGuardian),
            (("2012", "", ""), Majority::DependsOnDay),
            (("2012", "3", ""), Majority::DependsOnDay),
            (("2012", "3", "2"), Majority::MayRegister),
            (("2012", "3 月", "3 日"), Majority::NeedsGuardian),
            (("2012", "０３", "０１"), Majority::MayRegister),
            (("2012", "12", "31"), Majority::NeedsGuardian),
        ];
        for ((year, month, day), majority) in cases {
            assert_eq!(parse_born(year, month, day, today()).unwrap().majority, majority, "{year} {month} {day}");
        }
    }

    #[test]
    fn from_the_year_after_the_latest_one_on_nobody_registers_by_the_year_alone() {
        let latest = latest_year_alone(today());
        assert_eq!(BirthYear(latest).majority(today()), Majority::MayRegister);
        assert_eq!(BirthYear(latest + 1).majority(today()), Majority::DependsOnDay);
    }

    #[test]
    fn a_day_that_no_calendar_knows_is_refused() {
        for (month, day) in [("2", "30"), ("13", "1"), ("0", "1"), ("三", "五"), ("-1", "x")] {
            let wrong = parse_born("1951", month, day, today()).unwrap_err();
            assert_eq!(wrong.message, "identity-birthday-impossible", "{month} {day}");
        }
    }

    #[test]
    fn one_who_may_still_be_17_counts_as_a_minor() {
        for (born, minor) in [(2007, false), (2008, true), (2009, true), (1951, false)] {
            assert_eq!(is_minor(born, today()), minor, "{born}");
        }
    }
}
