//! Single items: one right answer where one is asked for, lengths, kinds, what they point at.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use super::prose::count;
use super::text::{Lists, Voice};
use super::vars::{self, Asked};
use super::{Fault, Trouble};
use crate::curriculum::model::{Choice, Form, Item, LessonPlace};
use crate::curriculum::read::{At, CourseDraft, Lines};

const MOST_STEM: usize = 80;
const MOST_OPTION: usize = 40;
const MOST_EXPLAIN: usize = 120;
/// Options stand in an order by chance.
const POINTING: [&str; 11] =
    ["以上都", "以上各", "以上选项", "上面第", "上面的选项", "第一项", "第二项", "第三项", "第四项", "前两项", "后两项"];

pub(super) fn check(course: &CourseDraft, items: &[Asked<'_>], lists: &Lists, faults: &mut Vec<Fault>) {
    let mut seen = BTreeSet::new();
    for asked in items {
        let item = asked.item;
        if !seen.insert(&item.value.id) {
            faults.push(item.fault_at(item.lines.part("id"), Trouble::IdTwice(item.value.id.clone())));
        }
        check_head(item, course, faults);
        check_texts(asked, lists, faults);
        check_form(asked, faults);
        asked.check(lists, faults);
    }
}

fn check_head(item: &At<Item>, course: &CourseDraft, faults: &mut Vec<Fault>) {
    let (value, lines) = (&item.value, &item.lines);
    let prefix = format!("{}-i", course.folder);
    let is_numbered = value.id.strip_prefix(&prefix).is_some_and(|number| number.len() == 2 && number.parse::<u8>().is_ok());
    if !is_numbered {
        faults.push(
            item.fault_at(lines.part("id"), Trouble::WrongId { wanted: format!("{prefix}01\u{2026}"), is: value.id.clone() }),
        );
    }
    if course.course.value.outcome(&value.outcome).is_none() {
        faults.push(item.fault_at(lines.part("outcome"), Trouble::UnknownOutcome(value.outcome.clone())));
    }
    let core = course.lessons.iter().filter(|lesson| matches!(lesson.place, LessonPlace::Core(_)));
    if !core.map(|lesson| &lesson.head.value.id).any(|id| *id == value.lesson) {
        faults.push(item.fault_at(lines.part("lesson"), Trouble::UnknownLesson(value.lesson.clone())));
    }
    if !(1..=5).contains(&value.difficulty) {
        faults.push(item.fault_at(lines.part("difficulty"), Trouble::Difficulty { is: value.difficulty }));
    }
}

/// A text of an item, where it stands, and what it is held to.
struct Text<'i> {
    line: usize,
    words: &'i str,
    what: &'static str,
    most: usize,
    voice: Voice,
}

fn texts_of<'i>(item: &'i Item, lines: &Lines) -> Vec<Text<'i>> {
    let text = |lines: &Lines, words: &'i str, what: &'static str, most: usize, voice: Voice| Text {
        line: lines.line(),
        words,
        what,
        most,
        voice,
    };
    let answer = |key: &str, at: usize, words: &'i str, what: &'static str| {
        text(lines.part(key).nth(at), words, what, MOST_OPTION, Voice::OwnWithoutTags)
    };
    let mut texts = vec![
        text(lines.part("stem"), &item.stem, "stem", MOST_STEM, Voice::OwnWithoutTags),
        text(lines.part("explain"), &item.explain, "explain", MOST_EXPLAIN, Voice::Own),
    ];
    let options = item.form.options().iter().enumerate();
    texts.extend(options.map(|(at, option)| answer("options", at, &option.text, "options")));
    match &item.form {
        Form::Order { sequence } => {
            texts.extend(sequence.iter().enumerate().map(|(at, step)| answer("sequence", at, step, "sequence")));
        }
        Form::Match { pairs } => {
            for (at, pair) in pairs.iter().enumerate() {
                texts.extend([answer("pairs", at, &pair.left, "left"), answer("pairs", at, &pair.right, "right")]);
            }
        }
        Form::Screen { screen, .. } => {
            let shown = |words: &'i str, most: usize| text(lines.part("screen"), words, "screen", most, Voice::Shown);
            texts.extend([shown(&screen.app, MOST_OPTION), shown(&screen.text, MOST_STEM)]);
            texts.extend(screen.from.iter().map(|from| shown(from, MOST_OPTION)));
        }
        Form::Single { .. } | Form::Multiple { .. } | Form::TrueFalse { .. } => {}
    }
    texts
}

/// Each text once, however often it is asked; of a template the first draw in which something is wrong.
fn check_texts(asked: &Asked<'_>, lists: &Lists, faults: &mut Vec<Fault>) {
    let item = asked.item;
    for text in texts_of(&item.value, &item.lines) {
        let left_open = vars::left_open(text.words, &item.value.vars).into_iter();
        faults.extend(left_open.map(|trouble| Fault::new(&item.file, text.line, trouble)));
    }
    let before = faults.len();
    let mut seen = BTreeSet::new();
    for filled in asked.to_read() {
        for text in texts_of(&filled, &item.lines) {
            if seen.insert((text.line, text.words.to_owned())) {
                check_text(&item.file, &text, lists, faults);
            }
        }
        if faults.len() > before {
            return;
        }
    }
}

fn check_text(file: &str, text: &Text<'_>, lists: &Lists, faults: &mut Vec<Fault>) {
    let Text { line, words, what, most, voice } = *text;
    let is = count(words);
    if is == 0 {
        faults.push(Fault::new(file, line, Trouble::Empty { what }));
    }
    if is > most {
        faults.push(Fault::new(file, line, Trouble::TooLong { what, most, is }));
    }
    lists.check(file, line, words, voice, faults);
    if matches!(what, "options" | "explain") {
        let pointing = POINTING.into_iter().filter(|word| words.contains(word));
        faults.extend(pointing.map(|word| Fault::new(file, line, Trouble::PointsAtOrder(word))));
    }
}

fn check_form(asked: &Asked<'_>, faults: &mut Vec<Fault>) {
    let item = asked.item;
    let mut fault = |key: &str, trouble| faults.push(item.fault_at(item.lines.part(key), trouble));
    match &item.value.form {
        Form::Single { options } | Form::Screen { options, .. } => {
            let is = rights(options);
            range(&mut fault, "options", options.len(), 3..=4);
            if is != 1 {
                fault("options", Trouble::NotOneRight { is });
            }
        }
        Form::Multiple { options } => {
            let is = rights(options);
            range(&mut fault, "options", options.len(), 4..=5);
            if is < 2 {
                fault("options", Trouble::TooFewRight { least: 2, is });
            }
            if is == options.len() {
                fault("options", Trouble::AllRight);
            }
        }
        Form::Order { sequence } => range(&mut fault, "sequence", sequence.len(), 3..=5),
        Form::Match { pairs } => range(&mut fault, "pairs", pairs.len(), 3..=4),
        Form::TrueFalse { .. } => {}
    }
    let found = asked.forms.iter().map(twice).find(|found| !found.is_empty());
    for (key, twice) in found.unwrap_or_default() {
        fault(key, Trouble::Twice(twice));
    }
}

fn range(fault: &mut impl FnMut(&str, Trouble), what: &'static str, is: usize, wanted: RangeInclusive<usize>) {
    if !wanted.contains(&is) {
        fault(what, Trouble::Count { what, least: *wanted.start(), most: *wanted.end(), is });
    }
}

fn rights(options: &[Choice]) -> usize {
    options.iter().filter(|option| option.right).count()
}

/// Answers that stand there twice.
fn twice(form: &Form) -> Vec<(&'static str, String)> {
    let lists: Vec<(&'static str, Vec<&String>)> = match form {
        Form::Order { sequence } => vec![("sequence", sequence.iter().collect())],
        Form::Match { pairs } => {
            vec![
                ("pairs", pairs.iter().map(|pair| &pair.left).collect()),
                ("pairs", pairs.iter().map(|pair| &pair.right).collect()),
            ]
        }
        other => vec![("options", other.options().iter().map(|option| &option.text).collect())],
    };
    let mut found = Vec::new();
    for (key, texts) in lists {
        let mut seen = BTreeSet::new();
        found.extend(texts.into_iter().filter(|text| !seen.insert(*text)).map(|text| (key, text.clone())));
    }
    found
}
