//! What each course consists of, in numbers: for whoever writes the courses and wants to see what is thin.

use super::check::LEARNER_GROUPS;
use super::model::{Course, CourseCode, Item, Verdict};

/// The kinds of items in the order of [`Tally::kinds`].
pub const KINDS: [&str; 6] = ["single", "multiple", "truefalse", "order", "match", "screen"];

/// One course in numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Which.
    pub code: CourseCode,
    /// How many common lessons.
    pub core: usize,
    /// Whether there is a lesson for each of the five groups.
    pub groups: [bool; 5],
    /// How many screens the practice has.
    pub screens: usize,
    /// In how many ways one can go wrong there.
    pub ways_wrong: usize,
    /// How many items of each of [`KINDS`].
    pub kinds: [usize; 6],
    /// How many items of each difficulty from 1 to 5.
    pub difficulties: [usize; 5],
    /// The fewest items of an outcome.
    pub outcome_least: usize,
    /// The most items of an outcome.
    pub outcome_most: usize,
    /// How many items.
    pub items: usize,
    /// How many of them tell of a situation.
    pub situations: usize,
    /// How many of them are templates.
    pub templates: usize,
    /// How many pictures.
    pub pictures: usize,
    /// Minutes by design: the common lessons, the longest group's lesson and the practice.
    pub minutes: i64,
}

impl Tally {
    /// The numbers of `course`.
    #[must_use]
    pub fn of(course: &Course) -> Self {
        let items = || course.items.iter();
        let many = |is: &dyn Fn(&Item) -> bool| items().filter(|item| is(item)).count();
        let of_outcome: Vec<usize> = course.outcomes.iter().map(|outcome| many(&|item| item.outcome == outcome.id)).collect();
        let group_lessons = LEARNER_GROUPS.map(|group| course.lesson_for(group));
        let group_minutes = group_lessons.iter().flatten().map(|lesson| lesson.minutes).max().unwrap_or(0);
        let practice_minutes = course.practice.as_ref().map_or(0, |practice| practice.minutes);
        Self {
            code: course.code,
            core: course.core().count(),
            groups: group_lessons.map(|lesson| lesson.is_some()),
            screens: course.practice.as_ref().map_or(0, |practice| practice.screens.len()),
            ways_wrong: ways_wrong(course),
            kinds: KINDS.map(|kind| many(&|item| item.form.kind() == kind)),
            difficulties: [1, 2, 3, 4, 5].map(|difficulty| many(&|item| item.difficulty == difficulty)),
            outcome_least: of_outcome.iter().copied().min().unwrap_or(0),
            outcome_most: of_outcome.iter().copied().max().unwrap_or(0),
            items: items().count(),
            situations: many(&|item| item.situation),
            templates: many(&|item| item.is_template()),
            pictures: course.pictures.len(),
            minutes: course.core().map(|lesson| lesson.minutes).sum::<i64>() + group_minutes + practice_minutes,
        }
    }
}

fn ways_wrong(course: &Course) -> usize {
    let screens = course.practice.iter().flat_map(|practice| &practice.screens);
    let actions = screens.flat_map(|screen| &screen.actions);
    actions.filter(|action| action.verdict == Verdict::Wrong || action.wrong_to.is_some()).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::model::Form;
    use crate::curriculum::{Embedded, Shelf};

    #[test]
    fn every_item_is_counted_once_under_its_kind_and_its_difficulty() {
        let shelf = Shelf::open(&Embedded).unwrap();
        for course in shelf.courses() {
            let tally = Tally::of(course);
            assert_eq!(tally.items, course.items.len());
            assert_eq!(tally.kinds.iter().sum::<usize>(), tally.items, "{}", course.code);
            assert_eq!(tally.difficulties.iter().sum::<usize>(), tally.items, "{}", course.code);
            let screens = course.items.iter().filter(|item| matches!(item.form, Form::Screen { .. })).count();
            assert_eq!(tally.kinds[5], screens);
            assert_eq!(tally.groups.iter().filter(|is_there| **is_there).count(), course.lessons.len() - tally.core);
        }
    }
}
