//! 还差什么: what somebody still needs for a certificate, out of what is asked for and what they have. Pure; it promises nothing.

use std::collections::BTreeSet;

use super::holdings::{HoldingKind, Holdings};
use super::planner::{self, NextStep, lessons_for, order_of};
use super::rules::{self, Candidate, Demand, Remaining, State};
use super::views::Marks;
use crate::curriculum::model::{CertificateRule, Course, Need, Pathway};
use crate::curriculum::rules::minutes_of;
use crate::curriculum::{Chosen, CourseCode, Shelf};
use crate::kernel::Group;

/// Who asks: what they chose, what they have done, what they hold.
#[derive(Clone, Copy, Debug)]
pub struct Asker<'a> {
    /// What they chose.
    pub chosen: &'a Chosen,
    /// What they have done.
    pub marks: &'a Marks,
    /// What they hold.
    pub holdings: &'a Holdings,
}

/// What is missing for one certificate.
#[derive(Clone, Debug)]
pub struct Plan<'s> {
    /// The certificate.
    pub rule: &'s CertificateRule,
    /// The list; `None` where none would do.
    pub list: Option<Remaining<CourseCode>>,
    /// The reading list whose required set it is, where one is asked for.
    pub pathway: Option<&'s Pathway>,
    /// Minutes that are left of each course of the list, in its order.
    pub minutes: Vec<i64>,
    /// The courses that count already, in the order in which they are met.
    pub counted: Vec<CourseCode>,
    /// Courses from elsewhere, whether they count or not.
    pub outside: Vec<CourseCode>,
    /// Courses whose credit is being looked into.
    pub looked_into: Vec<CourseCode>,
    /// Courses whose credit went to an outside programme, or is on its way there.
    pub out: Vec<CourseCode>,
    /// Areas of the courses that count.
    pub areas: usize,
    /// Whether a document is still to be seen.
    pub needs_document: bool,
    /// Courses whose test is still to be taken while somebody of the staff is there.
    pub supervised: Vec<CourseCode>,
}

impl Plan<'_> {
    /// Whether all courses are there.
    #[must_use]
    pub fn has_courses(&self) -> bool {
        self.list.as_ref().is_some_and(|list| list.learn.is_empty() && list.blocked.is_empty())
    }

    /// Whether there is something to do at a service point.
    #[must_use]
    pub fn has_errand(&self) -> bool {
        self.needs_document || !self.supervised.is_empty()
    }

    /// The courses to learn, each with its minutes.
    pub fn learn(&self) -> impl Iterator<Item = (CourseCode, i64)> {
        let codes = self.list.iter().flat_map(|list| list.learn.iter().copied());
        codes.zip(self.minutes.iter().copied())
    }
}

/// The certificates that a list is made for: those that ask for more than one course.
pub fn planned(shelf: &Shelf) -> impl Iterator<Item = &CertificateRule> {
    shelf.certificates().iter().filter(|rule| rule.min_courses > 1)
}

/// What somebody still needs for the certificate `rule`.
#[must_use]
pub fn plan_for<'s>(shelf: &'s Shelf, rule: &'s CertificateRule, asker: Asker<'_>) -> Plan<'s> {
    let (list, pathway) = list_for(shelf, rule, asker);
    let groups = &asker.marks.groups;
    let minutes = |code: &CourseCode| shelf.course(*code).map_or(0, |course| minutes_left(shelf, course, groups, asker.marks));
    let of_kind = |kind: HoldingKind| {
        let held = asker.holdings.courses.iter().filter(move |(_, holding)| holding.kind == kind);
        held.map(|(code, _)| *code).filter(|code| shelf.course(*code).is_some()).collect::<Vec<_>>()
    };
    let outside_that_counts = list.iter().flat_map(|list| list.outside.iter().copied());
    let counting: BTreeSet<CourseCode> = of_kind(HoldingKind::Passed).into_iter().chain(outside_that_counts).collect();
    let own = asker.chosen.pathway_group(&shelf.start_points().points);
    let order = order_of(shelf, asker.chosen, pathway.map_or(own, |pathway| pathway.group), &asker.marks.completed);
    let counted: Vec<CourseCode> = order.iter().map(|course| course.code).filter(|code| counting.contains(code)).collect();
    let areas: BTreeSet<&str> = counted.iter().filter_map(|code| Some(shelf.course(*code)?.area.as_str())).collect();
    let is_supervised = |code: &&CourseCode| {
        asker.holdings.courses.get(code).is_some_and(|holding| holding.supervision >= rule.supervision_level)
    };
    Plan {
        rule,
        minutes: list.iter().flat_map(|list| &list.learn).map(minutes).collect(),
        counted,
        outside: of_kind(HoldingKind::Outside),
        looked_into: of_kind(HoldingKind::LookedInto),
        out: of_kind(HoldingKind::Out),
        areas: areas.len(),
        needs_document: asker.holdings.identity.value() < rule.identity_level,
        supervised: rule.must.iter().filter(|code| !is_supervised(code)).copied().collect(),
        list,
        pathway,
    }
}

/// The shortest list; where the required set of any one reading list is asked for, that of the list that is nearest. Of those as near the one
/// that is followed, then anybody's, comes first.
fn list_for<'s>(
    shelf: &'s Shelf,
    rule: &CertificateRule,
    asker: Asker<'_>,
) -> (Option<Remaining<CourseCode>>, Option<&'s Pathway>) {
    let own = asker.chosen.pathway_group(&shelf.start_points().points);
    let list_in = |pathway: &Pathway, demand: &Demand<CourseCode>| {
        let order = order_of(shelf, asker.chosen, pathway.group, &asker.marks.completed);
        let courses = order.iter().filter_map(|course| shelf.course(course.code));
        let candidates: Vec<_> = courses.map(|course| candidate(shelf, course, asker)).collect();
        rules::remaining(&candidates, demand)
    };
    if !rule.whole_required_set {
        return (shelf.pathway(own).and_then(|pathway| list_in(pathway, &demand_of(rule, None))), None);
    }
    let mut pathways: Vec<&Pathway> = shelf.edition().pathways.iter().collect();
    pathways.sort_by_key(|pathway| (pathway.group != own, pathway.group != Group::Public));
    match rules::shortest(pathways.iter().map(|pathway| list_in(pathway, &demand_of(rule, Some(pathway))))) {
        Some((at, list)) => (Some(list), pathways.get(at).copied()),
        None => (None, None),
    }
}

fn demand_of(rule: &CertificateRule, pathway: Option<&Pathway>) -> Demand<CourseCode> {
    let set = pathway.into_iter().flat_map(|pathway| &pathway.courses).filter(|course| course.need == Need::Required);
    let choices = pathway.into_iter().flat_map(|pathway| &pathway.choices);
    Demand {
        min_courses: rule.min_courses,
        min_areas: rule.min_areas,
        required: set.map(|course| course.code).chain(rule.must.iter().copied()).collect(),
        choices: choices.map(|choice| (choice.from.iter().copied().collect(), choice.min)).collect(),
        max_outside: rule.max_outside(),
    }
}

fn candidate<'s>(shelf: &Shelf, course: &'s Course, asker: Asker<'_>) -> Candidate<CourseCode, &'s str> {
    let minutes = || minutes_left(shelf, course, &asker.marks.groups, asker.marks);
    let held = asker.holdings.courses.get(&course.code).map(|holding| holding.kind);
    let state = match held {
        Some(HoldingKind::Passed) => State::Done,
        Some(HoldingKind::Outside) => State::Outside(course.is_complete().then(minutes)),
        None if course.is_complete() => State::Open(minutes()),
        Some(HoldingKind::LookedInto | HoldingKind::Out) | None => State::Closed,
    };
    Candidate { code: course.code, area: &course.area, state }
}

/// Minutes that are left of a course: its hours without what was read and practised of it.
fn minutes_left(shelf: &Shelf, course: &Course, groups: &[Group], marks: &Marks) -> i64 {
    let lessons = lessons_for(course, groups);
    let read = lessons.iter().map(|lesson| match marks.progress.mark(&lesson.id) {
        Some(mark) if mark.is_finished => lesson.minutes,
        Some(mark) => lesson.minutes - planner::minutes_left(lesson, mark.card),
        None => 0,
    });
    let practised = course.practice.as_ref().filter(|_| marks.progress.has_practised(course.code));
    let behind = read.sum::<i64>() + practised.map_or(0, |practice| practice.minutes);
    let whole = minutes_of(shelf.credit_rule(), course.hours);
    rules::course_minutes_left(whole, behind, shelf.edition().manifest.assessment.minutes)
}

/// What comes next on the way to a certificate: within its list, what was begun last, else the first.
#[must_use]
pub fn step_of(shelf: &Shelf, plan: &Plan<'_>, marks: &Marks) -> NextStep {
    let courses = plan.learn().filter_map(|(code, _)| shelf.course(code));
    let plans: Vec<_> = courses.map(|course| planner::plan_of(course, &marks.groups)).collect();
    // A course from elsewhere that is to be passed here counts as completed else.
    rules::next_step(&plans, &BTreeSet::new(), &marks.progress)
}
