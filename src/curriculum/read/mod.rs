//! From files to a draft: everything that can be read, with the line where it stands, and a fault for everything that cannot.

mod audio;
mod course;
mod lesson;
mod lists;
mod pools;
mod toml_file;

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Fault, Trouble};
use super::model::{
    Area, CertificateRule, Course, CourseCode, Hotline, HourSheet, Institution, Item, Law, LessonPlace, Manifest, Passage,
    Pathway, PolicyBox, Pool, Practice, ReadAs, Recording, Resource, Screen, Sound, StartPage, Steering, Task, Term,
};
use super::picture::Picture;
use super::source::Source;
use crate::kernel::Digest;

pub(super) use lesson::{CardDraft, LessonHead};
pub(super) use lists::HotlineHead;
pub(super) use toml_file::{At, Lines};

/// What was read.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub manifest: Option<At<Manifest>>,
    pub certificates: Vec<At<CertificateRule>>,
    pub areas: Vec<At<Area>>,
    pub tasks: Vec<At<Task>>,
    pub boxes: Vec<At<PolicyBox>>,
    pub passages: Vec<At<Passage>>,
    pub pathways: Vec<At<Pathway>>,
    pub start: Option<At<StartPage>>,
    pub steering: Option<At<Steering>>,
    /// The words of `glossary.toml`; a course's own stand with the course.
    pub glossary: Vec<At<Term>>,
    pub hotline_head: Option<At<HotlineHead>>,
    pub hotlines: Vec<At<Hotline>>,
    pub readings: Vec<At<ReadAs>>,
    pub laws: Vec<At<Law>>,
    pub institutions: Vec<At<Institution>>,
    pub pools: Vec<At<Pool>>,
    /// The characters that most people know.
    pub common: BTreeSet<char>,
    pub resources: Vec<At<Resource>>,
    pub hour_sheets: Vec<At<HourSheet>>,
    pub courses: Vec<CourseDraft>,
}

/// One course as read. Of a course that is being drafted only the outline is read.
#[derive(Debug)]
pub(super) struct CourseDraft {
    /// The folder's name.
    pub folder: CourseCode,
    pub course: At<Course>,
    pub lessons: Vec<LessonDraft>,
    pub practice: Option<PracticeDraft>,
    pub items: Vec<At<Item>>,
    pub terms: Vec<At<Term>>,
    pub pictures: BTreeMap<String, Picture>,
    pub recordings: Vec<RecordingDraft>,
}

impl CourseDraft {
    /// The path of one of its files.
    pub(super) fn path(&self, inside: &str) -> String {
        format!("courses/{}/{inside}", self.folder)
    }
}

/// One lesson as read.
#[derive(Debug)]
pub(super) struct LessonDraft {
    pub head: At<LessonHead>,
    pub place: LessonPlace,
    pub cards: Vec<CardDraft>,
}

/// One recording as read: its line, and what its file is.
#[derive(Debug)]
pub(super) struct RecordingDraft {
    pub at: At<Recording>,
    pub path: String,
    /// What it is by its content.
    pub sound: Option<Sound>,
    pub digest: Digest,
    /// How many it has.
    pub bytes: usize,
}

/// One practice as read.
#[derive(Debug)]
pub(super) struct PracticeDraft {
    pub head: At<Practice>,
    pub screens: Vec<At<Screen>>,
}

/// Reads files and keeps account of which were wanted.
struct Reader<'s> {
    source: &'s dyn Source,
    paths: BTreeSet<String>,
    faults: Vec<Fault>,
    drafts: Drafts,
}

impl Reader<'_> {
    /// The text of a file that must be there.
    fn text(&mut self, path: &str) -> Option<String> {
        if !self.paths.remove(path) {
            self.faults.push(Fault::new(path, 1, Trouble::FileMissing));
            return None;
        }
        let Some(bytes) = self.source.bytes(path) else {
            if !self.faults.iter().any(|fault| fault.file == path) {
                self.faults.push(Fault::new(path, 1, Trouble::Unreadable));
            }
            return None;
        };
        let (text, faults) = text_of(path, &bytes);
        self.faults.extend(faults);
        text.map(str::to_owned)
    }

    /// Paths that begin and end so, and are not yet taken.
    fn paths_between(&self, prefix: &str, suffix: &str) -> Vec<String> {
        self.paths.iter().filter(|path| path.starts_with(prefix) && path.ends_with(suffix)).cloned().collect()
    }
}

/// The text in `bytes` of the file at `path`, and what of it no author has meant to write.
fn text_of<'b>(path: &str, bytes: &'b [u8]) -> (Option<&'b str>, Vec<Fault>) {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let before = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
            return (None, vec![Fault::new(path, before + 1, Trouble::NotUtf8)]);
        }
    };
    let mut faults = Vec::new();
    let without_mark = text.strip_prefix(BYTE_ORDER_MARK);
    if without_mark.is_some() {
        faults.push(Fault::new(path, 1, Trouble::ByteOrderMark));
    }
    let text = without_mark.unwrap_or(text);
    let mut lines = text.split('\n').enumerate();
    let hidden = |line: &str| line.chars().find(|c| is_hidden(*c));
    if let Some((at, c)) = lines.find_map(|(at, line)| hidden(line).map(|c| (at, c))) {
        let trouble = if c == '\r' { Trouble::CarriageReturn } else { Trouble::HiddenCharacter(c.into()) };
        faults.push(Fault::new(path, at + 1, trouble));
    }
    (Some(text), faults)
}

/// What editors for Windows put before a text.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Characters that are not seen: of control (the tab excepted), that turn the direction of writing or break lines, without width.
fn is_hidden(c: char) -> bool {
    (c.is_control() && c != '\t')
        || matches!(c, '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | BYTE_ORDER_MARK)
}

/// Whether of courses that are being drafted only the outline is read, or all there is, as if they were whole: for authors to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drafts {
    OutlineOnly,
    AsIfWhole,
}

/// Reads everything.
pub(super) fn read(source: &dyn Source, drafts: Drafts) -> (Draft, Vec<Fault>) {
    let mut reader = Reader { source, paths: source.paths().into_iter().collect(), faults: source.faults(), drafts };
    let mut draft = Draft::default();
    lists::read_manifest(&mut reader, &mut draft);
    lists::read_lists(&mut reader, &mut draft);
    lists::read_pathways(&mut reader, &mut draft);
    course::read_courses(&mut reader, &mut draft);
    pools::fetch_words(&mut draft, &mut reader.faults);
    // Who may use all this, and how, in words for people; what programs need of it stands in the manifest.
    reader.paths.remove("LICENSE");
    let strays = std::mem::take(&mut reader.paths);
    reader.faults.extend(strays.iter().map(|path| Fault::new(path, 1, Trouble::StrayFile)));
    (draft, reader.faults)
}
