//! Samples of the pages of this subject.

use super::forms::{CallBack, Doing};
use super::views::{
    CaseLine, CasePage, Dial, HelpPage, PlaceCount, Saying, ServicePoint, StaffCasePage, StaffCasesPage, WaitingRow,
};
use super::{Case, CaseNumber, Contents, Contested, Doubt, Kind, Paper, PartOfDay, Sealed, State, Told};
use crate::kernel::Timestamp;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, learner, staff};
use crate::web::{Filled, Page, Samples, drawn};

/// A case, a day old; none only if its number were no number.
fn case(kind: Kind, state: State) -> Option<Case> {
    let opened_at = NOW.plus_days(-1);
    Some(Case {
        learner: id(1),
        id: id(2),
        number: CaseNumber::from_body("0000572")?,
        kind,
        about: Some(id(3)).filter(|_| kind == Kind::Dispute),
        contested: Some(Contested::Certificate(id(4))).filter(|_| kind == Kind::Appeal),
        place_code: "330185".to_owned(),
        state,
        opened_at,
        due_at: kind.due(opened_at),
        changed_at: NOW,
        handler: None,
        concerns: None,
        sealed: Sealed::default(),
    })
}

fn contents(kind: Kind, answer: Option<&str>) -> Contents {
    let told = match kind {
        Kind::CallBack => Told { when: PartOfDay::ALL.to_vec(), words: WORDS.to_owned(), ..Told::default() },
        Kind::Dispute => Told { doubts: Doubt::ALL.to_vec(), words: WORDS.to_owned(), ..Told::default() },
        Kind::Print => Told { paper: Some(Paper::Hours), year: Some(2026), ..Told::default() },
        Kind::OnBehalf => Told { act: Some("00005724".to_owned()), not_agreed: true, words: WORDS.to_owned(), ..Told::default() },
        Kind::DataComplaint | Kind::Appeal => Told { words: WORDS.to_owned(), ..Told::default() },
    };
    Contents { told, phone: Some("13800000000".to_owned()), answer: answer.map(str::to_owned) }
}

impl HelpPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let small = ServicePoint { name: PLACE.to_owned(), address: None, opening_hours: None, phone: None };
        let full = || ServicePoint {
            name: LONG_PLACE.to_owned(),
            address: Some(LONG_PLACE.repeat(2)),
            opening_hours: Some("周一到周六 8:30 到 17:30，中午不休息".to_owned()),
            phone: Some(Dial { digits: "057187000000".to_owned(), words: "0571\u{a0}8700\u{a0}0000".to_owned() }),
        };
        let lines: Vec<CaseLine> = Kind::ALL
            .into_iter()
            .zip([State::Open, State::InHand].into_iter().cycle())
            .filter_map(|(kind, state)| Some(CaseLine::of(&case(kind, state)?, page.lang())))
            .collect();
        let wrong = form(&[("phone", "138 0000"), ("when", "morning"), ("about", &WORDS.repeat(5))], CallBack::parse);
        let state = |page: Page, form: Filled, point: ServicePoint, mine: Vec<CaseLine>, code: Option<&str>| Self {
            page,
            form,
            point,
            mine,
            code: code.map(str::to_owned),
        };
        drawn([
            state(page.clone(), Filled::default(), small, Vec::new(), None),
            state(learner(page, NAME), Filled::default(), full(), lines.clone(), Some("0417")),
            state(learner(page, LONG_NAME), wrong, full(), lines, None),
        ])
    }
}

impl CasePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let of = |kind: Kind, state: State, said: Option<Saying>, is_seen: bool, now: Timestamp| -> Option<Self> {
            let case = case(kind, state)?;
            let answer = Some(WORDS).filter(|_| state == State::Answered);
            Some(Self {
                page: learner(page, NAME),
                line: CaseLine::of(&case, page.lang()),
                case,
                contents: is_seen.then(|| contents(kind, answer)),
                officer: Some(LONG_PLACE.to_owned()).filter(|_| kind == Kind::DataComplaint),
                said,
                now,
            })
        };
        let asked = Kind::ALL.map(|kind| of(kind, State::Open, Some(Saying::Asked), true, NOW));
        let answered = Kind::ALL.map(|kind| of(kind, State::Answered, None, true, NOW));
        let others = [
            of(Kind::CallBack, State::InHand, None, false, NOW),
            of(Kind::CallBack, State::Withdrawn, Some(Saying::Withdrawn), true, NOW),
            of(Kind::CallBack, State::Withdrawn, None, true, NOW),
            of(Kind::CallBack, State::Withdrawn, None, true, NOW.plus_days(30)),
            of(Kind::Print, State::Open, Some(Saying::Resumed), true, NOW),
        ];
        drawn(asked.into_iter().chain(answered).chain(others).flatten())
    }
}

/// A row of the staff's list, as it looks some days later.
fn row(page: &Page, case: &Case, place: &str, days: i64) -> WaitingRow {
    WaitingRow::of(case, place.to_owned(), NOW.plus_days(days), page.lang())
}

impl StaffCasesPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let rows = |days: i64| -> Vec<WaitingRow> {
            let cases = Kind::ALL.into_iter().flat_map(|kind| [State::Open, State::InHand].map(|state| case(kind, state)));
            cases.flatten().map(|case| row(page, &case, LONG_PLACE, days)).collect()
        };
        let places = |names: &[&str]| -> Vec<PlaceCount> {
            let place = |(at, name): (usize, &&str)| {
                let (code, count) = (format!("33018200{at}"), i64::try_from(at).unwrap_or(0) * 12 + 1);
                PlaceCount { code, name: (*name).to_owned(), waiting: count, late: count / 2 }
            };
            names.iter().enumerate().map(place).collect()
        };
        let state = |rows: Vec<WaitingRow>, total: u64, number: u64, pages: u64| Self {
            page: staff(page),
            places: if rows.is_empty() { Vec::new() } else { places(&[PLACE, LONG_PLACE]) },
            place: String::new(),
            rows,
            total,
            number,
            pages,
        };
        drawn([state(Vec::new(), 0, 1, 1), state(rows(0), 8, 1, 1), state(rows(400), 99_999, 500, 1_000)])
    }
}

impl StaffCasePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let of = |kind: Kind, state: State, name: &str, form: Filled| -> Option<Self> {
            let case = case(kind, state)?;
            let answer = Some(WORDS).filter(|_| state == State::Answered);
            Some(Self {
                page: staff(page),
                row: row(page, &case, PLACE, 2),
                case,
                contents: contents(kind, answer),
                name: name.to_owned(),
                form,
            })
        };
        let wrong = form(&[("doing", "answer"), ("answer", "")], Doing::parse);
        let states = [
            of(Kind::CallBack, State::Open, "", Filled::default()),
            of(Kind::Dispute, State::InHand, LONG_NAME, wrong),
            of(Kind::Print, State::Open, RARE_NAME, Filled::default()),
            of(Kind::DataComplaint, State::Answered, NAME, Filled::default()),
        ];
        drawn(states.into_iter().flatten())
    }
}
