//! The reading order that comes of what somebody chose. Pure.

use std::collections::BTreeSet;

use super::rules::{self, CoursePlan, LessonPlan};
use crate::curriculum::model::{Course, Lesson, PathwayCourse};
use crate::curriculum::rules::{Wishes, reading_order};
use crate::curriculum::{Chosen, CourseCode, Shelf};
use crate::kernel::Group;

/// How far somebody has come in one lesson.
pub type LessonMark = rules::LessonMark<CourseCode>;
/// How far somebody has come everywhere.
pub type Progress = rules::Progress<CourseCode>;
/// The one thing to do now.
pub type NextStep = rules::NextStep<CourseCode>;
/// How the latest try at a test stands.
pub type TestMark = rules::TestMark<CourseCode>;
/// A practice that was stopped in the middle.
pub type Paused = rules::Paused<CourseCode>;
/// A refresher that is offered.
pub type Offer = rules::Offer<CourseCode>;

/// The lessons of a course for somebody: the common core, then the lessons of their groups.
#[must_use]
pub fn lessons_for<'c>(course: &'c Course, groups: &[Group]) -> Vec<&'c Lesson> {
    course.core().chain(groups.iter().filter_map(|group| course.lesson_for(*group))).collect()
}

/// A course as far as its order goes for somebody of these groups.
#[must_use]
pub fn plan_of<'c>(course: &'c Course, groups: &[Group]) -> CoursePlan<'c, CourseCode> {
    let own = lessons_for(course, groups);
    let others = course.lessons.iter().filter(|lesson| !own.iter().any(|mine| mine.id == lesson.id));
    CoursePlan {
        code: course.code,
        is_written: course.is_complete(),
        lessons: own.iter().map(|lesson| short(lesson)).collect(),
        others: others.map(short).collect(),
        has_practice: course.practice.is_some(),
    }
}

fn short(lesson: &Lesson) -> LessonPlan<'_> {
    LessonPlan { id: &lesson.id, cards: lesson.cards.len() }
}

/// The courses in the order in which somebody meets them who chose so; `group`'s pathway, bent by where they want to begin and by what
/// they mainly do.
#[must_use]
pub fn order_of(shelf: &Shelf, chosen: &Chosen, group: Group, completed: &BTreeSet<CourseCode>) -> Vec<PathwayCourse> {
    let Some(pathway) = shelf.pathway(group) else { return Vec::new() };
    let first = chosen.first(&shelf.start_points().points);
    let is_written = |code| shelf.course(code).is_some_and(Course::is_complete);
    reading_order(pathway, Wishes { first: &first, prefer: chosen.prefer(shelf.steering()) }, completed, is_written)
}

/// What comes next for somebody who chose so and has come so far.
#[must_use]
pub fn next_step(shelf: &Shelf, chosen: &Chosen, completed: &BTreeSet<CourseCode>, progress: &Progress) -> NextStep {
    let points = &shelf.start_points().points;
    let groups = chosen.lesson_groups(points);
    let order = order_of(shelf, chosen, chosen.pathway_group(points), completed);
    let courses = order.iter().filter_map(|course| shelf.course(course.code));
    let plans: Vec<_> = courses.map(|course| plan_of(course, &groups)).collect();
    rules::next_step(&plans, completed, progress)
}

/// What comes next for somebody beside the course `code`: it may be begun no more, or not yet.
#[must_use]
pub fn next_elsewhere(
    shelf: &Shelf,
    chosen: &Chosen,
    completed: &BTreeSet<CourseCode>,
    progress: &Progress,
    code: CourseCode,
) -> NextStep {
    let mut others = completed.clone();
    others.insert(code);
    next_step(shelf, chosen, &others, progress)
}

/// Minutes that are left of a lesson from `card` on.
#[must_use]
pub fn minutes_left(lesson: &Lesson, card: usize) -> i64 {
    rules::minutes_left(lesson.minutes, lesson.cards.len(), card)
}
