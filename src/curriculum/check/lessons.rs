//! Lessons: what cards there are and in which order, how long they are, what they name and which items they use.

use std::collections::BTreeSet;

use super::prose::{Prose, count, is_han, median, prose_of, sentences};
use super::text::{Lists, Voice};
use super::{Fault, Trouble};
use crate::curriculum::cards;
use crate::curriculum::model::{CardKind, LessonPlace, Use};
use crate::curriculum::read::{CardDraft, CourseDraft, LessonDraft};

const LEAST_CARDS: usize = 9;
const MOST_CARDS: usize = 16;
const MOST_STEPS: usize = 7;
/// All signs of a card together: letters, marks, spaces, the words of its pictures.
const MOST_SIGNS: usize = 600;
const MOST_TITLE: usize = 16;
const MOST_MEDIAN: usize = 20;
/// So many of a thousand characters are common ones, at least.
const LEAST_COMMON_PERMILLE: usize = 985;
const REMEMBER: usize = 3;
const CORE_CHARS: (usize, usize) = (600, 1200);
const GROUP_CHARS: (usize, usize) = (400, 900);
const CHECKS: (usize, usize) = (2, 3);
const MINUTES: (i64, i64) = (10, 40);
/// Where a person helps.
const PLACES: [&str; 17] = [
    "社区",
    "村",
    "志愿者",
    "窗口",
    "服务站",
    "服务点",
    "服务中心",
    "柜台",
    "营业厅",
    "单位",
    "派出所",
    "医院",
    "护士台",
    "大厅",
    "站",
    "居委会",
    "工会",
];

pub(super) fn check(course: &CourseDraft, lists: &Lists, common: &BTreeSet<char>, faults: &mut Vec<Fault>) {
    for lesson in &course.lessons {
        check_head(lesson, course, lists, faults);
        check_uses(lesson, course, faults);
        check_order(lesson, faults);
        let prose: Vec<Vec<Prose>> = lesson.cards.iter().map(prose_of).collect();
        for (card, prose) in lesson.cards.iter().zip(&prose) {
            check_card(lesson, card, prose, lists, faults);
        }
        let prose = prose.concat();
        check_whole(lesson, &prose, faults);
        check_characters(lesson, &prose, common, faults);
        check_quotes(lesson, lists, faults);
    }
}

fn check_head(lesson: &LessonDraft, course: &CourseDraft, lists: &Lists, faults: &mut Vec<Fault>) {
    let (head, value) = (&lesson.head, &lesson.head.value);
    let wanted = match lesson.place {
        LessonPlace::Core(number) => format!("{}-c{number}", course.folder),
        LessonPlace::Group(group) => format!("{}-{}", course.folder, group.code().replace('_', "-")),
    };
    if value.id != wanted {
        faults.push(head.fault_at(head.lines.part("id"), Trouble::WrongId { wanted, is: value.id.clone() }));
    }
    let (least, most) = MINUTES;
    if !(least..=most).contains(&value.minutes) {
        faults.push(head.fault_at(head.lines.part("minutes"), Trouble::Minutes { least, most, is: value.minutes }));
    }
    for (key, text) in [("title", &value.title), ("goal", &value.goal)] {
        lists.check(&head.file, head.lines.part(key).line(), text, Voice::OwnWithoutTags, faults);
    }
    if value.outcomes.is_empty() {
        faults.push(head.fault_at(head.lines.part("outcomes"), Trouble::Empty { what: "outcomes" }));
    }
    for (at, id) in value.outcomes.iter().enumerate() {
        if course.course.value.outcome(id).is_none() {
            faults.push(head.fault_at(head.lines.part("outcomes").nth(at), Trouble::UnknownOutcome(id.clone())));
        }
    }
}

/// The items at the end of the lesson and at 我试过了.
fn check_uses(lesson: &LessonDraft, course: &CourseDraft, faults: &mut Vec<Fault>) {
    let (head, value) = (&lesson.head, &lesson.head.value);
    let (least, most) = CHECKS;
    if !(least..=most).contains(&value.check.len()) {
        faults.push(head.fault_at(head.lines.part("check"), Trouble::CheckCount { least, most, is: value.check.len() }));
    }
    let mut seen = BTreeSet::new();
    let checks = value.check.iter().enumerate().map(|(at, id)| (id, head.lines.part("check").nth(at)));
    for (id, lines) in checks.chain([(&value.tried, head.lines.part("tried"))]) {
        match course.items.iter().find(|item| item.value.id == *id) {
            None => faults.push(head.fault_at(lines, Trouble::UnknownItem(id.clone()))),
            Some(item) if item.value.purpose != Use::Learn => {
                faults.push(head.fault_at(lines, Trouble::TestItemInLesson(id.clone())));
            }
            Some(_) => {}
        }
        if !seen.insert(id) {
            faults.push(head.fault_at(lines, Trouble::ItemUsedTwice(id.clone())));
        }
    }
}

fn check_order(lesson: &LessonDraft, faults: &mut Vec<Fault>) {
    let cards = &lesson.cards;
    let first_line = cards.first().map_or(1, |card| card.line);
    let last_line = cards.last().map_or(1, |card| card.line);
    let many = |kind: CardKind| cards.iter().filter(|card| card.kind == kind).count();
    let mut fault = |line, trouble| faults.push(Fault::new(&lesson.head.file, line, trouble));
    if !(LEAST_CARDS..=MOST_CARDS).contains(&cards.len()) {
        fault(last_line, Trouble::CardCount { least: LEAST_CARDS, most: MOST_CARDS, is: cards.len() });
    }
    if cards.first().is_none_or(|card| card.kind != CardKind::Story) {
        fault(first_line, Trouble::FirstNotStory);
    }
    let steps = many(CardKind::Step);
    if !(1..=MOST_STEPS).contains(&steps) {
        let line = cards.iter().filter(|card| card.kind == CardKind::Step).nth(MOST_STEPS).map_or(last_line, |card| card.line);
        fault(line, Trouble::StepCount { most: MOST_STEPS, is: steps });
    }
    if many(CardKind::Mishap) == 0 {
        fault(last_line, Trouble::NoMishap);
    }
    let mut from_end = cards.iter().rev().map(|card| card.kind);
    let ends_well = from_end.next() == Some(CardKind::Person) && from_end.next() == Some(CardKind::Remember);
    if !ends_well || many(CardKind::Person) != 1 || many(CardKind::Remember) != 1 {
        fault(last_line, Trouble::LastCards);
    }
}

fn check_card(lesson: &LessonDraft, card: &CardDraft, prose: &[Prose], lists: &Lists, faults: &mut Vec<Fault>) {
    let file = &lesson.head.file;
    let (_, troubles) = cards::parse(&card.text);
    faults.extend(troubles.into_iter().map(|(below, trouble)| Fault::new(file, card.line + 1 + below, trouble)));
    let title = count(&card.title);
    if title > MOST_TITLE {
        faults.push(Fault::new(file, card.line, Trouble::TooLong { what: "标题", most: MOST_TITLE, is: title }));
    }
    lists.check(file, card.line, &card.title, Voice::OwnWithoutTags, faults);
    let is: usize = prose.iter().map(|line| count(&line.text)).sum();
    let most = card.kind.most_chars();
    if is > most {
        faults.push(Fault::new(file, card.line, Trouble::CardTooLong { most, is }));
    }
    // Marks are no letters, and are not counted above: but not without end.
    let signs = card.text.chars().count();
    if signs > MOST_SIGNS {
        faults.push(Fault::new(file, card.line, Trouble::CardTooManySigns { most: MOST_SIGNS, is: signs }));
    }
    if is == 0 {
        faults.push(Fault::new(file, card.line, Trouble::CardEmpty));
    }
    check_lines(file, prose, lists, faults);
    let entries = prose.iter().filter(|line| line.is_entry).count();
    if card.kind == CardKind::Remember && entries != REMEMBER {
        faults.push(Fault::new(file, card.line, Trouble::RememberNotThree { is: entries }));
    }
    let names_place = prose.iter().any(|line| PLACES.iter().any(|place| line.text.contains(place)));
    if card.kind == CardKind::Person && !names_place {
        faults.push(Fault::new(file, card.line, Trouble::PersonWithoutPlace));
    }
}

/// The lines of a card; numbers of one set are looked for in the whole card.
fn check_lines(file: &str, prose: &[Prose], lists: &Lists, faults: &mut Vec<Fault>) {
    let mut is_set_broken = false;
    for line in prose.iter().filter(|line| !line.is_quote) {
        let before = faults.len();
        lists.check(file, line.line, &line.text, Voice::Own, faults);
        let own = faults.split_off(before);
        let (sets, own): (Vec<_>, Vec<_>) =
            own.into_iter().partition(|fault| matches!(fault.trouble, Trouble::HotlineSet { .. }));
        is_set_broken |= !sets.is_empty();
        faults.extend(own);
    }
    if is_set_broken {
        let whole: Vec<&str> = prose.iter().map(|line| line.text.as_str()).collect();
        let mut troubles = Vec::new();
        lists.hotline_sets(&whole.join("\n"), &mut troubles);
        let line = prose.first().map_or(1, |line| line.line);
        faults.extend(troubles.into_iter().map(|trouble| Fault::new(file, line, trouble)));
    }
}

/// The length of the whole lesson and the middle length of its sentences.
fn check_whole(lesson: &LessonDraft, prose: &[Prose], faults: &mut Vec<Fault>) {
    let (least, most) = if matches!(lesson.place, LessonPlace::Core(_)) { CORE_CHARS } else { GROUP_CHARS };
    let is: usize = prose.iter().map(|line| count(&line.text)).sum();
    if !(least..=most).contains(&is) {
        faults.push(Fault::new(&lesson.head.file, 1, Trouble::LessonLength { least, most, is }));
    }
    let own = prose.iter().filter(|line| !line.is_quote);
    let middle = median(own.flat_map(|line| sentences(&line.text)).map(|sentence| count(&sentence)).collect());
    if middle > MOST_MEDIAN {
        faults.push(Fault::new(&lesson.head.file, 1, Trouble::SentenceMedian { most: MOST_MEDIAN, is: middle }));
    }
}

/// Hardly any character that somebody who left school early would stumble over. Quotations are as they are.
fn check_characters(lesson: &LessonDraft, prose: &[Prose], common: &BTreeSet<char>, faults: &mut Vec<Fault>) {
    let own = prose.iter().filter(|line| !line.is_quote);
    let read: Vec<char> = own.flat_map(|line| line.text.chars()).filter(|c| is_han(*c)).collect();
    let rare: Vec<char> = read.iter().copied().filter(|c| !common.contains(c)).collect();
    let permille = (read.len() - rare.len()) * 1000 / read.len().max(1);
    if !read.is_empty() && permille < LEAST_COMMON_PERMILLE {
        let rare: String = rare.into_iter().collect::<BTreeSet<_>>().into_iter().collect();
        faults.push(Fault::new(&lesson.head.file, 1, Trouble::RareCharacters { least: LEAST_COMMON_PERMILLE, permille, rare }));
    }
}

/// Quotations are word for word, and at most one.
fn check_quotes(lesson: &LessonDraft, lists: &Lists, faults: &mut Vec<Fault>) {
    let mut quotes: Vec<(usize, String)> = Vec::new();
    for card in &lesson.cards {
        let mut last = 0;
        for line in prose_of(card).into_iter().filter(|line| line.is_quote) {
            match quotes.last_mut().filter(|_| line.line == last + 1) {
                Some((_, quote)) => quote.push_str(&line.text),
                None => quotes.push((line.line, line.text)),
            }
            last = line.line;
        }
    }
    for (at, (line, quote)) in quotes.into_iter().enumerate() {
        if !lists.is_quoted(&quote) {
            faults.push(Fault::new(&lesson.head.file, line, Trouble::NotTheClause(quote)));
        }
        if at > 0 {
            faults.push(Fault::new(&lesson.head.file, line, Trouble::TooManyQuotes));
        }
    }
}
