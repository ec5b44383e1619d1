//! Samples of the pages of this subject.

use super::rules::{Kind, State, Why};
use super::service::{Line, ToLookAt};
use super::views::{
    DeskPage, DeviceRow, LookPage, LookRow, PackPage, PackRow, PhoneClass, PhonePage, PhonePerson, Said, TestPage, line_row,
};
use super::{Claim, Device, DeviceKind, KeptPack, PackState, genesis};
use crate::assessment::{Choice, Line as Pick, Question};
use crate::i18n::Message;
use crate::kernel::{Digest, Timestamp};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, id, staff};
use crate::web::{FieldError, Fields, Filled, Page, Samples, drawn};

fn device(number: u128, kind: DeviceKind, name: &str, revoked_at: Option<Timestamp>) -> Device {
    Device {
        id: id(number),
        kind,
        name: name.to_owned(),
        place_code: "330185001".to_owned(),
        key: None,
        operators: Vec::new(),
        prepared_at: NOW,
        settled: 41,
        head: genesis(id(number)),
        revoked_at,
    }
}

fn pack(number: u128, span: (i64, i64), state: PackState, row: Option<i64>) -> KeptPack {
    KeptPack { device: id(1), id: id(number), span, state, row, made_at: NOW, received_at: NOW.plus_days(3), times: 3 }
}

fn devices(page: &Page) -> Vec<DeviceRow> {
    vec![
        DeviceRow::of(page, &device(1, DeviceKind::Box, "柳河镇活动室的电脑", None), &[(42, 42), (44, 60)]),
        DeviceRow::of(page, &device(2, DeviceKind::Phone, LONG_PLACE, Some(NOW)), &[]),
    ]
}

fn packs(page: &Page) -> Vec<PackRow> {
    let row = |pack: KeptPack| PackRow::of(page, &pack, LONG_PLACE.to_owned());
    vec![
        row(pack(3, (1, 41), PackState::Whole, None)),
        row(pack(4, (43, 43), PackState::Broken, Some(43))),
        row(pack(5, (1, 9), PackState::Forked, Some(7))),
    ]
}

impl DeskPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let page = staff(page);
        let state = |form: Filled, said: Option<Said>, is_full: bool| Self {
            said: said.map(|said| said.words(&page)),
            to_look_at: if is_full { 99 } else { 0 },
            prepares: is_full,
            shows_all: is_full,
            number: if is_full { 2 } else { 1 },
            pages: if is_full { 3 } else { 1 },
            devices: if is_full { devices(&page) } else { Vec::new() },
            packs: if is_full { packs(&page) } else { Vec::new() },
            form,
            page: page.clone(),
        };
        let wrong = FieldError::new("file", Message::of("hall-pack-changed").with("row", 7));
        drawn([
            state(Filled::default(), None, false),
            state(Filled::default(), Some(Said::Revoked), true),
            state(Filled::wrong(Fields::default(), vec![wrong]), None, true),
        ])
    }
}

impl PackPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let page = staff(page);
        let line = |(seq, kind, state, why): (i64, Kind, State, Option<Why>)| {
            line_row(&page, &Line { seq, id: id(9), kind, state, why })
        };
        let some = [
            (1, Kind::Enrolment, State::Accepted, None),
            (2, Kind::Attendance, State::Duplicate, None),
            (3, Kind::Answers, State::Waits, None),
            (4, Kind::Witnessed, State::NeedsLook, Some(Why::OtherTime)),
            (5, Kind::Attendance, State::Dropped, Some(Why::NoPerson)),
        ];
        let many = Why::ALL.into_iter().zip(6..).map(|(why, seq)| (seq, Kind::Attendance, State::NeedsLook, Some(why)));
        let state = |rows: Vec<(i64, Kind, State, Option<Why>)>, to_look_at: usize| Self {
            pack: PackRow::of(&page, &pack(3, (1, 41), PackState::Whole, None), "柳河镇活动室的电脑".to_owned()),
            device: devices(&page).remove(0),
            rows: rows.into_iter().map(line).collect(),
            to_look_at,
            page: page.clone(),
        };
        drawn([state(some.into(), 1), state(many.collect(), 18), state(Vec::new(), 0)])
    }
}

impl PhonePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let page = staff(page);
        let person = |at: usize| PhonePerson {
            id: at.to_string(),
            name: if at.is_multiple_of(2) { LONG_NAME.to_owned() } else { NAME.to_owned() },
            came: at.is_multiple_of(3),
            did: match at % 9 {
                6 => "hall-did",
                3 => "hall-did-one",
                _ => "",
            },
            test: (at < 4).then(|| format!("/staff/hall/phone/tests/{at}/{at}")),
        };
        let class = |people: usize, has_task: bool| PhoneClass {
            id: people.to_string(),
            title: LONG_PLACE.to_owned(),
            time: "3 月 4 日 周三 9:00–11:00".to_owned(),
            has_task,
            place: ("330185001".to_owned(), PLACE.to_owned()),
            people: (1..=people).map(person).collect(),
        };
        let state = |classes: Vec<PhoneClass>, said: Option<Said>, to_look_at: u64| Self {
            operator: "1".to_owned(),
            more: classes.len() / 2 * 30,
            classes,
            signed_until: NOW.to_minute_text(),
            given_up: String::new(),
            latest_year: 2011,
            to_look_at,
            said: said.map(|said| said.words(&page)),
            page: page.clone(),
        };
        drawn([
            state(Vec::new(), None, 0),
            state(vec![class(0, true)], Some(Said::NoneBrought), 1),
            state(vec![class(12, true), class(1, false)], Some(Said::Brought), 0),
        ])
    }
}

/// A question to tap, to tick, or to bring in order.
fn question(kind: usize) -> Question {
    let choice =
        |value: &str, words: &str| Choice { value: value.to_owned(), words: vec![words.to_owned()], is_chosen: value == "2" };
    let choices = || vec![choice("1", "挂掉，不理它"), choice("2", LONG_PLACE), choice("0", "不知道")];
    let picks = || vec![choice("0", "请选"), choice("1", "第 1 步"), choice("2", "第 2 步")];
    let line = |name: &'static str| Pick { name, words: vec![LONG_PLACE.to_owned()], choices: picks(), wrong: String::new() };
    Question {
        action: String::new(),
        stem: vec!["有人打电话来，".to_owned(), "说您的医保卡被停了，怎么办？".to_owned()],
        hint: "点一个。".to_owned(),
        screen: None,
        taps: if kind == 0 { choices() } else { Vec::new() },
        ticks: if kind == 1 { choices() } else { Vec::new() },
        lines: if kind == 2 { vec![line("s1"), line("s2")] } else { Vec::new() },
        unknown: choice("0", "不知道"),
        send: String::new(),
        is_kept: false,
        form: Filled::default(),
        wrong: String::new(),
        go: None,
        back: None,
        voices: Vec::new(),
    }
}

impl TestPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let page = staff(page);
        let questions: Vec<Question> = (0..3).map(question).collect();
        let state = |name: &str, questions: Vec<Question>, form: Filled| Self {
            operator: "1".to_owned(),
            learner: "1".to_owned(),
            attempt: "1".to_owned(),
            name: name.to_owned(),
            title: LONG_PLACE.to_owned(),
            is_collected: questions.is_empty(),
            missing: questions.iter().filter(|question| !question.wrong.is_empty()).count(),
            questions,
            form,
            page: page.clone(),
        };
        let mut open = questions.clone();
        open.iter_mut().for_each(|question| question.wrong = page.t("hall-test-unanswered"));
        let missing = FieldError::new("collect", Message::of("hall-test-missing").with("count", 3));
        let wrong = FieldError::new("assisted", Message::of("hall-test-assisted-missing"));
        drawn([
            state(NAME, open, Filled::wrong(Fields::default(), vec![missing])),
            state(NAME, questions.clone(), Filled::default()),
            state(LONG_NAME, questions, Filled::wrong(Fields::default(), vec![wrong])),
            state(LONG_NAME, Vec::new(), Filled::default()),
        ])
    }
}

impl LookPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let page = staff(page);
        let row = |why: Why, kind: Kind, who: Option<&str>| {
            let claim = Claim {
                device: id(1),
                seq: 12,
                id: id(3),
                kind,
                operator: id(4),
                made_at: NOW.plus_days(365),
                received_at: NOW,
                prev: Digest::from_array([0; 32]),
                hash: Digest::from_array([0; 32]),
                body_sealed: None,
                state: State::NeedsLook,
                why: Some(why),
                learner: None,
                became: None,
                settled_at: Some(NOW),
            };
            let one = ToLookAt { claim, device: device(1, DeviceKind::Box, LONG_PLACE, None), body: None };
            LookRow::of(&page, &one, (who.map(str::to_owned), Some(LONG_NAME.to_owned())), kind == Kind::Witnessed)
        };
        let all = Why::ALL.into_iter().map(|why| row(why, Kind::Attendance, Some(LONG_NAME))).collect();
        let two = vec![
            row(Why::ClockAhead, Kind::Answers, Some(NAME)),
            row(Why::Chain, Kind::Enrolment, None),
            row(Why::Revoked, Kind::Witnessed, Some(NAME)),
            row(Why::NotThere, Kind::Witnessed, Some(NAME)),
            row(Why::NotThere, Kind::Answers, Some(LONG_NAME)),
        ];
        let state =
            |rows: Vec<LookRow>, said: Option<Said>| Self { rows, said: said.map(|said| said.words(&page)), page: page.clone() };
        drawn([state(Vec::new(), Some(Said::Counted)), state(two, Some(Said::Still)), state(all, None)])
    }
}
