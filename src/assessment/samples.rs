//! Samples of the pages of unit tests, about one course of the curriculum that is put up.

use std::collections::BTreeMap;

use super::attempt::{Answer, Attempt, Missed, Sheet, State};
use super::rules::Turn;
use super::service::TestState;
use super::shown::key_of;
use super::views::{CheckPage, CourseHead, FailedPage, PassedPage, QuestionPage, StartPage};
use super::{Entry, Given, Shown, read_answer};
use crate::curriculum::model::{Course, Form, Item};
use crate::curriculum::{CourseCode, Shelf};
use crate::kernel::{AttemptId, Credits, Permille, Seed};
use crate::recognition::sample_passbook;
use crate::web::samples::{LONG_NAME, NAME, NOW, id, learner};
use crate::web::{Fields, Page, Samples, drawn};

const SEED: Seed = Seed([5; 16]);
const ATTEMPT: AttemptId = AttemptId::from_uuid(uuid::Uuid::from_u128(0x0199_0000_0000_7000_8000_0000_0000_0002));

/// The course that the samples are about.
fn course(shelf: &Shelf) -> Option<&Course> {
    shelf.course(CourseCode::parse("T19")?)
}

/// One item of each kind, as the attempt asks it.
fn items(course: &Course) -> Vec<Item> {
    let is: [fn(&Form) -> bool; 6] = [
        |form| matches!(form, Form::Single { .. }),
        |form| matches!(form, Form::Multiple { .. }),
        |form| matches!(form, Form::TrueFalse { .. }),
        |form| matches!(form, Form::Order { .. }),
        |form| matches!(form, Form::Match { .. }),
        |form| matches!(form, Form::Screen { .. }),
    ];
    let found = is.iter().filter_map(|is| course.items.iter().find(|item| is(&item.form)));
    (1..).zip(found).map(|(position, item)| item.asked(SEED, position)).collect()
}

/// An attempt at these items of which so many were answered, all of them right but the first `wrong`.
fn sheet(items: &[Item], state: State, (answered, wrong): (usize, usize)) -> Sheet {
    let given = |(at, item): (usize, &Item)| {
        let given = if at < wrong { Given::Unknown } else { key_of(item).right_answer() };
        (at + 1, Answer { given, helper: None, saved_at: NOW })
    };
    let missed = |item: &Item| Missed { item: item.id.clone(), outcome: item.outcome.clone(), lesson: item.lesson.clone() };
    let attempt = Attempt {
        learner: id(1),
        id: ATTEMPT,
        unit: "T19".to_owned(),
        number: 1,
        edition: String::new(),
        seed: SEED,
        items: items.iter().map(|item| item.hash).collect(),
        state,
        score: Some(Permille::of(1, 2)).filter(|_| state != State::Open),
        missed: items.iter().take(wrong).map(missed).collect(),
        helper: None,
        started_at: NOW,
        finished_at: Some(NOW).filter(|_| state != State::Open),
    };
    Sheet { attempt, answers: items.iter().enumerate().take(answered).map(given).collect::<BTreeMap<_, _>>() }
}

fn state(attempts: &[&Sheet], turn: Turn) -> TestState {
    TestState { attempts: attempts.iter().map(|sheet| sheet.attempt.clone()).collect(), turn }
}

impl StartPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = course(shelf) else { return Vec::new() };
        let items = items(course);
        let open = sheet(&items, State::Open, (2, 0));
        let (failed, passed) = (sheet(&items, State::Failed, (6, 4)), sheet(&items, State::Passed, (6, 0)));
        let of = |attempts: &[&Sheet], turn: Turn| Self::new(learner(page, NAME), shelf, course, &state(attempts, turn));
        drawn([of(&[], Turn::Now), of(&[&open], Turn::Now), of(&[&failed], Turn::LessonFirst), of(&[&passed], Turn::Now)])
    }
}

impl QuestionPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = course(shelf) else { return Vec::new() };
        let items = items(course);
        let of = |position: usize, item: &Item, entry: Entry, answered: usize| {
            let sheet = sheet(&items, State::Open, (answered, 0));
            Self::new(learner(page, NAME), CourseHead::of(course), &sheet, item, (position, entry))
        };
        let mut states = Vec::new();
        for (position, item) in (1..).zip(&items) {
            states.push(of(position, item, Entry::Blank, position - 1));
            states.push(of(position, item, Entry::Kept(key_of(item).right_answer()), 6));
            let fields = Fields::from_pairs(&[("s1", "2"), ("s2", "2"), ("s3", "0")]);
            if let Err(errors) = read_answer(&Shown::of(item, SEED, position), &fields) {
                states.push(of(position, item, Entry::Wrong(fields, errors), 0));
            }
        }
        drawn(states)
    }
}

impl CheckPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = course(shelf) else { return Vec::new() };
        let items = items(course);
        let of = |answered: usize| {
            let sheet = sheet(&items, State::Open, (answered, 1));
            Self::new(learner(page, NAME), CourseHead::of(course), &sheet, &items)
        };
        drawn([of(0), of(3), of(6)])
    }
}

impl PassedPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = course(shelf) else { return Vec::new() };
        let (items, units) = (items(course), [course.code.to_string()]);
        let of = |name: &str, attempt: AttemptId, lines: usize, total: i64, wrong: usize| {
            let total = Credits::from_milli(total).unwrap_or_default();
            let sheet = sheet(&items, State::Passed, (6, wrong));
            let head = CourseHead::of(course);
            Self::new(learner(page, name), shelf, head, (&sheet, &items), &sample_passbook(&units, lines, attempt, total))
        };
        drawn([
            of(NAME, ATTEMPT, 1, 250, 0),
            of(LONG_NAME, ATTEMPT, 9, 99_999_000, 3),
            of(NAME, id(9), 1, 251, 1),
            of(NAME, ATTEMPT, 0, 0, 0),
        ])
    }
}

impl FailedPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let Some(course) = course(shelf) else { return Vec::new() };
        let items = items(course);
        let of = |wrong: usize, turn: Turn| {
            let sheet = sheet(&items, State::Failed, (6, wrong));
            let state = state(&[&sheet], turn);
            Self::new(learner(page, NAME), shelf, CourseHead::of(course), (&sheet, &items), &state)
        };
        drawn([of(2, Turn::Now), of(6, Turn::LessonFirst)])
    }
}
