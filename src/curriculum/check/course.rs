//! Courses as a whole: one for each task, outlines, titles that occur once, pictures.

use std::collections::{BTreeMap, BTreeSet};

use super::prose::count;
use super::text::{Lists, Voice};
use super::{Fault, Trouble, manifest};
use crate::curriculum::cards::{self, Block};
use crate::curriculum::model::{Course, Element, LessonPlace};
use crate::curriculum::read::{At, CourseDraft, Draft};
use crate::kernel::Day;

const MOST_SUMMARY: usize = 40;
const LEAST_CORE: usize = 4;
const LEAST_PICTURES: usize = 2;

pub(super) fn check(draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    for task in &draft.tasks {
        if !draft.courses.iter().any(|course| course.folder == task.value.code) {
            faults.push(task.fault(Trouble::TaskWithoutCourse(task.value.code.to_string())));
        }
    }
    check_titles(draft, faults);
    for course in &draft.courses {
        check_place(course, draft, faults);
        check_outline(&course.course, draft, lists, faults);
        if course.course.value.is_complete() {
            check_parts(course, faults);
            check_pictures(course, faults);
        }
    }
}

/// The titles of courses, lessons and practices.
fn check_titles(draft: &Draft, faults: &mut Vec<Fault>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for course in &draft.courses {
        let own = (&course.course.value.title, &course.course.file, course.course.lines.part("title").line());
        let lessons =
            course.lessons.iter().map(|one| (&one.head.value.title, &one.head.file, one.head.lines.part("title").line()));
        let practice =
            course.practice.iter().map(|one| (&one.head.value.title, &one.head.file, one.head.lines.part("title").line()));
        for (title, file, line) in std::iter::once(own).chain(lessons).chain(practice) {
            if let Some(other) = seen.insert(title.trim().to_owned(), file.to_string()) {
                faults.push(Fault::new(file, line, Trouble::TitleTwice { title: title.clone(), other }));
            }
        }
    }
}

fn check_place(draft: &CourseDraft, whole: &Draft, faults: &mut Vec<Fault>) {
    let course = &draft.course;
    let value = &course.value;
    if value.code != draft.folder {
        let trouble = Trouble::CodeNotFolder { folder: draft.folder.to_string(), is: value.code.to_string() };
        faults.push(course.fault_at(course.lines.part("code"), trouble));
    }
    match whole.tasks.iter().find(|task| task.value.code == draft.folder) {
        None => faults.push(course.fault(Trouble::CourseOfNoTask(draft.folder.to_string()))),
        Some(task) if task.value.area != value.area => {
            let trouble = Trouble::AreaNotTasks { wanted: task.value.area.clone(), is: value.area.clone() };
            faults.push(course.fault_at(course.lines.part("area"), trouble));
        }
        Some(_) => {}
    }
}

fn check_outline(course: &At<Course>, draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    let (value, lines) = (&course.value, &course.lines);
    let is = count(&value.summary);
    if is > MOST_SUMMARY {
        faults.push(course.fault_at(lines.part("summary"), Trouble::TooLong { what: "summary", most: MOST_SUMMARY, is }));
    }
    for (what, is, least, most) in [("goals", value.goals.len(), 3, 5), ("outcome", value.outcomes.len(), 4, 6)] {
        if !(least..=most).contains(&is) {
            faults.push(course.fault_at(lines.part(what), Trouble::Count { what, least, most, is }));
        }
    }
    if value.hours <= 0 || !manifest::hours_are_credit(draft, value.hours) {
        faults.push(course.fault_at(lines.part("hours"), Trouble::HoursNotCredit { hours: value.hours }));
    }
    if !(1..=2).contains(&value.witnesses) {
        faults.push(course.fault_at(lines.part("witnesses"), Trouble::Witnesses { is: value.witnesses }));
    }
    for (key, text) in [("title", &value.title), ("summary", &value.summary)] {
        lists.check(&course.file, lines.part(key).line(), text, Voice::OwnWithoutTags, faults);
    }
    for (at, goal) in value.goals.iter().enumerate() {
        lists.check(&course.file, lines.part("goals").nth(at).line(), goal, Voice::OwnWithoutTags, faults);
    }
    for (at, outcome) in value.outcomes.iter().enumerate() {
        let lines = lines.part("outcome").nth(at);
        let wanted = format!("{}-o{}", value.code, at + 1);
        if outcome.id != wanted {
            faults.push(course.fault_at(lines.part("id"), Trouble::WrongId { wanted, is: outcome.id.clone() }));
        }
        lists.check(&course.file, lines.part("text").line(), &outcome.text, Voice::OwnWithoutTags, faults);
    }
    check_reviews(course, faults);
}

fn check_reviews(course: &At<Course>, faults: &mut Vec<Fault>) {
    let lines = course.lines.part("review");
    if course.value.reviews.is_empty() {
        faults.push(course.fault(Trouble::Empty { what: "review" }));
    }
    for (at, review) in course.value.reviews.iter().enumerate() {
        let lines = lines.nth(at);
        let days = [("date", &review.date), ("next", &review.next)];
        for (key, day) in days.into_iter().filter(|(_, day)| Day::parse(day).is_none()) {
            faults.push(course.fault_at(lines.part(key), Trouble::BadDate(day.clone())));
        }
        if Day::parse(&review.next) <= Day::parse(&review.date) {
            faults.push(course.fault_at(lines.part("next"), Trouble::ReviewOrder));
        }
    }
}

fn check_parts(course: &CourseDraft, faults: &mut Vec<Fault>) {
    let numbers: Vec<usize> = course
        .lessons
        .iter()
        .filter_map(|lesson| if let LessonPlace::Core(number) = lesson.place { Some(usize::from(number)) } else { None })
        .collect();
    if numbers.len() < LEAST_CORE {
        faults.push(course.course.fault(Trouble::TooFewCore { least: LEAST_CORE, is: numbers.len() }));
    }
    if numbers.iter().enumerate().any(|(at, number)| at + 1 != *number) {
        faults.push(course.course.fault(Trouble::CoreNumbering));
    }
    let taught: BTreeSet<&String> = course.lessons.iter().flat_map(|lesson| &lesson.head.value.outcomes).collect();
    for (at, outcome) in course.course.value.outcomes.iter().enumerate() {
        if !taught.contains(&outcome.id) {
            let lines = course.course.lines.part("outcome").nth(at);
            faults.push(course.course.fault_at(lines, Trouble::OutcomeUntaught(outcome.id.clone())));
        }
    }
}

/// Pictures named are there and have words; pictures there are named.
fn check_pictures(course: &CourseDraft, faults: &mut Vec<Fault>) {
    let mut named = BTreeSet::new();
    let mut uses = Vec::new();
    for lesson in &course.lessons {
        for card in &lesson.cards {
            let (blocks, _) = cards::parse(&card.text);
            let pictures = blocks
                .into_iter()
                .filter_map(|block| if let Block::Picture { src, alt } = block { Some((src, alt)) } else { None });
            for (src, alt) in pictures {
                let at = card.text.lines().position(|line| line.contains(&src)).unwrap_or(0);
                uses.push((lesson.head.file.to_string(), card.line + 1 + at, src, alt));
            }
        }
    }
    for screen in course.practice.iter().flat_map(|practice| &practice.screens) {
        for (at, element) in screen.value.elements.iter().enumerate() {
            if let Element::Image { src, alt } = element {
                let line = screen.lines.part("elements").nth(at).line();
                uses.push((screen.file.to_string(), line, src.clone(), alt.clone()));
            }
        }
    }
    for (file, line, src, alt) in uses {
        if !course.pictures.contains_key(&src) {
            faults.push(Fault::new(&file, line, Trouble::PictureMissing(src.clone())));
        }
        if alt.trim().is_empty() {
            faults.push(Fault::new(&file, line, Trouble::PictureWithoutAlt));
        }
        named.insert(src);
    }
    let is = course.pictures.len();
    if is < LEAST_PICTURES {
        faults.push(course.course.fault(Trouble::TooFewPictures { least: LEAST_PICTURES, is }));
    }
    for src in course.pictures.keys().filter(|src| !named.contains(*src)) {
        faults.push(Fault::new(&course.path(src), 1, Trouble::PictureUnused(src.clone())));
    }
}
