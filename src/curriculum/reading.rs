//! What is read aloud of a card or a question, word for word. A recording is of these words; when they change, it is of others.

use super::model::{Card, CourseCode, Form, Item, Use};
use super::shelf::Shelf;
use crate::kernel::{Digest, digest_of};

/// The words of a card or a question as they are read aloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// `T19-c1/3` or `T19-i01`.
    pub of: String,
    /// Line by line; the first is the card's heading or the question.
    pub lines: Vec<String>,
}

impl Reading {
    fn of_card(of: &str, card: &Card) -> Self {
        let text = card.plain.lines().map(str::trim).filter(|line| !line.is_empty());
        Self { of: of.to_owned(), lines: std::iter::once(card.title.as_str()).chain(text).map(str::to_owned).collect() }
    }

    /// The question, what the screen shows, and the choices in an order that tells nothing of what is right.
    fn of_item(item: &Item) -> Self {
        let mut lines = vec![item.stem.clone()];
        let sorted = |words: Vec<&String>| {
            let mut words: Vec<String> = words.into_iter().cloned().collect();
            words.sort();
            words
        };
        match &item.form {
            Form::TrueFalse { .. } => {}
            Form::Single { options } | Form::Multiple { options } => {
                lines.extend(sorted(options.iter().map(|one| &one.text).collect()));
            }
            Form::Screen { screen, options } => {
                lines.extend(screen.from.iter().chain([&screen.text]).cloned());
                lines.extend(sorted(options.iter().map(|one| &one.text).collect()));
            }
            Form::Order { sequence } => lines.extend(sorted(sequence.iter().collect())),
            Form::Match { pairs } => {
                lines.extend(sorted(pairs.iter().map(|pair| &pair.left).collect()));
                lines.extend(sorted(pairs.iter().map(|pair| &pair.right).collect()));
            }
        }
        let lines = lines.iter().flat_map(|line| line.lines()).map(|line| line.trim().to_owned());
        Self { of: item.id.clone(), lines: lines.filter(|line| !line.is_empty()).collect() }
    }

    /// The digest of the words.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let parts: Vec<&[u8]> = self.lines.iter().map(String::as_bytes).collect();
        digest_of(&parts)
    }
}

/// Questions that stand in tests only are not read beforehand: whoever reads them aloud would know the test. Nor are those whose words
/// change from asking to asking.
fn may_be_read(item: &Item) -> bool {
    item.purpose == Use::Learn && !item.is_template()
}

impl Shelf {
    /// What is read of the card `T19-c1/3` or of the question `T19-i01`.
    #[must_use]
    pub fn reading(&self, of: &str) -> Option<Reading> {
        match of.split_once('/') {
            Some((lesson, number)) => {
                let at: usize = number.parse().ok().filter(|at: &usize| at.to_string() == number)?;
                let card = self.lesson(lesson)?.cards.get(at.checked_sub(1)?)?;
                Some(Reading::of_card(of, card))
            }
            None => self.item_by_id(of).filter(|item| may_be_read(item)).map(Reading::of_item),
        }
    }

    /// All that may be read aloud in the course `code`, lesson by lesson, then the questions.
    #[must_use]
    pub fn readings_of(&self, code: CourseCode) -> Vec<Reading> {
        let Some(course) = self.course(code) else { return Vec::new() };
        let cards = course.lessons.iter().flat_map(|lesson| {
            lesson.cards.iter().zip(1_usize..).map(|(card, at)| Reading::of_card(&format!("{}/{at}", lesson.id), card))
        });
        let items = course.items.iter().filter(|item| may_be_read(item)).map(Reading::of_item);
        cards.chain(items).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::curriculum::Embedded;

    #[test]
    fn all_that_is_read_is_found_by_its_name_and_no_question_of_tests_is_among_it() {
        let shelf = Shelf::open(&Embedded).unwrap();
        let mut read = 0;
        for course in shelf.courses() {
            for reading in shelf.readings_of(course.code) {
                assert_eq!(shelf.reading(&reading.of), Some(reading.clone()));
                assert!(reading.lines.len() > 1 || shelf.item_by_id(&reading.of).is_some(), "{reading:?}");
                assert!(!reading.lines.iter().any(|line| line.contains("[[") || line.contains("**")), "{reading:?}");
                read += 1;
            }
            let kept_back = course.items.iter().filter(|item| !may_be_read(item));
            assert!(kept_back.into_iter().all(|item| shelf.reading(&item.id).is_none()));
        }
        assert!(read > 2_000, "{read}");
        for nothing in ["T19-c1/0", "T19-c1/01", "T19-c1/99", "T19-c99/1", "T19-i999", "", "/", "T19"] {
            assert!(shelf.reading(nothing).is_none(), "{nothing}");
        }
    }

    #[test]
    fn the_order_in_which_steps_are_read_is_not_the_right_one() {
        let shelf = Shelf::open(&Embedded).unwrap();
        let items = shelf.courses().iter().flat_map(|course| &course.items).filter(|item| may_be_read(item));
        let orders =
            items.filter_map(|item| if let Form::Order { sequence } = &item.form { Some((item, sequence)) } else { None });
        let told = orders.clone().filter(|(item, sequence)| shelf.reading(&item.id).unwrap().lines[1..] == sequence[..]).count();
        assert!(orders.count() > 3 * told, "{told}");
    }
}
