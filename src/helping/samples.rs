//! Samples of the pages of this subject.

use super::forms;
use super::rules::{Agreed, Aid, Outcome, Source, Way};
use super::views::{
    ActFormPage, ActLine, ActsPage, AidPage, AssistancePage, BesideLine, HoursRow, ProofPage, ProofRow, Receipt, ReceiptPage,
    StaffActsPage, StaffReceiptPage, Standing, VolunteerPage, VolunteeringPage, VolunteersPage,
};
use super::{Act, HoursLine, Proof};
use crate::help::CaseNumber;
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, PLACE, RARE_NAME, WORDS, form, id, learner, staff};
use crate::web::{Filled, Page, Samples, drawn};

fn act(errand: &str, outcome: Outcome, undone: Option<Way>) -> Option<Act> {
    Some(Act {
        learner: id(1),
        id: id(2),
        number: CaseNumber::from_body("0000572")?,
        errand: errand.to_owned(),
        helper: id(3),
        organisation: None,
        place_code: "330185".to_owned(),
        day: NOW.day(),
        agreed: Agreed::Spoken,
        outcome,
        recorded_at: NOW,
        undone: undone.map(|way| (NOW, way)),
        words_sealed: None,
    })
}

fn acts() -> Vec<Act> {
    let acts = [
        act("hospital", Outcome::Done, None),
        act("other", Outcome::NotDone, None),
        act("pension-check", Outcome::Done, Some(Way::Phone)),
    ];
    acts.into_iter().flatten().collect()
}

fn receipts(page: &Page) -> Vec<Receipt> {
    let of = |(at, act): (usize, &Act)| {
        let (name, place) = if at == 1 { (LONG_NAME, LONG_PLACE) } else { (NAME, PLACE) };
        let receipt = Receipt::of(act, None, page.lang(), (name.to_owned(), RARE_NAME.to_owned(), place.to_owned()));
        let course = ("/courses/T04".to_owned(), "网上办事少跑腿".to_owned());
        let why = (page.t("helping-slip-why"), WORDS.to_owned());
        let mut receipt = receipt.with(Some(course).filter(|_| at == 0), at != 1);
        if at == 1 {
            receipt.facts.push(why);
        }
        receipt
    };
    acts().iter().enumerate().map(of).collect()
}

impl AssistancePage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |standing: Standing| Self { page: learner(page, NAME), form: Filled::default(), standing };
        let wrong = form(&[("card", "123"), ("pin", "")], |fields| forms::aid_by_card(fields, NOW.day()));
        let aids = Aid::ALL.map(|aid| state(Standing::Offered { name: NAME.to_owned(), aid }));
        let others = [
            state(Standing::Nobody),
            Self { form: wrong, ..state(Standing::Nobody) },
            state(Standing::On { name: LONG_NAME.to_owned(), aid: Aid::Both }),
            state(Standing::Over { name: RARE_NAME.to_owned(), is_thanked: false }),
            state(Standing::Over { name: LONG_NAME.to_owned(), is_thanked: true }),
        ];
        drawn(aids.into_iter().chain(others))
    }
}

impl AidPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let lines = || acts().iter().map(|act| ActLine::of(act, None, page.lang()).for_staff(act)).collect();
        let state = |name: &str, form: Filled, is_offered: bool, acts: Vec<ActLine>| {
            let id = "1".to_owned();
            let before =
                acts.iter().map(|_| BesideLine { who: NAME.to_owned(), note: "3 月 4 日 · 念给学员听".to_owned() }).collect();
            Self { page: staff(page), id, name: name.to_owned(), form, is_offered, before, acts }
        };
        drawn([
            state(NAME, Filled::default(), false, Vec::new()),
            state(RARE_NAME, Filled::default(), true, lines()),
            state(LONG_NAME, form(&[], forms::aid), false, lines()),
        ])
    }
}

impl ActFormPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, form: Filled, points: &[&str]| Self {
            page: staff(page),
            id: "1".to_owned(),
            name: name.to_owned(),
            form,
            points: std::iter::once((String::new(), page.t("helping-point-none")))
                .chain(points.iter().map(|point| ("1".to_owned(), (*point).to_owned())))
                .collect(),
        };
        let wrong = form(&[("errand", "other"), ("outcome", "not_done"), ("why", WORDS)], |fields| forms::act(fields, NOW.day()));
        drawn([
            state(NAME, Filled::default(), &[PLACE]),
            state(RARE_NAME, Filled::default(), &[]),
            state(LONG_NAME, wrong, &[LONG_PLACE]),
        ])
    }
}

impl ReceiptPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let mut states: Vec<Self> = receipts(page)
            .into_iter()
            .map(|receipt| Self { page: learner(page, NAME), receipt, form: Filled::default() })
            .collect();
        let wrong = form(&[("doing", "undo"), ("words", &WORDS.repeat(5))], forms::says);
        states.extend(receipts(page).into_iter().take(1).map(|receipt| Self {
            page: learner(page, LONG_NAME),
            receipt,
            form: wrong.clone(),
        }));
        drawn(states)
    }
}

impl StaffReceiptPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let wrong = form(&[("doing", "undo")], forms::way);
        let forms = [Filled::default(), wrong, Filled::default()];
        let state = |(receipt, form): (Receipt, Filled)| {
            let path = "/staff/on-behalf/1/2".to_owned();
            Self { page: staff(page), receipt, form, path }
        };
        drawn(receipts(page).into_iter().zip(forms).map(state))
    }
}

impl ActsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let lines = acts().iter().map(|act| ActLine::of(act, None, page.lang())).collect();
        drawn([Self { page: learner(page, NAME), lines: Vec::new() }, Self { page: learner(page, LONG_NAME), lines }])
    }
}

impl StaffActsPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let lines = || acts().iter().map(|act| ActLine::of(act, None, page.lang()).for_staff(act)).collect();
        let state = |lines: Vec<ActLine>, number: u64, pages: u64, looked_for: &str| Self {
            page: staff(page),
            lines,
            number,
            pages,
            looked_for: looked_for.to_owned(),
        };
        drawn([state(Vec::new(), 1, 1, ""), state(lines(), 1, 1, "12345678"), state(lines(), 500, 1_000, "")])
    }
}

fn lines() -> Vec<HoursLine> {
    let line = |number: u128, minutes: i64, what: &str, source: Source| HoursLine {
        id: id(number),
        organisation: id(9),
        place_code: "330185".to_owned(),
        day: NOW.day(),
        minutes,
        what: what.to_owned(),
        source,
        class: None,
        corrects: (source == Source::Correction).then_some(id(1)),
        recorded_at: NOW,
    };
    vec![line(1, 120, "网上办事少跑腿", Source::Class), line(2, -30, WORDS, Source::Correction), line(3, 45, WORDS, Source::Form)]
}

fn rows(page: &Page) -> Vec<HoursRow> {
    let all = lines();
    let row = |line: &HoursLine| HoursRow::of(line, LONG_PLACE.to_owned(), page.lang());
    all.iter().map(|line| row(line).standing_at(super::service::standing(&all, line.id))).collect()
}

fn proofs(page: &Page) -> Vec<ProofRow> {
    let proof = CaseNumber::from_body("0000572").map(|number| Proof {
        id: id(1),
        number,
        organisation: id(9),
        days: (NOW.day(), NOW.day()),
        minutes: 99_999,
        issued_at: NOW,
    });
    proof.iter().map(|proof| ProofRow::of(proof, page.lang())).collect()
}

impl VolunteeringPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let none = Self {
            page: learner(page, NAME),
            rows: Vec::new(),
            minutes: 0,
            thanks: 0,
            of: Vec::new(),
            proofs: Vec::new(),
            form: Filled::default(),
            may_show_cards: false,
            is_thanked: false,
        };
        let full = |name: &str, form: Filled, is_thanked: bool| Self {
            page: learner(page, name),
            rows: rows(page),
            minutes: 99_999,
            thanks: 99_999,
            of: vec![("1/2026".to_owned(), 2026, LONG_PLACE.to_owned())],
            proofs: proofs(page),
            form,
            may_show_cards: true,
            is_thanked,
        };
        let parse = |fields: &crate::web::Fields| forms::Doing::parse(fields).map(|_| ());
        let wrong = form(&[("doing", "helped"), ("card", "123")], parse);
        drawn([none, full(NAME, Filled::default(), true), full(LONG_NAME, wrong, false)])
    }
}

impl ProofPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, organisation: &str, phone: &str, minutes: i64| Self {
            page: learner(page, name),
            name: name.to_owned(),
            number: "0000\u{a0}5724".to_owned(),
            organisation: organisation.to_owned(),
            phone: phone.to_owned(),
            from: NOW.day().to_string(),
            to: NOW.day().to_string(),
            issued: NOW.day().to_string(),
            minutes,
            rows: rows(page),
        };
        drawn([state(NAME, PLACE, "0571\u{a0}8700\u{a0}0000", 135), state(LONG_NAME, LONG_PLACE, "", 99_999)])
    }
}

impl VolunteersPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |names: &[&str], form: Filled, is_kept: bool, looked_for: &str| Self {
            page: staff(page),
            form,
            people: names.iter().map(|name| ("1".to_owned(), (*name).to_owned())).collect(),
            organisations: names.iter().map(|_| ("9".to_owned(), LONG_PLACE.to_owned())).collect(),
            rows: rows(page).into_iter().zip(names).map(|(row, name)| ("/staff".to_owned(), (*name).to_owned(), row)).collect(),
            is_kept,
            looked_for: looked_for.to_owned(),
        };
        let wrong = form(&[("day", "昨天晚上"), ("hours", "很多")], |fields| forms::hours(fields, NOW.day()));
        drawn([
            state(&[], Filled::default(), false, ""),
            state(&[NAME, RARE_NAME], Filled::default(), true, "12345678"),
            state(&[LONG_NAME, NAME, RARE_NAME], wrong, false, ""),
        ])
    }
}

impl VolunteerPage {
    pub(super) fn samples(page: &Page) -> Samples {
        let state = |name: &str, form: Filled, (is_kept, is_own): (bool, bool)| Self {
            page: staff(page),
            id: "1".to_owned(),
            name: name.to_owned(),
            rows: rows(page),
            minutes: 135,
            proofs: proofs(page),
            form,
            is_kept,
            is_own,
        };
        let wrong = form(&[("hours", "99")], forms::correction);
        drawn([
            state(NAME, Filled::default(), (true, false)),
            state(LONG_NAME, wrong, (false, false)),
            state(RARE_NAME, Filled::default(), (false, true)),
        ])
    }
}
