//! Two items, or two lessons, that are nearly the same: likeness of the pairs of neighbouring characters.

use std::collections::{BTreeSet, HashMap};

use super::prose::without_between;
use super::{Fault, Trouble};
use crate::curriculum::model::{Form, Item};
use crate::curriculum::read::{At, Draft};

/// From here on two items are nearly the same, in thousandths: all their words, or their stems alone.
const ITEMS_ALIKE: usize = 500;
const STEMS_ALIKE: usize = 550;
/// A stem with fewer pairs is a turn of phrase that many items share (「怎么办？」).
const SHORT_STEM: usize = 12;
/// From here on two lessons are nearly the same, in thousandths.
const LESSONS_ALIKE: usize = 400;

struct Text {
    file: String,
    line: usize,
    id: String,
    pairs: BTreeSet<(char, char)>,
}

pub(super) fn check(draft: &Draft, faults: &mut Vec<Fault>) {
    let items = || draft.courses.iter().flat_map(|course| &course.items);
    let text_of = |item: &At<Item>, line: usize, words: &str| Text {
        file: item.file.to_string(),
        line,
        id: item.value.id.clone(),
        pairs: pairs_of(words),
    };
    let wholes: Vec<Text> = items().map(|item| text_of(item, item.lines.line(), &words_of(&item.value))).collect();
    report(&wholes, ITEMS_ALIKE, faults);
    // Of a screen to judge the stem says little: the screen is the question.
    let asking = items().filter(|item| !matches!(item.value.form, Form::Screen { .. }));
    let stems = asking.map(|item| text_of(item, item.lines.part("stem").line(), &without_variables(&item.value.stem)));
    let stems: Vec<Text> = stems.filter(|stem| stem.pairs.len() >= SHORT_STEM).collect();
    report(&stems, STEMS_ALIKE, faults);
    let lessons = draft.courses.iter().flat_map(|course| &course.lessons).map(|lesson| Text {
        file: lesson.head.file.to_string(),
        line: 1,
        id: lesson.head.value.id.clone(),
        pairs: lesson.cards.iter().flat_map(|card| pairs_of(&card.text)).collect(),
    });
    report(&lessons.collect::<Vec<_>>(), LESSONS_ALIKE, faults);
}

/// What an item asks and offers.
fn words_of(item: &Item) -> String {
    let mut words = vec![item.stem.as_str()];
    words.extend(item.form.options().iter().map(|option| option.text.as_str()));
    match &item.form {
        Form::Order { sequence } => words.extend(sequence.iter().map(String::as_str)),
        Form::Match { pairs } => words.extend(pairs.iter().flat_map(|pair| [pair.left.as_str(), pair.right.as_str()])),
        Form::Screen { screen, .. } => words.push(&screen.text),
        Form::Single { .. } | Form::Multiple { .. } | Form::TrueFalse { .. } => {}
    }
    without_variables(&words.join(" "))
}

/// What stands in a template whatever is drawn.
fn without_variables(text: &str) -> String {
    without_between(text, '{', '}')
}

fn pairs_of(text: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.iter().copied().zip(letters.iter().copied().skip(1)).collect()
}

/// Counts common pairs through the texts that hold each pair, so that only texts with something in common are compared.
fn report(texts: &[Text], alike: usize, faults: &mut Vec<Fault>) {
    let mut holders: HashMap<(char, char), Vec<usize>> = HashMap::new();
    // One number for each text, used anew for each: most pairs stand in many texts.
    let mut common = vec![0_usize; texts.len()];
    for (at, text) in texts.iter().enumerate() {
        for pair in &text.pairs {
            let earlier = holders.entry(*pair).or_default();
            for other in earlier.iter() {
                if let Some(common) = common.get_mut(*other) {
                    *common += 1;
                }
            }
            earlier.push(at);
        }
        for (other, common) in texts.iter().zip(&mut common) {
            let common = std::mem::take(common);
            // Dice: twice the common part over the sum of both.
            let permille = 2000 * common / (text.pairs.len() + other.pairs.len()).max(1);
            if permille >= alike {
                let trouble = Trouble::Alike { other: other.id.clone(), permille };
                faults.push(Fault::new(&text.file, text.line, trouble));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_common_pairs() {
        let text = |id: &str, words: &str| Text { file: id.to_owned(), line: 1, id: id.to_owned(), pairs: pairs_of(words) };
        let texts = [text("a", "收到陌生短信您会怎么做"), text("b", "收到陌生来电您会怎么做"), text("c", "把手机字体调大")];
        let mut faults = Vec::new();
        report(&texts, 700, &mut faults);
        // Of ten pairs each, seven are common: 2 × 7 ÷ 20.
        assert_eq!(faults, [Fault::new("b", 1, Trouble::Alike { other: "a".to_owned(), permille: 700 })]);
    }
}
