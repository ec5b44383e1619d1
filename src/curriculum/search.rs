//! Search in memory: titles, texts of lessons, the glossary. By single characters and pairs of neighbours, so that a word of two
//! characters is found without any dictionary. Full width and half width, capital and small make no difference.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;

use super::model::{CourseCode, Edition};

/// Points for a pair in a title, and the most for one in a text.
const IN_TITLE: u32 = 10;
const MOST_IN_TEXT: u32 = 4;
/// Points for the whole query in a title, in a text, and as the whole title.
const WHOLE_IN_TITLE: u32 = 60;
const WHOLE_IN_TEXT: u32 = 20;
const IS_TITLE: u32 = 40;
/// Characters shown before the place that was found, and in all; both give way to where phrases begin and end.
const BEFORE: usize = 12;
const SHOWN: usize = 48;
/// Marks after which a phrase begins.
const PHRASE_ENDS: [char; 8] = ['，', '。', '！', '？', '；', '：', '、', '\n'];
/// Of these the ones that end a sentence.
const SENTENCE_ENDS: [char; 4] = ['。', '！', '？', '\n'];
/// Says that the text goes on.
const GOES_ON: &str = "……";
/// What is read of a query, in characters.
const MOST_QUERY: usize = 40;

/// Something found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub kind: HitKind,
    /// The course it belongs to; a word of the glossary belongs to none.
    pub course: Option<CourseCode>,
    /// Code of the course, id of the lesson, or the word itself.
    pub id: String,
    /// Its title.
    pub title: String,
    /// A few words around the place that was found.
    pub snippet: Vec<Part>,
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HitKind {
    /// A course.
    Course,
    /// A lesson.
    Lesson,
    /// A word of the glossary.
    Term,
}

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Its text.
    pub text: String,
    /// Whether it is what was looked for.
    pub is_match: bool,
}

#[derive(Debug)]
struct Entry {
    kind: HitKind,
    course: Option<CourseCode>,
    id: String,
    title: String,
    plain_title: Vec<char>,
    text: Vec<char>,
    plain_text: Vec<char>,
}

/// A character, or two neighbours.
type Key = (char, Option<char>);

/// An entry that holds a key, and with how many points.
#[derive(Clone, Copy, Debug)]
struct Holds {
    key: Key,
    entry: u32,
    points: u32,
}

/// The index of one edition.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<Entry>,
    /// In the order of keys: a third of what a map of lists would take.
    holds: Vec<Holds>,
}

impl Index {
    /// Reads the whole edition.
    pub(super) fn of(edition: &Edition) -> Self {
        let mut index = Self::default();
        for course in &edition.courses {
            let words: Vec<&str> = std::iter::once(&course.summary).chain(&course.goals).map(String::as_str).collect();
            let code = course.code.to_string();
            index.add(HitKind::Course, Some(course.code), code, &course.title, &words.join("\n"));
            for lesson in &course.lessons {
                let mut words = lesson.goal.clone();
                for card in &lesson.cards {
                    words.push('\n');
                    words.push_str(&card.title);
                    words.push('\n');
                    words.push_str(&card.plain);
                }
                index.add(HitKind::Lesson, Some(course.code), lesson.id.clone(), &lesson.title, &words);
            }
        }
        for term in &edition.glossary {
            index.add(HitKind::Term, None, term.word.clone(), &term.word, &term.plain);
        }
        index.in_order()
    }

    /// The index as it is searched: everything was added.
    fn in_order(mut self) -> Self {
        self.holds.sort_by_key(|holds| holds.key);
        self.holds.shrink_to_fit();
        self
    }

    fn add(&mut self, kind: HitKind, course: Option<CourseCode>, id: String, title: &str, text: &str) {
        let entry = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let text: Vec<char> = text.chars().collect();
        let (plain_title, plain_text): (Vec<char>, Vec<char>) =
            (title.chars().map(plain).collect(), text.iter().copied().map(plain).collect());
        let mut points: BTreeMap<Key, u32> = BTreeMap::new();
        for key in keys(&plain_text) {
            let so_far = points.entry(key).or_default();
            *so_far = (*so_far + 1).min(MOST_IN_TEXT);
        }
        for key in keys(&plain_title) {
            *points.entry(key).or_default() += IN_TITLE;
        }
        self.holds.extend(points.into_iter().map(|(key, points)| Holds { key, entry, points }));
        self.entries.push(Entry { kind, course, id, title: title.to_owned(), plain_title, text, plain_text });
    }

    /// The entries that hold `key`.
    fn holding(&self, key: &Key) -> impl Iterator<Item = &Holds> {
        let first = self.holds.partition_point(|holds| holds.key < *key);
        self.holds.iter().skip(first).take_while(move |holds| holds.key == *key)
    }

    /// The best `limit` entries for `query`, the best first.
    pub(super) fn search(&self, query: &str, limit: usize) -> Vec<Hit> {
        let words: Vec<Vec<char>> = query
            .nfkc()
            .take(MOST_QUERY)
            .collect::<String>()
            .split_whitespace()
            .map(|word| word.chars().map(plain).collect::<Vec<char>>())
            .filter(|word| word.iter().any(|c| c.is_alphanumeric()))
            .collect();
        let wanted: Vec<Key> = words.iter().flat_map(|word| query_keys(word)).collect();
        let mut found: HashMap<u32, (usize, u32)> = HashMap::new();
        for key in &wanted {
            for holds in self.holding(key) {
                let (many, sum) = found.entry(holds.entry).or_default();
                *many += 1;
                *sum += holds.points;
            }
        }
        let entry_at = |at: u32| self.entries.get(usize::try_from(at).ok()?);
        let mut ranked: Vec<(u32, &Entry, u32)> = found
            .into_iter()
            // At least half of what was looked for.
            .filter(|(_, (many, _))| many * 2 >= wanted.len())
            .filter_map(|(at, (_, sum))| entry_at(at).map(|entry| (sum + whole_points(entry, &words), entry, at)))
            .collect();
        ranked.sort_by_key(|(points, _, at)| (std::cmp::Reverse(*points), *at));
        ranked.into_iter().take(limit).map(|(_, entry, _)| entry.hit(&words)).collect()
    }
}

impl Entry {
    fn hit(&self, words: &[Vec<char>]) -> Hit {
        Hit { kind: self.kind, course: self.course, id: self.id.clone(), title: self.title.clone(), snippet: self.snippet(words) }
    }

    /// The text around the first place where a word stands, or where any pair of one stands.
    fn snippet(&self, words: &[Vec<char>]) -> Vec<Part> {
        let whole = words.iter().map(Vec::as_slice);
        let pairs = words.iter().flat_map(|word| word.windows(2));
        let (at, length) =
            whole.chain(pairs).find_map(|part| find(&self.plain_text, part).map(|at| (at, part.len()))).unwrap_or((0, 0));
        let start = self.phrase_start(at);
        let end = self.phrase_end(at + length, start + SHOWN);
        let part = |from: usize, to: usize, is_match: bool| {
            let text: String = self.text.iter().skip(from).take(to.saturating_sub(from)).collect();
            Part { text: joined(&text), is_match }
        };
        let mut rest = part(at + length, end, false);
        let ends_well = end >= self.text.len() || self.text.get(end - 1).is_some_and(|c| SENTENCE_ENDS.contains(c));
        if !ends_well {
            rest.text = rest.text.trim_end_matches(PHRASE_ENDS).to_owned() + GOES_ON;
        }
        let parts = [part(start, at, false), part(at, at + length, true), rest];
        parts.into_iter().filter(|part| !part.text.is_empty()).collect()
    }

    /// Where to begin: with the first phrase that begins at most [`BEFORE`] characters before `at`, else with the phrase around it.
    fn phrase_start(&self, at: usize) -> usize {
        let starts = self.text.iter().enumerate().take(at).filter(|(_, c)| PHRASE_ENDS.contains(c)).map(|(end, _)| end + 1);
        let starts: Vec<usize> = std::iter::once(0).chain(starts).collect();
        let near = starts.iter().find(|start| at - **start <= BEFORE);
        near.or(starts.last()).copied().unwrap_or(0)
    }

    /// Where to stop: after the last phrase that ends before `most`, but not within what was found.
    fn phrase_end(&self, least: usize, most: usize) -> usize {
        if most >= self.text.len() {
            return self.text.len();
        }
        let mut ends =
            self.text.iter().enumerate().take(most).skip(least.saturating_sub(1)).filter(|(_, c)| PHRASE_ENDS.contains(c));
        ends.next_back().map_or(most.max(least), |(end, _)| (end + 1).max(least))
    }
}

/// Lines as one: what ends with a mark needs no space after it.
fn joined(text: &str) -> String {
    PHRASE_ENDS.iter().fold(text.to_owned(), |text, end| text.replace(&format!("{end}\n"), &end.to_string())).replace('\n', " ")
}

/// One character in the form in which characters are compared.
fn plain(c: char) -> char {
    let mut wide = std::iter::once(c).nfkc();
    let narrow = match (wide.next(), wide.next()) {
        (Some(only), None) => only,
        _ => c,
    };
    let mut small = narrow.to_lowercase();
    match (small.next(), small.next()) {
        (Some(only), None) => only,
        _ => narrow,
    }
}

/// All single characters and pairs.
fn keys(text: &[char]) -> impl Iterator<Item = Key> {
    let singles = text.iter().filter(|c| c.is_alphanumeric()).map(|c| (*c, None));
    singles.chain(pairs(text))
}

fn pairs(text: &[char]) -> impl Iterator<Item = Key> {
    let neighbours = text.iter().zip(text.iter().skip(1));
    neighbours.filter(|(a, b)| a.is_alphanumeric() && b.is_alphanumeric()).map(|(a, b)| (*a, Some(*b)))
}

/// A word of one character by itself, a longer one by its pairs.
fn query_keys(word: &[char]) -> Vec<Key> {
    let pairs: Vec<Key> = pairs(word).collect();
    if pairs.is_empty() { word.iter().filter(|c| c.is_alphanumeric()).map(|c| (*c, None)).collect() } else { pairs }
}

fn whole_points(entry: &Entry, words: &[Vec<char>]) -> u32 {
    words.iter().fold(0, |points, word| {
        let in_title = if find(&entry.plain_title, word).is_some() { WHOLE_IN_TITLE } else { 0 };
        let is_title = if entry.plain_title == *word { IS_TITLE } else { 0 };
        let in_text = if find(&entry.plain_text, word).is_some() { WHOLE_IN_TEXT } else { 0 };
        points + in_title + is_title + in_text
    })
}

fn find(text: &[char], part: &[char]) -> Option<usize> {
    if part.is_empty() { None } else { text.windows(part.len()).position(|window| window == part) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Index {
        let mut index = Index::default();
        let code = CourseCode::parse("T19");
        index.add(HitKind::Course, code, "T19".to_owned(), "防诈骗\u{ff0c}守好钱袋子", "认出常见骗局\u{ff0c}付钱前先核实");
        index.add(
            HitKind::Lesson,
            code,
            "T19-c1".to_owned(),
            "接到要钱的电话",
            "那头喊着要钱\u{ff0c}先挂断。\n连上 Wi-Fi 再查流量。",
        );
        index.add(HitKind::Term, None, "流量".to_owned(), "流量", "用手机卡上网时用掉的量");
        index.in_order()
    }

    fn ids(query: &str) -> Vec<String> {
        index().search(query, 10).into_iter().map(|hit| hit.id).collect()
    }

    #[test]
    fn two_characters_are_found_and_the_best_comes_first() {
        assert_eq!(ids("流量"), ["流量", "T19-c1"]);
        assert_eq!(ids("诈骗"), ["T19"]);
        assert_eq!(ids("骗"), ["T19"]);
        assert_eq!(ids("挂断 电话"), ["T19-c1"]);
    }

    #[test]
    fn width_case_and_a_missing_hyphen_make_no_difference() {
        for query in ["wi-fi", "WIFI", "\u{ff37}\u{ff49}-\u{ff26}\u{ff49}", "Wi-Fi"] {
            assert_eq!(ids(query), ["T19-c1"], "{query}");
        }
    }

    #[test]
    fn nothing_is_found_for_nothing() {
        for query in ["", "  ", "\u{3002}", "葡萄牙语"] {
            assert_eq!(ids(query), Vec::<String>::new(), "{query}");
        }
    }

    #[test]
    fn a_snippet_shows_the_place_and_marks_it() {
        let hits = index().search("挂断", 1);
        let texts: Vec<_> = hits[0].snippet.iter().map(|part| (part.text.as_str(), part.is_match)).collect();
        assert_eq!(texts, [("那头喊着要钱\u{ff0c}先", false), ("挂断", true), ("。连上 Wi-Fi 再查流量。", false)]);
    }

    #[test]
    fn a_snippet_begins_and_ends_with_a_phrase() {
        let text = "甲乙丙丁戊己庚辛\u{ff0c}子丑寅卯辰巳午未\u{3002}天地玄黄宇宙洪荒\u{ff0c}日月盈昃辰宿列张\u{3002}寒来暑往秋收冬藏\u{ff0c}\
            闰余成岁律吕调阳\u{ff0c}云腾致雨露结为霜\u{ff0c}金生丽水";
        let mut index = Index::default();
        index.add(HitKind::Lesson, None, "l".to_owned(), "题", text);
        let shown = |word: &str| index.search(word, 1)[0].snippet.iter().map(|part| part.text.as_str()).collect::<String>();
        assert_eq!(
            shown("盈昃"),
            "天地玄黄宇宙洪荒\u{ff0c}日月盈昃辰宿列张\u{3002}寒来暑往秋收冬藏\u{ff0c}闰余成岁律吕调阳\u{ff0c}云腾致雨露结为霜……"
        );
        assert_eq!(shown("丽水"), "云腾致雨露结为霜\u{ff0c}金生丽水");
        assert_eq!(
            shown("庚辛"),
            "甲乙丙丁戊己庚辛\u{ff0c}子丑寅卯辰巳午未\u{3002}天地玄黄宇宙洪荒\u{ff0c}日月盈昃辰宿列张\u{3002}寒来暑往秋收冬藏……"
        );
    }
}
