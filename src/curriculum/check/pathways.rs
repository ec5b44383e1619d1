//! Pathways, starting points and the steering question: every course once, required first, nothing unknown.

use std::collections::BTreeSet;

use super::prose::count;
use super::text::{Lists, Voice};
use super::{Fault, Trouble};
use crate::curriculum::model::{CourseCode, Need, Pathway, StartPage};
use crate::curriculum::read::{At, Draft, Lines};

/// The longest summary, and the longest note of a place to begin: one line in large letters.
const MOST_SUMMARY: usize = 40;
const MOST_NOTE: usize = 12;

pub(super) fn check(draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    let known: BTreeSet<CourseCode> = draft.tasks.iter().map(|task| task.value.code).collect();
    for pathway in &draft.pathways {
        check_file(pathway, lists, faults);
        check_courses(pathway, &known, draft, faults);
        check_choices(pathway, faults);
    }
    if let Some(start) = &draft.start {
        for (key, text) in [("question", &start.value.question), ("hint", &start.value.hint)] {
            lists.check(&start.file, start.lines.part(key).line(), text, Voice::OwnWithoutTags, faults);
        }
        check_notes(start, lists, faults);
        let points = start.value.points.iter().map(|point| (&point.id, &point.label, &point.first));
        check_answers(start, "start", "first", points, (&known, lists), faults);
    }
    if let Some(steering) = &draft.steering {
        let answers = steering.value.answers.iter().map(|answer| (&answer.id, &answer.label, &answer.prefer));
        check_answers(steering, "answer", "prefer", answers, (&known, lists), faults);
    }
}

fn check_notes(start: &At<StartPage>, lists: &Lists, faults: &mut Vec<Fault>) {
    for (at, point) in start.value.points.iter().enumerate() {
        let lines = start.lines.part("start").nth(at).part("note");
        match count(&point.note) {
            0 => faults.push(start.fault_at(lines, Trouble::Empty { what: "note" })),
            is if is > MOST_NOTE => {
                faults.push(start.fault_at(lines, Trouble::TooLong { what: "note", most: MOST_NOTE, is }));
            }
            _ => lists.check(&start.file, lines.line(), &point.note, Voice::OwnWithoutTags, faults),
        }
    }
}

fn check_file(pathway: &At<Pathway>, lists: &Lists, faults: &mut Vec<Fault>) {
    let value = &pathway.value;
    let wanted = pathway.file.trim_start_matches("pathways/").trim_end_matches(".toml");
    if wanted != value.group.code() {
        let trouble = Trouble::GroupNotFile { wanted: wanted.to_owned(), is: value.group.to_string() };
        faults.push(pathway.fault_at(pathway.lines.part("group"), trouble));
    }
    let summary = pathway.lines.part("summary");
    let is = count(&value.summary);
    if is > MOST_SUMMARY {
        faults.push(pathway.fault_at(summary, Trouble::TooLong { what: "summary", most: MOST_SUMMARY, is }));
    }
    lists.check(&pathway.file, summary.line(), &value.summary, Voice::OwnWithoutTags, faults);
}

fn check_courses(pathway: &At<Pathway>, known: &BTreeSet<CourseCode>, draft: &Draft, faults: &mut Vec<Fault>) {
    let lines = pathway.lines.part("course");
    let mut seen = BTreeSet::new();
    let mut required_is_over = false;
    for (at, course) in pathway.value.courses.iter().enumerate() {
        let code = course.code.to_string();
        let mut fault = |trouble| faults.push(pathway.fault_at(lines.nth(at), trouble));
        if !known.contains(&course.code) {
            fault(Trouble::UnknownCourse(code.clone()));
        }
        if !seen.insert(course.code) {
            fault(Trouble::CourseTwice(code.clone()));
        }
        let own = draft.courses.iter().find(|one| one.folder == course.code).map(|one| one.course.value.groups);
        if own.and_then(|groups| groups.need(pathway.value.group)).is_some_and(|need| need != course.need) {
            fault(Trouble::NeedDiffers(code.clone()));
        }
        if course.need == Need::Required && required_is_over {
            fault(Trouble::NeedOrder(code));
        }
        required_is_over |= course.need != Need::Required;
    }
    for code in known.difference(&seen) {
        faults.push(pathway.fault(Trouble::CourseNotInPathway(code.to_string())));
    }
}

fn check_choices(pathway: &At<Pathway>, faults: &mut Vec<Fault>) {
    let lines = pathway.lines.part("choose");
    let in_pathway = |code: &CourseCode| pathway.value.courses.iter().any(|course| course.code == *code);
    for (at, choice) in pathway.value.choices.iter().enumerate() {
        let lines = lines.nth(at);
        if choice.min == 0 || choice.min > choice.from.len() {
            faults.push(pathway.fault_at(lines.part("min"), Trouble::ChoiceImpossible));
        }
        check_codes(pathway, lines.part("from"), &choice.from, in_pathway, faults);
        check_codes(pathway, lines.part("after"), std::slice::from_ref(&choice.after), in_pathway, faults);
    }
}

fn check_answers<'d, T>(
    file: &At<T>,
    list: &str,
    codes_key: &str,
    answers: impl Iterator<Item = (&'d String, &'d String, &'d Vec<CourseCode>)>,
    (known, lists): (&BTreeSet<CourseCode>, &Lists),
    faults: &mut Vec<Fault>,
) {
    let mut seen = BTreeSet::new();
    for (at, (id, label, codes)) in answers.enumerate() {
        let lines = file.lines.part(list).nth(at);
        if !seen.insert(id) {
            faults.push(file.fault_at(lines.part("id"), Trouble::IdTwice(id.clone())));
        }
        lists.check(&file.file, lines.part("label").line(), label, Voice::OwnWithoutTags, faults);
        check_codes(file, lines.part(codes_key), codes, |code| known.contains(code), faults);
    }
}

/// Each code known, none twice.
fn check_codes<T>(
    file: &At<T>,
    lines: &Lines,
    codes: &[CourseCode],
    is_known: impl Fn(&CourseCode) -> bool,
    faults: &mut Vec<Fault>,
) {
    let mut seen = BTreeSet::new();
    for code in codes {
        if !is_known(code) {
            faults.push(file.fault_at(lines, Trouble::UnknownCourse(code.to_string())));
        }
        if !seen.insert(code) {
            faults.push(file.fault_at(lines, Trouble::CourseTwice(code.to_string())));
        }
    }
}
