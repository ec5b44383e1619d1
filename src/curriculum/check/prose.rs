//! Lines, sentences and lengths of what authors write.

use crate::curriculum::read::CardDraft;
use crate::curriculum::tags::without_tags;

/// A line of a card's text, its list mark and bold marks taken off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prose {
    pub line: usize,
    /// With tags.
    pub text: String,
    /// Whether it is quoted from a policy text.
    pub is_quote: bool,
    /// Whether it is an entry of a list.
    pub is_entry: bool,
}

/// The lines of a card, pictures and empty lines left out.
pub(super) fn prose_of(card: &CardDraft) -> Vec<Prose> {
    let mut lines = Vec::new();
    for (at, raw) in card.text.lines().enumerate() {
        let raw = raw.trim();
        if raw.is_empty() || raw.starts_with("![") {
            continue;
        }
        let quote = raw.strip_prefix('>').map(str::trim);
        let entry = raw.strip_prefix("- ").map(str::trim);
        let text = quote.or(entry).unwrap_or(raw).replace("**", "");
        if !text.is_empty() {
            lines.push(Prose { line: card.line + 1 + at, text, is_quote: quote.is_some(), is_entry: entry.is_some() });
        }
    }
    lines
}

/// Whether it is a Chinese character.
pub(in crate::curriculum) fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

/// How many characters, spaces and tags' marks not counted.
pub(in crate::curriculum) fn count(text: &str) -> usize {
    without_tags(text).chars().filter(|c| !c.is_whitespace()).count()
}

/// The sentences of a text: it is split at full stops, question and exclamation marks, semicolons and line ends.
/// What holds no letter and no digit (a closing bracket) is none.
pub(super) fn sentences(text: &str) -> Vec<String> {
    without_tags(text)
        .split(['\u{3002}', '\u{ff01}', '\u{ff1f}', '\u{ff1b}', '\n'])
        .map(str::trim)
        .filter(|sentence| sentence.chars().any(char::is_alphanumeric))
        .map(str::to_owned)
        .collect()
}

/// The middle one of `lengths`; of two middle ones the smaller.
pub(super) fn median(mut lengths: Vec<usize>) -> usize {
    lengths.sort_unstable();
    let middle = lengths.len().saturating_sub(1) / 2;
    lengths.get(middle).copied().unwrap_or(0)
}

/// The text with what stands between `open` and `close` put out by one space. What is not closed stays.
pub(super) fn without_between(text: &str, open: char, close: char) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let Some(end) = end_of(after, open, close) else { break };
        left.push_str(before);
        left.push(' ');
        rest = after.get(end..).unwrap_or_default();
    }
    left.push_str(rest);
    left
}

/// Where the text after an opening mark goes on after its closing one.
fn end_of(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth -= 1;
            if depth == 0 {
                return Some(at + c.len_utf8());
            }
        }
    }
    None
}

/// What stands between `open` and `close`, each time.
pub(super) fn between(text: &str, open: char, close: char) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once(open) {
        let Some((inside, after)) = after.split_once(close) else { break };
        found.push(inside);
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closing_bracket_is_no_sentence() {
        assert_eq!(sentences("他说：「好。」走了！\n[[流量]]够吗？"), ["他说：「好", "」走了", "流量够吗"]);
        assert_eq!(sentences("「好。」"), ["「好"]);
    }

    #[test]
    fn what_stands_in_brackets_is_left_out_also_when_nested() {
        assert_eq!(without_between("点「甲「乙」丙」看", '「', '」'), "点 看");
        assert_eq!(without_between("点「甲", '「', '」'), "点「甲");
        assert_eq!(between("《甲》和《乙》", '《', '》'), ["甲", "乙"]);
    }

    #[test]
    fn the_median_of_an_even_number_is_the_smaller_middle() {
        assert_eq!(median(vec![4, 1, 3, 2]), 2);
        assert_eq!(median(Vec::new()), 0);
    }

    #[test]
    fn spaces_and_tags_do_not_count() {
        assert_eq!(count("打 [[tel:110]] 用[[流量]]"), 7);
    }
}
