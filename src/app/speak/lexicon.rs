//! What a machine is given to say, and how its file is named. Pure.

use std::collections::BTreeMap;

use crate::curriculum::Reading;
use crate::curriculum::model::Edition;
use crate::kernel::digest_of;

/// Files of this command begin so; those of people never do.
const OURS: &str = "speak-";
/// A run of so many digits is somebody's number, not an amount.
const NUMBER_DIGITS: usize = 5;

/// How words are said that would be read wrongly.
#[derive(Clone, Debug, Default)]
pub(super) struct Lexicon {
    /// By the word, with the longest first.
    words: Vec<(String, String)>,
    /// Numbers that are called, each digit by itself.
    numbers: Vec<String>,
}

impl Lexicon {
    /// What the edition says.
    pub(super) fn of(edition: &Edition) -> Self {
        let words: BTreeMap<&str, &str> = edition.readings.iter().map(|one| (one.word.as_str(), one.sounds.as_str())).collect();
        let mut words: Vec<(String, String)> =
            words.into_iter().map(|(word, sounds)| (word.to_owned(), sounds.to_owned())).collect();
        words.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
        Self { words, numbers: edition.hotlines.iter().map(|hotline| hotline.number.clone()).collect() }
    }

    /// The text that the machine is given: a sentence a line, with a pause behind it.
    pub(super) fn spoken(&self, reading: &Reading) -> String {
        let line = |line: &String| {
            let said = self.said(line);
            let ends = said.chars().next_back().is_some_and(|last| "。！？；：，、".contains(last));
            if ends { said } else { said + "。" }
        };
        reading.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn said(&self, line: &str) -> String {
        let (mut rest, mut said) = (line, String::new());
        while let Some(first) = rest.chars().next() {
            if first.is_ascii_digit() {
                let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
                let (digits, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
                if let Some((word, sounds)) = self.word_at(rest) {
                    said.push_str(sounds);
                    rest = rest.get(word.len()..).unwrap_or_default();
                    continue;
                }
                let is_called = digits.len() >= NUMBER_DIGITS || self.numbers.iter().any(|number| number == digits);
                said.push_str(&if is_called { digits.chars().map(called).collect() } else { digits.to_owned() });
                rest = after;
            } else if let Some((word, sounds)) = self.word_at(rest) {
                said.push_str(sounds);
                rest = rest.get(word.len()..).unwrap_or_default();
            } else {
                said.push(first);
                rest = rest.get(first.len_utf8()..).unwrap_or_default();
            }
        }
        said
    }

    fn word_at(&self, rest: &str) -> Option<&(String, String)> {
        self.words.iter().find(|(word, _)| rest.starts_with(word.as_str()))
    }
}

/// A digit as it is called on the telephone.
const fn called(digit: char) -> char {
    match digit {
        '1' => '幺',
        '2' => '二',
        '3' => '三',
        '4' => '四',
        '5' => '五',
        '6' => '六',
        '7' => '七',
        '8' => '八',
        '9' => '九',
        _ => '零',
    }
}

/// The name of a file: what is read, and the digest of what was said, by which voice, packed how.
pub(super) fn file_name(of: &str, text: &str, voice: &str, ending: &str) -> String {
    let digest = digest_of(&[text.as_bytes(), voice.as_bytes(), ending.as_bytes()]).to_string();
    let name = of.split_once('-').map_or(of, |(_, name)| name).replace('/', "-");
    format!("{OURS}{name}-{}.{ending}", digest.get(..12).unwrap_or(&digest))
}

/// Whether a file is of this command.
pub(super) fn is_ours(file: &str) -> bool {
    file.starts_with(OURS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexicon() -> Lexicon {
        let pair = |word: &str, sounds: &str| (word.to_owned(), sounds.to_owned());
        Lexicon {
            words: vec![pair("银行卡", "银航卡"), pair("银行", "银航"), pair("5G", "五寄")],
            numbers: vec!["110".to_owned()],
        }
    }

    #[test]
    fn words_are_said_as_the_list_says_and_numbers_digit_by_digit() {
        let cases = [
            ("去银行办银行卡", "去银航办银航卡"),
            ("打 110，不是 1100 元", "打 幺幺零，不是 1100 元"),
            ("拨 13800000000", "拨 幺三八零零零零零零零零"),
            ("5G 和 15GB", "五寄 和 15GB"),
            ("第 12 页", "第 12 页"),
        ];
        for (line, said) in cases {
            assert_eq!(lexicon().said(line), said);
        }
        let reading = Reading { of: "T19-c1/2".to_owned(), lines: vec!["标题".to_owned(), "一句话。".to_owned()] };
        assert_eq!(lexicon().spoken(&reading), "标题。\n一句话。");
    }

    #[test]
    fn a_name_changes_with_all_that_changes_the_sound_and_is_known_as_ours() {
        let name = |text: &str, voice: &str, ending: &str| file_name("T19-c1/2", text, voice, ending);
        let first = name("好", "cmn", "mp3");
        assert!(first.starts_with("speak-c1-2-") && first.ends_with(".mp3") && is_ours(&first), "{first}");
        for other in [name("好的", "cmn", "mp3"), name("好", "yue", "mp3"), name("好", "cmn", "wav")] {
            assert_ne!(other, first);
        }
        assert!(!is_ours("c1-2.mp3"));
        assert_eq!(file_name("T19-i01", "好", "cmn", "wav").split('-').nth(1), Some("i01"));
    }
}
