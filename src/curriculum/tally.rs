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
    /// The numbers.
    pub counts: Counts,
}

/// What there is of each, in one course or in several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counts {
    /// How many common lessons.
    pub core: usize,
    /// How many lessons for each of the five groups: one, or none, in each course.
    pub groups: [usize; 5],
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
        let counts = Counts {
            core: course.core().count(),
            groups: group_lessons.map(|lesson| usize::from(lesson.is_some())),
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
        };
        Self { code: course.code, counts }
    }
}

impl Counts {
    /// What there is in all of these courses together; of the items of an outcome the fewest and the most anywhere.
    #[must_use]
    pub fn sum(tallies: &[Tally]) -> Self {
        let all = || tallies.iter().map(|tally| &tally.counts);
        let sum = |of: fn(&Self) -> usize| all().map(of).sum::<usize>();
        Self {
            core: sum(|one| one.core),
            groups: sums(all().map(|one| one.groups)),
            screens: sum(|one| one.screens),
            ways_wrong: sum(|one| one.ways_wrong),
            kinds: sums(all().map(|one| one.kinds)),
            difficulties: sums(all().map(|one| one.difficulties)),
            outcome_least: all().map(|one| one.outcome_least).min().unwrap_or(0),
            outcome_most: all().map(|one| one.outcome_most).max().unwrap_or(0),
            items: sum(|one| one.items),
            situations: sum(|one| one.situations),
            templates: sum(|one| one.templates),
            pictures: sum(|one| one.pictures),
            minutes: all().map(|one| one.minutes).sum(),
        }
    }
}

/// Place by place.
fn sums<const N: usize>(rows: impl Iterator<Item = [usize; N]>) -> [usize; N] {
    rows.fold([0; N], |mut sums, row| {
        sums.iter_mut().zip(row).for_each(|(sum, one)| *sum += one);
        sums
    })
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

    fn all(shelf: &Shelf) -> Vec<Tally> {
        shelf.courses().iter().map(Tally::of).collect()
    }

    #[test]
    fn every_item_is_counted_once_under_its_kind_and_its_difficulty() {
        let shelf = Shelf::open(&Embedded).unwrap();
        for (course, Tally { code, counts }) in shelf.courses().iter().zip(all(&shelf)) {
            assert_eq!((code, counts.items), (course.code, course.items.len()));
            assert_eq!(counts.kinds.iter().sum::<usize>(), counts.items, "{code}");
            assert_eq!(counts.difficulties.iter().sum::<usize>(), counts.items, "{code}");
            let screens = course.items.iter().filter(|item| matches!(item.form, Form::Screen { .. })).count();
            assert_eq!(counts.kinds[5], screens);
            assert_eq!(counts.groups.iter().sum::<usize>(), course.lessons.len() - counts.core);
        }
    }

    #[test]
    fn all_courses_together_have_what_they_have_each() {
        let shelf = Shelf::open(&Embedded).unwrap();
        let (tallies, sum) = (all(&shelf), Counts::sum(&all(&shelf)));
        assert_eq!(sum.items, shelf.courses().iter().map(|course| course.items.len()).sum::<usize>());
        assert_eq!(sum.kinds.iter().sum::<usize>(), sum.items);
        assert_eq!(
            sum.core + sum.groups.iter().sum::<usize>(),
            shelf.courses().iter().map(|course| course.lessons.len()).sum::<usize>()
        );
        let (least, most) = (sum.outcome_least, sum.outcome_most);
        assert!(tallies.iter().all(|one| least <= one.counts.outcome_least && one.counts.outcome_most <= most));
        assert!(0 < least && least < most && most < sum.items);
        assert_eq!((Counts::sum(&[]).items, Counts::sum(&tallies[..1])), (0, tallies[0].counts.clone()));
    }
}
