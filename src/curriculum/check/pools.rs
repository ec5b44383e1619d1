//! Pools of words that items pick from: made-up names and amounts, and numbers that are nobody's.

use std::collections::BTreeSet;

use super::prose::count;
use super::text::{Lists, Voice};
use super::{Fault, Trouble};
use crate::curriculum::model::Pool;
use crate::curriculum::read::{At, Draft, Lines};

/// With fewer words a pool saves nobody any work.
const LEAST_WORDS: usize = 4;
const MOST_WORD: usize = 12;

pub(super) fn check(draft: &Draft, lists: &Lists, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for pool in &draft.pools {
        if !seen.insert(&pool.value.id) {
            faults.push(pool.fault_at(pool.lines.part("id"), Trouble::IdTwice(pool.value.id.clone())));
        }
        check_pool(pool, lists, faults);
    }
}

fn check_pool(pool: &At<Pool>, lists: &Lists, faults: &mut Vec<Fault>) {
    let words = &pool.value.words;
    lists.check(&pool.file, pool.lines.part("note").line(), &pool.value.note, Voice::OwnWithoutTags, faults);
    if words.len() < LEAST_WORDS {
        faults.push(pool.fault_at(pool.lines.part("words"), Trouble::TooFewWords { least: LEAST_WORDS, is: words.len() }));
    }
    check_words((&pool.file, pool.lines.part("words")), words, lists, faults);
}

/// Looks words through one by one that stand at `lines`: each may come up, whichever comes up beside it.
pub(super) fn check_words((file, lines): (&str, &Lines), words: &[String], lists: &Lists, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let line = lines.nth(at).line();
        if !seen.insert(word) {
            faults.push(Fault::new(file, line, Trouble::Twice(word.clone())));
        }
        check_word((file, line), word, lists, faults);
    }
}

fn check_word((file, line): (&str, usize), word: &String, lists: &Lists, faults: &mut Vec<Fault>) {
    let is = count(word);
    let mut fault = |trouble| faults.push(Fault::new(file, line, trouble));
    if is == 0 {
        fault(Trouble::Empty { what: "words" });
    }
    if is > MOST_WORD {
        fault(Trouble::TooLong { what: "words", most: MOST_WORD, is });
    }
    if word.contains(['{', '}']) {
        fault(Trouble::UnknownVariable(word.clone()));
    }
    if word.contains('*') && !is_masked(word) {
        fault(Trouble::NotMasked(word.clone()));
    }
    if lists.hotlines.contains_key(word) {
        fault(Trouble::HotlineInPool(word.clone()));
    }
    lists.check(file, line, word, Voice::OwnWithoutTags, faults);
}

/// Whether it is a mobile number without its middle: `138****2046`.
fn is_masked(word: &str) -> bool {
    let Some((head, tail)) = word.split_once("****") else { return false };
    let are_digits = |part: &str, many: usize| part.len() == many && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_mobile = head.starts_with('1') && !["10", "11", "12"].iter().any(|service| head.starts_with(service));
    is_mobile && are_digits(head, 3) && are_digits(tail, 4)
}
