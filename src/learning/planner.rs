//! What somebody chose, and the reading order that comes of it. Pure.

use std::collections::BTreeSet;

use super::rules::{self, CoursePlan, LessonPlan};
use crate::curriculum::model::{Course, Lesson, PathwayCourse, StartPoint};
use crate::curriculum::rules::{Wishes, reading_order};
use crate::curriculum::{CourseCode, Shelf};
use crate::kernel::Group;

/// How far somebody has come in one lesson.
pub type LessonMark = rules::LessonMark<CourseCode>;
/// How far somebody has come everywhere.
pub type Progress = rules::Progress<CourseCode>;
/// The one thing to do now.
pub type NextStep = rules::NextStep<CourseCode>;

/// Where somebody wants to begin: points of the start page, or a pathway by name. A reading list, not a declaration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// The ids of the points chosen.
    pub points: Vec<String>,
    /// The pathway chosen by name.
    pub pathway: Option<Group>,
    /// The groups somebody belongs to by their own word: whose lessons are theirs.
    pub groups: Vec<Group>,
}

impl Chosen {
    /// Whether nothing was chosen yet.
    #[must_use]
    pub const fn is_nothing(&self) -> bool {
        self.points.is_empty() && self.pathway.is_none() && self.groups.is_empty()
    }

    /// The group whose pathway is followed: the one chosen by name, else that of the first point, else one's own, else anybody's.
    #[must_use]
    pub fn pathway_group(&self, points: &[StartPoint]) -> Group {
        let of_point = self.points_of(points).next().map(|point| point.group);
        let own = || self.groups.iter().copied().find(|group| Group::LISTED.contains(group));
        self.pathway.or(of_point).or_else(own).unwrap_or(Group::Public)
    }

    /// The groups whose lessons are this person's: their own, then those of what they chose. The public has none.
    #[must_use]
    pub fn lesson_groups(&self, points: &[StartPoint]) -> Vec<Group> {
        let chosen = self.pathway.into_iter().chain(self.points_of(points).map(|point| point.group));
        let mut groups = Vec::new();
        for group in self.groups.iter().copied().chain(chosen) {
            if group != Group::Public && !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// The courses that come first: those of the points chosen, by turns. A pathway chosen by name has an order of its own.
    #[must_use]
    pub fn first(&self, points: &[StartPoint]) -> Vec<CourseCode> {
        if self.pathway.is_some() {
            return Vec::new();
        }
        let firsts: Vec<&[CourseCode]> = self.points_of(points).map(|point| point.first.as_slice()).collect();
        let longest = firsts.iter().map(|first| first.len()).max().unwrap_or(0);
        (0..longest).flat_map(|turn| firsts.iter().filter_map(move |first| first.get(turn).copied())).collect()
    }

    fn points_of<'p>(&self, points: &'p [StartPoint]) -> impl Iterator<Item = &'p StartPoint> {
        points.iter().filter(|point| self.points.contains(&point.id))
    }
}

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

/// The courses in the order in which somebody meets them who chose so; `group`'s pathway, bent by where they want to begin.
#[must_use]
pub fn order_of(shelf: &Shelf, chosen: &Chosen, group: Group, completed: &BTreeSet<CourseCode>) -> Vec<PathwayCourse> {
    let Some(pathway) = shelf.pathway(group) else { return Vec::new() };
    let first = chosen.first(&shelf.start_points().points);
    let is_written = |code| shelf.course(code).is_some_and(Course::is_complete);
    reading_order(pathway, Wishes { first: &first, prefer: &[] }, completed, is_written)
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

/// Minutes that are left of a lesson from `card` on.
#[must_use]
pub fn minutes_left(lesson: &Lesson, card: usize) -> i64 {
    rules::minutes_left(lesson.minutes, lesson.cards.len(), card)
}
