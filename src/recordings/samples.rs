//! Samples of the pages of this subject.

use super::views::{ChoosePage, DeskPage, List, May, Onward, ReadPage, RecordingPage, Replaced, VoicePage, course_rows, row_of};
use super::{Listen, Recording, Standing, State, forms};
use crate::curriculum::model::{Sound, Speaker};
use crate::curriculum::{Reading, Shelf};
use crate::kernel::{Digest, digest_of};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, id, learner, staff};
use crate::web::{Fields, Filled, Page, Samples, drawn};

fn readings(shelf: &Shelf) -> Vec<Reading> {
    shelf.courses().iter().find(|course| course.is_complete()).map(|course| shelf.readings_of(course.code)).unwrap_or_default()
}

fn recording(of: &str, words: Digest, state: State) -> Recording {
    Recording {
        id: id(1),
        of: of.to_owned(),
        words,
        lang: "四川话".to_owned(),
        kind: Speaker::Recorded,
        file: digest_of(&[]),
        sound: Sound::Mp3,
        seconds: 32,
        bytes: 96_000,
        place: "330185".to_owned(),
        sent_by: id(2),
        sent_at: NOW,
        changed_at: NOW,
        standing: Standing { state, speaker: Some(id(2)), is_anothers: false, changed_by: Some(id(2)) },
    }
}

impl DeskPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let rows = |count: usize, state: State| {
            let readings = readings(shelf).into_iter().take(count);
            readings.map(|reading| row_of(page, shelf, &recording(&reading.of, reading.digest(), state))).collect()
        };
        let list = |key: &str, count: usize, state: State| List { title: page.t(key), rows: rows(count, state) };
        let state = |lists: Vec<List>, number: u64, pages: u64| Self {
            page: staff(page),
            lists,
            number,
            pages,
            courses: course_rows(page, shelf),
        };
        let many = vec![
            list("recordings-waiting", 3, State::Waiting),
            list("recordings-changed", 1, State::Shown),
            list("recordings-own", 60, State::Withdrawn),
        ];
        drawn([state(Vec::new(), 1, 1), state(many, 2, 3)])
    }
}

impl ChoosePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = shelf.courses().iter().find(|course| course.is_complete()) else { return Vec::new() };
        let voices = |at: usize| if at.is_multiple_of(2) { Vec::new() } else { vec![NAME.to_owned(), LONG_PLACE.to_owned()] };
        let rows = readings(shelf).into_iter().enumerate().map(|(at, reading)| (reading, voices(at))).take(14).collect();
        drawn([Self::course(staff(page), course, 16), Self::readings(staff(page), course, LONG_NAME.to_owned(), rows)])
    }
}

impl ReadPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let state = |reading: Reading, heard: Vec<(Listen, Option<String>)>, form: Filled, is_administrator: bool| Self {
            page: staff(page),
            back: ("/staff/recordings".to_owned(), LONG_PLACE.to_owned()),
            reading,
            heard,
            form,
            dialects: shelf.edition().manifest.dialects.clone(),
            whos: if is_administrator {
                forms::Who::ALL.map(|who| (who.code(), page.t(&format!("recordings-who-{}", who.code())))).into()
            } else {
                Vec::new()
            },
        };
        let fields = Fields::from_pairs(&[("lang", "粤语")]);
        let voice = Listen { src: "/audio/0.mp3".to_owned(), says: LONG_PLACE.to_owned() };
        let heard = vec![(voice.clone(), Some("/staff/recordings".to_owned())), (voice, None)];
        let wrong = Filled::wrong(fields, vec![forms::file_error(super::sound::Unsound::UnknownKind)]);
        let longest = readings(shelf).into_iter().max_by_key(|reading| reading.lines.concat().len());
        let first = readings(shelf).into_iter().next();
        let states = [
            first.map(|reading| state(reading, Vec::new(), Filled::default(), false)),
            longest.map(|reading| state(reading, heard, wrong, true)),
        ];
        drawn(states.into_iter().flatten())
    }
}

impl RecordingPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(reading) = readings(shelf).into_iter().next() else { return Vec::new() };
        let state = |words: Digest, state: State, may: May, is_own: bool| Self {
            page: staff(page),
            one: recording(&reading.of, words, state),
            reading: Some(reading.clone()),
            sender: if is_own { NAME.to_owned() } else { LONG_NAME.to_owned() },
            may,
            is_own,
            can_listen: may.publish || matches!(state, State::Waiting | State::Shown),
            replaced: None,
            onward: None,
        };
        let (all, none) = (May { publish: true, withdraw: true }, May::default());
        let own = May { publish: false, withdraw: true };
        let replaced = |may: bool| {
            Some(Replaced {
                says: LONG_PLACE.to_owned(),
                href: "/staff/recordings".to_owned(),
                sender: LONG_NAME.to_owned(),
                may,
            })
        };
        let waits = |may: bool| Self { replaced: replaced(may), ..state(reading.digest(), State::Waiting, all, false) };
        let onward = Onward {
            next: Some("/staff/recordings/read?of=T19-c1%2F3".to_owned()),
            list: ("/staff/recordings".to_owned(), LONG_NAME.to_owned()),
        };
        drawn([
            state(reading.digest(), State::Waiting, all, false),
            waits(true),
            waits(false),
            Self { onward: Some(onward), ..state(reading.digest(), State::Waiting, own, true) },
            state(reading.digest(), State::Shown, own, true),
            state(digest_of(&[]), State::Shown, all, false),
            Self { reading: None, ..state(digest_of(&[]), State::Shown, own, true) },
            state(reading.digest(), State::Replaced, own, true),
            state(reading.digest(), State::Withdrawn, none, true),
            Self { can_listen: false, ..state(reading.digest(), State::Waiting, all, false) },
        ])
    }
}

impl VoicePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let all = readings(shelf).into_iter().zip(State::ALL.into_iter().cycle());
        let all: Vec<Recording> = all.take(9).map(|(reading, state)| recording(&reading.of, reading.digest(), state)).collect();
        drawn([Self::of(learner(page, NAME), shelf, &[]), Self::of(learner(page, LONG_NAME), shelf, &all)])
    }
}
