//! What follows from what: answers, the order of courses, what is counted.

use std::collections::BTreeMap;

use crate::kernel::Day;

/// The longest a version may run.
pub const MOST_DAYS: i64 = 3 * 366;
/// Parts of one version.
pub const MOST_ITEMS: usize = 60;
/// 计划数 of one plan.
pub const MOST_PLANNED: i64 = 1_000_000;
/// Texts of invitation to one person in a day, by all plans.
pub const MOST_TEXTS_OF_ONE: u64 = 2;
/// Texts of invitation by one plan in a day.
pub const MOST_TEXTS_OF_PLAN: u64 = 500;

/// Texts of invitation by all plans in a day: this part of the texts that the bank may send.
pub const PART_OF_TEXTS: u64 = 5;

/// What somebody said to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MemberState {
    /// Nothing yet.
    Invited,
    /// 参加.
    Joined,
    /// 不参加.
    Declined,
    /// They joined and left.
    Left,
}

impl MemberState {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Invited, Self::Joined, Self::Declined, Self::Left];

    /// The code in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invited => "invited",
            Self::Joined => "joined",
            Self::Declined => "declined",
            Self::Left => "left",
        }
    }

    /// The state that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// What a person of several accounts has said, by what was said by each of them: who is in a plan by one account is in it, and an invitation
    /// that waits can be answered. None where there is nothing.
    #[must_use]
    pub fn of_person(states: &[Self]) -> Option<Self> {
        [Self::Joined, Self::Invited, Self::Left, Self::Declined].into_iter().find(|state| states.contains(state))
    }

    /// The state after an answer; none where that answer is out of place. The same answer again changes nothing.
    #[must_use]
    pub const fn after(self, answer: Answer) -> Option<Self> {
        match (answer, self) {
            (Answer::Join, _) => Some(Self::Joined),
            (Answer::Decline, Self::Invited | Self::Declined) => Some(Self::Declined),
            (Answer::Leave, Self::Joined | Self::Left) => Some(Self::Left),
            (Answer::Decline | Answer::Leave, _) => None,
        }
    }
}

/// An answer to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 参加.
    Join,
    /// 不参加.
    Decline,
    /// 退出.
    Leave,
}

impl Answer {
    /// The answer that `code` names.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "join" => Some(Self::Join),
            "decline" => Some(Self::Decline),
            "leave" => Some(Self::Leave),
            _ => None,
        }
    }
}

/// The courses that were chosen, those of `wish` first; none where the wish names one that was not chosen, or one twice.
#[must_use]
pub fn in_order(chosen: &[String], wish: &[String]) -> Option<Vec<String>> {
    let is_twice = wish.iter().enumerate().any(|(at, course)| wish.iter().take(at).any(|before| before == course));
    if is_twice || wish.iter().any(|course| !chosen.contains(course)) {
        return None;
    }
    let rest = chosen.iter().filter(|course| !wish.contains(course));
    Some(wish.iter().chain(rest).cloned().collect())
}

/// The month of a day, as figures name it; empty where it lies before the plan.
#[must_use]
pub fn month_of(day: Day, from: Day) -> String {
    if day < from {
        return String::new();
    }
    let (year, month, _) = day.parts();
    format!("{year:04}-{month:02}")
}

/// When the last of `courses` was passed; none while one is missing, or where there are none.
#[must_use]
pub fn finished(courses: &[String], passed: &[(String, Day)]) -> Option<Day> {
    let day_of = |course: &String| passed.iter().find(|(unit, _)| unit == course).map(|(_, day)| *day);
    let days: Option<Vec<Day>> = courses.iter().map(day_of).collect();
    days?.into_iter().max()
}

/// Figures of a plan: by course (an empty one: all courses of one's version) and month, how many people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(pub BTreeMap<(String, String), i64>);

impl Figures {
    /// Counts somebody in: which courses of `courses` they passed, and whether they finished `own`, those of their version.
    pub fn add(&mut self, (courses, own): (&[String], &[String]), passed: &[(String, Day)], from: Day) {
        for course in courses {
            if let Some((_, day)) = passed.iter().find(|(unit, _)| unit == course) {
                *self.0.entry((course.clone(), month_of(*day, from))).or_default() += 1;
            }
        }
        if let Some(day) = finished(own, passed) {
            *self.0.entry((String::new(), month_of(day, from))).or_default() += 1;
        }
    }

    /// How many people passed `course`.
    #[must_use]
    pub fn people(&self, course: &str) -> i64 {
        self.0.iter().filter(|((own, _), _)| own == course).map(|(_, people)| people).sum()
    }

    /// The months of `course` with how many people passed it in each, the first first.
    #[must_use]
    pub fn months(&self, course: &str) -> Vec<(&str, i64)> {
        let of_course = self.0.iter().filter(|((own, _), _)| own == course);
        of_course.map(|((_, month), people)| (month.as_str(), *people)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn nobody_is_in_without_yes_and_an_answer_twice_is_one() {
        use Answer::{Decline, Join, Leave};
        use MemberState::{Declined, Invited, Joined, Left};
        let cases = [
            (Invited, Join, Some(Joined)),
            (Joined, Join, Some(Joined)),
            (Declined, Join, Some(Joined)),
            (Left, Join, Some(Joined)),
            (Invited, Decline, Some(Declined)),
            (Declined, Decline, Some(Declined)),
            (Joined, Decline, None),
            (Left, Decline, None),
            (Joined, Leave, Some(Left)),
            (Left, Leave, Some(Left)),
            (Invited, Leave, None),
            (Declined, Leave, None),
        ];
        for (before, answer, after) in cases {
            assert_eq!(before.after(answer), after, "{before:?} {answer:?}");
        }
        assert!(MemberState::ALL.into_iter().all(|state| MemberState::from_code(state.code()) == Some(state)));
    }

    #[test]
    fn accounts_of_one_person_speak_with_one_voice() {
        use MemberState::{Declined, Invited, Joined, Left};
        let cases = [
            (vec![], None),
            (vec![Declined], Some(Declined)),
            (vec![Declined, Joined], Some(Joined)),
            (vec![Invited, Joined], Some(Joined)),
            (vec![Declined, Invited], Some(Invited)),
            (vec![Declined, Left], Some(Left)),
        ];
        for (states, said) in cases {
            assert_eq!(MemberState::of_person(&states), said, "{states:?}");
        }
    }

    #[test]
    fn a_wish_comes_first_and_the_rest_keeps_its_order() {
        let chosen = codes("T01 T04 T19 T20");
        assert_eq!(in_order(&chosen, &codes("T19 T20")), Some(codes("T19 T20 T01 T04")));
        assert_eq!(in_order(&chosen, &[]), Some(chosen.clone()));
        for wish in ["T19 T02", "T19 T19"] {
            assert_eq!(in_order(&chosen, &codes(wish)), None, "{wish}");
        }
    }

    #[test]
    fn a_plan_is_finished_with_its_last_course() {
        let passed = [("T01".to_owned(), day("2026-03-09")), ("T19".to_owned(), day("2026-02-01"))];
        assert_eq!(finished(&codes("T19 T01"), &passed), Some(day("2026-03-09")));
        assert_eq!(finished(&codes("T19 T01 T20"), &passed), None);
        assert_eq!(finished(&[], &passed), None);
    }

    #[test]
    fn people_are_counted_by_course_and_month_and_in_all() {
        let (from, courses) = (day("2026-03-01"), codes("T01 T19"));
        let mut figures = Figures::default();
        figures.add((&courses, &courses), &[("T01".to_owned(), day("2025-12-31")), ("T19".to_owned(), day("2026-03-02"))], from);
        figures.add((&courses, &courses), &[("T19".to_owned(), day("2026-04-02"))], from);
        // Somebody of an older version that had one course only.
        figures.add((&courses, &codes("T19")), &[("T19".to_owned(), day("2026-04-30"))], from);
        assert_eq!((figures.people("T01"), figures.people("T19"), figures.people("")), (1, 3, 2));
        assert_eq!(figures.months("T19"), [("2026-03", 1), ("2026-04", 2)]);
        assert_eq!(figures.months("T01"), [("", 1)], "before the plan began");
    }
}
