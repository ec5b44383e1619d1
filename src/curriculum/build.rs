//! From a draft in which nothing is wrong to the edition that pages show.

use std::collections::{HashMap, HashSet};

use super::cards;
use super::html::{self, Lexicon};
use super::model::{Card, Course, CourseCode, Edition, Lesson, Practice, Term, Voice};
use super::read::{At, CardDraft, CourseDraft, Draft, LessonDraft, RecordingDraft};
use crate::kernel::Digest;

/// The edition, with what tags may name. `None` where a file that must be there could not be read.
pub(super) fn build(draft: Draft, digest: Digest) -> Option<(Edition, Lexicon)> {
    let glossary = glossary_of(&draft);
    let hotlines = values(draft.hotlines);
    let lexicon = Lexicon {
        terms: glossary.iter().map(|term| (term.word.clone(), term.clone())).collect(),
        hotlines: hotlines.iter().map(|hotline| (hotline.number.clone(), hotline.clone())).collect::<HashMap<_, _>>(),
        notice: draft.hotline_head?.value.notice,
    };
    let edition = Edition {
        digest,
        manifest: draft.manifest?.value,
        certificates: values(draft.certificates),
        areas: values(draft.areas),
        tasks: values(draft.tasks),
        boxes: values(draft.boxes),
        passages: values(draft.passages),
        courses: draft.courses.into_iter().map(|course| course_of(course, &lexicon)).collect(),
        pathways: values(draft.pathways),
        start: draft.start?.value,
        steering: draft.steering?.value,
        glossary,
        hotline_notice: lexicon.notice.clone(),
        hotlines,
        readings: values(draft.readings),
        laws: values(draft.laws),
        institutions: values(draft.institutions),
        resources: values(draft.resources),
        hour_sheets: values(draft.hour_sheets),
    };
    Some((edition, lexicon))
}

fn values<T>(entries: Vec<At<T>>) -> Vec<T> {
    entries.into_iter().map(|at| at.value).collect()
}

/// The words of `glossary.toml`, then those that only courses explain, under the course's title. The first text of a word is the one.
fn glossary_of(draft: &Draft) -> Vec<Term> {
    let common = draft.glossary.iter().map(|term| term.value.clone());
    let own = draft.courses.iter().flat_map(|course| {
        let topic = &course.course.value.title;
        course.terms.iter().map(move |term| Term { topic: topic.clone(), ..term.value.clone() })
    });
    let mut seen = HashSet::new();
    common.chain(own).filter(|term| seen.insert(term.word.clone())).collect()
}

fn course_of(draft: CourseDraft, lexicon: &Lexicon) -> Course {
    let lessons = draft.lessons.iter().map(|lesson| lesson_of(lesson, draft.folder, &draft, lexicon)).collect();
    let practice = draft.practice.map(|practice| Practice { screens: values(practice.screens), ..practice.head.value });
    let voices = draft.recordings.into_iter().filter_map(voice_of).collect();
    Course { lessons, practice, items: values(draft.items), pictures: draft.pictures, voices, ..draft.course.value }
}

fn voice_of(draft: RecordingDraft) -> Option<Voice> {
    let sound = draft.sound?;
    Some(Voice { recording: draft.at.value, sound, digest: draft.digest, path: draft.path })
}

fn lesson_of(lesson: &LessonDraft, course: CourseCode, draft: &CourseDraft, lexicon: &Lexicon) -> Lesson {
    let head = lesson.head.value.clone();
    let card = |(at, card)| card_of(card, &format!("{}-{}", head.id, at + 1), draft, lexicon);
    Lesson {
        cards: lesson.cards.iter().enumerate().map(card).collect(),
        id: head.id,
        course,
        place: lesson.place,
        title: head.title,
        goal: head.goal,
        minutes: head.minutes,
        outcomes: head.outcomes,
        check: head.check,
        tried: head.tried,
    }
}

fn card_of(card: &CardDraft, id: &str, course: &CourseDraft, lexicon: &Lexicon) -> Card {
    let (blocks, _) = cards::parse(&card.text);
    let plain = html::plain(&blocks);
    Card {
        kind: card.kind,
        title: card.title.clone(),
        text: card.text.trim().to_owned(),
        html: html::card_html(&blocks, lexicon, id, |src| course.pictures.get(src)),
        chars: super::check::count(&plain),
        plain,
    }
}
