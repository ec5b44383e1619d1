//! Recordings: each of a card or a question that is there, in a voice that has a name, short and light enough for a thin line.

use std::collections::BTreeSet;

use super::{Fault, Trouble};
use crate::curriculum::model::Recording;
use crate::curriculum::read::{CourseDraft, Draft, RecordingDraft};

/// Seconds a recording may take: a card or a question is read in less.
const LEAST_SECONDS: u32 = 1;
const MOST_SECONDS: u32 = 180;
/// Bytes for each second, and for what stands before and after the sound: 64 kbit/s, twice what a voice needs.
const BYTES_A_SECOND: usize = 8_000;
const BYTES_AROUND: usize = 32_000;

pub(super) fn check(course: &CourseDraft, draft: &Draft, faults: &mut Vec<Fault>) {
    let dialects = draft.manifest.as_ref().map(|manifest| manifest.value.dialects.as_slice()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut files = BTreeSet::new();
    for recording in &course.recordings {
        let (value, lines) = (&recording.at.value, &recording.at.lines);
        let mut fault = |key: &str, trouble| faults.push(recording.at.fault_at(lines.part(key), trouble));
        if !is_there(course, &value.of) {
            fault("for", Trouble::NothingToRead(value.of.clone()));
        }
        if course.items.iter().any(|item| item.value.id == value.of && item.value.is_template()) {
            fault("for", Trouble::TemplateRead(value.of.clone()));
        }
        if value.lang != Recording::MANDARIN && !dialects.contains(&value.lang) {
            fault("lang", Trouble::UnknownDialect(value.lang.clone()));
        }
        if !seen.insert((&value.of, &value.lang)) {
            fault("for", Trouble::RecordingTwice(value.of.clone()));
        }
        if !files.insert(&value.file) {
            fault("file", Trouble::Twice(value.file.clone()));
        }
        if !(LEAST_SECONDS..=MOST_SECONDS).contains(&value.seconds) {
            let (least, most) = (LEAST_SECONDS, MOST_SECONDS);
            fault("seconds", Trouble::RecordingLength { least, most, is: value.seconds });
        }
        check_file(recording, &mut fault);
    }
}

fn check_file(recording: &RecordingDraft, fault: &mut impl FnMut(&str, Trouble)) {
    let value = &recording.at.value;
    let ending = value.file.rsplit_once('.').map(|(_, ending)| ending);
    if recording.sound.map(|sound| sound.ending()) != ending || ending.is_none() {
        fault("file", Trouble::RecordingType(value.file.clone()));
    }
    let seconds = usize::try_from(value.seconds.min(MOST_SECONDS)).unwrap_or(0);
    let most = seconds * BYTES_A_SECOND + BYTES_AROUND;
    if recording.bytes > most {
        fault("file", Trouble::RecordingTooLarge { most, is: recording.bytes });
    }
}

/// Whether there is a card `T19-c1/3`, or a question `T19-i01`.
fn is_there(course: &CourseDraft, of: &str) -> bool {
    match of.split_once('/') {
        Some((lesson, number)) => {
            let lesson = course.lessons.iter().find(|one| one.head.value.id == lesson);
            let cards = lesson.map_or(0, |lesson| lesson.cards.len());
            (1..=cards).any(|card| card.to_string() == number)
        }
        None => course.items.iter().any(|item| item.value.id == of),
    }
}
