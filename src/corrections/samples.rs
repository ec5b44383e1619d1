//! Samples of the pages of corrections.

use std::collections::HashMap;

use super::forms::{Verdict, Wish};
use super::impact_views::{ImpactView, UseRow, Words};
use super::views::{Chosen, CreditPage, CreditRow, LinePage, RequestPage, RequestRow, RequestsPage};
use crate::certificates::{Named, State, WHOLE};
use crate::credentials::Number;
use crate::curriculum::Shelf;
use crate::kernel::{Credits, LearnerId};
use crate::recognition::{
    self, CorrectionKind, CreditUse, Impact, Obstacle, Passbook, RequestState, sample_impact, sample_passbook, sample_request,
};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, staff};
use crate::web::{Filled, Page, Samples, drawn};

fn whose() -> LearnerId {
    id(1)
}

fn words(page: &Page, shelf: &Shelf) -> Words {
    Words { lang: page.lang(), shelf: shelf.clone() }
}

fn passbook(shelf: &Shelf, count: usize) -> Passbook {
    let units: Vec<String> = shelf.courses().iter().map(|course| course.code.to_string()).collect();
    sample_passbook(&units, count, id(1), Credits::from_milli(99_999_000).unwrap_or_default())
}

fn impact(shelf: &Shelf, words: &Words, (kind, obstacle, uses): (CorrectionKind, Option<Obstacle>, usize)) -> Option<ImpactView> {
    let impact = sample_impact(&passbook(shelf, 4), kind, obstacle, uses)?;
    Some(ImpactView::of(&impact, whose(), &known(&impact), words))
}

/// The first and the last of what builds on it are certificates that the bank knows.
fn known(impact: &Impact) -> HashMap<String, Named> {
    let named = |kind: &str, about: &str, state: Option<State>| {
        let number = Number::from_chance([7; 8]);
        Some(Named { kind: kind.to_owned(), about: about.to_owned(), number, state })
    };
    let reference = |used: Option<&(CreditUse, bool)>| used.map(|(used, _)| used.reference.clone());
    let first = reference(impact.uses.first()).zip(named("unit", "T19", Some(State::Active)));
    let last = reference(impact.uses.last()).zip(named("full", WHOLE, None));
    first.into_iter().chain(last).collect()
}

fn row(words: &Words, kind: CorrectionKind, state: RequestState) -> RequestRow {
    let decider = if state == RequestState::Open { String::new() } else { RARE_NAME.to_owned() };
    RequestRow::of(&sample_request(kind, state), (NAME.to_owned(), decider, LONG_PLACE.to_owned()), NOW, words)
}

impl CreditPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = words(page, shelf);
        let state = |(name, count, notice): (&str, usize, &str)| {
            let passbook = passbook(shelf, count);
            let suspended = sample_impact(&passbook, CorrectionKind::Reverse, None, count.min(5));
            Self {
                page: staff(page),
                learner: whose(),
                name: name.to_owned(),
                total: words.amount(passbook.total),
                lines: passbook.entries.iter().map(|entry| CreditRow::of(entry, whose(), &words)).collect(),
                requests: RequestState::ALL
                    .map(|state| row(&words, CorrectionKind::Reverse, state))
                    .into_iter()
                    .take(count)
                    .collect(),
                suspended: suspended
                    .iter()
                    .flat_map(|impact| &impact.uses)
                    .map(|(used, _)| UseRow::of((used, false), &HashMap::new(), &words))
                    .collect(),
                notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            }
        };
        drawn([(NAME, 0, ""), (RARE_NAME, 1, "correction-said-frozen"), (LONG_NAME, 40, "")].map(state))
    }
}

impl LinePage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = words(page, shelf);
        let reasons = |kind| -> Vec<(&'static str, String)> {
            let fit = recognition::reasons().filter(|code| recognition::is_reason_for(code, kind));
            fit.map(|code| (code, words.reason(code))).collect()
        };
        let chosen = |kind, obstacle, uses| {
            let title = page.t1("correction-line-kind", "kind", words.kind(kind));
            Some(Chosen { kind, title, impact: impact(shelf, &words, (kind, obstacle, uses))?, reasons: reasons(kind) })
        };
        let state = |chosen: Option<Chosen>, (form, is_own, notice): (Filled, bool, &str)| {
            let entry = passbook(shelf, 1).entries.pop()?;
            let way = |kind: CorrectionKind| {
                ("/dev/gallery".to_owned(), words.kind(kind), page.t(&format!("correction-note-{}", kind.code())))
            };
            Some(Self {
                page: staff(page),
                learner: whose(),
                name: LONG_NAME.to_owned(),
                row: CreditRow::of(&entry, whose(), &words),
                ways: CorrectionKind::ALL.map(way).into_iter().filter(|_| !is_own).collect(),
                chosen,
                form,
                may_ask: true,
                is_own,
                notice: if notice.is_empty() { String::new() } else { page.t(notice) },
            })
        };
        let (empty, plain) = (|| form(&[("kind", "reverse")], Wish::parse), Filled::default);
        let first = Some(Obstacle::UndoFirst(id(9), CorrectionKind::Reverse));
        let states = [
            state(None, (plain(), false, "")),
            state(None, (plain(), true, "")),
            state(chosen(CorrectionKind::Freeze, None, 0), (plain(), false, "")),
            state(chosen(CorrectionKind::Reverse, None, 5), (empty(), false, "")),
            state(chosen(CorrectionKind::Reverse, first, 2), (plain(), false, "correction-asked-already")),
            state(chosen(CorrectionKind::Restore, Some(Obstacle::CreditedAgain), 0), (plain(), false, "")),
        ];
        drawn(states.into_iter().flatten())
    }
}

impl RequestsPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = words(page, shelf);
        let rows = || CorrectionKind::ALL.map(|kind| row(&words, kind, RequestState::Open)).into_iter().collect();
        let state = |rows: Vec<RequestRow>, total, number, pages| Self { page: staff(page), rows, total, number, pages };
        drawn([state(Vec::new(), 0, 1, 1), state(rows(), 5, 1, 1), state(rows(), 99_999, 500, 1_000)])
    }
}

impl RequestPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = words(page, shelf);
        let state = |(kind, state, uses): (CorrectionKind, RequestState, usize),
                     (name, form, notice, is_reviewer): (&str, Filled, &str, bool)| {
            let is_open = state == RequestState::Open;
            Self {
                page: staff(page),
                row: row(&words, kind, state),
                learner: whose(),
                name: name.to_owned(),
                ground: WORDS.to_owned(),
                answer: if state == RequestState::Refused { PLACE.to_owned() } else { String::new() },
                impact: if is_open { impact(shelf, &words, (kind, None, uses)) } else { None },
                may_decide: is_open && is_reviewer,
                may_take_back: is_open && !is_reviewer,
                is_asker: is_open && !is_reviewer,
                form,
                notice: if notice.is_empty() { String::new() } else { page.t(notice) },
                is_stale: notice == "correction-stale",
            }
        };
        let empty = form(&[("doing", "disagree")], Verdict::parse);
        drawn([
            state((CorrectionKind::Reverse, RequestState::Open, 0), (NAME, Filled::default(), "", true)),
            state((CorrectionKind::Revoke, RequestState::Open, 5), (LONG_NAME, empty, "", true)),
            state((CorrectionKind::Reverse, RequestState::Open, 2), (NAME, Filled::default(), "correction-stale", true)),
            state(
                (CorrectionKind::Restore, RequestState::Open, 0),
                (RARE_NAME, Filled::default(), "correction-said-asked", false),
            ),
            state(
                (CorrectionKind::Unfreeze, RequestState::Approved, 0),
                (NAME, Filled::default(), "correction-said-agreed", true),
            ),
            state((CorrectionKind::Reverse, RequestState::Refused, 0), ("", Filled::default(), "", true)),
        ])
    }
}
