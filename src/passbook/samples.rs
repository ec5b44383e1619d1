//! Samples of the passbook and its sheets.

use super::forms;
use super::receipts::{ReceiptPage, Sealed};
use super::sheets::{Holder, HoursPage, Layout, OrganisationHoursPage, PersonYear, StatementPage, YearOf};
use super::views::{Line, PassbookPage, QuestionPage, Words, entries, lines};
use crate::curriculum::{Shelf, hour_sheets_on};
use crate::help::CaseLine;
use crate::helping::ActLine;
use crate::kernel::{Credits, Day};
use crate::recognition::{Passbook, sample_passbook};
use crate::web::samples::{LONG_NAME, LONG_PLACE, NAME, NOW, RARE_NAME, WORDS, form, id, learner, staff};
use crate::web::{Filled, Page, QrPicture, Samples, drawn};

/// Nothing yet, the first line, some, and as many as make several pages, of 99,999 credits.
const PASSBOOKS: [(&str, usize, i64); 4] = [(NAME, 0, 0), (RARE_NAME, 1, 250), (NAME, 5, 1_251), (LONG_NAME, 40, 99_999_000)];

fn passbook(shelf: &Shelf, (_, count, total): (&str, usize, i64)) -> Passbook {
    let units: Vec<String> = shelf.courses().iter().map(|course| course.code.to_string()).chain(["T99".to_owned()]).collect();
    sample_passbook(&units, count, id(1), Credits::from_milli(total).unwrap_or_default())
}

fn all_lines(passbook: &Passbook, words: &Words<'_>) -> Vec<Line> {
    lines(&entries(passbook), passbook, words, (&[], None))
}

/// What waits for somebody to look, in a passbook with so many lines.
fn looked_at(page: &Page, lines: usize) -> Vec<String> {
    let keys = ["passbook-look-waiting", "passbook-look-declined"];
    let say = |key: &&str| page.lang().fill(key, &[("course", "居民身份证与电子社保卡"), ("day", &NOW.day().to_string())]);
    keys.iter().take(lines / 2).map(say).collect()
}

fn question(page: &Page, is_waiting: bool) -> CaseLine {
    CaseLine {
        href: "/help/00005724".to_owned(),
        number: "0000\u{a0}5724".to_owned(),
        title: page.t("help-kind-dispute"),
        state: page.t("help-state-answered"),
        day: NOW.day().to_string(),
        is_waiting,
        answer: Some(WORDS.to_owned()).filter(|_| !is_waiting),
    }
}

fn act(page: &Page, what: &str, state: &str) -> ActLine {
    let (href, number, day) = ("/on-behalf/00005724".to_owned(), "0000\u{a0}5724".to_owned(), NOW.day().to_string());
    ActLine { href, number, what: page.t(what), day, state: page.t(state) }
}

impl PassbookPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = Words { lang: page.lang(), shelf };
        let state = |kind: (&str, usize, i64)| {
            let passbook = passbook(shelf, kind);
            let mut lines = all_lines(&passbook, &words);
            for (line, is_waiting) in lines.iter_mut().skip(1).zip([true, false]) {
                line.case = Some(question(page, is_waiting));
            }
            Self {
                page: learner(page, kind.0),
                name: kind.0.to_owned(),
                card_tail: Some("7 8 9 7".to_owned()).filter(|_| kind.1 > 1),
                total: passbook.total,
                cells: shelf.cells(),
                lines,
                years: if kind.1 > 5 { (2020..=2026).rev().collect() } else { vec![2026] },
                year: 2026,
                number: if kind.1 > 5 { 2 } else { 1 },
                pages: if kind.1 > 5 { 3 } else { 1 },
                looked_at: looked_at(page, kind.1),
                transferable: passbook.total,
                acts: if kind.1 > 1 {
                    vec![act(page, "errand-hospital", "outcome-done"), act(page, "errand-other", "helping-undone")]
                } else {
                    Vec::new()
                },
                has_more_acts: kind.1 > 5,
                standard_hours: words.hours(passbook.hours.standard_minutes),
                attended_hours: words.hours(passbook.hours.attended_minutes),
            }
        };
        drawn(PASSBOOKS.map(state))
    }
}

impl ReceiptPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = Words { lang: page.lang(), shelf };
        let witnessed = |who: &str| page.t2("transparency-witnessed", ("who", who), ("when", NOW.to_minute_text()));
        let sealed = |(number, witnesses): (u64, Vec<String>)| {
            let qr = QrPicture::of(&format!("https://xuefen.example.cn/ledger/entry/{number}"))?;
            let (mark, file) = ("0f".repeat(32), "/dev/gallery".to_owned());
            Some(Sealed { number, count: number + 3, sealed_at: NOW.to_minute_text(), witnesses, mark, file, qr })
        };
        let seen = vec![witnessed("library.example.cn"), witnessed(LONG_PLACE)];
        let state = |sealed: Option<Sealed>| {
            let line = all_lines(&passbook(shelf, (NAME, 1, 250)), &words).pop()?;
            let amount = words.amount(Credits::from_milli(250).unwrap_or_default());
            Some(Self { page: learner(page, NAME), line, amount, sealed })
        };
        let states = [None, sealed((1, Vec::new())), sealed((98_765_432, seen))];
        drawn(states.into_iter().filter_map(state))
    }
}

impl QuestionPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = Words { lang: page.lang(), shelf };
        let state = |(form, case): (Filled, Option<CaseLine>)| {
            let mut lines = all_lines(&passbook(shelf, (NAME, 1, 250)), &words);
            let amount = words.amount(Credits::from_milli(99_999_000).unwrap_or_default());
            let (page, number) = (learner(page, NAME), "2026\u{a0}0302\u{a0}0417".to_owned());
            lines.pop().map(|line| Self { page, form, line: Line { case, ..line }, amount, number })
        };
        let empty = form(&[], forms::question);
        let long = form(&[("why", "other"), ("more", &WORDS.repeat(5))], forms::question);
        let states = [
            (Filled::default(), None),
            (empty, None),
            (long, Some(question(page, false))),
            (Filled::default(), Some(question(page, true))),
        ];
        drawn(states.into_iter().filter_map(state))
    }
}

fn holder(name: &str) -> Holder {
    let from = Day::parse("2025-01-01").unwrap_or(NOW.day());
    Holder {
        name: name.to_owned(),
        card: Some("123\u{a0}456\u{a0}7897".to_owned()).filter(|_| name != RARE_NAME),
        from,
        to: NOW.day(),
        number: "20260921-0417".to_owned(),
        organisation: LONG_PLACE.to_owned(),
    }
}

impl StatementPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = Words { lang: page.lang(), shelf };
        let state = |kind: (&str, usize, i64)| {
            let passbook = passbook(shelf, kind);
            Self {
                page: learner(page, kind.0),
                holder: holder(kind.0),
                lines: all_lines(&passbook, &words),
                total_words: words.amount(passbook.total),
                standard_hours: words.hours(passbook.hours.standard_minutes),
                attended_hours: words.hours(passbook.hours.attended_minutes),
            }
        };
        drawn(PASSBOOKS.map(state))
    }
}

impl HoursPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = Words { lang: page.lang(), shelf };
        let state = |kind: (&str, usize, i64)| {
            let passbook = passbook(shelf, kind);
            Self {
                page: learner(page, kind.0),
                holder: holder(kind.0),
                year: 2026,
                years: if kind.1 > 5 { (2020..=2026).rev().collect() } else { vec![2026] },
                of_year: YearOf::of(&passbook.counted, 2026, &words),
                layout: layout(shelf, page, if kind.1 > 1 { "professional" } else { "" }),
            }
        };
        drawn(PASSBOOKS.map(state))
    }
}

fn layout(shelf: &Shelf, page: &Page, asked: &str) -> Layout {
    Layout::of(&hour_sheets_on(shelf, NOW.day()), asked, &[], page.lang())
}

impl OrganisationHoursPage {
    pub(super) fn samples(page: &Page, shelf: &Shelf) -> Samples {
        let words = Words { lang: page.lang(), shelf };
        let person = |kind: (&str, usize, i64)| PersonYear {
            holder: holder(kind.0),
            of_year: YearOf::of(&passbook(shelf, kind).counted, 2026, &words),
        };
        let state = |people: Vec<PersonYear>, pages: usize| Self {
            page: staff(page),
            href: "/staff/organisations/01980000-0000-7000-8000-000000000005/hours".to_owned(),
            organisation: LONG_PLACE.to_owned(),
            year: 2026,
            years: (2021..=2026).rev().collect(),
            total: people.len() * pages,
            people,
            number: pages.min(2),
            pages,
            layout: layout(shelf, page, ""),
        };
        drawn([state(Vec::new(), 1), state(PASSBOOKS.map(person).into(), 3)])
    }
}
