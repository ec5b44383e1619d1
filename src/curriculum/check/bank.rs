//! The item bank as a whole: enough of everything, so that a test can be drawn and says something, and nothing by which to guess.
//!
//! Where the right answer stands in the file tells nothing: choices, steps and pairs are shown in an order drawn for each asking. So an
//! order stands in the file as it is right, and there is no check of places.

use std::collections::BTreeSet;

use super::prose::count;
use super::vars::Asked;
use super::words::LengthRank;
use super::{Fault, Trouble};
use crate::curriculum::model::{Audience, Form, Item, Use};
use crate::curriculum::read::{CourseDraft, Draft};

const LEAST_ITEMS: usize = 24;
const LEAST_KINDS: usize = 4;
const LEAST_TESTS: usize = 12;
const LEAST_TESTS_FOR_ALL: usize = 14;
const LEAST_OF_OUTCOME: usize = 4;
const LEAST_TESTS_OF_OUTCOME: usize = 2;
/// Of fewer stems that are true or not, the share says nothing.
const FEWEST_TRUTHS: usize = 6;

pub(super) fn check(course: &CourseDraft, asked: &[Asked<'_>], draft: &Draft, faults: &mut Vec<Fault>) {
    if !course.course.value.is_complete() {
        return;
    }
    let file = course.path("items.toml");
    let (exam, items): (Vec<&Item>, Vec<&Item>) =
        course.items.iter().map(|item| &item.value).partition(|item| item.purpose == Use::Exam);
    let mut fault = |trouble| faults.push(Fault::new(&file, 1, trouble));
    if items.len() < LEAST_ITEMS {
        fault(Trouble::TooFewItems { least: LEAST_ITEMS, is: items.len() });
    }
    let kinds: BTreeSet<&str> = items.iter().map(|item| item.form.kind()).collect();
    if kinds.len() < LEAST_KINDS {
        fault(Trouble::TooFewKinds { least: LEAST_KINDS, is: kinds.len() });
    }
    let least = LEAST_TESTS.max(items.len().div_ceil(3));
    let is = items.iter().filter(|item| item.purpose == Use::Test).count();
    if is < least {
        fault(Trouble::TooFewTests { least, is });
    }
    let drawn = draft.manifest.as_ref().map_or(0, |manifest| manifest.value.assessment.items_per_test);
    let least = LEAST_TESTS_FOR_ALL.max(drawn);
    let is = items.iter().filter(|item| is_test_for_all(item)).count();
    if is < least {
        fault(Trouble::TooFewTestsForAll { least, is });
    }
    let least = items.len().div_ceil(3);
    let is = items.iter().filter(|item| item.situation).count();
    if is < least {
        fault(Trouble::TooFewSituations { least, is });
    }
    for difficulty in 1..=5 {
        if !items.iter().any(|item| item.difficulty == difficulty) {
            fault(Trouble::DifficultyMissing(difficulty));
        }
    }
    check_outcomes(course, &items, draft, &mut fault);
    check_exam(course, &exam, draft, &mut fault);
    check_longest(asked, &mut fault);
    for bank in [Use::Test, Use::Exam] {
        check_lengths(asked, bank, &mut fault);
    }
    check_truths(&items, &mut fault);
    check_truths(&exam, &mut fault);
}

/// What supervised sessions alone ask is a bank of its own: a course has none of it, or enough that a whole test can be drawn from it.
fn check_exam(course: &CourseDraft, items: &[&Item], draft: &Draft, fault: &mut impl FnMut(Trouble)) {
    if items.is_empty() {
        return;
    }
    let rules = draft.manifest.as_ref().map(|manifest| &manifest.value.assessment);
    let least = LEAST_TESTS_FOR_ALL.max(rules.map_or(0, |rules| rules.items_per_test));
    let is = items.iter().filter(|item| item.groups == Audience::All).count();
    if is < least {
        fault(Trouble::TooFewExams { least, is });
    }
    let least = LEAST_TESTS_OF_OUTCOME.max(rules.map_or(0, |rules| rules.outcome_min));
    for outcome in &course.course.value.outcomes {
        let is = items.iter().filter(|item| item.outcome == outcome.id && item.groups == Audience::All).count();
        if is < least {
            fault(Trouble::OutcomeExams { outcome: outcome.id.clone(), least, is });
        }
    }
}

fn is_test_for_all(item: &Item) -> bool {
    item.purpose == Use::Test && item.groups == Audience::All
}

fn check_outcomes(course: &CourseDraft, items: &[&Item], draft: &Draft, fault: &mut impl FnMut(Trouble)) {
    let drawn = draft.manifest.as_ref().map_or(0, |manifest| manifest.value.assessment.outcome_min);
    for outcome in &course.course.value.outcomes {
        let own = || items.iter().filter(|item| item.outcome == outcome.id);
        let is = own().count();
        if is < LEAST_OF_OUTCOME {
            fault(Trouble::OutcomeItems { outcome: outcome.id.clone(), least: LEAST_OF_OUTCOME, is });
        }
        let least = LEAST_TESTS_OF_OUTCOME.max(drawn);
        let is = own().filter(|item| is_test_for_all(item)).count();
        if is < least {
            fault(Trouble::OutcomeTests { outcome: outcome.id.clone(), least, is });
        }
    }
}

const fn has_one_right(item: &Item) -> bool {
    matches!(item.form, Form::Single { .. } | Form::Screen { .. })
}

/// Whoever always picks the longest option must not pass. A template counts where the right one is longest in any draw.
fn check_longest(items: &[Asked<'_>], fault: &mut impl FnMut(Trouble)) {
    let with_one_right = items.iter().filter(|asked| has_one_right(&asked.item.value));
    let longest: Vec<bool> = with_one_right.map(|asked| asked.forms.iter().any(is_right_longest)).collect();
    let is = longest.iter().filter(|is_longest| **is_longest).count();
    let most = longest.len() / 3;
    if is > most {
        fault(Trouble::LongestRight { most, is });
    }
}

/// Whoever always says that a stem is true, or never, must be wrong often enough.
fn check_truths(items: &[&Item], fault: &mut impl FnMut(Trouble)) {
    let truth = |item: &&Item| if let Form::TrueFalse { answer } = item.form { Some(answer) } else { None };
    let truths: Vec<bool> = items.iter().filter_map(truth).collect();
    let (of, is) = (truths.len(), truths.iter().filter(|answer| **answer).count());
    let (least, most) = ((of * 3).div_ceil(10), of * 7 / 10);
    if of >= FEWEST_TRUTHS && !(least..=most).contains(&is) {
        fault(Trouble::TruthOneSided { of, is, least, most });
    }
}

fn is_right_longest(form: &Form) -> bool {
    let longest = |right: bool| form.options().iter().filter(|one| one.right == right).map(|one| count(&one.text)).max();
    longest(true) > longest(false)
}

/// Nor must whoever goes by length in another way: in a test no place in the order of lengths may be right more often than twice in five.
fn check_lengths(items: &[Asked<'_>], bank: Use, fault: &mut impl FnMut(Trouble)) {
    let places = [
        (LengthRank::Longest, true, 0),
        (LengthRank::SecondLongest, true, 1),
        (LengthRank::Shortest, false, 0),
        (LengthRank::SecondShortest, false, 1),
    ];
    let is_such = |item: &Item| item.purpose == bank && has_one_right(item);
    let tests: Vec<&Asked<'_>> = items.iter().filter(|asked| is_such(&asked.item.value)).collect();
    let most = (tests.len() * 2).div_ceil(5);
    for (rank, from_longest, others) in places {
        let is = tests.iter().filter(|asked| asked.forms.iter().any(|form| is_right_at(form, from_longest, others))).count();
        if is > most {
            fault(Trouble::LengthTells { rank, most, is });
        }
    }
}

/// Whether exactly so many options are longer (or shorter) than the right one, and none is as long.
fn is_right_at(form: &Form, from_longest: bool, others: usize) -> bool {
    let lengths = |right: bool| form.options().iter().filter(move |one| one.right == right).map(|one| count(&one.text));
    let Some(right) = lengths(true).next() else { return false };
    let before = lengths(false).filter(|wrong| if from_longest { *wrong > right } else { *wrong < right }).count();
    before == others && lengths(false).all(|wrong| wrong != right)
}
