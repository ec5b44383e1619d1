//! What somebody has that a certificate may rest on. Pure.

use std::collections::BTreeMap;

use crate::curriculum::CourseCode;
use crate::curriculum::model::RefreshRule;
use crate::kernel::{Day, IdentityLevel, Timestamp};

/// Days of a month, for a time after which something is suggested: a day more or less does not matter.
const DAYS_OF_400_YEARS: i64 = 146_097;
const MONTHS_OF_400_YEARS: i64 = 4800;

/// What somebody has that a certificate may rest on.
#[derive(Clone, Debug)]
pub struct Holdings {
    /// What is known of who they are.
    pub identity: IdentityLevel,
    /// By course.
    pub courses: BTreeMap<CourseCode, Holding>,
}

/// What somebody has of one course.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// Whether its award counts.
    pub kind: HoldingKind,
    /// How the best supervised of the passes that speak for it was supervised, 0 to 3.
    pub supervision: i64,
    /// When it was passed last.
    pub passed_at: Timestamp,
}

/// Whether an award counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldingKind {
    /// It was passed here.
    Passed,
    /// It was recognised from elsewhere.
    Outside,
    /// Its credit is being looked into: it does not count until that is decided.
    LookedInto,
    /// Its credit is gone to an outside programme, or on its way there: no certificate rests on it.
    Out,
}

impl Default for Holdings {
    fn default() -> Self {
        Self { identity: IdentityLevel::NONE, courses: BTreeMap::new() }
    }
}

/// 建议复习: courses that were passed so long ago that going over them again is suggested. They count all the same.
#[must_use]
pub fn to_refresh(rule: &RefreshRule, holdings: &Holdings, today: Day) -> Vec<CourseCode> {
    let days = i64::from(rule.after_months) * DAYS_OF_400_YEARS / MONTHS_OF_400_YEARS;
    let is_old = |code: &&CourseCode| {
        let held = holdings.courses.get(code).filter(|holding| holding.kind != HoldingKind::LookedInto);
        held.is_some_and(|holding| today.days_since(holding.passed_at.day()) >= days)
    };
    rule.courses.iter().filter(is_old).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_course_about_safety_is_worth_another_look_after_three_years_and_counts_all_the_same() {
        let code = |text: &str| CourseCode::parse(text).unwrap();
        let rule = RefreshRule { courses: vec![code("T19"), code("T20")], after_months: 36, minutes: 20 };
        let holding = |kind, ms| Holding { kind, supervision: 1, passed_at: Timestamp::from_ms(ms) };
        let (then, today) = (Day::parse("2026-03-02").unwrap(), Day::parse("2029-03-02").unwrap());
        let at = then.start().ms();
        let old = |kind, ms, today: Day| {
            let courses = [(code("T19"), holding(kind, ms)), (code("T01"), holding(kind, ms))].into();
            to_refresh(&rule, &Holdings { courses, ..Holdings::default() }, today)
        };
        assert_eq!(old(HoldingKind::Passed, at, today), [code("T19")]);
        assert_eq!(old(HoldingKind::Outside, at, today), [code("T19")]);
        assert_eq!(old(HoldingKind::LookedInto, at, today), []);
        assert_eq!(old(HoldingKind::Passed, at, Day::parse("2029-02-27").unwrap()), []);
        assert_eq!(old(HoldingKind::Passed, today.start().ms(), today), [], "passed again today");
    }
}
