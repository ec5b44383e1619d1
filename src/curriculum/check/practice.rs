//! Practices: every screen can be reached and leads to the end, every mistake is explained and leads back.

use std::collections::{BTreeMap, BTreeSet};

use super::prose::count;
use super::text::{Lists, Voice};
use super::{Fault, Trouble, vars};
use crate::curriculum::model::{Action, Practice, Screen, Verdict};
use crate::curriculum::read::{At, CourseDraft, Lines, PracticeDraft};
use crate::curriculum::rules::Draw;

const LEAST_SCREENS: usize = 6;
const ACTIONS: (usize, usize) = (2, 4);
const LABEL: (usize, usize) = (2, 14);
const LEAST_WRONG: usize = 4;
const LEAST_WRONG_SCREENS: usize = 3;
const MINUTES: (i64, i64) = (10, 40);

pub(super) fn check(course: &CourseDraft, lists: &Lists, faults: &mut Vec<Fault>) {
    let Some(practice) = &course.practice else { return };
    check_head(practice, course, lists, faults);
    check_ways(practice, faults);
    check_variables(practice, lists, faults);
    let filling = Filling { practice: &practice.head.value, longest: vars::longest(&practice.head.value.vars) };
    for screen in &practice.screens {
        check_screen(screen, &filling, lists, faults);
        for (at, action) in screen.value.actions.iter().enumerate() {
            check_action(screen, screen.lines.part("action").nth(at), action, (practice, course, lists, &filling), faults);
        }
    }
    check_mistakes(practice, faults);
}

fn check_head(practice: &PracticeDraft, course: &CourseDraft, lists: &Lists, faults: &mut Vec<Fault>) {
    let (head, value) = (&practice.head, &practice.head.value);
    let wanted = format!("{}-p", course.folder);
    if value.id != wanted {
        faults.push(head.fault_at(head.lines.part("id"), Trouble::WrongId { wanted, is: value.id.clone() }));
    }
    let (least, most) = MINUTES;
    if !(least..=most).contains(&value.minutes) {
        faults.push(head.fault_at(head.lines.part("minutes"), Trouble::Minutes { least, most, is: value.minutes }));
    }
    for (at, id) in value.outcomes.iter().enumerate() {
        if course.course.value.outcome(id).is_none() {
            faults.push(head.fault_at(head.lines.part("outcomes").nth(at), Trouble::UnknownOutcome(id.clone())));
        }
    }
    for (key, text) in [("title", &value.title), ("goal", &value.goal)] {
        lists.check(&head.file, head.lines.part(key).line(), text, Voice::OwnWithoutTags, faults);
    }
    let is = practice.screens.len();
    if is < LEAST_SCREENS {
        faults.push(head.fault(Trouble::TooFewScreens { least: LEAST_SCREENS, is }));
    }
}

/// What each action leads to, and whether it is there.
fn targets(action: &Action) -> impl Iterator<Item = (&'static str, &String)> {
    std::iter::once(("to", &action.to)).chain(action.wrong_to.iter().map(|to| ("wrong_to", to)))
}

fn check_ways(practice: &PracticeDraft, faults: &mut Vec<Fault>) {
    let mut screens: BTreeMap<&str, &At<Screen>> = BTreeMap::new();
    for screen in &practice.screens {
        if screens.insert(&screen.value.id, screen).is_some() {
            faults.push(screen.fault_at(screen.lines.part("id"), Trouble::IdTwice(screen.value.id.clone())));
        }
    }
    let head = &practice.head;
    if !screens.contains_key(head.value.start.as_str()) {
        faults.push(head.fault_at(head.lines.part("start"), Trouble::UnknownScreen(head.value.start.clone())));
    }
    if !practice.screens.iter().any(|screen| screen.value.end) {
        faults.push(head.fault(Trouble::NoEnd));
    }
    for screen in &practice.screens {
        for (at, action) in screen.value.actions.iter().enumerate() {
            for (key, to) in targets(action).filter(|(_, to)| !screens.contains_key(to.as_str())) {
                let lines = screen.lines.part("action").nth(at).part(key);
                faults.push(screen.fault_at(lines, Trouble::UnknownScreen(to.clone())));
            }
        }
    }
    let edges: Vec<(&str, &str)> = practice
        .screens
        .iter()
        .flat_map(|screen| screen.value.actions.iter().flat_map(targets).map(|(_, to)| (screen.value.id.as_str(), to.as_str())))
        .collect();
    let reached = spread(BTreeSet::from([head.value.start.as_str()]), &edges);
    let ends = practice.screens.iter().filter(|screen| screen.value.end).map(|screen| screen.value.id.as_str()).collect();
    let back: Vec<(&str, &str)> = edges.iter().map(|(from, to)| (*to, *from)).collect();
    let ending = spread(ends, &back);
    for (id, screen) in screens {
        if !reached.contains(id) {
            faults.push(screen.fault(Trouble::Unreachable(id.to_owned())));
        }
        if !ending.contains(id) {
            faults.push(screen.fault(Trouble::NoWayToEnd(id.to_owned())));
        }
    }
}

/// Everything that can be reached from `from` along `edges`.
fn spread<'d>(from: BTreeSet<&'d str>, edges: &[(&'d str, &'d str)]) -> BTreeSet<&'d str> {
    let mut reached = from;
    loop {
        let before = reached.len();
        reached.extend(edges.iter().filter(|(from, _)| reached.contains(from)).map(|(_, to)| *to).collect::<Vec<_>>());
        if reached.len() == before {
            return reached;
        }
    }
}

fn check_variables(practice: &PracticeDraft, lists: &Lists, faults: &mut Vec<Fault>) {
    let head = &practice.head;
    let texts: Vec<&str> = practice.screens.iter().flat_map(|screen| texts_of(&screen.value)).collect();
    vars::check_practice(head, &texts, lists, faults);
}

fn texts_of(screen: &Screen) -> Vec<&str> {
    let own = [Some(screen.title.as_str()), Some(screen.task.as_str()), screen.app.as_deref()];
    let elements = screen.elements.iter().flat_map(|element| element.texts());
    let actions = screen.actions.iter().flat_map(|action| {
        let typed = action.typed.iter().flat_map(|typed| typed.expects.iter().chain([&typed.label])).map(String::as_str);
        let says = [Some(action.label.as_str()), action.says.as_deref(), action.wrong_says.as_deref()];
        says.into_iter().flatten().chain(typed).collect::<Vec<_>>()
    });
    own.into_iter().flatten().chain(elements).chain(actions).collect()
}

/// The variables of a practice, and each at its longest.
struct Filling<'a> {
    practice: &'a Practice,
    longest: Draw,
}

impl Filling<'_> {
    /// The text with each variable at its longest; what would be left open becomes a fault.
    fn of(&self, (screen, lines): (&At<Screen>, &Lines), text: &str, faults: &mut Vec<Fault>) -> String {
        let left_open = vars::left_open(text, &self.practice.vars).into_iter();
        faults.extend(left_open.map(|trouble| screen.fault_at(lines, trouble)));
        self.longest.fill(text)
    }
}

fn check_screen(screen: &At<Screen>, filling: &Filling<'_>, lists: &Lists, faults: &mut Vec<Fault>) {
    let (value, lines) = (&screen.value, &screen.lines);
    for (key, text) in [("title", &value.title), ("task", &value.task)] {
        let voice = if key == "title" { Voice::OwnWithoutTags } else { Voice::Own };
        let text = filling.of((screen, lines.part(key)), text, faults);
        if text.trim().is_empty() {
            faults.push(screen.fault_at(lines.part(key), Trouble::Empty { what: "title, task" }));
        }
        lists.check(&screen.file, lines.part(key).line(), &text, voice, faults);
    }
    for (at, element) in value.elements.iter().enumerate() {
        let lines = lines.part("elements").nth(at);
        for text in element.texts() {
            let text = filling.of((screen, lines), text, faults);
            lists.check(&screen.file, lines.line(), &text, Voice::Shown, faults);
        }
    }
    let (least, most) = ACTIONS;
    if value.end && !value.actions.is_empty() {
        faults.push(screen.fault(Trouble::EndWithActions));
    } else if !value.end && !(least..=most).contains(&value.actions.len()) {
        faults.push(screen.fault(Trouble::ActionCount { least, most, is: value.actions.len() }));
    }
}

fn check_action(
    screen: &At<Screen>,
    lines: &Lines,
    action: &Action,
    (practice, course, lists, filling): (&PracticeDraft, &CourseDraft, &Lists, &Filling<'_>),
    faults: &mut Vec<Fault>,
) {
    let label = filling.of((screen, lines.part("label")), &action.label, faults);
    let (least, most) = LABEL;
    let is = count(&label);
    if !(least..=most).contains(&is) {
        faults.push(screen.fault_at(lines.part("label"), Trouble::LabelLength { least, most, is }));
    }
    lists.check(&screen.file, lines.part("label").line(), &label, Voice::OwnWithoutTags, faults);
    for (key, text) in [("says", &action.says), ("wrong_says", &action.wrong_says)] {
        if let Some(text) = text {
            let text = filling.of((screen, lines.part(key)), text, faults);
            lists.check(&screen.file, lines.part(key).line(), &text, Voice::Own, faults);
        }
    }
    let mut fault = |key: &str, trouble| faults.push(screen.fault_at(lines.part(key), trouble));
    if action.verdict == Verdict::Wrong && action.says.as_ref().is_none_or(|says| says.trim().is_empty()) {
        fault("verdict", Trouble::WrongWithoutWords);
    }
    match &action.outcome {
        None if action.verdict != Verdict::Neutral => fault("verdict", Trouble::VerdictWithoutOutcome),
        Some(id) if course.course.value.outcome(id).is_none() => fault("outcome", Trouble::UnknownOutcome(id.clone())),
        _ => {}
    }
    if action.typed.is_some() != action.wrong_to.is_some() || action.wrong_to.is_some() != action.wrong_says.is_some() {
        fault("type", Trouble::TypedAndWrong);
    }
    if action.typed.as_ref().is_some_and(|typed| typed.expects.is_empty()) {
        fault("type", Trouble::NothingExpected);
    }
    let is_end = |id: &str| practice.screens.iter().any(|screen| screen.value.id == id && screen.value.end);
    let wrong_way = if action.verdict == Verdict::Wrong { Some(&action.to) } else { action.wrong_to.as_ref() };
    if wrong_way.is_some_and(|to| is_end(to)) {
        fault("to", Trouble::WrongEnds);
    }
    if let Some(typed) = &action.typed {
        for text in typed.expects.iter().chain([&typed.label]) {
            filling.of((screen, lines.part("type")), text, faults);
        }
    }
}

fn check_mistakes(practice: &PracticeDraft, faults: &mut Vec<Fault>) {
    let wrong = |screen: &At<Screen>| {
        let actions = screen.value.actions.iter();
        actions.filter(|action| action.verdict == Verdict::Wrong || action.wrong_to.is_some()).count()
    };
    let per_screen: Vec<usize> = practice.screens.iter().map(wrong).filter(|many| *many > 0).collect();
    let is = per_screen.iter().sum();
    if is < LEAST_WRONG {
        faults.push(practice.head.fault(Trouble::TooFewWrong { least: LEAST_WRONG, is }));
    }
    if per_screen.len() < LEAST_WRONG_SCREENS {
        faults.push(practice.head.fault(Trouble::TooFewWrongScreens { least: LEAST_WRONG_SCREENS, is: per_screen.len() }));
    }
}
