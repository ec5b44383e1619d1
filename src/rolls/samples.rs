//! Samples of the pages of this subject.

use super::lines::Said;
use super::service::Shown;
use super::views::{LineView, May, RollFacts, RollPage, RollRow, RollsPage, rule_words};
use super::{Line, LineState, Problem, Roll, RollState, Trouble, forms};
use crate::conversions::{Rule, sample_rule};
use crate::kernel::{Credits, LearnerId};
use crate::recognition::Levels;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, staff};
use crate::web::{Filled, Page, Samples, drawn};

const UNIT: &str = "T05 用手机看病挂号";

fn rule() -> Rule {
    sample_rule(id(7), LONG_PLACE)
}

fn roll(state: RollState, wrong: i64, trouble: Option<Trouble>) -> Roll {
    let is_decided = matches!(state, RollState::Agreed | RollState::Valid | RollState::Done | RollState::Refused);
    Roll {
        id: id(5),
        agency: id(1),
        rule: id(7),
        file_code: vec![0; 32],
        levels: Levels::from_values(2, 2).unwrap_or(rule().least),
        worth: Credits::from_milli(250).unwrap_or_default(),
        per_person: None,
        state,
        trouble,
        total: 10_000,
        wrong,
        done: 4_000,
        gives: Credits::from_milli(2_500_000).unwrap_or_default(),
        brought_by: id(2),
        client: (state == RollState::Asked).then(|| id(9)),
        brought_at: NOW,
        asked_at: Some(NOW),
        decided: is_decided.then(|| (id(3), NOW)),
        answer: (state == RollState::Refused).then(|| WORDS.to_owned()),
        ended_at: None,
    }
}

fn lines(page: &Page, state: LineState) -> Vec<LineView> {
    let gives = Credits::from_milli(250).unwrap_or_default();
    let said = Said {
        who: "1234567897".to_owned(),
        number: "ZJ-2026-000123".to_owned(),
        value: 1500,
        day: "2026-01-08".to_owned(),
        wrong: None,
    };
    let line = |number: i64, problem: Option<Problem>, (name, is_outside): (&str, bool)| Shown {
        line: Line {
            number,
            learner: Some(LearnerId::NOBODY),
            sealed: None,
            state: if problem.is_some() { state } else { LineState::Ready },
            problem,
            other: Some(2),
            gives,
            transfer: None,
        },
        said: Some(if is_outside { said.clone().without_person() } else { said.clone() }),
        name: name.to_owned(),
        is_outside,
    };
    let problems: Vec<Option<Problem>> = match state {
        LineState::Wrong | LineState::Passed => Problem::ALL.iter().copied().map(Some).collect(),
        _ => vec![None; 3],
    };
    let names = [(NAME, false), (LONG_NAME, false), (RARE_NAME, false), ("", false), ("", true)].into_iter().cycle();
    let each = problems.into_iter().zip(names).zip(2..);
    each.map(|((problem, name), number)| LineView::of(page, &line(number, problem, name))).collect()
}

impl RollsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, (brings, is_full): (bool, bool), form: Filled| {
            let states = if is_full { RollState::ALL } else { &[] };
            let row = |state: &RollState| {
                RollRow::of(
                    page,
                    format!("/staff/agency/{}/rolls/{}", id::<()>(1), id::<()>(5)),
                    (&roll(*state, 0, None), &rule()),
                )
            };
            Self {
                page: staff(page),
                agency: id(1),
                name: name.to_owned(),
                brings,
                rules: if is_full { vec![(rule().id.to_string(), rule_words(&rule(), UNIT))] } else { Vec::new() },
                rows: states.iter().map(row).collect(),
                form,
            }
        };
        let wrong = form(&[("rule", "x")], forms::brought);
        drawn([
            state(PLACE, (true, false), Filled::default()),
            state(LONG_PLACE, (true, true), wrong),
            state(LONG_PLACE, (false, true), Filled::default()),
        ])
    }
}

impl RollPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |roll: Roll, may: May, (only, pages): (Option<LineState>, u64), form: Filled, notice: &'static str| Self {
            page: staff(page),
            agency: id(1),
            agency_name: LONG_PLACE.to_owned(),
            href: format!("/staff/agency/{}/rolls/{}", id::<()>(1), id::<()>(5)),
            facts: RollFacts::of(page, (&roll, &rule()), UNIT.to_owned(), (NAME.to_owned(), LONG_NAME.to_owned()), 4_000),
            lines: if roll.state.is_busy() { Vec::new() } else { lines(page, only.unwrap_or(LineState::Ready)) },
            number: 1,
            pages,
            only,
            brings: may != May::Decide,
            may,
            shown: "0".repeat(64),
            notice,
            form,
        };
        let plain = Filled::default;
        let unsaid = || form(&[("doing", "disagree")], forms::verdict);
        let all = (None, 200);
        drawn([
            state(roll(RollState::Read, 0, None), May::GiveUp, all, plain(), ""),
            state(roll(RollState::Checked, 17, None), May::GiveUp, (Some(LineState::Wrong), 1), plain(), "rolls-said-known"),
            state(roll(RollState::Checked, 0, None), May::Ask, all, plain(), ""),
            state(roll(RollState::Checked, 0, Some(Trouble::Quota)), May::GiveUp, all, plain(), ""),
            state(roll(RollState::Asked, 0, None), May::GiveUp, all, plain(), "rolls-said-asked"),
            state(roll(RollState::Asked, 0, None), May::Decide, all, unsaid(), ""),
            state(roll(RollState::Agreed, 0, None), May::Look, all, plain(), "rolls-said-agreed"),
            state(roll(RollState::Valid, 0, None), May::Look, all, plain(), ""),
            state(roll(RollState::Done, 17, None), May::Look, (Some(LineState::Passed), 1), plain(), ""),
            state(roll(RollState::Done, 0, None), May::Look, all, plain(), ""),
            state(roll(RollState::Refused, 0, None), May::Look, (None, 1), plain(), "rolls-said-refused"),
        ])
    }
}
