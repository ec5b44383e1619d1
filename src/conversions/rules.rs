//! What a conversion rule may say. Pure.

use crate::kernel::{Credits, Day};

/// The most that numerator or denominator may be.
pub const MOST_PART: i64 = 1_000_000_000_000;
/// The most that one step may be, in thousandths.
pub const MOST_STEP: i64 = 1_000_000;
/// The most that may be certified at once, in thousandths of the partner's unit.
pub const MOST_VALUE: i64 = 1_000_000_000;
/// Characters of a title.
pub const MOST_TITLE: usize = 80;
/// Characters of the words about evidence, and of reasons.
pub const MOST_WORDS: usize = 500;
/// Days within which an answer may be promised.
pub const MOST_PROMISED: u32 = 180;
/// Days that a rule may be set ahead, and years that it may last.
pub const MOST_DAYS_AHEAD: u32 = 366;
/// Years that a rule may last.
pub const MOST_YEARS: u32 = 10;
/// Test cases of one rule.
pub const MOST_TESTS: usize = 20;

/// Which way a rule converts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// A partner's result becomes credit.
    In,
    /// An award becomes something of the partner's.
    Out,
}

impl Direction {
    /// The code in tables and files, and the end of its words' key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    /// The direction that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::In, Self::Out].into_iter().find(|one| one.code() == code)
    }
}

/// Where a rule stands. What is in force follows from days and versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleState {
    /// Its drafter writes it.
    Draft,
    /// Another person has published it.
    Published,
    /// It was ended before its time by somebody.
    Ended,
}

impl RuleState {
    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Ended => "ended",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Draft, Self::Published, Self::Ended].into_iter().find(|one| one.code() == code)
    }
}

/// One test case: what is certified, and what it has to come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TestCase {
    /// In thousandths: of the partner's unit (in), of credit (out).
    pub value: i64,
    /// In thousandths: of credit (in), of the partner's unit (out); nought where nothing is to come of it.
    pub expects: Credits,
}

impl TestCase {
    /// As it is kept: `1000=250`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{}={}", self.value, self.expects.milli())
    }

    /// The case that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        let (value, expects) = code.split_once('=')?;
        Some(Self { value: value.parse().ok()?, expects: Credits::from_milli(expects.parse().ok()?)? })
    }
}

/// A rule may last so long.
#[must_use]
pub fn lasts_too_long(from: Day, until: Day) -> bool {
    from.plus_days(MOST_YEARS * 366) < until
}

/// An amount with at most three places after the point, in thousandths: `0.25`, `40`, `1.5`.
#[must_use]
pub fn thousandths(text: &str) -> Option<i64> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let ends_in_point = rest.is_empty() && text.contains('.');
    if whole.is_empty() || whole.len() > 9 || rest.len() > 3 || ends_in_point || !are_digits(whole) || !are_digits(rest) {
        return None;
    }
    let (whole, rest): (i64, i64) = (whole.parse().ok()?, format!("{rest:0<3}").parse().ok()?);
    whole.checked_mul(1000)?.checked_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_case_survives_its_code() {
        let case = TestCase { value: 1000, expects: Credits::from_milli(250).unwrap() };
        assert_eq!((case.code().as_str(), TestCase::from_code(&case.code())), ("1000=250", Some(case)));
        assert!(["", "1000", "a=1", "1=-1", "1=b"].into_iter().all(|code| TestCase::from_code(code).is_none()));
    }

    #[test]
    fn amounts_have_at_most_three_places() {
        let cases = [("0.25", Some(250)), ("40", Some(40_000)), ("1.5", Some(1500)), ("0", Some(0)), ("007", Some(7000))];
        for (text, milli) in cases {
            assert_eq!(thousandths(text), milli, "{text}");
        }
        assert!(
            ["", ".5", "1.", "1.2345", "-1", "1,5", "1 000", "1234567890", "1.0.0", "１"]
                .into_iter()
                .all(|text| thousandths(text).is_none())
        );
    }

    #[test]
    fn codes_name_what_they_are_the_code_of() {
        assert!([Direction::In, Direction::Out].into_iter().all(|one| Direction::from_code(one.code()) == Some(one)));
        let states = [RuleState::Draft, RuleState::Published, RuleState::Ended];
        assert!(states.into_iter().all(|one| RuleState::from_code(one.code()) == Some(one)));
        assert_eq!((Direction::from_code("on"), RuleState::from_code("")), (None, None));
    }

    #[test]
    fn a_rule_lasts_ten_years_at_most() {
        let day = |text| Day::parse(text).unwrap();
        assert!(!lasts_too_long(day("2026-01-01"), day("2035-12-31")) && lasts_too_long(day("2026-01-01"), day("2037-01-01")));
    }
}
