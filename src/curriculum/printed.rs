//! Several lessons printed as one: their words explained and their numbers named once, behind all of them.

use std::collections::HashSet;

use super::cards;
use super::html::Gatherer;
use super::model::{Course, Hotline, Lesson, Term};
use super::shelf::Shelf;
use super::tags::{Piece, pieces};

/// What is printed. HTML is from the one filter and the narrower one of pictures; the others are plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// The cards of each lesson, as HTML.
    pub lessons: Vec<Vec<String>>,
    /// The other texts, as HTML.
    pub texts: Vec<String>,
    /// Words with their meaning, in the order in which they come; the first is explained under the id `word-w1`.
    pub words: Vec<(String, String)>,
    /// Numbers with their names.
    pub hotlines: Vec<(String, String)>,
    /// What is said beside numbers.
    pub notice: String,
}

impl Shelf {
    /// The words and the numbers that tags in `texts` name, each once, in the order in which they come.
    #[must_use]
    pub fn named_in(&self, texts: &[&str]) -> (Vec<&Term>, Vec<&Hotline>) {
        let lexicon = self.lexicon();
        let (mut words, mut numbers) = (HashSet::new(), HashSet::new());
        let (mut terms, mut hotlines) = (Vec::new(), Vec::new());
        for piece in texts.iter().flat_map(|text| pieces(text)) {
            match piece {
                Piece::Text(_) => {}
                Piece::Term(word) => terms.extend(lexicon.terms.get(word).filter(|_| words.insert(word))),
                Piece::Tel(number) => hotlines.extend(lexicon.hotlines.get(number).filter(|_| numbers.insert(number))),
            }
        }
        (terms, hotlines)
    }

    /// `lessons` of `course` with other `texts` that tags may stand in.
    #[must_use]
    pub fn printed(&self, course: &Course, lessons: &[&Lesson], texts: &[&str]) -> Printed {
        let lexicon = self.lexicon();
        let mut gatherer = Gatherer::new(lexicon, "word");
        let mut cards_of = |lesson: &&Lesson| {
            let card = |text: &str| gatherer.card(&cards::parse(text).0, |src| course.pictures.get(src));
            lesson.cards.iter().map(|one| one.text.as_str()).map(card).collect()
        };
        let lessons = lessons.iter().map(&mut cards_of).collect();
        let texts = texts.iter().map(|text| gatherer.text(text)).collect();
        let (words, hotlines) = gatherer.notes();
        Printed {
            lessons,
            texts,
            words: words.into_iter().map(|term| (term.word.clone(), term.plain.clone())).collect(),
            hotlines: hotlines.into_iter().map(|one| (one.number.clone(), one.name.clone())).collect(),
            notice: lexicon.notice.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::curriculum::{CourseCode, Embedded};

    #[test]
    fn words_and_numbers_of_all_lessons_stand_once_behind_them() {
        let shelf = Shelf::open(&Embedded).unwrap();
        let course = shelf.course(CourseCode::parse("T19").unwrap()).unwrap();
        let lessons: Vec<&Lesson> = course.core().collect();
        let printed = shelf.printed(course, &lessons, &["打 [[tel:110]]，别给[[验证码]]。"]);
        assert_eq!(printed.lessons.len(), lessons.len());
        let all = printed.lessons.concat().concat();
        assert!(!all.contains("<dl") && all.contains("<svg"), "{all}");
        let words: BTreeSet<&String> = printed.words.iter().map(|(word, _)| word).collect();
        assert_eq!(words.len(), printed.words.len(), "each word once");
        for at in 1..=printed.words.len() {
            assert!(all.contains(&format!("#word-w{at}\"")) || printed.texts[0].contains(&format!("#word-w{at}\"")), "{at}");
        }
        assert!(!all.contains(&format!("#word-w{}\"", printed.words.len() + 1)));
        assert!(printed.texts[0].starts_with("打 <a class=\"tel\" href=\"tel:110\">110</a>"), "{}", printed.texts[0]);
        assert!(printed.hotlines.contains(&("110".to_owned(), "公安报警".to_owned())));
    }
}
