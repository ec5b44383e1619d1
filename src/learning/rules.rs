//! What comes next. Pure: what is planned, done and begun comes in; one step comes out. `C` names a course, whatever its type.

use std::collections::BTreeSet;

use crate::kernel::Timestamp;

/// A course as far as its order goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoursePlan<'c, C> {
    /// Which.
    pub code: C,
    /// Whether it can be learnt: an outline cannot.
    pub is_written: bool,
    /// The lessons of one person, in order: id and number of cards.
    pub lessons: Vec<LessonPlan<'c>>,
    /// The lessons written for other groups, open to everybody.
    pub others: Vec<LessonPlan<'c>>,
    /// Whether it has a practice.
    pub has_practice: bool,
}

/// A lesson as far as its order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LessonPlan<'c> {
    /// Which.
    pub id: &'c str,
    /// How many cards it has.
    pub cards: usize,
}

/// How far somebody has come in one lesson.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LessonMark<C> {
    /// Its course.
    pub course: C,
    /// The lesson's id.
    pub lesson: String,
    /// The card to go on with, from 1.
    pub card: usize,
    /// Whether it was finished once.
    pub is_finished: bool,
    /// When something was last done in it.
    pub at: Timestamp,
}

/// How far somebody has come everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress<C> {
    /// Lessons begun.
    pub lessons: Vec<LessonMark<C>>,
    /// Courses whose practice was done to the end, with the instant of the last time.
    pub practices: Vec<(C, Timestamp)>,
}

/// The one thing to do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextStep<C> {
    /// A lesson, from this card.
    Lesson {
        /// Its course.
        course: C,
        /// Its id.
        lesson: String,
        /// The card to open, from 1.
        card: usize,
    },
    /// The practice of a course.
    Practice(C),
    /// The test of a course.
    Test(C),
    /// Everything on the list is done.
    AllDone,
}

impl<C: Copy> NextStep<C> {
    /// The course it belongs to.
    pub const fn course(&self) -> Option<C> {
        match self {
            Self::Lesson { course, .. } | Self::Practice(course) | Self::Test(course) => Some(*course),
            Self::AllDone => None,
        }
    }
}

impl<C> Default for Progress<C> {
    fn default() -> Self {
        Self { lessons: Vec::new(), practices: Vec::new() }
    }
}

impl<C: Copy + Eq> Progress<C> {
    /// The mark in a lesson, if it was begun.
    pub fn mark(&self, lesson: &str) -> Option<&LessonMark<C>> {
        self.lessons.iter().find(|mark| mark.lesson == lesson)
    }

    /// Whether a lesson was finished.
    pub fn has_finished(&self, lesson: &str) -> bool {
        self.mark(lesson).is_some_and(|mark| mark.is_finished)
    }

    /// Whether something of a course was begun.
    pub fn has_begun(&self, course: C) -> bool {
        self.lessons.iter().any(|mark| mark.course == course)
    }

    /// Whether the practice of a course was done.
    pub fn has_practised(&self, course: C) -> bool {
        self.practices.iter().any(|(code, _)| *code == course)
    }

    /// The course in which something was done last.
    fn last_course(&self) -> Option<C> {
        let of_lessons = self.lessons.iter().map(|mark| (mark.at, mark.course));
        let of_practices = self.practices.iter().map(|(course, at)| (*at, *course));
        of_lessons.chain(of_practices).max_by_key(|(at, _)| *at).map(|(_, course)| course)
    }

    /// The lesson of a course in which something was done last.
    fn last_lesson(&self, course: C) -> Option<&LessonMark<C>> {
        self.lessons.iter().filter(|mark| mark.course == course).max_by_key(|mark| mark.at)
    }
}

/// What comes next for somebody who reads `plans` in this order: first what was begun last, then the first course not completed.
/// Courses whose test was passed are done, read or not; courses still being written are passed over.
pub fn next_step<C: Copy + Ord>(plans: &[CoursePlan<'_, C>], completed: &BTreeSet<C>, progress: &Progress<C>) -> NextStep<C> {
    let is_open = |plan: &&CoursePlan<'_, C>| plan.is_written && !completed.contains(&plan.code);
    let begun = progress.last_course().and_then(|code| plans.iter().filter(is_open).find(|plan| plan.code == code));
    let next = begun.or_else(|| plans.iter().find(is_open));
    next.map_or(NextStep::AllDone, |plan| next_in_course(plan, progress))
}

/// What comes next within one course: the lesson begun last, the first unfinished one, the practice, the test.
pub fn next_in_course<C: Copy + Eq>(plan: &CoursePlan<'_, C>, progress: &Progress<C>) -> NextStep<C> {
    let begun = progress.last_lesson(plan.code).filter(|mark| !mark.is_finished);
    let begun = begun.and_then(|mark| plan.lessons.iter().chain(&plan.others).find(|lesson| lesson.id == mark.lesson));
    let open = || plan.lessons.iter().find(|lesson| !progress.has_finished(lesson.id));
    if let Some(lesson) = begun.or_else(open) {
        // A shorter lesson of a later edition may have lost the card one stood on.
        let card = progress.mark(lesson.id).map_or(1, |mark| mark.card).clamp(1, lesson.cards.max(1));
        NextStep::Lesson { course: plan.code, lesson: lesson.id.to_owned(), card }
    } else if plan.has_practice && !progress.has_practised(plan.code) {
        NextStep::Practice(plan.code)
    } else {
        NextStep::Test(plan.code)
    }
}

/// Minutes that are left of a lesson of `minutes` and `cards` from `card` on: rounded up, never less than 1.
pub fn minutes_left(minutes: i64, cards: usize, card: usize) -> i64 {
    let cards = i64::try_from(cards).unwrap_or(1).max(1);
    let done = i64::try_from(card).unwrap_or(1).clamp(1, cards) - 1;
    // Better a minute too many than too few.
    ((minutes * (cards - done) + cards - 1) / cards).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: LessonPlan<'_> = LessonPlan { id: "a", cards: 10 };
    const B: LessonPlan<'_> = LessonPlan { id: "b", cards: 4 };
    const OTHER: LessonPlan<'_> = LessonPlan { id: "o", cards: 3 };

    fn plan(code: u8) -> CoursePlan<'static, u8> {
        // Ids of lessons are unique in the curriculum.
        let lessons = if code == 1 { vec![A, B] } else { vec![LessonPlan { id: "c", cards: 10 }] };
        CoursePlan { code, is_written: true, lessons, others: vec![OTHER], has_practice: true }
    }

    /// Marks of course 1: lesson, card, whether finished, when.
    fn progress(marks: &[(&str, usize, bool, i64)], practised: bool) -> Progress<u8> {
        let lessons = marks.iter().map(|(lesson, card, is_finished, at)| LessonMark {
            course: 1,
            lesson: (*lesson).to_owned(),
            card: *card,
            is_finished: *is_finished,
            at: Timestamp::from_ms(*at),
        });
        let practices = if practised { vec![(1, Timestamp::from_ms(9))] } else { Vec::new() };
        Progress { lessons: lessons.collect(), practices }
    }

    fn lesson(course: u8, lesson: &str, card: usize) -> NextStep<u8> {
        NextStep::Lesson { course, lesson: lesson.to_owned(), card }
    }

    #[test]
    fn within_a_course_lessons_come_before_practice_and_practice_before_the_test() {
        let cases = [
            (progress(&[], false), lesson(1, "a", 1)),
            (progress(&[("a", 7, false, 1)], false), lesson(1, "a", 7)),
            (progress(&[("a", 10, true, 1)], false), lesson(1, "b", 1)),
            (progress(&[("a", 3, false, 1), ("b", 2, false, 2)], false), lesson(1, "b", 2)),
            (progress(&[("a", 10, true, 1), ("b", 99, false, 2)], false), lesson(1, "b", 4)),
            (progress(&[("o", 2, false, 1)], false), lesson(1, "o", 2)),
            (progress(&[("o", 3, true, 1)], false), lesson(1, "a", 1)),
            (progress(&[("gone", 2, false, 1)], false), lesson(1, "a", 1)),
            (progress(&[("a", 10, true, 1), ("b", 4, true, 2)], false), NextStep::Practice(1)),
            (progress(&[("a", 10, true, 1), ("b", 4, true, 2)], true), NextStep::Test(1)),
        ];
        for (progress, expected) in cases {
            assert_eq!(next_in_course(&plan(1), &progress), expected, "{progress:?}");
        }
        let bare = CoursePlan { lessons: Vec::new(), has_practice: false, ..plan(1) };
        assert_eq!(next_in_course(&bare, &progress(&[], false)), NextStep::Test(1));
    }

    #[test]
    fn what_was_begun_last_comes_first_then_the_list_without_what_is_known_or_unwritten() {
        let drafting = |code| CoursePlan { is_written: false, ..plan(code) };
        let begun = progress(&[("a", 2, false, 1)], false);
        let nothing = progress(&[], false);
        let cases = [
            (vec![plan(2), plan(1)], vec![], &nothing, lesson(2, "c", 1)),
            (vec![plan(2), plan(1)], vec![], &begun, lesson(1, "a", 2)),
            (vec![plan(2), plan(1)], vec![1], &begun, lesson(2, "c", 1)),
            (vec![drafting(2), plan(1)], vec![], &nothing, lesson(1, "a", 1)),
            (vec![plan(2), drafting(1)], vec![], &begun, lesson(2, "c", 1)),
            (vec![plan(1)], vec![1], &begun, NextStep::AllDone),
            (vec![drafting(2)], vec![], &nothing, NextStep::AllDone),
            (vec![], vec![], &begun, NextStep::AllDone),
        ];
        for (plans, completed, progress, expected) in cases {
            let completed = completed.into_iter().collect();
            assert_eq!(next_step(&plans, &completed, progress), expected, "{plans:?} {completed:?}");
        }
    }

    #[test]
    fn the_minutes_left_shrink_to_one_and_never_to_none() {
        let cases = [(20, 10, 1, 20), (20, 10, 6, 10), (20, 12, 12, 2), (20, 12, 99, 2), (20, 0, 0, 20), (1, 12, 12, 1)];
        for (minutes, cards, card, left) in cases {
            assert_eq!(minutes_left(minutes, cards, card), left, "{minutes} {cards} {card}");
        }
    }
}
