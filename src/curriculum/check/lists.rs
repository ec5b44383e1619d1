//! The lists that texts may name: words, numbers, laws, institutions.

use std::collections::{BTreeMap, BTreeSet};

use super::prose::count;
use super::text::{Lists, Voice};
use super::{Fault, Trouble};
use crate::curriculum::model::{DialKind, Hotline, Term};
use crate::curriculum::read::{At, Draft};
use crate::kernel::Day;

/// The longest explanation of a word.
const MOST_PLAIN: usize = 60;
/// A list with fewer characters is not whole.
const LEAST_COMMON: usize = 2500;

pub(super) fn check(draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    check_words(draft, lists, faults);
    let mut numbers = BTreeSet::new();
    for hotline in &draft.hotlines {
        check_hotline(hotline, lists, faults);
        if !numbers.insert(&hotline.value.number) {
            faults.push(hotline.fault(Trouble::Twice(hotline.value.number.clone())));
        }
    }
    twice(draft.readings.iter().map(|one| (one, &one.value.word)), faults);
    for one in &draft.readings {
        if one.value.word.trim().is_empty() || one.value.sounds.trim().is_empty() || one.value.word == one.value.sounds {
            faults.push(one.fault(Trouble::Empty { what: "word, as" }));
        }
    }
    if let Some(head) = &draft.hotline_head {
        lists.check(&head.file, head.lines.part("notice").line(), &head.value.notice, Voice::OwnWithoutTags, faults);
    }
    if draft.common.len() < LEAST_COMMON {
        faults.push(Fault::new("common_characters.txt", 1, Trouble::TooFewWords { least: LEAST_COMMON, is: draft.common.len() }));
    }
    for law in &draft.laws {
        check_origin(law, (&law.value.source, &law.value.checked), faults);
    }
    for institution in &draft.institutions {
        check_origin(institution, (&institution.value.source, &institution.value.checked), faults);
    }
    let laws = draft.laws.iter().map(|law| (law, &law.value.name));
    twice(laws, faults);
    let institutions = draft.institutions.iter().map(|one| (one, &one.value.name));
    twice(institutions, faults);
}

fn twice<'d, T: 'd>(entries: impl Iterator<Item = (&'d At<T>, &'d String)>, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for (at, name) in entries {
        if !seen.insert(name) {
            faults.push(at.fault(Trouble::Twice(name.clone())));
        }
    }
}

/// Of everything that may be named it is known where its name was read, and when.
fn check_origin<T>(at: &At<T>, (source, checked): (&str, &str), faults: &mut Vec<Fault>) {
    if source.trim().is_empty() {
        faults.push(at.fault_at(at.lines.part("source"), Trouble::Empty { what: "source" }));
    }
    if Day::parse(checked).is_none() {
        faults.push(at.fault_at(at.lines.part("checked"), Trouble::BadDate(checked.to_owned())));
    }
}

fn check_hotline(hotline: &At<Hotline>, lists: &Lists, faults: &mut Vec<Fault>) {
    let (value, lines) = (&hotline.value, &hotline.lines);
    if value.number.is_empty() || !value.number.bytes().all(|byte| byte.is_ascii_digit()) {
        faults.push(hotline.fault_at(lines.part("number"), Trouble::NotDigits));
    }
    if value.dial != (value.kind == DialKind::Call) {
        faults.push(hotline.fault_at(lines.part("dial"), Trouble::DialMismatch));
    }
    check_origin(hotline, (&value.source, &value.checked), faults);
    lists.check(&hotline.file, lines.part("note").line(), &value.note, Voice::OwnWithoutTags, faults);
}

/// `glossary.toml` has one text for a word, and it holds wherever the word stands; a course explains only what is not there.
/// So a course's text for a word of the glossary is passed over, and two courses must not explain one word differently.
fn check_words(draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    let mut seen: BTreeMap<&str, &At<Term>> = BTreeMap::new();
    for term in &draft.glossary {
        check_word(term, lists, faults);
        if term.value.topic.trim().is_empty() {
            faults.push(term.fault(Trouble::Empty { what: "topic" }));
        }
        if let Some(first) = seen.insert(&term.value.word, term) {
            let other = first.file.to_string();
            faults.push(term.fault(Trouble::WordTwice { word: term.value.word.clone(), other }));
        }
    }
    for term in draft.courses.iter().flat_map(|course| &course.terms) {
        check_word(term, lists, faults);
        match seen.get(term.value.word.as_str()) {
            Some(first) if *first.file == *"glossary.toml" => {}
            Some(first) if first.value.plain == term.value.plain => {}
            Some(first) => {
                let other = first.file.to_string();
                faults.push(term.fault(Trouble::WordTwice { word: term.value.word.clone(), other }));
            }
            None => drop(seen.insert(&term.value.word, term)),
        }
    }
}

fn check_word(term: &At<Term>, lists: &Lists, faults: &mut Vec<Fault>) {
    let plain = term.lines.part("plain");
    let is = count(&term.value.plain);
    if is > MOST_PLAIN {
        faults.push(term.fault_at(plain, Trouble::TooLong { what: "plain", most: MOST_PLAIN, is }));
    }
    if term.value.word.trim().is_empty() || is == 0 {
        faults.push(term.fault(Trouble::Empty { what: "word, plain" }));
    }
    lists.check(&term.file, plain.line(), &term.value.plain, Voice::OwnWithoutTags, faults);
    for word in term.value.see.iter().filter(|word| !lists.terms.contains(*word)) {
        faults.push(term.fault_at(term.lines.part("see"), Trouble::UnknownTerm(word.clone())));
    }
}
