//! Samples of the pages of this subject.

use super::forms::{Correction, complaint};
use super::kept::{Record, Section};
use super::views::{
    ComplaintPage, CorrectPage, Facts, GroupPage, GroupsPage, KeptPage, LeavePage, LeftPage, MePage, Notice, PlacePage, Reading,
    group_key,
};
use crate::audit::AccessRow;
use crate::help::CaseLine;
use crate::identity::Role;
use crate::kernel::Group;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, filled, form, id, learner};
use crate::web::{Filled, Page, Samples, drawn};

/// What was shown of somebody, as the access log names it.
const SHOWN: [&str; 9] =
    ["find_by_phone", "find_by_card", "document", "help_case", "profile", "reset_pin", "correct", "staff_card", "x"];

fn facts(page: &Page, name: &str, is_full: bool) -> Facts {
    let groups: Vec<String> = Group::ALL.iter().map(|group| page.t(group_key(*group))).collect();
    Facts {
        name: name.to_owned(),
        birth_year: Some(1952).filter(|_| is_full),
        phone: Some("138\u{a0}••••\u{a0}0000".to_owned()).filter(|_| is_full),
        place: Some(LONG_PLACE.to_owned()).filter(|_| is_full),
        card: Some("123\u{a0}456\u{a0}7897".to_owned()).filter(|_| is_full),
        is_checked: is_full,
        groups: if is_full { groups.join(&page.t("help-and")) } else { String::new() },
    }
}

fn readings(page: &Page) -> Vec<Reading> {
    let names = [NAME, LONG_NAME, RARE_NAME, ""].into_iter().cycle();
    let role = |at: usize| Role::ALL.get(at).map_or("", |role| role.code());
    let row = |(at, (what, name)): (usize, (&str, &str))| {
        let (actor_role, place_code) = (role(at).to_owned(), String::new());
        Reading::of(&AccessRow { at: NOW, actor: id(9), actor_role, place_code, what: what.to_owned() }, name, page.lang())
    };
    SHOWN.into_iter().zip(names).enumerate().map(row).collect()
}

fn question(page: &Page) -> CaseLine {
    CaseLine {
        href: "/help/00005724".to_owned(),
        number: "0000\u{a0}5724".to_owned(),
        title: page.t("help-kind-call-back"),
        state: page.t("help-state-withdrawn"),
        day: NOW.day().to_string(),
        is_waiting: true,
    }
}

impl MePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, facts: Option<Facts>, readings: Vec<Reading>, cases: Vec<CaseLine>, notice: Option<Notice>| {
            let has_voice = cases.len() > 1;
            Self { page: learner(page, name), facts, readings, has_voice, cases, notice }
        };
        drawn([
            state(NAME, Some(facts(page, NAME, false)), Vec::new(), Vec::new(), None),
            state(
                LONG_NAME,
                Some(facts(page, LONG_NAME, true)),
                readings(page),
                vec![question(page); 9],
                Notice::of("name", true),
            ),
            state(RARE_NAME, Some(facts(page, RARE_NAME, true)), Vec::new(), vec![question(page)], Notice::of("phone", false)),
            state(NAME, None, readings(page), Vec::new(), None),
        ])
    }
}

impl CorrectPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("name", &LONG_NAME.repeat(5)), ("year", "52")], |fields| Correction::parse(fields, NOW.day()));
        let young = form(&[("name", RARE_NAME), ("year", "2020")], |fields| Correction::parse(fields, NOW.day()));
        let states = [
            (filled(&[("name", LONG_NAME), ("year", "1952")]), false),
            (wrong, false),
            (young, false),
            (Filled::default(), true),
        ];
        drawn(states.map(|(form, is_checked)| Self { page: learner(page, NAME), form, is_checked }))
    }
}

impl PlacePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let place = |code: usize| (format!("33{code:02}"), if code.is_multiple_of(2) { PLACE } else { LONG_PLACE }.to_owned());
        let state = |here: Option<(String, String)>, count: usize| Self {
            page: learner(page, NAME),
            can_leave_home: here.is_some(),
            here,
            within: (0..count).map(place).collect(),
        };
        drawn([state(None, 31), state(Some(place(1)), 12), state(Some(place(2)), 0)])
    }
}

impl GroupsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |chosen: &[Group], code: &str| Self {
            page: learner(page, NAME),
            chosen: chosen.to_vec(),
            notice: Notice::of(code, true),
        };
        drawn([state(&[], ""), state(&Group::ALL, "agreed"), state(&[Group::Elder], "stopped")])
    }
}

impl GroupPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let states = [(Group::Veteran, false), (Group::Disabled, false), (Group::Disabled, true)];
        drawn(states.map(|(group, is_kept)| Self { page: learner(page, NAME), group, is_kept }))
    }
}

impl KeptPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let record = |head: &str| Record { head: head.to_owned(), pairs: vec![(page.t("me-place"), LONG_PLACE.to_owned()); 5] };
        let section =
            |records: Vec<Record>| Section { title: page.t("keeping-learning"), until: page.t("keeping-while-account"), records };
        let state = |sections: Vec<Section>| Self { page: learner(page, LONG_NAME), sections, made_on: NOW.day() };
        let long = || (0..40).map(|_| record(WORDS)).collect();
        drawn([state(vec![section(Vec::new())]), state(vec![section(vec![record(NAME), record("")]), section(long())])])
    }
}

impl ComplaintPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let long = WORDS.repeat(5);
        let states = [
            (Filled::default(), PLACE),
            (form(&[("words", "")], complaint), LONG_PLACE),
            (form(&[("words", &long)], complaint), PLACE),
        ];
        drawn(states.map(|(form, officer)| Self { page: learner(page, NAME), form, officer: officer.to_owned() }))
    }
}

impl LeavePage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([0, 1, 20].map(|waiting| Self { page: learner(page, NAME), waiting }))
    }
}

impl LeftPage {
    pub(super) fn samples(page: &Page) -> Samples {
        drawn([PLACE, LONG_PLACE].map(|officer| Self { page: page.clone(), officer: officer.to_owned() }))
    }
}
