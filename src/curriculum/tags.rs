//! Tags in texts: `[[word]]` for an explained word, `[[tel:110]]` for a hotline.

use std::collections::{BTreeSet, HashMap};

use super::model::Edition;

/// A piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// As it stands.
    Text(&'t str),
    /// An explained word.
    Term(&'t str),
    /// A hotline's number.
    Tel(&'t str),
}

/// Takes `text` apart. A tag that is not closed stays text.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, inside, after)) = next_tag(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(inside.strip_prefix("tel:").map_or(Piece::Term(inside), Piece::Tel));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

fn next_tag(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once("[[")?;
    let (inside, after) = rest.split_once("]]")?;
    Some((before, inside, after))
}

/// The text as it is read: tags give way to what they hold.
pub(super) fn without_tags(text: &str) -> String {
    pieces(text).into_iter().map(|(Piece::Text(text) | Piece::Term(text) | Piece::Tel(text))| text).collect()
}

/// For each word the places of the lessons whose cards name it.
pub(super) fn explained_in(edition: &Edition) -> HashMap<String, Vec<(usize, usize)>> {
    let mut places: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (at, course) in edition.courses.iter().enumerate() {
        for (n, lesson) in course.lessons.iter().enumerate() {
            let pieces = lesson.cards.iter().flat_map(|card| pieces(&card.text));
            let words: BTreeSet<&str> =
                pieces.filter_map(|piece| if let Piece::Term(word) = piece { Some(word) } else { None }).collect();
            for word in words {
                places.entry(word.to_owned()).or_default().push((at, n));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_taken_out_of_the_text_around_them() {
        let found = pieces("用[[流量]]前打 [[tel:10086]]");
        assert_eq!(found, [Piece::Text("用"), Piece::Term("流量"), Piece::Text("前打 "), Piece::Tel("10086")]);
        assert_eq!(without_tags("用[[流量]]前打 [[tel:10086]]"), "用流量前打 10086");
        assert_eq!(pieces("[[没有关上"), [Piece::Text("[[没有关上")]);
    }
}
