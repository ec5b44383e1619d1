//! A lesson file: front matter between `+++` lines, then cards under `## KIND:TITLE`.

use serde::{Deserialize, Serialize};

use super::toml_file::TomlFile;
use super::{LessonDraft, Reader};
use crate::curriculum::check::{Fault, Trouble};
use crate::curriculum::model::{CardKind, LessonPlace};

/// The front matter.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::curriculum) struct LessonHead {
    pub id: String,
    pub title: String,
    pub goal: String,
    pub minutes: i64,
    pub outcomes: Vec<String>,
    pub check: Vec<String>,
    pub tried: String,
}

/// One card as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::curriculum) struct CardDraft {
    pub kind: CardKind,
    pub title: String,
    /// The line of its heading; its text begins on the next.
    pub line: usize,
    /// Its text, with the line breaks of the file.
    pub text: String,
}

pub(super) fn read_lesson(reader: &mut Reader<'_>, path: &str, place: LessonPlace) -> Option<LessonDraft> {
    let text = reader.text(path)?;
    let faults = &mut reader.faults;
    let Some((front, body, body_line)) = split(&text) else {
        faults.push(Fault::new(path, 1, Trouble::NoFrontMatter));
        return None;
    };
    let cards = cards_of(path, body, body_line, faults);
    let head = TomlFile::parse(path, front, 2, faults)?.rest(faults)?;
    Some(LessonDraft { head, place, cards })
}

/// Front matter, body, and the line where the body begins.
fn split(text: &str) -> Option<(&str, &str, usize)> {
    let rest = text.strip_prefix("+++\n")?;
    let (front, body) = rest.split_once("\n+++\n")?;
    let body_line = front.matches('\n').count() + 4;
    Some((front, body, body_line))
}

fn cards_of(path: &str, body: &str, body_line: usize, faults: &mut Vec<Fault>) -> Vec<CardDraft> {
    let mut cards: Vec<CardDraft> = Vec::new();
    let mut is_lost = false;
    for (at, line) in body.lines().enumerate() {
        let number = body_line + at;
        if let Some(heading) = line.strip_prefix("## ") {
            match card_of(heading, number) {
                Ok(card) => cards.push(card),
                Err(trouble) => faults.push(Fault::new(path, number, trouble)),
            }
            is_lost = false;
        } else if let Some(card) = cards.last_mut() {
            card.text.push_str(line);
            card.text.push('\n');
        } else if !line.trim().is_empty() && !is_lost {
            faults.push(Fault::new(path, number, Trouble::TextBeforeCards));
            is_lost = true;
        }
    }
    cards
}

fn card_of(heading: &str, line: usize) -> Result<CardDraft, Trouble> {
    let (word, title) = heading.split_once(['\u{ff1a}', ':']).ok_or(Trouble::HeadingWithoutKind)?;
    let kind = CardKind::from_word(word.trim()).ok_or_else(|| Trouble::UnknownCardKind(word.trim().to_owned()))?;
    Ok(CardDraft { kind, title: title.trim().to_owned(), line, text: String::new() })
}
