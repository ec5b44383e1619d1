//! What comes next. Pure: what is planned, done and begun comes in; one step comes out. `C` names a course, whatever its type.

use std::collections::BTreeSet;

use crate::kernel::{AttemptId, Timestamp};

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

impl<'c, C> CoursePlan<'c, C> {
    fn lesson(&self, id: &str) -> Option<&LessonPlan<'c>> {
        self.lessons.iter().chain(&self.others).find(|lesson| lesson.id == id)
    }
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

/// How the latest try at the test of a course stands; one that passed leaves no mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestMark<C> {
    /// Its course.
    pub course: C,
    /// The attempt.
    pub attempt: AttemptId,
    /// How far it has come.
    pub state: TestState,
    /// When it was begun, or handed in.
    pub at: Timestamp,
}

/// How far a try at a test has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TestState {
    /// Answers are taken; this is the first question without one.
    Open {
        /// From 1; one more than there are where all are answered.
        question: usize,
    },
    /// Not enough was right.
    Failed {
        /// The lessons of what was missed that were not gone through since, the most needed first.
        lessons: Vec<String>,
    },
}

/// A practice that was stopped in the middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paused<C> {
    /// Its course.
    pub course: C,
    /// The run, as it travels in addresses.
    pub run: String,
    /// When the last action was taken.
    pub at: Timestamp,
}

/// How far somebody has come everywhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress<C> {
    /// Lessons begun.
    pub lessons: Vec<LessonMark<C>>,
    /// Courses whose practice was done to the end, with the instant of the last time.
    pub practices: Vec<(C, Timestamp)>,
    /// Tests begun and not passed.
    pub tests: Vec<TestMark<C>>,
    /// The practice that was stopped in the middle.
    pub paused: Option<Paused<C>>,
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
    /// A lesson of what a test missed, from this card.
    Missed {
        /// Its course.
        course: C,
        /// Its id.
        lesson: String,
        /// The card to open, from 1.
        card: usize,
    },
    /// The practice of a course.
    Practice(C),
    /// The practice of a course, where it was stopped.
    GoOnPractising {
        /// Its course.
        course: C,
        /// The run, as it travels in addresses.
        run: String,
    },
    /// The test of a course.
    Test(C),
    /// The test of a course that is open, from this question.
    GoOnTesting {
        /// Its course.
        course: C,
        /// The attempt.
        attempt: AttemptId,
        /// The first question without an answer; one more than there are where all are answered.
        question: usize,
    },
    /// Everything on the list is done.
    AllDone,
}

impl<C: Copy> NextStep<C> {
    /// The course it belongs to.
    pub const fn course(&self) -> Option<C> {
        match self {
            Self::Lesson { course, .. }
            | Self::Missed { course, .. }
            | Self::Practice(course)
            | Self::GoOnPractising { course, .. }
            | Self::Test(course)
            | Self::GoOnTesting { course, .. } => Some(*course),
            Self::AllDone => None,
        }
    }

    /// The lesson it opens, and the card.
    pub fn lesson(&self) -> Option<(&str, usize)> {
        match self {
            Self::Lesson { lesson, card, .. } | Self::Missed { lesson, card, .. } => Some((lesson, *card)),
            _ => None,
        }
    }
}

impl<C> Default for Progress<C> {
    fn default() -> Self {
        Self { lessons: Vec::new(), practices: Vec::new(), tests: Vec::new(), paused: None }
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
        self.deeds().any(|(_, begun)| begun == course)
    }

    /// Whether the practice of a course was done.
    pub fn has_practised(&self, course: C) -> bool {
        self.practices.iter().any(|(code, _)| *code == course)
    }

    /// Everything that was done, with its course.
    fn deeds(&self) -> impl Iterator<Item = (Timestamp, C)> {
        let lessons = self.lessons.iter().map(|mark| (mark.at, mark.course));
        let practices = self.practices.iter().map(|(course, at)| (*at, *course));
        let tests = self.tests.iter().map(|mark| (mark.at, mark.course));
        let paused = self.paused.iter().map(|paused| (paused.at, paused.course));
        lessons.chain(practices).chain(tests).chain(paused)
    }

    /// The lesson of a course in which something was done last.
    fn last_lesson(&self, course: C) -> Option<&LessonMark<C>> {
        self.lessons.iter().filter(|mark| mark.course == course).max_by_key(|mark| mark.at)
    }

    /// The test that is open, the one begun last first; of one course where `course` names it.
    fn open_test(&self, course: Option<C>) -> Option<NextStep<C>> {
        let open = self.tests.iter().filter(|mark| course.is_none_or(|course| mark.course == course));
        let open = open.filter_map(|mark| match mark.state {
            TestState::Open { question } => Some((mark, question)),
            TestState::Failed { .. } => None,
        });
        let (mark, question) = open.max_by_key(|(mark, _)| mark.at)?;
        Some(NextStep::GoOnTesting { course: mark.course, attempt: mark.attempt, question })
    }

    /// The practice of a course that was stopped, unless something else of the course was done since.
    fn paused_in(&self, course: C) -> Option<NextStep<C>> {
        let paused = self.paused.as_ref().filter(|paused| paused.course == course)?;
        let is_last = self.deeds().all(|(at, done)| done != course || at <= paused.at);
        is_last.then(|| NextStep::GoOnPractising { course, run: paused.run.clone() })
    }
}

/// What comes next for somebody who reads `plans` in this order: a test that is open; what was begun last; the first course not
/// completed. Courses whose test was passed are done, read or not; courses still being written are passed over.
pub fn next_step<C: Copy + Ord>(plans: &[CoursePlan<'_, C>], completed: &BTreeSet<C>, progress: &Progress<C>) -> NextStep<C> {
    let is_open = |plan: &&CoursePlan<'_, C>| plan.is_written && !completed.contains(&plan.code);
    let test = progress.open_test(None);
    if let Some(test) = test.filter(|test| plans.iter().any(|plan| plan.is_written && Some(plan.code) == test.course())) {
        return test;
    }
    let last = progress.deeds().max_by_key(|(at, _)| *at).map(|(_, course)| course);
    let begun = last.and_then(|code| plans.iter().filter(is_open).find(|plan| plan.code == code));
    let next = begun.or_else(|| plans.iter().find(is_open));
    next.map_or(NextStep::AllDone, |plan| next_in_course(plan, progress))
}

/// What comes next within one course: its test if it is open, its practice if that was stopped last, a lesson of what its test missed,
/// the lesson begun last, the first unfinished one, the practice, the test.
pub fn next_in_course<C: Copy + Eq>(plan: &CoursePlan<'_, C>, progress: &Progress<C>) -> NextStep<C> {
    let course = plan.code;
    if let Some(step) = progress.open_test(Some(course)).or_else(|| progress.paused_in(course)) {
        return step;
    }
    if let Some(step) = missed_in(plan, progress) {
        return step;
    }
    let begun = progress.last_lesson(course).filter(|mark| !mark.is_finished).and_then(|mark| plan.lesson(&mark.lesson));
    let open = || plan.lessons.iter().find(|lesson| !progress.has_finished(lesson.id));
    if let Some(lesson) = begun.or_else(open) {
        let card = card_in(lesson, progress.mark(lesson.id));
        NextStep::Lesson { course, lesson: lesson.id.to_owned(), card }
    } else if plan.has_practice && !progress.has_practised(course) {
        NextStep::Practice(course)
    } else {
        NextStep::Test(course)
    }
}

/// The first lesson of what the test missed that today's edition still has. One that was begun since is gone on with.
fn missed_in<C: Copy + Eq>(plan: &CoursePlan<'_, C>, progress: &Progress<C>) -> Option<NextStep<C>> {
    let test = progress.tests.iter().find(|mark| mark.course == plan.code)?;
    let TestState::Failed { lessons } = &test.state else { return None };
    let lesson = lessons.iter().find_map(|id| plan.lesson(id))?;
    let card = card_in(lesson, progress.mark(lesson.id).filter(|mark| mark.at > test.at));
    Some(NextStep::Missed { course: plan.code, lesson: lesson.id.to_owned(), card })
}

/// The card to open. A shorter lesson of a later edition may have lost the one that somebody stood on.
fn card_in<C>(lesson: &LessonPlan<'_>, mark: Option<&LessonMark<C>>) -> usize {
    mark.map_or(1, |mark| mark.card).clamp(1, lesson.cards.max(1))
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
        Progress { lessons: lessons.collect(), practices, ..Progress::default() }
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

    fn test_mark(course: u8, state: TestState, at: i64) -> TestMark<u8> {
        let attempt = AttemptId::from_uuid(uuid::Uuid::from_u128(u128::from(course)));
        TestMark { course, attempt, state, at: Timestamp::from_ms(at) }
    }

    fn missed(lesson: &str, card: usize) -> NextStep<u8> {
        NextStep::Missed { course: 1, lesson: lesson.to_owned(), card }
    }

    #[test]
    fn a_test_that_is_open_comes_before_everything_else() {
        let open = |course, at| test_mark(course, TestState::Open { question: 4 }, at);
        let marks = |tests: Vec<TestMark<u8>>| Progress { tests, ..progress(&[("a", 2, false, 9)], false) };
        let going_on = |course: u8| NextStep::GoOnTesting {
            course,
            attempt: AttemptId::from_uuid(uuid::Uuid::from_u128(u128::from(course))),
            question: 4,
        };
        let plans = [plan(1), plan(2)];
        let step = |progress: &Progress<u8>| next_step(&plans, &BTreeSet::new(), progress);
        assert_eq!(step(&marks(vec![open(2, 5)])), going_on(2));
        assert_eq!(step(&marks(vec![open(2, 5), open(1, 7)])), going_on(1), "the one begun last");
        assert_eq!(step(&marks(vec![open(3, 5)])), lesson(1, "a", 2), "a course that is no longer there");
        assert_eq!(next_in_course(&plan(1), &marks(vec![open(2, 5)])), lesson(1, "a", 2));
        assert_eq!(next_in_course(&plan(2), &marks(vec![open(2, 5)])), going_on(2));
    }

    #[test]
    fn after_a_test_that_was_not_passed_the_lesson_of_what_was_missed_comes_first() {
        let failed = |lessons: &[&str], at| {
            test_mark(1, TestState::Failed { lessons: lessons.iter().map(|id| (*id).to_owned()).collect() }, at)
        };
        let done = [("a", 10, true, 1), ("b", 4, true, 2)];
        let after = |marks: &[(&str, usize, bool, i64)], mark| Progress { tests: vec![mark], ..progress(marks, true) };
        let cases = [
            (after(&done, failed(&["b", "a"], 20)), missed("b", 1)),
            (after(&done, failed(&["gone", "a"], 20)), missed("a", 1)),
            (after(&done, failed(&["o"], 20)), missed("o", 1)),
            (after(&[("a", 10, true, 1), ("b", 3, true, 21)], failed(&["b"], 20)), missed("b", 3)),
            (after(&done, failed(&["gone"], 20)), NextStep::Test(1)),
            (after(&done, failed(&[], 20)), NextStep::Test(1)),
            (after(&[], failed(&["b"], 20)), missed("b", 1)),
        ];
        for (progress, expected) in cases {
            assert_eq!(next_in_course(&plan(1), &progress), expected, "{progress:?}");
            assert_eq!(next_step(&[plan(2), plan(1)], &BTreeSet::new(), &progress), expected, "{progress:?}");
        }
    }

    #[test]
    fn a_practice_that_was_stopped_is_gone_on_with_until_something_else_is_done() {
        let stopped = |at, marks: &[(&str, usize, bool, i64)], practised| {
            let paused = Some(Paused { course: 1, run: "token".to_owned(), at: Timestamp::from_ms(at) });
            Progress { paused, ..progress(marks, practised) }
        };
        let going_on = NextStep::GoOnPractising { course: 1, run: "token".to_owned() };
        let plans = [plan(2), plan(1)];
        let step = |progress: &Progress<u8>| next_step(&plans, &BTreeSet::new(), progress);
        assert_eq!(step(&stopped(5, &[], false)), going_on);
        assert_eq!(step(&stopped(5, &[("a", 2, false, 4)], false)), going_on);
        assert_eq!(step(&stopped(5, &[("a", 2, false, 6)], false)), lesson(1, "a", 2));
        assert_eq!(step(&stopped(5, &[], true)), lesson(1, "a", 1), "it was done to its end since");
        assert_eq!(next_in_course(&plan(2), &stopped(5, &[], false)), lesson(2, "c", 1));
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
