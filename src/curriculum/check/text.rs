//! The rules that hold for every text an author writes.

use std::collections::{HashMap, HashSet};

use super::prose::{between, count, sentences, without_between};
use super::{Fault, Trouble};
use crate::curriculum::model::Hotline;
use crate::curriculum::read::Draft;
use crate::curriculum::tags::{Piece, pieces};

/// The longest sentence, in characters.
const MOST_SENTENCE: usize = 40;
/// Words of offices and of machines that nobody says at home.
const BANNED: [&str; 6] = ["提交", "认证", "异常", "终端", "勾选", "账户注销"];
/// Foreign words that everybody says.
const FOREIGN: [&str; 5] = ["5G", "Wi-Fi", "App", "VR", "AI"];
/// The name of a law or another binding text ends so.
const LAW_ENDS: [&str; 11] = ["法", "法典", "条例", "规定", "办法", "细则", "纲要", "意见", "通知", "决定", "规划"];
/// The name of a national institution begins and ends so.
const INSTITUTION_STARTS: [&str; 5] = ["国家", "全国", "中国", "中央", "中华"];
const INSTITUTION_ENDS: [&str; 9] = ["平台", "局", "部", "中心", "大学", "办公室", "联合会", "委员会", "志愿服务网"];
/// How many characters after its beginning the name of an institution may end.
const INSTITUTION_REACH: usize = 16;
/// After these a number is one to dial.
const DIALLING: [&str; 6] = ["打", "拨", "打给", "问", "电话", "热线"];
/// After a number these make it an amount.
const UNITS: [&str; 12] = ["元", "块", "次", "个", "分", "秒", "人", "天", "年", "遍", "位", "万"];
/// A run of so many digits looks like somebody's number.
const PHONE_DIGITS: usize = 7;

/// Whose words a text is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// Ours.
    Own,
    /// Ours, where no tags may stand: stems, options, titles.
    OwnWithoutTags,
    /// The pretended phone's or somebody else's: free in its words, not in its numbers.
    Shown,
}

/// What texts may name.
#[derive(Debug, Default)]
pub(super) struct Lists {
    pub terms: HashSet<String>,
    pub hotlines: HashMap<String, Hotline>,
    pub laws: HashSet<String>,
    pub institutions: Vec<String>,
    /// The words of each pool, which are looked through where they stand.
    pub pools: HashSet<Vec<String>>,
    /// Clauses and boxes of the source document, passages of others.
    pub clauses: Vec<String>,
}

impl Lists {
    /// What this draft's texts may name.
    pub(super) fn of(draft: &Draft) -> Self {
        let own = draft.courses.iter().flat_map(|course| &course.terms);
        let source = draft.manifest.iter().map(|manifest| &manifest.value.source);
        let laws = draft.laws.iter().flat_map(|law| [law.value.name.clone(), law.value.short.clone()]);
        let institutions = draft.institutions.iter().flat_map(|one| [one.value.name.clone(), one.value.short.clone()]);
        let tasks = draft.tasks.iter().map(|task| task.value.clause.clone());
        let boxes = draft.boxes.iter().map(|one| one.value.text.clone());
        let passages = draft.passages.iter().map(|passage| passage.value.text.clone());
        let documents = draft.passages.iter().map(|passage| passage.value.document.clone());
        Self {
            terms: draft.glossary.iter().chain(own).map(|term| term.value.word.clone()).collect(),
            hotlines: draft.hotlines.iter().map(|one| (one.value.number.clone(), one.value.clone())).collect(),
            laws: laws.chain(source.clone().map(|source| source.document.clone())).chain(documents).collect(),
            institutions: institutions
                .chain(source.map(|source| source.issuer.clone()))
                .chain(draft.hotlines.iter().map(|one| one.value.name.clone()))
                .collect(),
            pools: draft.pools.iter().map(|pool| pool.value.words.clone()).collect(),
            clauses: tasks.chain(boxes).chain(passages).collect(),
        }
    }

    /// Looks one text through.
    pub(super) fn check(&self, file: &str, line: usize, text: &str, voice: Voice, faults: &mut Vec<Fault>) {
        let mut troubles = Vec::new();
        long_sentences(text, &mut troubles);
        self.tags(text, voice, &mut troubles);
        self.numbers(text, voice, &mut troubles);
        self.laws(text, &mut troubles);
        self.institutions(text, &mut troubles);
        punctuation(text, &mut troubles);
        if voice != Voice::Shown {
            self.words(text, &mut troubles);
        }
        faults.extend(troubles.into_iter().map(|trouble| Fault::new(file, line, trouble)));
    }

    fn tags(&self, text: &str, voice: Voice, troubles: &mut Vec<Trouble>) {
        for piece in pieces(text) {
            let trouble = match piece {
                Piece::Text(text) => (text.contains("[[") || text.contains("]]")).then_some(Trouble::BrokenTag),
                Piece::Term(_) | Piece::Tel(_) if voice == Voice::OwnWithoutTags => Some(Trouble::TagHere),
                Piece::Term(word) => (!self.terms.contains(word)).then(|| Trouble::UnknownTerm(word.to_owned())),
                Piece::Tel(number) => match self.hotlines.get(number) {
                    None => Some(Trouble::UnknownHotline(number.to_owned())),
                    Some(hotline) => (!hotline.dial).then(|| Trouble::NotToDial(number.to_owned())),
                },
            };
            troubles.extend(trouble);
        }
        self.hotline_sets(text, troubles);
    }

    /// Numbers of one set stand together.
    pub(super) fn hotline_sets(&self, text: &str, troubles: &mut Vec<Trouble>) {
        let named: HashSet<&str> = pieces(text)
            .into_iter()
            .filter_map(|piece| if let Piece::Tel(number) = piece { Some(number) } else { None })
            .collect();
        let sets: HashSet<&String> = named.iter().filter_map(|number| self.hotlines.get(*number)?.set.as_ref()).collect();
        let mut missing: Vec<_> = self
            .hotlines
            .values()
            .filter(|one| !named.contains(one.number.as_str()))
            .filter_map(|one| one.set.as_ref().filter(|set| sets.contains(set)).map(|set| (set, &one.number)))
            .collect();
        missing.sort_unstable();
        troubles
            .extend(missing.into_iter().map(|(set, number)| Trouble::HotlineSet { set: set.clone(), missing: number.clone() }));
    }

    fn numbers(&self, text: &str, voice: Voice, troubles: &mut Vec<Trouble>) {
        for piece in pieces(text) {
            let Piece::Text(text) = piece else { continue };
            for (before, digits, after) in digit_runs(text) {
                if digits.len() >= PHONE_DIGITS {
                    troubles.push(Trouble::LooksLikePhone(digits.to_owned()));
                    continue;
                }
                let is_named =
                    self.institutions.iter().any(|name| name.ends_with(digits) && ends_with_name(before, digits, name));
                let is_amount = UNITS.iter().any(|unit| after.trim_start().starts_with(unit));
                // 138****2046 is nobody's number.
                let is_masked = after.starts_with('*') || before.ends_with('*');
                if digits.len() < 3 || is_named || is_amount || is_masked {
                    continue;
                }
                let is_dialled = DIALLING.iter().any(|word| before.trim_end().ends_with(word));
                match self.hotlines.get(digits) {
                    None if is_dialled => troubles.push(Trouble::UnknownHotline(digits.to_owned())),
                    Some(one) if is_dialled && !one.dial => troubles.push(Trouble::NotToDial(digits.to_owned())),
                    Some(_) if is_dialled && voice == Voice::Own => {
                        troubles.push(Trouble::BareHotline(digits.to_owned()));
                    }
                    _ => {}
                }
            }
        }
    }

    fn laws(&self, text: &str, troubles: &mut Vec<Trouble>) {
        for name in between(text, '\u{300a}', '\u{300b}') {
            if LAW_ENDS.iter().any(|end| name.ends_with(end)) && !self.laws.contains(name) {
                troubles.push(Trouble::UnknownLaw(name.to_owned()));
            }
        }
    }

    fn institutions(&self, text: &str, troubles: &mut Vec<Trouble>) {
        let text = without_between(text, '\u{300a}', '\u{300b}');
        if !INSTITUTION_STARTS.iter().any(|start| text.contains(start)) {
            return;
        }
        let starts = text.char_indices().map(|(at, _)| text.get(at..).unwrap_or_default());
        let mut known_until = text.len();
        for rest in starts {
            // The text from here on is shorter than what a known name still covers.
            if rest.len() > known_until || !INSTITUTION_STARTS.iter().any(|start| rest.starts_with(start)) {
                continue;
            }
            if let Some(name) = self.institutions.iter().filter(|name| rest.starts_with(*name)).max_by_key(|name| name.len()) {
                known_until = rest.len() - name.len();
            } else if let Some(name) = named_institution(rest) {
                known_until = rest.len() - name.len();
                troubles.push(Trouble::UnknownInstitution(name.to_owned()));
            }
        }
    }

    fn words(&self, text: &str, troubles: &mut Vec<Trouble>) {
        let own = without_between(&without_between(text, '\u{300c}', '\u{300d}'), '\u{300a}', '\u{300b}');
        if BANNED.into_iter().any(|word| own.contains(word)) {
            let own = self.institutions.iter().fold(own.clone(), |own, name| own.replace(name.as_str(), " "));
            troubles.extend(BANNED.into_iter().filter(|word| own.contains(word)).map(Trouble::BannedWord));
        }
        let own = crate::curriculum::tags::without_tags(&own);
        let words = own.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
        for word in words.map(|word| word.trim_matches('-')) {
            if word.chars().any(|c| c.is_ascii_alphabetic()) && !FOREIGN.contains(&word) {
                troubles.push(Trouble::Latin(word.to_owned()));
            }
        }
        if own.contains(['\u{201c}', '\u{201d}']) {
            troubles.push(Trouble::CurlyQuotes);
        }
    }

    /// Whether `quote` stands in one clause or box, word for word; `……` leaves something out.
    pub(super) fn is_quoted(&self, quote: &str) -> bool {
        self.clauses.iter().any(|clause| {
            let mut rest = Some(clause.as_str());
            for part in quote.split("\u{2026}\u{2026}").filter(|part| !part.is_empty()) {
                rest = rest.and_then(|rest| rest.split_once(part)).map(|(_, after)| after);
            }
            rest.is_some() && !quote.is_empty()
        })
    }
}

fn long_sentences(text: &str, troubles: &mut Vec<Trouble>) {
    for sentence in sentences(text) {
        let is = count(&sentence);
        if is > MOST_SENTENCE {
            troubles.push(Trouble::SentenceTooLong { most: MOST_SENTENCE, is, sentence });
        }
    }
}

/// Half-width punctuation beside a Chinese character.
fn punctuation(text: &str, troubles: &mut Vec<Trouble>) {
    let chars: Vec<char> = crate::curriculum::tags::without_tags(text).chars().collect();
    let is_chinese = |c: Option<&char>| c.is_some_and(|c| ('\u{2e80}'..='\u{ffef}').contains(c));
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        if ",;:?!()".contains(*c) && (is_chinese(before) || is_chinese(chars.get(at + 1))) || *c == '.' && is_chinese(before) {
            troubles.push(Trouble::HalfWidth(*c));
        }
    }
}

/// Runs of digits with what stands before and after.
fn digit_runs(text: &str) -> Vec<(&str, &str, &str)> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(start) = text.get(at..).and_then(|rest| rest.find(|c: char| c.is_ascii_digit())).map(|found| at + found) {
        let rest = text.get(start..).unwrap_or_default();
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (digits, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        runs.push((text.get(..start).unwrap_or_default(), digits, after));
        at = start + length;
    }
    runs
}

fn ends_with_name(before: &str, digits: &str, name: &str) -> bool {
    name.strip_suffix(digits).is_some_and(|head| before.ends_with(head))
}

/// What looks like the name of a national institution at the beginning of `rest`.
fn named_institution(rest: &str) -> Option<&str> {
    let reach = rest.char_indices().nth(INSTITUTION_REACH).map_or(rest.len(), |(at, _)| at);
    let run = rest.get(..reach)?;
    let run = run.find(|c: char| !('\u{4e00}'..='\u{9fff}').contains(&c)).and_then(|end| run.get(..end)).unwrap_or(run);
    let ends = INSTITUTION_ENDS.iter().filter_map(|end| run.find(end).map(|at| at + end.len()));
    // 主管部门, 各部分: the word goes on, it names nobody.
    let is_name = |end: &usize| !run.get(*end..).unwrap_or_default().starts_with(['门', '分', '署', '落', '队', '面', '级']);
    run.get(..ends.filter(is_name).min()?)
}
